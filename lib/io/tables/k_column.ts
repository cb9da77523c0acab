/**
 * The column `k` of user_groups and group_ratios: the most offers of a user, or of each user of a group.
 *
 * @module
 */
import type { TextColumn } from "../../allocator/drop/instance/attributes.ts";
import { isK, K_EXPECTED, NO_OWN_K } from "../../allocator/drop/instance/own_k.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import type { FurtherColumns, TextRule } from "./rows/further_columns.ts";

/** The column's name. */
export const K_COLUMN = "k";

/** The rule for its texts. Where a user's is blank, the group's k counts, and where that is blank, the policy's. */
export const K_RULE: TextRule = {
  allows: (text) => text === "" || isK(parseNumberText(text)),
  expected: `${K_EXPECTED}, or nothing`,
};

/** Rules for further columns, by their names. */
export const FURTHER_RULES: ReadonlyMap<string, TextRule> = new Map([[K_COLUMN, K_RULE]]);

/** `k`: Int32Array, length rows, the column's numbers, `NO_OWN_K` where blank; absent where the table has no such column. */
export function kOfColumn(further: FurtherColumns): { k?: Int32Array } {
  const column: TextColumn | undefined = further.get(K_COLUMN);
  if (column === undefined) return {};
  const { code, values } = column;
  const numbers = values.map((text) => text === "" ? NO_OWN_K : parseNumberText(text));
  return { k: Int32Array.from(code, (at) => numbers[at]) };
}
