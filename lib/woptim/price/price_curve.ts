/**
 * The price as a function of the total, while the hard bounds stay as they are.
 *
 * @module
 */
import { firstAbove } from "../../base/arrays/sorted_place.ts";
import type { People } from "./people.ts";

/**
 * What all people together take grows with the price along straight lines between the people's breakpoints. One sweep over
 * these, sorted, gives the total at each of them; the price of any total then is an interpolation.
 */
export class PriceCurve {
  readonly #people: People;
  /** Prices at which somebody's response bends, ascending. */
  readonly prices: Float64Array;
  /** Σ units at each of them. */
  readonly totals: Float64Array;
  // Units that the sum grows by per unit of price, before the first bend and after each.
  readonly #slopes: Float64Array;

  /** The curve of `people` with their hard bounds. O(n log n). */
  constructor(people: People) {
    this.#people = people;
    const bends = bendsOf(people);
    this.prices = bends.prices;
    const n = this.prices.length;
    this.totals = new Float64Array(n);
    this.#slopes = new Float64Array(n + 1);
    this.#slopes[0] = Math.max(0, bends.slopeBelow);
    if (n === 0) return;
    const units = new Float64Array(people.count);
    let sum = -people.respond(this.prices[0], 0, 0, units).missing, slope = bends.slopeBelow;
    for (let k = 0; k < n; k++) {
      if (k > 0) sum += this.#slopes[k] * (this.prices[k] - this.prices[k - 1]);
      this.totals[k] = sum;
      slope += bends.changes[k];
      this.#slopes[k + 1] = Math.max(0, slope);
    }
  }

  /**
   * Writes the units of a total into `units` (length people) and returns its price, half the multiplier; null where the
   * interpolation, made better by Newton's method, does not come to the total's last bits: then a search is due.
   */
  unitsAt(total: number, units: Float64Array): number | null {
    let price = this.#interpolated(total);
    if (!Number.isFinite(price)) return null;
    for (let pass = 0; pass < 6; pass++) {
      const { missing, size, slope } = this.#people.respond(price, 0, total, units);
      if (Math.abs(missing) <= 4 * Number.EPSILON * Math.max(size, total)) {
        // At a bend of all who could move there is a range of prices, which a search looks for.
        return slope > 0 ? price : null;
      }
      if (slope === 0) return null;
      price += missing / slope;
    }
    return null;
  }

  #interpolated(total: number): number {
    const { prices, totals } = this;
    // The number of bends at which the sum is at most the total.
    const from = firstAbove(totals, total);
    const near = Math.max(0, from - 1), slope = this.#slopes[from];
    return slope > 0 ? prices[near] + (total - totals[near]) / slope : NaN;
  }
}

/** Prices at which responses bend, sorted, what the slope of their sum changes by there, and what it is below them all. */
function bendsOf(people: People) {
  const { floor, ceiling, lower, upper, slope, count } = people;
  const prices: number[] = [], changes: number[] = [];
  let slopeBelow = 0;
  const bend = (i: number, x: number, before: number, after: number) => {
    prices.push(people.halfDerivative(i, x));
    changes.push(after - before);
  };
  for (let i = 0; i < count; i++) {
    if (floor[i] === ceiling[i]) continue;
    const inside = 1 / slope[i];
    const below = floor[i] < lower[i] ? 1 / (slope[i] + people.lowerWeight(i)) : inside;
    const above = ceiling[i] > upper[i] ? 1 / (slope[i] + people.upperWeight(i)) : inside;
    if (floor[i] > -Infinity) bend(i, floor[i], 0, below);
    else slopeBelow += below;
    if (floor[i] < lower[i]) bend(i, lower[i], below, inside);
    if (ceiling[i] > upper[i]) bend(i, upper[i], inside, above);
    if (ceiling[i] < Infinity) bend(i, ceiling[i], above, 0);
  }
  const order = Uint32Array.from(prices, (_, k) => k).sort((a, b) => prices[a] - prices[b]);
  return {
    prices: Float64Array.from(order, (k) => prices[k]),
    changes: Float64Array.from(order, (k) => changes[k]),
    slopeBelow,
  };
}
