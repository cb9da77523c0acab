/**
 * The last bits: makes the units add up to the total.
 *
 * @module
 */
import { ExactSum } from "./exact_sum.ts";

/** Hard bounds: what nobody's units may pass. */
export interface HardBounds {
  /** Least units, length people; −Infinity: no bound. */
  floor: Float64Array;
  /** Most units, length people; Infinity: no bound. */
  ceiling: Float64Array;
}

/** Nobody's units change by more than this share of them. */
const LARGEST_SHARE = 2 ** -40;

/**
 * Changes `units` so that their sum, taken without rounding, is the total, or as near to it as doubles come
 * that keep to the hard bounds and to everybody's share.
 *
 * Every unit count came out rounded, so the sum misses the total by a few units in the last place. What is
 * missing goes to the largest count that is strictly within its hard bounds, where it weighs least. All who have as many share it,
 * so that people who are alike stay alike; where it is too little to share, it goes to the first of them, a last bit each. A
 * count can hold it only to its own last bit; the rest, at most half such a bit, goes to the largest count
 * whose bits are fine enough to take some of it, if that hardly changes it, and so
 * on until nothing is missing or nobody can take it. People at a hard bound leave it only if everybody is at
 * one and the sum would not even round to the total. Where counts are so different in size that the last bit of a large
 * one is more than all of a small one, the sum may miss the total by such a bit: the units are kept right rather than the sum.
 *
 * Check it with a sum that does not round (Python's `math.fsum`, JavaScript's `Math.sumPrecise`): a plain
 * loop rounds at every step and may show another last digit.
 */
export function settleRounding(total: number, units: Float64Array, bounds: HardBounds): void {
  const sum = ExactSum.of(units, total, -1);
  let inside = false;
  for (let i = 0; i < units.length && !inside; i++) inside = isInside(units, bounds, i);
  for (let round = 0; round < 64; round++) {
    const missing = sum.value();
    if (missing === 0 || !inside && total - missing === total) return;
    const taker = largestTaker(missing, units, bounds, inside);
    if (taker < 0) return;
    share(missing, taker, units, bounds, sum);
  }
}

/** Shares what is missing among those with as many units as `taker`, the first of them, who may take it; `sum` is kept. */
function share(
  missing: number,
  taker: number,
  units: Float64Array,
  bounds: HardBounds,
  sum: ExactSum,
): void {
  const x = units[taker], alike: number[] = [];
  for (let i = taker; i < units.length; i++) {
    if (units[i] === x && within(bounds, i, x + missing) === x + missing) alike.push(i);
  }
  // Somebody whose bound is in between takes up to it.
  const count = Math.max(1, alike.length), each = x + missing / count;
  const bit = nextTowards(x, missing) - x;
  const more = count === 1 ? within(bounds, taker, x + missing) : each === x ? x + bit : each;
  const takers = more === x + bit ? Math.max(1, Math.min(count, Math.round(missing / bit))) : count;
  for (const i of count === 1 ? [taker] : alike.slice(0, takers)) {
    sum.add(x);
    sum.add(-more);
    units[i] = more;
  }
}

const double = new Float64Array(1), bits = new BigInt64Array(double.buffer);

/** The double next to x, not 0, in the direction of the sign of `to`. */
function nextTowards(x: number, to: number): number {
  double[0] = x;
  bits[0] += x > 0 === to > 0 ? 1n : -1n;
  return double[0];
}

function isInside(units: Float64Array, { floor, ceiling }: HardBounds, i: number): boolean {
  return floor[i] < units[i] && units[i] < ceiling[i];
}

/** The person with the most units (first of equals) who can make less missing; −1: nobody. */
function largestTaker(
  missing: number,
  units: Float64Array,
  bounds: HardBounds,
  inside: boolean,
): number {
  let taker = -1, most = -1;
  for (let i = 0; i < units.length; i++) {
    const x = units[i], size = Math.abs(x);
    if (size <= most || x + missing === x || Math.abs(missing) > LARGEST_SHARE * size) continue;
    if (inside && !isInside(units, bounds, i)) continue;
    const taken = within(bounds, i, x + missing) - x;
    // Taking it would not make less missing.
    if (Math.abs(missing - taken) >= Math.abs(missing)) continue;
    taker = i;
    most = size;
  }
  return taker;
}

function within({ floor, ceiling }: HardBounds, i: number, x: number): number {
  return Math.min(ceiling[i], Math.max(floor[i], x));
}
