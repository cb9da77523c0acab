/**
 * Each person's discontent, and what a person takes at a price: the two sides of the method.
 *
 * The discontent of somebody with target t and interval [l, u] who gets x units is
 *
 *     f(x) = γ w(t) (x − t)² + w(l) (l − x)₊² + w(u) (x − u)₊²,
 *
 * a convex function made of three parabolas that meet at l and u. Half its derivative,
 *
 *     h(x) = s x − c,   s = γ w(t) [+ w(l) below l] [+ w(u) above u],   c = γ w(t) t [+ w(l) l] [+ w(u) u],
 *
 * is continuous, piecewise linear and strictly increasing. So for every price m there is just one amount x with
 * h(x) = m; kept within the hard bounds [floor, ceiling] it is the person's response to m, and grows with m.
 *
 * @module
 */
import { productError, sumError } from "./exact_sum.ts";
import type { ResolvedSplitOptions } from "./options.ts";
import type { CheckedColumns } from "./problem.ts";
import { weighted, weightOf } from "./weights.ts";

/** What all people together take at a price. */
export interface Demand {
  /** total − Σ units, to about twice a double's precision. */
  missing: number;
  /** Σ |units| of those who are at no hard bound. */
  size: number;
  /** What Σ units grows by, per unit of price. */
  slope: number;
}

/** Straight lines of units by price, one a person: at + rate · price. */
interface Lines {
  at: Float64Array;
  rate: Float64Array;
}

/** The people of a split and their hard bounds. */
export class People {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly target: Float64Array;
  /** Least units that each person may get; −Infinity: no such bound. */
  readonly floor: Float64Array;
  /** Most units that each person may get; Infinity: no such bound. */
  readonly ceiling: Float64Array;
  /** A price that is large beside the rounding of prices here, and not beside the prices. */
  readonly priceScale: number;
  readonly #options: ResolvedSplitOptions;
  // h(x) = slope · (x − target) within the interval; inside = 1 / slope.
  readonly #slope: Float64Array;
  readonly #inside: Float64Array;
  // Responses beyond a soft bound; none where no such bound is passed.
  readonly #below?: Lines;
  readonly #above?: Lines;
  // Whether anybody has a hard bound beyond a soft one.
  readonly #hardBeyondSoft: boolean;

  /** People with the hard bounds given. */
  constructor(
    { lower, upper, target }: Pick<CheckedColumns, "lower" | "upper" | "target">,
    hard: { floor: Float64Array; ceiling: Float64Array },
    options: ResolvedSplitOptions,
  ) {
    this.lower = lower;
    this.upper = upper;
    this.target = target;
    this.floor = hard.floor;
    this.ceiling = hard.ceiling;
    this.#options = options;
    this.#slope = new Float64Array(target.length);
    this.#inside = new Float64Array(target.length);
    let scale = 0, passBelow = false, passAbove = false, hardBeyond = false;
    for (let i = 0; i < target.length; i++) {
      const s = this.#slope[i] = options.gamma * weightOf(target[i], options);
      const c = options.gamma * weighted(target[i], options);
      this.#inside[i] = 1 / s;
      scale = Math.max(scale, Math.abs(c), s * Math.abs(lower[i]), s * Math.abs(upper[i]));
      const floor = hard.floor[i], ceiling = hard.ceiling[i];
      if (floor < lower[i]) passBelow = true;
      if (ceiling > upper[i]) passAbove = true;
      hardBeyond ||= -Infinity < floor && floor < lower[i] ||
        upper[i] < ceiling && ceiling < Infinity;
    }
    this.priceScale = scale || 1;
    this.#hardBeyondSoft = hardBeyond;
    if (passBelow) this.#below = this.#beyond(lower);
    if (passAbove) this.#above = this.#beyond(upper);
  }

