/**
 * Hamilton's method.
 *
 * @module
 */
import { type Decimal, decimalOf, scaledTo } from "../decimal.ts";
import type { Steps } from "../steps.ts";
import {
  type Method,
  type MethodAnswer,
  type MethodInput,
  nobodyToGiveTo,
  type Tie,
} from "./method.ts";

/**
 * Everybody gets the whole seats of the quota, and the seats left over go one each to the largest remainders. Also the
 * method of the largest remainder, Hare–Niemeyer's, Vinton's. The quota is the pro-rata share within the interval,
 * min(upper, max(lower, λ · claim)), so whoever has the least or the most seats leaves the others to share what is left.
 * Keeps the quota rule (nobody is a whole seat off the quota), is not house monotone: with a seat more in all somebody may
 * lose one (the Alabama paradox; Balinski and Young, "Fair Representation", 1982).
 *
 * Quotas are fractions of integers, so remainders are compared without rounding.
 */
export const hamilton: Method = {
  what: "whole seats of the quota, then the largest remainders (Hare–Niemeyer)",
  level: "seats per unit of claim, before rounding",
  takes: ["step"],
  claims: true,
  whole: true,
  strict: true,
  divide: (input, steps) => divide(input, steps!),
};

/** Doubles that are nearer to each other than this part of them are compared exactly. */
const NEAR = 2 ** -48;

function divide(input: MethodInput, steps: Steps): MethodAnswer {
  const { least, most } = steps.intervals(input.lower, input.upper);
  const { weight } = input;
  const claims = wholeNumbers(
    weight === undefined ? input.target : input.target.map((t, i) => t * weight[i]),
  );
  const total = steps.countOfTotal(input.total);
  const level = new ExactLevel(claims, least, most, BigInt(total));
  const n = claims.length;
  const counts = new Float64Array(n), rest = new Array<bigint>(n).fill(0n);
  let left = total;
  for (let i = 0; i < n; i++) {
    const quota = level.quota(i);
    if (quota === null) counts[i] = level.boundOf(i);
    else {
      const whole = quota / level.d;
      counts[i] = Number(whole);
      rest[i] = quota - whole * level.d;
    }
    left -= counts[i];
  }
  const tie = handOut(left, counts, rest, most);
  return {
    units: counts.map((k) => steps.units(k)),
    level: level.d === 0n ? null : steps.size * level.value(),
    tie: tie && { ...tie, units: steps.units(tie.units) },
  };
}

/** Numbers as whole multiples of one small unit. */
function wholeNumbers(values: Float64Array): { whole: bigint[]; exponent: number; length: number } {
  const decimals: Decimal[] = Array.from(values, decimalOf);
  let exponent = 0;
  for (const decimal of decimals) exponent = Math.min(exponent, decimal.exponent);
  return {
    whole: decimals.map((decimal) => scaledTo(exponent, decimal)),
    exponent,
    length: values.length,
  };
}

/** The level n / d at which Σ min(most, max(least, claim · n / d)) is the total, as a fraction. */
class ExactLevel {
  readonly #claim: readonly bigint[];
  readonly #exponent: number;
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  /** Numerator of the level: seats that those at no bound share. */
  readonly n: bigint = 0n;
  /** Denominator: the sum of their claims; 0: there is nobody at no bound. */
  readonly d: bigint = 0n;
  // The piece on which the level lies: those are at no bound whose own breakpoints lie around it.
  readonly #from: Fraction;
  readonly #to: Fraction;

  constructor(
    { whole, exponent }: { whole: bigint[]; exponent: number },
    least: Float64Array,
    most: Float64Array,
    total: bigint,
  ) {
    this.#claim = whole;
    this.#exponent = exponent;
    this.#least = least;
    this.#most = most;
    const sorted = this.#breakpoints();
    let low = -1, high = sorted.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#isAtMost(sorted[middle], total)) low = middle;
      else high = middle;
    }
    this.#from = low < 0 ? fraction(0n, 1n) : sorted[low];
    this.#to = high === sorted.length ? fraction(1n, 0n) : sorted[high];
    let left = total;
    for (let i = 0; i < whole.length; i++) {
      if (this.#isFree(i)) this.d += whole[i];
      else left -= BigInt(this.boundOf(i));
    }
    this.n = left;
    if (this.d === 0n && left !== 0n) throw nobodyToGiveTo();
  }

  /** The level as a number of seats per unit of claim. */
  value(): number {
    return Number(this.n) / Number(`${this.d}e${this.#exponent}`);
  }

  /** The quota of somebody at no bound, times {@link d}; null at a bound. */
  quota(i: number): bigint | null {
    return this.#isFree(i) ? this.#claim[i] * this.n : null;
  }

  /** The bound at which person i is. */
  boundOf(i: number): number {
    const most = this.#most[i], claim = this.#claim[i];
    if (claim === 0n || most === Infinity) return this.#least[i];
    return compare(fraction(BigInt(most), claim), this.#from) <= 0 ? most : this.#least[i];
  }

  #isFree(i: number): boolean {
    const d = this.#claim[i], most = this.#most[i];
    if (d === 0n || compare(fraction(BigInt(this.#least[i]), d), this.#from) > 0) return false;
    return most === Infinity || compare(fraction(BigInt(most), d), this.#to) >= 0;
  }

  /** Levels at which somebody leaves the least or reaches the most, sorted. */
  #breakpoints(): Fraction[] {
    const levels: Fraction[] = [];
    this.#claim.forEach((d, i) => {
      if (d === 0n) return;
      levels.push(fraction(BigInt(this.#least[i]), d));
      if (this.#most[i] < Infinity) levels.push(fraction(BigInt(this.#most[i]), d));
    });
    return levels.sort(compare);
  }

  /** Whether Σ quotas at a level is at most the total. */
  #isAtMost({ n, d }: Fraction, total: bigint): boolean {
    let sum = 0n;
    for (let i = 0; i < this.#claim.length; i++) {
      const quota = this.#claim[i] * n, most = this.#most[i];
      const least = BigInt(this.#least[i]) * d;
      const within = quota < least ? least : quota;
      sum += most < Infinity && within > BigInt(most) * d ? BigInt(most) * d : within;
    }
    return sum <= total * d;
  }
}

/** n / d; d = 0: infinite. */
interface Fraction {
  n: bigint;
  d: bigint;
  /** About n / d. */
  q: number;
}

function fraction(n: bigint, d: bigint): Fraction {
  return { n, d, q: Number(n) / Number(d) };
}

function compare(a: Fraction, b: Fraction): number {
  const rough = a.q - b.q;
  if (Math.abs(rough) > NEAR * (a.q + b.q)) return rough;
  const left = a.n * b.d, right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Gives `left` seats one each to the largest remainders, the first in order among equals; returns the tie at the last. */
function handOut(
  left: number,
  counts: Float64Array,
  rest: bigint[],
  most: Float64Array,
): Tie | null {
  if (left <= 0) return null;
  const order = rest.map((_, i) => i).filter((i) => rest[i] > 0n && counts[i] < most[i]);
  order.sort((a, b) => rest[a] > rest[b] ? -1 : rest[a] < rest[b] ? 1 : a - b);
  for (const i of order.slice(0, left)) counts[i]++;
  if (left >= order.length || rest[order[left]] !== rest[order[left - 1]]) return null;
  const cut = rest[order[left]];
  const people = order.filter((i) => rest[i] === cut);
  return { units: order.slice(0, left).filter((i) => rest[i] === cut).length, people };
}
