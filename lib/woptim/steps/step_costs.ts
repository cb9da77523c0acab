/**
 * What a person's next whole step adds to the discontent, compared without rounding.
 *
 * @module
 */
import { decimalOf, scaledTo } from "../exact/decimal.ts";
import {
  addFractions,
  type Fraction,
  fractionOf,
  multiplyFractions,
  tenTo,
  ZERO,
} from "../exact/fraction.ts";
import type { People } from "../price/people.ts";
import type { Steps } from "./steps.ts";
import { weightOf } from "../problem/weights.ts";

/** Relative error of an estimate: some ten half epsilons. */
const ROUNDINGS = 2 ** -49;

/**
 * The costs of steps: c(i, k) is what person i's step from k to k + 1 adds. Each is estimated in doubles with a bound on
 * the error; two estimates that are too near to each other are computed as fractions of the decimals that the
 * numbers were written as.
 */
export class StepCosts {
  readonly #people: People;
  readonly #steps: Steps;
  /** Bound on the error of the last {@link estimate}. */
  error = 0;

  /** Costs of the people's `steps`. */
  constructor(people: People, steps: Steps) {
    this.#people = people;
    this.#steps = steps;
  }

  /** What is counted. */
  get steps(): Steps {
    return this.#steps;
  }

  /** c(i, k) as a double; {@link error} says how far off it may be. */
  estimate(i: number, k: number): number {
    const people = this.#people, step = this.#steps.size, options = people.options;
    const t = people.target[i], l = people.lower[i], u = people.upper[i];
    const a = this.#steps.units(k), b = this.#steps.units(k + 1);
    const sizes = Math.abs(a) + Math.abs(b);
    const factor = people.factor(i);
    let rate = factor * options.gamma * weightOf(t, options) * step;
    // A group may have no target.
    const hasTarget = !Number.isNaN(t);
    let cost = hasTarget ? rate * ((a - t) + (b - t)) : 0;
    let error = hasTarget ? rate * (sizes + 2 * Math.abs(t)) : 0;
    const p = people.previous === undefined ? NaN : people.previous[i];
    if (!Number.isNaN(p)) {
      rate = factor * options.changeWeight * weightOf(p, options) * step;
      cost += rate * ((a - p) + (b - p));
      error += rate * (sizes + 2 * Math.abs(p));
    }
    if (a < l) {
      const w = people.lowerWeight(i), short = l - a;
      cost -= b <= l ? w * step * (short + (l - b)) : w * short * short;
      error += w * (step + (b <= l ? 0 : short)) * (sizes + 2 * Math.abs(l));
    }
    if (b > u) {
      const w = people.upperWeight(i), over = b - u;
      cost += a >= u ? w * step * ((a - u) + over) : w * over * over;
      error += w * (step + (a >= u ? 0 : over)) * (sizes + 2 * Math.abs(u));
    }
    this.error = ROUNDINGS * error;
    return cost;
  }

  /** Whether a and b ask for the same, so that equal steps cost the same. */
  areAlike(a: number, b: number): boolean {
    const { target, lower, upper, weight, previous } = this.#people;
    return target[a] === target[b] && lower[a] === lower[b] && upper[a] === upper[b] &&
      (weight === undefined || weight[a] === weight[b]) &&
      (previous === undefined || Object.is(previous[a], previous[b]));
  }

  /** c(i, k) as a fraction. */
  exact(i: number, k: number): Fraction {
    const { target, lower, upper, weight, previous, options } = this.#people;
    const { n: step, d: parts } = this.#steps.fraction;
    const given = [target[i], options.tMin, lower[i], upper[i], previous?.[i] ?? NaN];
    const decimals = given.map((v) => decimalOf(Number.isFinite(v) ? v : 0));
    // All amounts are counted in units of 10^finest / parts, where a step is a whole number too.
    const finest = Math.min(0, ...decimals.map(({ exponent }) => exponent));
    const [t, tMin, low, up, before] = decimals.map((v) => scaledTo(finest, v) * parts);
    const a = BigInt(k) * step * tenTo(-finest), b = a + step * tenTo(-finest);
    const weightFor = (v: bigint) => options.absolute ? 1n : v > tMin ? v : tMin;
    // b² − a² around v, over the weight's denominator.
    const miss = (v: bigint): Fraction => ({ n: (b - a) * (a + b - 2n * v), d: weightFor(v) });
    let sum = Number.isNaN(given[0]) ? ZERO : multiplyFractions(fractionOf(options.gamma), miss(t));
    if (Number.isFinite(given[4])) {
      sum = addFractions(sum, multiplyFractions(fractionOf(options.changeWeight), miss(before)));
    }
    if (Number.isFinite(given[2]) && a < low) {
      const after = b < low ? low - b : 0n;
      sum = addFractions(sum, { n: after * after - (low - a) * (low - a), d: weightFor(low) });
    }
    if (Number.isFinite(given[3]) && b > up) {
      const ago = a > up ? a - up : 0n;
      sum = addFractions(sum, { n: (b - up) * (b - up) - ago * ago, d: weightFor(up) });
    }
    if (weight !== undefined) sum = multiplyFractions(sum, fractionOf(weight[i]));
    // The discontent goes with the first power of the units, or the second.
    const unit = parts * tenTo(-finest);
    return { n: sum.n, d: sum.d * unit * (options.absolute ? unit : 1n) };
  }
}
