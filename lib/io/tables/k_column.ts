/**
 * The column `k` of user_groups and group_ratios: most offers of a user, or of each of a group's users.
 *
 * @module
 */
import type { TextColumn } from "../../allocator/drop/attributes.ts";
import { isK, K_EXPECTED, NO_OWN_K } from "../../allocator/drop/own_k.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import type { FurtherColumns, TextRule } from "./further_columns.ts";

/** Its name. */
export const K_COLUMN = "k";

/** What may stand in it; a blank leaves it to the group, or to the policy. */
export const K_RULE: TextRule = {
  allows: (text) => text === "" || isK(parseNumberText(text)),
  expected: `${K_EXPECTED}, or nothing`,
};

/** Rules of further columns. */
export const FURTHER_RULES: ReadonlyMap<string, TextRule> = new Map([[K_COLUMN, K_RULE]]);

/** The numbers of the column, −1 for a blank; nothing where the table has no such column. */
export function kOfColumn(further: FurtherColumns): { k?: Int32Array } {
  const column: TextColumn | undefined = further.get(K_COLUMN);
  if (column === undefined) return {};
  const { code, values } = column;
  const numbers = values.map((text) => text === "" ? NO_OWN_K : parseNumberText(text));
  return { k: Int32Array.from(code, (at) => numbers[at]) };
}
