/**
 * Writes rows into a table that every part holds whole.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import type { TableColumns } from "./dialect.ts";
import type { Rows, Store } from "./store.ts";

/** Rows that are put into a table at a time. */
const AT_A_TIME = 10_000;

/** Makes a table with the same rows on every part; one of that name is replaced. */
export async function putRows(
  store: Store,
  table: string,
  columns: TableColumns,
  rows: Rows,
  control: RunControl,
): Promise<void> {
  await store.makeTable(table, columns, Object.keys(columns)[0], control);
  for (let part = 0; part < store.parts; part++) {
    for (let from = 0; from < rows.length; from += AT_A_TIME) {
      await store.insert(part, table, columns, rows.slice(from, from + AT_A_TIME), control);
    }
  }
}

const CONTRACTS = { contract_address: "text" } as const satisfies TableColumns;

/** Makes a table of contracts by their ids on every part. */
export function putContracts(
  store: Store,
  table: string,
  ids: readonly string[],
  control: RunControl,
): Promise<void> {
  return putRows(store, table, CONTRACTS, ids.map((id) => [id]), control);
}
