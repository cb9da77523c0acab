/**
 * Changes of discontent, kept between the slopes at their ends.
 *
 * @module
 */

/**
 * What a convex function changes by where its argument grows by `more` (or shrinks, below 0), given as a difference of sums that
 * have rounded. It lies between the slopes at both ends; where the sums are so large that rounding takes it out of there, the nearer
 * end is returned.
 *
 * @param from slope at the beginning; null: not known, as at the end
 * @param to slope at the end
 *
 * @example
 * ```ts
 * import { betweenPrices } from "./between_prices.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(betweenPrices(5, 2, 1, 2), 4);
 * assertEquals(betweenPrices(-3, -2, 2, 1), -3);
 * ```
 */
export function betweenPrices(
  change: number,
  more: number,
  from: number | null | undefined,
  to: number | null | undefined,
): number {
  if (from == null || to == null) return change;
  const [least, most] = [more * from, more * to].sort((a, b) => a - b);
  return Math.min(most, Math.max(least, change));
}
