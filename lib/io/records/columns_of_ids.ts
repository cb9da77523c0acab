/**
 * Columns that hold ids in every table.
 *
 * @module
 */

/** Columns of ids; all other columns hold numbers or words. */
export const COLUMNS_OF_IDS: ReadonlySet<string> = new Set([
  "user_id",
  "contract_address",
  "group_id",
  "brand_id",
]);
