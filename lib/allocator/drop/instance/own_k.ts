/**
 * The values that a user's own k, the most offers that it gets, may have.
 *
 * @module
 */

/** In a column of k: the user has no k of its own. */
export const NO_OWN_K = -1;

/** Largest k that is accepted. */
export const MAX_K = 65_535;

/** What a k must be, for messages. */
export const K_EXPECTED = `a whole number from 1 to ${MAX_K}`;

/** Whether a number may be a k. */
export function isK(k: number): boolean {
  return Number.isInteger(k) && k >= 1 && k <= MAX_K;
}
