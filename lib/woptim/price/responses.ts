/**
 * What people take at a price, computed fast: the search looks at many prices and does not need the last bits.
 *
 * @module
 */
import { sumError } from "../exact/exact_sum.ts";
import type { People } from "./people.ts";
import { weighted, weightOf } from "../problem/weights.ts";

/** Straight lines of units by price, one a person: at + rate · price. */
interface Lines {
  at: Float64Array;
  rate: Float64Array;
}

/** Everybody's response as straight lines. */
export class Responses {
  readonly #people: People;
  // Units per price within the interval: 1 / slope.
  readonly #inside: Float64Array;
  // Responses beyond a soft bound; none where no such bound is passed.
  readonly #below?: Lines;
  readonly #above?: Lines;
  // Whether anybody has a hard bound beyond a soft one.
  readonly #hardBeyondSoft: boolean;

  /** The responses of `people`. */
  constructor(people: People) {
    this.#people = people;
    const { lower, upper, floor, ceiling, slope, count } = people;
    this.#inside = new Float64Array(count);
    let passBelow = false, passAbove = false, hardBeyond = false;
    for (let i = 0; i < count; i++) {
      this.#inside[i] = 1 / slope[i];
      if (floor[i] < lower[i]) passBelow = true;
      if (ceiling[i] > upper[i]) passAbove = true;
      hardBeyond ||= -Infinity < floor[i] && floor[i] < lower[i] ||
        upper[i] < ceiling[i] && ceiling[i] < Infinity;
    }
    this.#hardBeyondSoft = hardBeyond;
    if (passBelow) this.#below = this.#beyond(lower);
    if (passAbove) this.#above = this.#beyond(upper);
  }

  /** The responses beyond a bound (length people): x = (price + c + w b) / (s + w), with w the weight of the bound b. */
  #beyond(bound: Float64Array): Lines {
    const people = this.#people, { slope, options } = people;
    const at = new Float64Array(bound.length), rate = new Float64Array(bound.length);
    for (let i = 0; i < bound.length; i++) {
      const factor = people.factor(i);
      rate[i] = 1 / (slope[i] + factor * weightOf(bound[i], options));
      at[i] = (people.pull(i) + factor * weighted(bound[i], options)) * rate[i];
    }
    return { at, rate };
  }

  /** Everybody, by number. */
  everybody(): Uint32Array {
    const everybody = new Uint32Array(this.#people.count);
    for (let i = 0; i < everybody.length; i++) everybody[i] = i;
    return everybody;
  }

  /** Those of `some` whose response bends at a price strictly between `low` and `high`. */
  movers(some: Uint32Array, low: number, high: number): Uint32Array {
    const { lower, upper, center, floor, ceiling, slope } = this.#people;
    const hardBeyondSoft = this.#hardBeyondSoft;
    const movers = new Uint32Array(some.length);
    let count = 0;
    for (let j = 0; j < some.length; j++) {
      const i = some[j];
      const s = slope[i], t = center[i];
      const first = s * (Math.max(lower[i], floor[i]) - t);
      const last = s * (Math.min(upper[i], ceiling[i]) - t);
      const moves = (low < first && first < high) || (low < last && last < high) ||
        (hardBeyondSoft && this.#bendsBeyond(i, low, high));
      movers[count] = i;
      if (moves) count++;
    }
    return movers.slice(0, count);
  }

  /** Whether person i's response reaches a hard bound beyond a soft one at a price between `low` and `high`. */
  #bendsBeyond(i: number, low: number, high: number): boolean {
    const people = this.#people;
    const floor = people.floor[i], ceiling = people.ceiling[i];
    if (-Infinity < floor && floor < people.lower[i]) {
      const bend = people.halfDerivative(i, floor);
      if (low < bend && bend < high) return true;
    }
    if (people.upper[i] < ceiling && ceiling < Infinity) {
      const bend = people.halfDerivative(i, ceiling);
      if (low < bend && bend < high) return true;
    }
    return false;
  }

  /** All prices at which the responses of `some` bend; not sorted. */
  bends(some: Uint32Array): Float64Array {
    const prices = new Float64Array(4 * some.length);
    let count = 0;
    for (let j = 0; j < some.length; j++) count = this.#people.bendsOf(some[j], prices, count);
    return prices.subarray(0, count);
  }

  /** A price beyond all breakpoints, above them or below. */
  beyondBends(direction: 1 | -1): number {
    // |h(x)| ≤ s |x| + |c| at soft bounds, and at the hard ones within them.
    const people = this.#people;
    if (!this.#hardBeyondSoft) return direction * 3 * people.priceScale;
    const outermost = people.nextBend(direction * Infinity, direction === 1 ? -1 : 1);
    // There is none where all who may move have open bounds.
    return (Number.isFinite(outermost) ? outermost : 0) + direction * people.priceScale;
  }

  /**
   * `available` − Σ responses of `some` to a price, quickly: each response to about a double's precision. Within the
   * interval a response is the line center + price / s; the lines beyond soft bounds are less steep, so that the lesser
   * one holds above and the greater one below.
   */
  missingAt(price: number, some: Uint32Array, available: number): number {
    const { center, floor, ceiling } = this.#people;
    const inside = this.#inside, above = this.#above, below = this.#below;
    let missing = available, lost = 0;
    for (let j = 0; j < some.length; j++) {
      const i = some[j];
      let x = center[i] + price * inside[i];
      if (above !== undefined) x = Math.min(x, above.at[i] + price * above.rate[i]);
      if (below !== undefined) x = Math.max(x, below.at[i] + price * below.rate[i]);
      x = Math.max(floor[i], Math.min(ceiling[i], x));
      const next = missing - x;
      lost += sumError(missing, -x, next);
      missing = next;
    }
    return missing + lost;
  }
}
