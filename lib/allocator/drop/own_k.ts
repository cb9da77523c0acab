/**
 * What may stand as a user's own k, the most offers that it gets.
 *
 * @module
 */

/** Stands for no k of its own. */
export const NO_OWN_K = -1;

/** Most offers per user that anything may ask for. */
export const MAX_K = 65_535;

/** What a k must be. */
export const K_EXPECTED = `a whole number from 1 to ${MAX_K}`;

/** Whether a number may be a k. */
export function isK(k: number): boolean {
  return Number.isInteger(k) && k >= 1 && k <= MAX_K;
}
