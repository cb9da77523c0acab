/**
 * Comparing bounds that are sums of doubles.
 *
 * @module
 */

/** Whether a bound is below another by more than rounding. */
export function isBelow(bound: number, other: number): boolean {
  return other - bound > 1e-12 * Math.abs(other);
}
