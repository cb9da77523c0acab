/**
 * Splits in whole steps: everybody's units are a multiple of a step.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";
import { decimalOf, scaledTo } from "./decimal.ts";
import { CostHeap } from "./heap.ts";
import type { People } from "./people.ts";

/** Counting in steps of a decimal size. */
export class Steps {
  readonly #digits: bigint;
  readonly #exponent: number;
  readonly #size: number;

  /** Steps of `size` units, read as a decimal. */
  constructor(size: number) {
    const { digits, exponent } = decimalOf(size);
    this.#digits = digits;
    this.#exponent = exponent;
    this.#size = size;
  }

  /** The double nearest to `count` steps, as a decimal. */
  units(count: number): number {
    const digits = count * Number(this.#digits);
    if (Math.abs(this.#exponent) <= 22 && Number.isSafeInteger(digits)) {
      // Both are exact doubles, so that one operation rounds once.
      return this.#exponent < 0 ? digits / 10 ** -this.#exponent : digits * 10 ** this.#exponent;
    }
    return Number(`${BigInt(count) * this.#digits}e${this.#exponent}`);
  }

  /** The steps in `units`, rounded down (or up); exact for the decimals that `units` and the step are. */
  count(units: number, up = false): number {
    if (Math.abs(units) === Infinity) return units;
    const quotient = units / this.#size;
    const nearest = Math.round(quotient);
    if (Math.abs(quotient - nearest) > 8 * Number.EPSILON * Math.abs(quotient)) {
      return up ? Math.ceil(quotient) : Math.floor(quotient);
    }
    // So near to a whole number of steps that only the decimals can tell.
    const decimal = decimalOf(units);
    const finest = Math.min(decimal.exponent, this.#exponent);
    const amount = scaledTo(finest, decimal);
    const step = scaledTo(finest, { digits: this.#digits, exponent: this.#exponent });
    const whole = amount / step, rest = amount % step;
    if (up) return Number(whole) + (rest > 0n ? 1 : 0);
    return Number(whole) - (rest < 0n ? 1 : 0);
  }

  /** The steps in a total. Throws {@link InputError} if it isn't a whole number of them, or too many to count. */
  countOfTotal(total: number): number {
    const count = this.count(total);
    if (count !== this.count(total, true)) {
      throw InputError.at({
        column: "total",
        value: String(total),
        expected: `a multiple of the step ${this.#size}`,
      });
    }
    if (count > Number.MAX_SAFE_INTEGER) {
      throw InputError.at({
        column: "total",
        value: String(total),
        expected: `at most ${Number.MAX_SAFE_INTEGER} steps of ${this.#size}`,
      });
    }
    return count;
  }

  /**
   * The intervals rounded inward to whole steps, in steps; an interval that holds no multiple of the step is
   * widened to the multiples on either side of it.
   */
  intervals(lower: Float64Array, upper: Float64Array): { least: Float64Array; most: Float64Array } {
    const least = lower.map((l) => this.count(l, true));
    const most = upper.map((u) => this.count(u));
    for (let i = 0; i < least.length; i++) {
      if (least[i] > most[i]) [least[i], most[i]] = [most[i], least[i]];
    }
    return { least, most };
  }
}

/**
 * The best split of `total` steps into whole steps with least[i] ≤ count[i] ≤ most[i] (in steps), which the
 * total can meet. `price` is the price of the continuous split; it decides how fast this is, not what comes out.
 *
 * Let c_i(k) be what person i's (k+1)-th step adds to the discontent. Discontent is convex, so c_i grows
 * with k.
 *
 * 1. A split k of its own sum is best if and only if no step is better moved: c_i(k_i) ≥ c_j(k_j − 1) for all i
 *    below their most and j above their least. (If k is not best, let k* be a best split of that sum nearest
 *    to k. Some i has k*_i > k_i and some j has k*_j < k_j. By convexity k* pays at least c_i(k_i) for i's last
 *    step and saves at most c_j(k_j − 1) by j's missing one, and moving that step back from i to j gives a
 *    best split nearer to k, or a better one: a contradiction.)
 * 2. The start: everybody takes each step that costs less than a price p. Then every step taken costs less than p
 *    and every step not taken at least p, so by 1 the start is best for its own sum.
 * 3. Adding the cheapest next step c_i(k_i) keeps that: the step added costs no more than any other next one,
 *    and at least what each step taken before costs, by 1. Likewise removing the dearest last step. So the
 *    split is best for every sum on the way, the total's included (Gross 1956; Fox 1966; Ibaraki and Katoh,
 *    "Resource Allocation Problems", 1988).
 *
 * The cost of one step lies between the prices at its two ends, so at the price of the continuous split
 * everybody starts within one step of the continuous answer, and at most a few steps per person are left to
 * add or remove, O(log n) each. Of steps that cost the same, the first people's are taken.
 */
export function splitInSteps(
  people: People,
  steps: Steps,
  bounds: { least: Float64Array; most: Float64Array },
  total: number,
  start: { price: number; units: Float64Array },
): Float64Array {
  const n = people.count;
  const { least, most } = bounds;
  const cost = (i: number, k: number) =>
    people.discontentChange(i, steps.units(k), steps.units(k + 1));

  // Prices are half derivatives by units.
  const worth = 2 * start.price * steps.units(1);
  const counts = new Float64Array(n);
  let left = total;
  for (let i = 0; i < n; i++) {
    let k = Math.min(most[i], Math.max(least[i], steps.count(start.units[i])));
    while (k < most[i] && cost(i, k) < worth) k++;
    while (k > least[i] && cost(i, k - 1) >= worth) k--;
    counts[i] = k;
    left -= k;
  }

  // What taking a next step costs, and what giving the last one back does.
  const next = (i: number) => counts[i] < most[i] ? cost(i, counts[i]) : Infinity;
  const back = (i: number) => counts[i] > least[i] ? -cost(i, counts[i] - 1) : Infinity;
  if (left !== 0) {
    const sign = Math.sign(left), change = sign > 0 ? next : back;
    const heap = new CostHeap(Float64Array.from(counts, (_, i) => change(i)));
    for (; left !== 0; left -= sign) {
      const i = heap.top;
      counts[i] += sign;
      heap.replaceTop(change(i));
    }
  }
  favourTheFirst(counts, next, back);
  return counts;
}

/** Among steps that cost the same, of which some are taken and some are not, takes the first people's. */
function favourTheFirst(
  counts: Float64Array,
  next: (i: number) => number,
  back: (i: number) => number,
): void {
  let cheapest = Infinity;
  for (let i = 0; i < counts.length; i++) cheapest = Math.min(cheapest, next(i));
  const taken: number[] = [], all: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    const isTaken = back(i) === -cheapest;
    if (isTaken) taken.push(i);
    if (isTaken || next(i) === cheapest) all.push(i);
  }
  if (taken.length === 0 || cheapest === Infinity) return;
  for (const i of taken) counts[i]--;
  for (const i of all.slice(0, taken.length)) counts[i]++;
}
