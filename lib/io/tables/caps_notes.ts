/**
 * Columns of the caps table that no rule uses, such as names, which people know contracts by.
 *
 * @module
 */
import { CAPS_COLUMNS } from "./caps_table.ts";
import { readTables } from "./rows/table.ts";
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
  const columns: string[] = [], rows = new Map<string, string[]>();
  // Files of a folder may have them in different orders.
  const others = (names: readonly string[]) => {
    for (const name of new Set(names)) {
      const isNew = name !== "" && !KNOWN.has(name) && !columns.includes(name);
      if (isNew && columns.length < most) columns.push(name);
    }
    return columns.filter((name) => names.includes(name));
  };
  for await (const table of readTables(source, ["contract_address"], others, control)) {
    const place = columns.map((name) => 1 + table.optional.indexOf(name));
    for (const { fields } of table.rows) {
      const id = fields[0]!;
      if (!rows.has(id)) rows.set(id, place.map((at) => at === 0 ? "" : fields[at] ?? ""));
    }
  }
  // Columns that only later files have are blank in the rows of earlier ones.
  const whole = (values: readonly string[]) => columns.map((_, at) => values[at] ?? "");
  return {
    columns,
    rows: Object.fromEntries([...rows].map(([id, values]) => [id, whole(values)])),
  };
}
