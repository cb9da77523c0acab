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

/** |bound|; an open bound is at no price and has no size. */
function size(bound: number): number {
  return Number.isFinite(bound) ? Math.abs(bound) : 0;
}

/** What all people together take at a price. */
export interface Demand {
  /** total − Σ units, to about twice a double's precision. */
  missing: number;
  /** Σ |units| of those who are at no hard bound. */
  size: number;
  /** What Σ units grows by, per unit of price. */
  slope: number;
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
  /** What weighs how much. */
  readonly options: ResolvedSplitOptions;
  /** What h grows by per unit within the interval: h(x) = slope · (x − target). */
  readonly slope: Float64Array;

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
    this.options = options;
    this.slope = new Float64Array(target.length);
    let scale = 0;
    for (let i = 0; i < target.length; i++) {
      const s = this.slope[i] = options.gamma * weightOf(target[i], options);
      const c = options.gamma * weighted(target[i], options);
      scale = Math.max(scale, Math.abs(c), s * size(lower[i]), s * size(upper[i]));
    }
    this.priceScale = scale || 1;
  }

  /** Number of people. */
  get count(): number {
    return this.target.length;
  }

  /** Half the derivative of person i's discontent at x units. */
  halfDerivative(i: number, x: number): number {
    const options = this.options, l = this.lower[i], u = this.upper[i];
    let h = this.slope[i] * (x - this.target[i]);
    if (x < l) h += weightOf(l, options) * (x - l);
    if (x > u) h += weightOf(u, options) * (x - u);
    return h;
  }

  /** Everybody's discontent with `units` (length people). */
  discontent(units: Float64Array): Float64Array {
    const { lower, upper, target } = this;
    const slope = this.slope, options = this.options;
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

  /** The weight of what person i falls short of the lower bound. */
  lowerWeight(i: number): number {
    return weightOf(this.lower[i], this.options);
  }

  /** The weight of what person i has beyond the upper bound. */
  upperWeight(i: number): number {
    return weightOf(this.upper[i], this.options);
  }

  /**
   * The prices at which person i's response bends, where it reaches or leaves a bound, soft or hard: writes them to
   * `prices` from `at` on and returns the place after the last one. At most four. Somebody whose hard bounds are
   * one has a bend there that is none.
   */
  bendsOf(i: number, prices: Float64Array, at: number): number {
    const floor = this.floor[i], ceiling = this.ceiling[i];
    const lower = this.lower[i], upper = this.upper[i];
    if (floor > -Infinity) prices[at++] = this.halfDerivative(i, floor);
    if (floor < lower) prices[at++] = this.halfDerivative(i, lower);
    if (ceiling > upper) prices[at++] = this.halfDerivative(i, upper);
    if (ceiling < Infinity) prices[at++] = this.halfDerivative(i, ceiling);
    return at;
  }

  /** The breakpoint next to `price`, in the direction given; ±Infinity if there is none. */
  nextBend(price: number, direction: 1 | -1): number {
    let next = direction * Infinity;
    const bends = new Float64Array(4);
    for (let i = 0; i < this.count; i++) {
      if (this.floor[i] === this.ceiling[i]) continue;
      for (let k = this.bendsOf(i, bends, 0); k-- > 0;) {
        const bend = bends[k];
        if (direction > 0 ? price < bend && bend < next : next < bend && bend < price) next = bend;
      }
    }
    return next;
  }

  /**
   * Writes everybody's response to the price `high + low` (a double and the part of it that a double can't hold)
   * into `units`, each right to about the last bit: price and constant may cancel, so both are carried in
   * twice the precision.
   */
  respond(high: number, low: number, total: number, units: Float64Array): Demand {
    const { lower, upper, target, floor, ceiling, count } = this;
    const slopes = this.slope, options = this.options;
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
