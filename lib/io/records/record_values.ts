/**
 * Types of the columns of tables that Divvy writes, for formats that have types.
 *
 * @module
 */

/** Columns of numbers, in all tables that Divvy writes. Columns in neither set are text, as ids are. */
const NUMBERS: ReadonlySet<string> = new Set([
  // Assignments and alternates.
  ...["score", "sponsorship_ratio", "rank", "net_value", "offers"],
  // Caps, and the rates and budgets that they are made with.
  ...["cap_face", "face_value", "budget", "spent", "live_claims", "redeemed", "assigned"],
  ...["offered", "redemption_rate", "rate_low", "rate_high", "cautious_rate", "own_share"],
  // Splits.
  ...["units", "target", "lower", "upper", "distance", "discontent", "share", "payment", "total"],
  ...["weight", "priority", "previous", "change"],
  // Scenarios.
  ...["objective", "assignments", "fill_rate", "sponsored_user_share", "sponsored_share"],
  ...["users_without_offers", "shortfall", "bound", "gap", "seconds"],
  ...[
    "limits_missed",
    "limits_cost",
    "leasts_without_pairs",
    "shortfall_price",
    "offers_kept",
    "offers_changed",
    "users_changed_share",
  ],
  ...["change_cost", "objective_before_cost"],
]);
/** Columns of true and false. */
const BOOLEANS: ReadonlySet<string> = new Set([
  ...["is_sponsored", "holdout", "inside", "fixed", "timed_out"],
]);

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
