/**
 * Columns of the caps table that no rule uses, such as names, which people know contracts by.
 *
 * @module
 */
import { CAPS_COLUMNS } from "./caps_table.ts";
import { readTables } from "./table.ts";
import type { TableControl } from "../csv/table_control.ts";

/** Texts about contracts, to be shown beside their ids. */
export interface CapsNotes {
  /** Names of the columns. */
  columns: string[];
  /** Their values, by contract_address. */
  rows: Record<string, string[]>;
}

/** Columns that Divvy itself uses. */
const KNOWN = new Set<string>([...CAPS_COLUMNS, "brand_id"]);

/**
 * Reads the first `most` columns of a caps table that {@link readCaps} ignores. Of several rows about a contract the first
 * counts, as everywhere.
 *
 * @throws {InputError} for what can't be read
 */
export async function readCapsNotes(
  source: string,
  most: number,
  control: TableControl = {},
): Promise<CapsNotes> {
  let columns: string[] = [];
  const rows = new Map<string, string[]>();
  const others = (names: readonly string[]) => {
    columns = names.filter((name) => name !== "" && !KNOWN.has(name)).slice(0, most);
    return columns;
  };
  for await (const table of readTables(source, ["contract_address"], others, control)) {
    for (const { fields: [id, ...values] } of table.rows) {
      if (!rows.has(id!)) rows.set(id!, values.map((value) => value ?? ""));
    }
  }
  return { columns, rows: Object.fromEntries(rows) };
}
