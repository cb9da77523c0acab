/**
 * The largest number of a problem.
 *
 * @module
 */

/** Numbers of larger size would overflow when squared. */
export const LARGEST = 1e100;
