/**
 * Reads this week's caps with all columns, which next week's table keeps.
 *
 * @module
 */
import { firstRowsOfCaps } from "../../allocator/drop/instance/repeated_rows.ts";
import type { ReviewedContractCap } from "../../review/caps_from_rates.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import type { TableControl } from "../csv/table_control.ts";
import { CAPS_COLUMNS, capsOf } from "./caps_table.ts";
import { noteLeftOutOfCaps } from "./left_out_notes.ts";
import { requireAllowed } from "./rows/further_columns.ts";
import { PLANNED_RATE, RATE_RULE } from "./planned_rate.ts";
import { readTables, type TableRow } from "./rows/table.ts";

/** A caps table. */
export interface ThisWeeksCaps {
  /** Its contracts; of several rows about a contract the first. */
  readonly caps: readonly ReviewedContractCap[];
  /** Names of its columns beyond contract, cap and type. */
  readonly columns: readonly string[];
  /** The fields of those columns, by contract. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Columns that the next table has with new values. */
export const RATE_COLUMNS = [
  "redemption_rate",
  "rate_low",
  "rate_high",
  PLANNED_RATE,
  "basis",
] as const;

/**
 * Reads a caps table with all its columns.
 *
 * @throws {InputError} for what {@link capsOf} refuses, and a planned rate that is none
 */
export async function readThisWeeksCaps(
  source: string,
  control: TableControl = {},
): Promise<ThisWeeksCaps> {
  const columns = new Set<string>(), rows: TableRow[] = [], further: OwnFields[] = [];
  const others = (names: readonly string[]) =>
    [...new Set(names)].filter((name) => name !== "" && !CAPS_COLUMNS.some((own) => own === name));
  let blankRows = 0;
  for await (const table of readTables(source, CAPS_COLUMNS, others, control)) {
    blankRows += table.blankRows ?? 0;
    for (const name of table.optional) columns.add(name);
    for (const row of table.rows) {
      const own = row.fields.slice(0, CAPS_COLUMNS.length), rest = row.fields.slice(own.length);
      const byName = new Map(table.optional.map((name, at) => [name, rest[at]]));
      rows.push({ ...row, fields: [...own, byName.get("brand_id")] });
      further.push(byName);
    }
  }
  const table = capsOf({ rows, optional: ["brand_id"], has: [true], blankRows });
  const firsts = [...firstRowsOfCaps(noteLeftOutOfCaps(source, table, control)).firstRow];
  return {
    caps: firsts.map((i) => ({
      contract: table.contracts[i],
      cap: table.cap[i],
      isSponsored: table.sponsored[i] === 1,
      brand: further[i].get("brand_id") ?? null,
      plannedRate: plannedRateOf(rows[i], further[i]),
    })),
    columns: [...columns],
    fields: new Map(firsts.map((i) => [
      table.contracts[i],
      [...columns].map((name) => further[i].get(name) ?? ""),
    ])),
  };
}

/** Fields of a row's further columns, by name. */
type OwnFields = ReadonlyMap<string, string | undefined>;

/** The rate that a contract is planned with; null: none. @throws {InputError} for what is none */
function plannedRateOf(row: TableRow, own: OwnFields): number | null {
  const text = own.get(PLANNED_RATE) ?? "", rate = parseNumberText(text);
  requireAllowed(RATE_RULE, text, row, PLANNED_RATE);
  return Number.isNaN(rate) ? null : rate;
}
