/**
 * Types of the columns of tables that Divvy writes, for formats that have types.
 *
 * @module
 */

/** Columns of numbers, in all tables that Divvy writes. Columns in neither set are text, as ids are. */
const NUMBERS: ReadonlySet<string> = new Set([
  "score",
  "sponsorship_ratio",
  "rank",
  "net_value",
  "offers",
  "cap_face",
  "face_value",
  "budget",
  "spent",
  "live_claims",
  "redeemed",
  "assigned",
  "redemption_rate",
  "units",
  "target",
  "lower",
  "upper",
  "distance",
  "discontent",
  "share",
  "payment",
  "total",
]);
/** Columns of true and false. */
const BOOLEANS: ReadonlySet<string> = new Set(["is_sponsored", "holdout", "inside"]);

/** A field's value. */
export type RecordValue = string | number | boolean | null;

/** The function that turns the fields of a column into values; a blank number or boolean becomes null. */
export function valueConverter(column: string): (field: string) => RecordValue {
  if (BOOLEANS.has(column)) {
    return (field) => field === "" ? null : /^(true|t|yes|y|1)$/i.test(field);
  }
  if (NUMBERS.has(column)) return (field) => field === "" ? null : numberOf(field);
  return (field) => field;
}

/** A field as a number; as text where it is not one. */
function numberOf(field: string): number | string {
  const value = Number(field);
  return Number.isFinite(value) ? value : field;
}
