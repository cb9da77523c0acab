/**
 * Reads the group-ratios table.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import {
  type GroupRatioColumns,
  withoutRatios,
} from "../../allocator/drop/instance/table_columns.ts";
import { type FurtherColumns, furtherColumns } from "./rows/further_columns.ts";
import { numberExpected } from "../csv/dialect_options.ts";
import { columnInSomeFiles } from "../csv/header.ts";
import type { TableControl } from "../csv/table_control.ts";
import { K_COLUMN, K_RULE, kOfColumn } from "./k_column.ts";
import { idOf } from "./rows/id_field.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { readTable, type Table } from "./rows/table.ts";

/** Columns of the group-ratios table. */
export const GROUP_RATIO_COLUMNS = ["group_id", "sponsorship_ratio"] as const;

/**
 * Reads the group-ratios table: group_id, sponsorship_ratio, and k if it has one.
 *
 * @param names further columns to keep, if the table has them
 * @throws {InputError} for a blank group, a ratio that is not a number from 0 to 1, or a k that is not a whole number from 1
 */
export async function readGroupRatios(
  source: string,
  names: readonly string[] = [],
  control?: TableControl,
): Promise<GroupRatioColumns & { readonly further: FurtherColumns }> {
  const kept = [...new Set([...names, K_COLUMN])];
  const table = await readTable(source, GROUP_RATIO_COLUMNS, kept, control);
  const further = furtherColumns(table, kept);
  checkK(table);
  return { ...groupRatiosOf(table), ...kOfColumn(further), further };
}

/**
 * The group-ratios table, or where there is none what stands for it; see {@link readGroupRatios}.
 *
 * @param source undefined: there is none
 * @param defaultRatio the ratio of every group without a table; a table that is there does not use it
 */
export async function groupRatiosFrom(
  source: string | undefined,
  defaultRatio: number | undefined,
  names?: readonly string[],
  control?: TableControl,
): ReturnType<typeof readGroupRatios> {
  if (source !== undefined) return await readGroupRatios(source, names, control);
  return { ...withoutRatios(defaultRatio!), further: new Map() };
}

/** Checks the values of k, and that all files of the table have that column or none has. */
function checkK({ rows, optional, has }: Table): void {
  const at = optional.indexOf(K_COLUMN);
  for (const { file, line, fields } of rows) {
    const value = fields[fields.length - optional.length + at] ?? "";
    if (value !== "" && !has[at]) throw columnInSomeFiles(file, K_COLUMN);
    if (K_RULE.allows(value)) continue;
    throw InputError.at({ file, line, column: K_COLUMN, value, expected: K_RULE.expected });
  }
}

/**
 * The columns of a group-ratios table, from its rows.
 *
 * @throws {InputError} for a blank group or a ratio that is not a number from 0 to 1
 */
function groupRatiosOf({ rows, blankRows }: Table): GroupRatioColumns {
  const groups: string[] = [], ratio = new Float64Array(rows.length);
  rows.forEach((row, i) => {
    groups.push(idOf(row, "group_id"));
    const text = row.fields[1]!;
    ratio[i] = parseNumberText(text);
    if (!(ratio[i] >= 0 && ratio[i] <= 1)) {
      throw InputError.at({
        file: row.file,
        line: row.line,
        column: "sponsorship_ratio",
        value: text,
        expected: numberExpected(text, `a number from 0 to 1${percentHint(text)}`),
      });
    }
  });
  return { groups, ratio, blankRows };
}

/** How a percentage is written as a ratio; "" for what is none. */
function percentHint(text: string): string {
  const [, percentage] = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim()) ?? [];
  const share = Number(percentage) / 100;
  return share >= 0 && share <= 1 ? ` (${percentage} % is ${Number(share.toPrecision(12))})` : "";
}
