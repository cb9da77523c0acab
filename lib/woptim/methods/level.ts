/**
 * Filling up to a common level.
 *
 * @module
 */
import { ExactSum } from "../exact/exact_sum.ts";
import { settleRounding } from "../exact/rounding.ts";
import { summingError } from "../problem/status.ts";
import { nobodyToGiveTo } from "./method.ts";

/** What {@link fillLevel} divides. */
export interface Vessels {
  /** How much each person gets per unit of level; from 0. */
  readonly rate: Float64Array;
  /** The least units of each person, from 0. */
  readonly floor: Float64Array;
  /** The most units of each person; Infinity: no limit. */
  readonly ceiling: Float64Array;
}

/**
 * The level λ at which Σ min(ceiling, max(floor, λ · rate)) is the total; writes these amounts into `units`. Whoever has a
 * rate of 0 stays at the floor. Null where everybody is at a bound whatever the level.
 *
 * The sum is continuous, piecewise linear and never falls, so the level lies between two neighbouring breakpoints
 * (floor / rate, ceiling / rate), found by bisection among all of them, sorted; between them
 *
 *     λ = (total − Σ units of those at a bound) / Σ rates of the others.
 *
 * O(n log n). The amounts add up to the total as exactly as doubles can.
 *
 * Throws {@link InputError} where the total is more than those with a rate above 0 may get.
 */
export function fillLevel(total: number, given: Vessels, units: Float64Array): number | null {
  const { floor, ceiling } = given;
  const scale = scaleOf(given.rate), rate = given.rate.map((r) => r * scale);
  const vessels = { rate, floor, ceiling };
  const sorted = breakpoints(vessels);
  // The last breakpoint at which the total is not passed, and the one after it.
  let low = -1, high = sorted.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (demand(vessels, sorted[middle]) <= total) low = middle;
    else high = middle;
  }
  const from = low < 0 ? 0 : sorted[low], to = high === sorted.length ? Infinity : sorted[high];
  const fixed = new ExactSum(), rates = new ExactSum();
  let isAnyFree = false;
  for (let i = 0; i < units.length; i++) {
    const isFree = rate[i] > 0 && floor[i] / rate[i] <= from && ceiling[i] / rate[i] >= to;
    // Those at neither end of the piece are at the same bound at both.
    if (isFree && from < to) {
      rates.add(rate[i]);
      isAnyFree = true;
    } else fixed.add(-at(vessels, i, from));
  }
  fixed.add(total);
  const left = fixed.value();
  if (!isAnyFree) {
    for (let i = 0; i < units.length; i++) units[i] = at(vessels, i, from);
    // What may be left though the floors add up to the total, but for the rounding of decimals and sums.
    if (left > summingError(2 * total, units.length + 4)) throw nobodyToGiveTo();
    return null;
  }
  const level = Math.min(to, Math.max(from, left / rates.value()));
  for (let i = 0; i < units.length; i++) units[i] = at(vessels, i, level);
  settleRounding(total, units, { floor, ceiling });
  return level * scale;
}

/** A power of two that brings the largest rate near 1, so that no quotient overflows. */
function scaleOf(rate: Float64Array): number {
  let largest = 0;
  for (const r of rate) largest = Math.max(largest, r);
  return largest === 0 ? 1 : 2 ** Math.min(1023, -Math.floor(Math.log2(largest)));
}

/** What person i gets at a level. */
function at({ rate, floor, ceiling }: Vessels, i: number, level: number): number {
  // 0 · ∞ would be NaN.
  const share = rate[i] === 0 ? 0 : level * rate[i];
  return Math.min(ceiling[i], Math.max(floor[i], share));
}

/** Σ of what all get at a level, to about twice a double's precision. */
function demand(vessels: Vessels, level: number): number {
  let sum = 0, lost = 0;
  for (let i = 0; i < vessels.rate.length; i++) {
    const x = at(vessels, i, level), next = sum + x;
    lost += Math.abs(sum) >= x ? (sum - next) + x : (x - next) + sum;
    sum = next;
  }
  return sum + lost;
}

/** The levels at which somebody leaves the floor or reaches the ceiling, sorted. */
function breakpoints({ rate, floor, ceiling }: Vessels): Float64Array {
  const levels = new Float64Array(2 * rate.length);
  let count = 0;
  for (let i = 0; i < rate.length; i++) {
    if (rate[i] === 0) continue;
    levels[count++] = floor[i] / rate[i];
    const full = ceiling[i] / rate[i];
    if (full < Infinity) levels[count++] = full;
  }
  return levels.subarray(0, count).sort();
}
