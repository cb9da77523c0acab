/**
 * Columns of the caps table that no rule looks at: names and whatever else people know contracts by.
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

/** Columns with a meaning of their own. */
const KNOWN = new Set<string>([...CAPS_COLUMNS, "brand_id"]);

/**
 * Reads the caps table once more, for the columns that {@link readCaps} passes over, at most `most` of them; of repeated contracts
 * the first row counts, as everywhere.
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
