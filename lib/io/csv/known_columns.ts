/**
 * Divvy's names for the columns of tables.
 *
 * @module
 */

/** Columns of the limits table; any other is a selector. */
export const LIMIT_COLUMNS = [
  "limit",
  "per",
  "counts",
  "at_most",
  "at_least",
  "share_of",
  "price",
] as const;

/** Columns of the budgets table that hold numbers. */
const BUDGET_NUMBERS = [
  "budget",
  "spent",
  "live_claims",
  "face_value",
  "redeemed",
  "assigned",
] as const;

/** Columns of the budgets table; it may have a brand_id as well. */
export const BUDGET_COLUMNS = ["contract_address", "is_sponsored", ...BUDGET_NUMBERS] as const;

/** Columns of all tables: those that a table may have under another name. */
export const KNOWN_COLUMNS: readonly string[] = [
  ...new Set([
    ...["user_id", "contract_address", "score", "cap_face", "is_sponsored", "brand_id"],
    ...["group_id", "sponsorship_ratio", "k"],
    ...["offered_at", "outcome", "at", "cautious_rate"],
    ...BUDGET_COLUMNS,
    ...LIMIT_COLUMNS,
  ]),
];

/** Columns that hold numbers in every table. */
export const NUMBER_COLUMNS: ReadonlySet<string> = new Set([
  "score",
  "cap_face",
  "sponsorship_ratio",
  "k",
  "cautious_rate",
  ...BUDGET_NUMBERS,
]);
