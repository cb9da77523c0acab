/**
 * The largest and the smallest number of a problem.
 *
 * @module
 */

/** Numbers of larger size would overflow when squared. */
export const LARGEST = 1e100;

/** Numbers of smaller size, except 0, would vanish when multiplied, and what is divided by them would be infinite. */
export const SMALLEST = 1e-100;
