/**
 * The column of caps with the redemption rate that `divvy caps --from-review` planned with.
 *
 * @module
 */
import { parseNumberText } from "../bytes/parse_number.ts";
import type { TextRule } from "./rows/further_columns.ts";

/** The column's name. */
export const PLANNED_RATE = "cautious_rate";

/** The rule for its texts: one that says no rate would count as if there were none, and the next cap be planned without it. */
export const RATE_RULE: TextRule = {
  allows: (text) => text === "" || (parseNumberText(text) >= 0 && parseNumberText(text) <= 1),
  expected: "a number from 0 to 1, or nothing",
};