  /** The responses beyond a bound (length people): x = (price + c + w b) / (s + w), with w the weight of the bound b. */
  #beyond(bound: Float64Array): Lines {
    const { target } = this;
    const slope = this.#slope, options = this.#options;
    const at = new Float64Array(bound.length), rate = new Float64Array(bound.length);
    for (let i = 0; i < bound.length; i++) {
      rate[i] = 1 / (slope[i] + weightOf(bound[i], options));
      const c = options.gamma * weighted(target[i], options);
      at[i] = (c + weighted(bound[i], options)) * rate[i];
    }
    return { at, rate };
  }

  /** Number of people. */
  get count(): number {
    return this.target.length;
  }

  /** Half the derivative of person i's discontent at x units. */
  halfDerivative(i: number, x: number): number {
    const options = this.#options, l = this.lower[i], u = this.upper[i];
    let h = this.#slope[i] * (x - this.target[i]);
    if (x < l) h += weightOf(l, options) * (x - l);
    if (x > u) h += weightOf(u, options) * (x - u);
    return h;
  }

  /** Everybody's discontent with `units` (length people). */
  discontent(units: Float64Array): Float64Array {
    const { lower, upper, target } = this;
    const slope = this.#slope, options = this.#options;
    const discontent = new Float64Array(units.length);
    for (let i = 0; i < units.length; i++) {
      const x = units[i], t = target[i], l = lower[i], u = upper[i];
      let f = slope[i] * ((x - t) * (x - t));
      if (x < l) f += weightOf(l, options) * ((l - x) * (l - x));
      if (x > u) f += weightOf(u, options) * ((x - u) * (x - u));
      discontent[i] = f;
    }
    return discontent;
  }

  /** f(b) − f(a) for person i, without subtracting two large numbers. */
  discontentChange(i: number, a: number, b: number): number {
    const options = this.#options, t = this.target[i], l = this.lower[i], u = this.upper[i];
    const shortA = Math.max(0, l - a), shortB = Math.max(0, l - b);
    const overA = Math.max(0, a - u), overB = Math.max(0, b - u);
    let change = this.#slope[i] * (b - a) * ((a - t) + (b - t));
    if (shortA + shortB > 0) change += weightOf(l, options) * (shortB - shortA) * (shortA + shortB);
    if (overA + overB > 0) change += weightOf(u, options) * (overB - overA) * (overA + overB);
    return change;
  }

  /**
   * The prices at which person i's response bends, where it reaches or leaves a bound, soft or hard: writes them to
   * `prices` from `at` on and returns the place after the last one. At most four. Somebody whose hard bounds are
   * one has a bend there that is none.
   */
  #bendsOf(i: number, prices: Float64Array, at: number): number {
    const floor = this.floor[i], ceiling = this.ceiling[i];
    const lower = this.lower[i], upper = this.upper[i];
    if (floor > -Infinity) prices[at++] = this.halfDerivative(i, floor);
    if (floor < lower) prices[at++] = this.halfDerivative(i, lower);
    if (ceiling > upper) prices[at++] = this.halfDerivative(i, upper);
    if (ceiling < Infinity) prices[at++] = this.halfDerivative(i, ceiling);
    return at;
  }

  /** Everybody, by number. */
  everybody(): Uint32Array {
    const everybody = new Uint32Array(this.count);
    for (let i = 0; i < everybody.length; i++) everybody[i] = i;
    return everybody;
  }

  /** Those of `some` whose response bends at a price strictly between `low` and `high`. */
  movers(some: Uint32Array, low: number, high: number): Uint32Array {
    const { lower, upper, target, floor, ceiling } = this;
    const slope = this.#slope;
    const hardBeyondSoft = this.#hardBeyondSoft;
    const movers = new Uint32Array(some.length);
    let count = 0;
    for (let j = 0; j < some.length; j++) {
      const i = some[j];
      const s = slope[i], t = target[i];
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
    const floor = this.floor[i], ceiling = this.ceiling[i];
    if (-Infinity < floor && floor < this.lower[i]) {
      const bend = this.halfDerivative(i, floor);
      if (low < bend && bend < high) return true;
    }
    if (this.upper[i] < ceiling && ceiling < Infinity) {
      const bend = this.halfDerivative(i, ceiling);
      if (low < bend && bend < high) return true;
    }
    return false;
  }

  /** All prices at which the responses of `some` bend; not sorted. */
  bends(some: Uint32Array): Float64Array {
    const prices = new Float64Array(4 * some.length);
    let count = 0;
    for (let j = 0; j < some.length; j++) count = this.#bendsOf(some[j], prices, count);
    return prices.subarray(0, count);
  }

  /** A price beyond all breakpoints, above them or below. */
  beyondBends(direction: 1 | -1): number {
    // |h(x)| ≤ s |x| + |c| at soft bounds, and at the hard ones within them.
    if (!this.#hardBeyondSoft) return direction * 3 * this.priceScale;
    return this.nextBend(direction * Infinity, direction === 1 ? -1 : 1) +
      direction * this.priceScale;
  }

  /** The breakpoint next to `price`, in the direction given; ±Infinity if there is none. */
  nextBend(price: number, direction: 1 | -1): number {
    let next = direction * Infinity;
    const bends = new Float64Array(4);
    for (let i = 0; i < this.count; i++) {
      if (this.floor[i] === this.ceiling[i]) continue;
      for (let k = this.#bendsOf(i, bends, 0); k-- > 0;) {
        const bend = bends[k];
        if (direction > 0 ? price < bend && bend < next : next < bend && bend < price) next = bend;
      }
    }
    return next;
  }

  /**
   * `available` − Σ responses of `some` to a price, quickly: each response to about a double's precision. Within the
   * interval a response is the line t + price / s; the lines beyond soft bounds are less steep, so that the lesser
   * one holds above and the greater one below.
   */
  missingAt(price: number, some: Uint32Array, available: number): number {
    const { target, floor, ceiling } = this;
    const inside = this.#inside, above = this.#above, below = this.#below;
    let missing = available, lost = 0;
    for (let j = 0; j < some.length; j++) {
      const i = some[j];
      let x = target[i] + price * inside[i];
      if (above !== undefined) x = Math.min(x, above.at[i] + price * above.rate[i]);
      if (below !== undefined) x = Math.max(x, below.at[i] + price * below.rate[i]);
      x = Math.max(floor[i], Math.min(ceiling[i], x));
      const next = missing - x;
      lost += sumError(missing, -x, next);
      missing = next;
    }
    return missing + lost;
  }

  /**
   * Writes everybody's response to the price `high + low` (a double and the part of it that a double can't hold)
   * into `units`, each right to about the last bit: price and constant may cancel, so both are carried in
   * twice the precision.
   */
  respond(high: number, low: number, total: number, units: Float64Array): Demand {
    const { lower, upper, target, floor, ceiling, count } = this;
    const slopes = this.#slope, options = this.#options;
    const { gamma } = options;
    let missing = total, lost = 0, size = 0, slope = 0;
    for (let i = 0; i < count; i++) {
      const l = lower[i], u = upper[i], t = weighted(target[i], options);
      const c = gamma * t;
      let s = slopes[i];
      // price + constant = sum + rest
      const sum = high + c;
      const rest = sumError(high, c, sum) + low +
        productError(gamma, t, c);
      // x = (price + c) / s = t + price / s; the first is the better one far from t, the second near it.
      let x = Math.abs(sum) < 0.5 * Math.abs(c) ? (sum + rest) / s : target[i] + (high + low) / s;
      if (x < l) {
        const more = weighted(l, options);
        s += weightOf(l, options);
        x = Math.min(l, (sum + more + (sumError(sum, more, sum + more) + rest)) / s);
      } else if (x > u) {
        const more = weighted(u, options);
        s += weightOf(u, options);
        x = Math.max(u, (sum + more + (sumError(sum, more, sum + more) + rest)) / s);
      }
      if (x <= floor[i]) x = floor[i];
      else if (x >= ceiling[i]) x = ceiling[i];
      else {
        slope += 1 / s;
        size += Math.abs(x);
      }
      units[i] = x;
      const next = missing - x;
      lost += sumError(missing, -x, next);
      missing = next;
    }
    return { missing: missing + lost, size, slope };
  }
}
