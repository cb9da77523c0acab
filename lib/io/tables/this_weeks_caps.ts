/**
 * Reads this week's caps with all columns, which next week's table keeps.
 *
 * @module
 */
import type { ReviewedContractCap } from "../../review/caps_from_rates.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { noteBlankRows, type TableControl } from "../csv/table_control.ts";
import { CAPS_COLUMNS, capsOf } from "./caps_table.ts";
import { noteRepeatedRows } from "./left_out_notes.ts";
import { requireAllowed } from "./rows/further_columns.ts";
import { PLANNED_RATE, RATE_RULE } from "./planned_rate.ts";
import { readTables } from "./rows/table.ts";

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
  const caps = new Map<string, ReviewedContractCap>(), fields = new Map<string, string[]>();
  const columns: string[] = [], left = { duplicate_rows: 0, conflicting_duplicate_rows: 0 };
  const others = (names: readonly string[]) =>
    [...new Set(names)].filter((name) => name !== "" && !CAPS_COLUMNS.some((own) => own === name));
  for await (const table of readTables(source, CAPS_COLUMNS, others, control)) {
    noteBlankRows(source, table, control);
    for (const name of table.optional) if (!columns.includes(name)) columns.push(name);
    const brand = table.optional.indexOf("brand_id");
    const planned = table.optional.indexOf(PLANNED_RATE);
    const { contracts, sponsored, cap } = capsOf({ ...table, has: [false] });
    table.rows.forEach((row, i) => {
      const contract = contracts[i], rest = row.fields.slice(CAPS_COLUMNS.length);
      const isSponsored = sponsored[i] === 1, brandId = brand < 0 ? null : rest[brand] ?? null;
      const first = caps.get(contract);
      if (first !== undefined) {
        left.duplicate_rows++;
        const isSame = first.cap === cap[i] && first.isSponsored === isSponsored &&
          first.brand === brandId;
        if (!isSame) left.conflicting_duplicate_rows++;
        return;
      }
      const rateText = planned < 0 ? "" : rest[planned] ?? "", rate = parseNumberText(rateText);
      requireAllowed(RATE_RULE, rateText, row, PLANNED_RATE);
      caps.set(contract, {
        contract,
        cap: cap[i],
        isSponsored,
        brand: brandId,
        plannedRate: Number.isNaN(rate) ? null : rate,
      });
      const own = table.optional.map((name, at): [string, string] => [name, rest[at] ?? ""]);
      const byName = new Map(own);
      fields.set(contract, columns.map((name) => byName.get(name) ?? ""));
    });
  }
  noteRepeatedRows(source, "contract", left, control);
  return { caps: [...caps.values()], columns, fields };
}
