/**
 * What a person's next whole step adds to the discontent, compared without rounding.
 *
 * @module
 */
import { type Decimal, decimalOf, scaledTo } from "./decimal.ts";
import type { People } from "./people.ts";

/** A cost as an exact fraction; the denominator is positive. */
interface Cost {
  n: bigint;
  d: bigint;
}

/** Room for the roundings of an estimate, relative to the sizes that go into it: some ten half epsilons. */
const ROUNDINGS = 2 ** -49;

/**
 * The costs of steps: c(i, k) is what person i's step from k to k + 1 adds. Each is estimated in doubles with a bound on
 * the error; two estimates that are too near to each other to tell are worked out as fractions of the decimals that the
 * numbers were written as.
 */
export class StepCosts {
  readonly #people: People;
  /** Units of a step. */
  readonly step: number;
  readonly #units: (count: number) => number;
  /** Bound on the error of the last {@link estimate}. */
  error = 0;

  /** Costs of steps of `step` units; `units(k)` is the double nearest to k steps. */
  constructor(people: People, step: number, units: (count: number) => number) {
    this.#people = people;
    this.step = step;
    this.#units = units;
  }

  /** c(i, k) as a double; {@link error} says how far off it may be. */
  estimate(i: number, k: number): number {
    const people = this.#people, step = this.step;
    const t = people.target[i], l = people.lower[i], u = people.upper[i];
    const a = this.#units(k), b = this.#units(k + 1);
    const sizes = Math.abs(a) + Math.abs(b);
    const rate = people.slope[i] * step;
    let cost = rate * ((a - t) + (b - t));
    let error = rate * (sizes + 2 * Math.abs(t));
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
    const { target, lower, upper } = this.#people;
    return target[a] === target[b] && lower[a] === lower[b] && upper[a] === upper[b];
  }

  /** c(i, k) as a fraction. */
  exact(i: number, k: number): Cost {
    const { target, lower, upper, options } = this.#people;
    const l = lower[i], u = upper[i];
    const decimals = [target[i], this.step, options.tMin, isFinite(l) ? l : 0, isFinite(u) ? u : 0]
      .map(decimalOf);
    const finest = Math.min(...decimals.map(({ exponent }) => exponent));
    const [t, step, tMin, low, up] = decimals.map((decimal) => scaledTo(finest, decimal));
    const gamma = decimalOf(options.gamma);
    const a = BigInt(k) * step, b = a + step;
    const weight = (v: bigint) => options.absolute ? 1n : v > tMin ? v : tMin;
    // Σ of numerator / weight, then everything over one denominator.
    const terms: Cost[] = [{
      n: gamma.digits * tenTo(gamma.exponent) * step * (a + b - 2n * t),
      d: weight(t) * tenTo(-gamma.exponent),
    }];
    if (isFinite(l) && a < low) {
      const after = b < low ? low - b : 0n;
      terms.push({ n: after * after - (low - a) * (low - a), d: weight(low) });
    }
    if (isFinite(u) && b > up) {
      const before = a > up ? a - up : 0n;
      terms.push({ n: (b - up) * (b - up) - before * before, d: weight(up) });
    }
    const sum = terms.reduce((x, y) => ({ n: x.n * y.d + y.n * x.d, d: x.d * y.d }));
    // Numbers were counted in 10^finest units; the discontent goes with their first power, or the second.
    const power = options.absolute ? 2 * finest : finest;
    return { n: sum.n * tenTo(power), d: sum.d * tenTo(-power) };
  }
}

/** The fraction that a double prints as. */
export function fractionOf(value: number): Cost {
  const { digits, exponent }: Decimal = decimalOf(value);
  return { n: digits * tenTo(exponent), d: tenTo(-exponent) };
}

/** The sign of a − b. */
export function compareCosts(a: Cost, b: Cost): number {
  const left = a.n * b.d, right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** 10^exponent, or 1 for negative exponents: those belong into the denominator. */
function tenTo(exponent: number): bigint {
  return exponent > 0 ? 10n ** BigInt(exponent) : 1n;
}

export type { Cost };
