/**
 * Each person's discontent, and what a person takes at a price: the two sides of the method.
 *
 * The discontent of somebody of weight W with target t and interval [l, u], who had p units last time and gets x, is
 *
 *     f(x) = W (γ w(t) (x − t)² + κ w(p) (x − p)² + w(l) (l − x)₊² + w(u) (x − u)₊²),
 *
 * with κ the change weight (the term is 0 without a previous amount): a convex function made of three parabolas that
 * meet at l and u. Half its derivative,
 *
 *     h(x) = s x − c,   s = W (γ w(t) + κ w(p) [+ w(l) below l] [+ w(u) above u]),
 *                       c = W (γ w(t) t + κ w(p) p [+ w(l) l] [+ w(u) u]),
 *
 * is continuous, piecewise linear and strictly increasing. So for every price m there is just one amount x with
 * h(x) = m; kept within the hard bounds [floor, ceiling] it is the person's response to m, and grows with m.
 *
 * @module
 */
import { productError, sumError } from "../exact/exact_sum.ts";
import { discontentAt, discontentOf, type Wishes } from "../problem/discontent.ts";
import type { ResolvedSplitOptions } from "../problem/options.ts";
import { weighted, weightOf } from "../problem/weights.ts";

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
  /** Float64Array, length people, as are the others; −Infinity: no bound. */
  readonly lower: Float64Array;
  /** Infinity: no bound. */
  readonly upper: Float64Array;
  /** What each asks for. */
  readonly target: Float64Array;
  /** How much each person's discontent counts; undefined: 1 each. */
  readonly weight?: Float64Array;
  /** Units that each person had last time, where changes cost; NaN: none. */
  readonly previous?: Float64Array;
  /** Least units that each person may get; −Infinity: no such bound. */
  readonly floor: Float64Array;
  /** Most units that each person may get; Infinity: no such bound. */
  readonly ceiling: Float64Array;
  /** A price that is large beside the rounding of prices here, and not beside the prices. */
  readonly priceScale: number;
  /** Options of the split: the weights of the terms of a discontent. */
  readonly options: ResolvedSplitOptions;
  /** What h grows by per unit within the interval: h(x) = slope · (x − center). */
  readonly slope: Float64Array;
  /** Where each person likes it best: the target, or between it and the previous amount. */
  readonly center: Float64Array;
  // slope · center: rounded, and what was rounded off.
  readonly #pull: Float64Array;
  readonly #pullRest: Float64Array;

  /** People with the hard bounds given. */
  constructor(
    wishes: Wishes,
    hard: { floor: Float64Array; ceiling: Float64Array },
    options: ResolvedSplitOptions,
  ) {
    const { lower, upper, target, weight, previous } = wishes;
    this.lower = lower;
    this.upper = upper;
    this.target = target;
    this.weight = weight;
    this.previous = options.changeWeight > 0 ? previous : undefined;
    this.floor = hard.floor;
    this.ceiling = hard.ceiling;
    this.options = options;
    const n = target.length;
    this.slope = new Float64Array(n);
    this.center = this.previous === undefined ? target : new Float64Array(n);
    this.#pull = new Float64Array(n);
    this.#pullRest = new Float64Array(n);
    this.#setTargets();
    if (this.previous !== undefined) this.#addChanges(this.previous);
    const slope = this.slope, pull = this.#pull;
    let scale = 0;
    for (let i = 0; i < n; i++) {
      const s = slope[i];
      scale = Math.max(scale, Math.abs(pull[i]), s * size(lower[i]), s * size(upper[i]));
    }
    this.priceScale = scale || 1;
  }

  /** The same wishes with other bounds: soft ones where given, hard ones where given. */
  withBounds(bounds: Partial<Pick<People, "lower" | "upper" | "floor" | "ceiling">>): People {
    const { lower = this.lower, upper = this.upper } = bounds;
    const { floor = this.floor, ceiling = this.ceiling } = bounds;
    const { target, weight, previous, options } = this;
    return new People({ lower, upper, target, weight, previous }, { floor, ceiling }, options);
  }

  /** Those of the people whose numbers `some` has, in its order. */
  subset(some: ArrayLike<number>): People {
    const pick = (values: Float64Array) => Float64Array.from(some, (i) => values[i]);
    const { weight, previous } = this;
    return new People(
      {
        lower: pick(this.lower),
        upper: pick(this.upper),
        target: pick(this.target),
        ...(weight !== undefined && { weight: pick(weight) }),
        ...(previous !== undefined && { previous: pick(previous) }),
      },
      { floor: pick(this.floor), ceiling: pick(this.ceiling) },
      this.options,
    );
  }

  /** Sets slope and pull for misses of the target. */
  #setTargets(): void {
    const { options, target, weight, slope } = this, { gamma } = options;
    const pull = this.#pull, pullRest = this.#pullRest;
    for (let i = 0; i < target.length; i++) {
      const t = weighted(target[i], options), w = weightOf(target[i], options);
      const factor = weight === undefined ? 1 : weight[i], g = gamma * factor, c = g * t;
      slope[i] = g * w;
      pull[i] = c;
      pullRest[i] = productError(g, t, c) + productError(gamma, factor, g) * t;
    }
  }

  /** Adds slope and pull for changes, for those with a previous amount. */
  #addChanges(previous: Float64Array): void {
    const { options, slope } = this, { changeWeight } = options;
    const pull = this.#pull, pullRest = this.#pullRest;
    this.center.set(this.target);
    for (let i = 0; i < previous.length; i++) {
      const p = previous[i];
      if (Number.isNaN(p)) continue;
      const factor = this.factor(i), k = changeWeight * factor, w = weighted(p, options);
      const more = k * w, sum = pull[i] + more;
      pullRest[i] += productError(k, w, more) + productError(changeWeight, factor, k) * w +
        sumError(pull[i], more, sum);
      pull[i] = sum;
      slope[i] += k * weightOf(p, options);
      this.center[i] = (sum + pullRest[i]) / slope[i];
    }
  }

  /** slope · center of person i, rounded once. */
  pull(i: number): number {
    return this.#pull[i];
  }

  /** How much person i's discontent counts. */
  factor(i: number): number {
    return this.weight === undefined ? 1 : this.weight[i];
  }

  /** Number of people. */
  get count(): number {
    return this.target.length;
  }

  /** Half the derivative of person i's discontent at x units. */
  halfDerivative(i: number, x: number): number {
    const l = this.lower[i], u = this.upper[i];
    let h = this.slope[i] * (x - this.center[i]);
    if (x < l) h += this.lowerWeight(i) * (x - l);
    if (x > u) h += this.upperWeight(i) * (x - u);
    return h;
  }

  /** Everybody's discontent with `units` (length people). */
  discontent(units: Float64Array): Float64Array {
    return discontentOf(this, this.options, units);
  }

  /** Person i's discontent with x units. */
  discontentAt(i: number, x: number): number {
    return discontentAt(this, this.options, i, x);
  }

  /** Person i's response to a price, to about a double's precision. */
  respondOne(i: number, price: number): number {
    const l = this.lower[i], u = this.upper[i], s = this.slope[i];
    let x = this.center[i] + price / s;
    if (x < l) {
      const w = this.lowerWeight(i);
      x = Math.min(l, (price + this.#pull[i] + w * l) / (s + w));
    } else if (x > u) {
      const w = this.upperWeight(i);
      x = Math.max(u, (price + this.#pull[i] + w * u) / (s + w));
    }
    return Math.max(this.floor[i], Math.min(this.ceiling[i], x));
  }

  /** Compares two people, so that sorting puts those side by side who ask for the same within the same hard bounds; 0 for such two. */
  compareWishes(a: number, b: number): number {
    const { target, lower, upper, floor, ceiling, weight, previous } = this;
    for (const values of [target, lower, upper, floor, ceiling, weight, previous]) {
      if (values === undefined || Object.is(values[a], values[b])) continue;
      if (Number.isNaN(values[a])) return 1;
      if (Number.isNaN(values[b])) return -1;
      if (values[a] !== values[b]) return values[a] - values[b];
    }
    return 0;
  }

  /** What half the derivative of person i's discontent grows by per unit at x. */
  slopeAt(i: number, x: number): number {
    return this.slope[i] + (x < this.lower[i] ? this.lowerWeight(i) : 0) +
      (x > this.upper[i] ? this.upperWeight(i) : 0);
  }

  /** The weight of what person i falls short of the lower bound. */
  lowerWeight(i: number): number {
    return this.factor(i) * weightOf(this.lower[i], this.options);
  }

  /** The weight of what person i has beyond the upper bound. */
  upperWeight(i: number): number {
    return this.factor(i) * weightOf(this.upper[i], this.options);
  }

  /**
   * The prices at which person i's response bends, where it reaches or leaves a bound, soft or hard: writes them to
   * `prices` from `at` on and returns the place after the last one. At most four. Somebody whose two hard bounds
   * are equal never moves; the bend that is written for them changes nothing.
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
    const { lower, upper, center, floor, ceiling, count, options, weight } = this;
    const slopes = this.slope, pull = this.#pull, pullRest = this.#pullRest;
    let missing = total, lost = 0, size = 0, slope = 0;
    for (let i = 0; i < count; i++) {
      const l = lower[i], u = upper[i], c = pull[i];
      let s = slopes[i];
      // price + constant = sum + rest
      const sum = high + c;
      const rest = sumError(high, c, sum) + low + pullRest[i];
      // x = (price + c) / s = center + price / s; the first is the better one far from it, the second near it.
      let x = Math.abs(sum) < 0.5 * Math.abs(c) ? (sum + rest) / s : center[i] + (high + low) / s;
      if (x < l) {
        const factor = weight === undefined ? 1 : weight[i];
        const more = factor * weighted(l, options);
        s += factor * weightOf(l, options);
        x = Math.min(l, (sum + more + (sumError(sum, more, sum + more) + rest)) / s);
      } else if (x > u) {
        const factor = weight === undefined ? 1 : weight[i];
        const more = factor * weighted(u, options);
        s += factor * weightOf(u, options);
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
