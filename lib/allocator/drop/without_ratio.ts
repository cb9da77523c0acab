/**
 * The error for groups that have users and no ratio.
 *
 * @module
 */
import { InputError, quote } from "../../base/errors.ts";
import { optionInWords } from "../../base/option_words.ts";
import { COLUMN_NAMES, type SourceNames } from "./no_pair_left.ts";

/**
 * The error.
 *
 * @param groups ids of the groups, at least one
 * @param names what messages call the table of ratios
 */
export function noRatio(
  groups: readonly string[],
  { groupRatios: ratios, fields = COLUMN_NAMES }: Pick<SourceNames, "groupRatios" | "fields">,
): InputError {
  const some = groups.slice(0, 5).map(quote).join(", ");
  const more = groups.length > 5 ? ` and ${groups.length - 5} more` : "";
  const have = groups.length === 1 ? "group has" : "groups have";
  return new InputError(
    `${ratios}: ${groups.length} ${have} eligible users and no ` +
      `${fields.ratio}: ${some}${more} (${optionInWords("defaultRatio")} fills it in)`,
    {
      file: ratios,
      column: fields === COLUMN_NAMES ? "group_id" : "id",
      expected: "a ratio for every group",
    },
  );
}
