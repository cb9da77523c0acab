/**
 * How much a miss weighs for somebody whose number is `v`: misses count in proportion.
 *
 * @module
 */

/** The weight of a miss against the number `v` (a target or a bound); see {@link weightOf}. */
export interface WeightRule {
  /** Every weight is 1. */
  absolute: boolean;
  /** Numbers below this weigh as this one does. */
  tMin: number;
}

/**
 * The weight w(v) = min(1/v, 1/tMin), and 1/tMin for v ≤ 0, so that no weight is negative or infinite;
 * 1 where the rule is absolute.
 *
 * @example
 * ```ts
 * import { weightOf } from "./weights.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(weightOf(4, { absolute: false, tMin: 0.5 }), 0.25);
 * assertEquals(weightOf(-1, { absolute: false, tMin: 0.5 }), 2);
 * ```
 */
export function weightOf(v: number, rule: WeightRule): number {
  if (rule.absolute) return 1;
  return v > rule.tMin ? 1 / v : 1 / rule.tMin;
}

/** The product w(v) · v without the rounding of w: exactly 1 for every v above tMin. */
export function weighted(v: number, rule: WeightRule): number {
  if (rule.absolute) return v;
  return v > rule.tMin ? 1 : v / rule.tMin;
}
