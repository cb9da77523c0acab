/**
 * Everybody's discontent with a split.
 *
 * @module
 */
import type { ResolvedSplitOptions } from "./options.ts";
import type { CheckedColumns } from "./problem.ts";
import { weightOf } from "./weights.ts";

/** What people ask for, of a split's columns. */
export type Wishes = Pick<
  CheckedColumns,
  "lower" | "upper" | "target" | "weight" | "previous"
>;

/**
 * Everybody's discontent with `units` (length people); the formula is in people.ts. A target that is NaN, as a group's may
 * be, has no part in it.
 */
export function discontentOf(
  { lower, upper, target, weight, previous }: Wishes,
  options: ResolvedSplitOptions,
  units: Float64Array,
): Float64Array {
  const { gamma, changeWeight } = options;
  const pulls = changeWeight > 0 ? previous : undefined;
  const discontent = new Float64Array(units.length);
  for (let i = 0; i < units.length; i++) {
    const x = units[i], t = target[i], l = lower[i], u = upper[i];
    let f = Number.isNaN(t) ? 0 : gamma * weightOf(t, options) * ((x - t) * (x - t));
    if (x < l) f += weightOf(l, options) * ((l - x) * (l - x));
    if (x > u) f += weightOf(u, options) * ((x - u) * (x - u));
    if (pulls !== undefined && !Number.isNaN(pulls[i])) {
      const p = pulls[i];
      f += changeWeight * weightOf(p, options) * ((x - p) * (x - p));
    }
    discontent[i] = weight === undefined ? f : weight[i] * f;
  }
  return discontent;
}
