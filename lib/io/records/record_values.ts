/**
 * What the fields of our tables are beside text.
 *
 * @module
 */

/** Columns of numbers and of truths, in all tables that we write; every other column is text, as ids are. */
const NUMBERS: ReadonlySet<string> = new Set([
  ...["score", "sponsorship_ratio", "rank", "net_value", "offers", "cap_face", "face_value"],
  ...["budget", "spent", "live_claims", "redeemed", "assigned", "redemption_rate"],
  ...["units", "target", "lower", "upper", "distance", "discontent", "share", "payment", "total"],
]);
const TRUTHS: ReadonlySet<string> = new Set(["is_sponsored", "holdout", "inside"]);

/** A field's value. */
export type RecordValue = string | number | boolean | null;

/** Makes a column's fields into values; blank is nothing. */
export function valuesOf(column: string): (field: string) => RecordValue {
  if (TRUTHS.has(column)) {
    return (field) => field === "" ? null : /^(true|t|yes|y|1)$/i.test(field);
  }
  if (NUMBERS.has(column)) return (field) => field === "" ? null : numberOf(field);
  return (field) => field;
}

/** A number, or the text where it is none. */
function numberOf(field: string): number | string {
  const value = Number(field);
  return Number.isFinite(value) ? value : field;
}
