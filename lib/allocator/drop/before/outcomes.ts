/**
 * What became of an offer of an earlier drop, as history says it.
 *
 * @module
 */

/** The words of a table's column `outcome`, in upper or lower case; blank: offered, and nothing more is known. */
export const OUTCOMES: readonly string[] = ["offered", "selected", "redeemed", "declined"];

/** Index of the outcome that rules ask about. */
export const DECLINED = 3;

/** What messages say was expected in a table. */
export const OUTCOME_EXPECTED = `${OUTCOMES.join(", ")} or nothing`;
