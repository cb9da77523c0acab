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

/** Everybody's discontent with `units` (length people). */
export function discontentOf(
  wishes: Wishes,
  options: ResolvedSplitOptions,
  units: Float64Array,
): Float64Array {
  return units.map((x, i) => discontentAt(wishes, options, i, x));
}

/**
 * Person i's discontent with x units; the formula is in people.ts. A target that is NaN, as a group's may be, has no part in
 * it.
 */
export function discontentAt(
  { lower, upper, target, weight, previous }: Wishes,
  options: ResolvedSplitOptions,
  i: number,
  x: number,
): number {
  const { gamma, changeWeight } = options, t = target[i], l = lower[i], u = upper[i];
  let f = Number.isNaN(t) ? 0 : gamma * weightOf(t, options) * ((x - t) * (x - t));
  if (x < l) f += weightOf(l, options) * ((l - x) * (l - x));
  if (x > u) f += weightOf(u, options) * ((x - u) * (x - u));
  const p = changeWeight > 0 && previous !== undefined ? previous[i] : NaN;
  if (!Number.isNaN(p)) f += changeWeight * weightOf(p, options) * ((x - p) * (x - p));
  return weight === undefined ? f : weight[i] * f;
}
