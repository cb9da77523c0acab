/**
 * Hamilton's method.
 *
 * @module
 */
import { type Decimal, decimalOf, scaledTo } from "../exact/decimal.ts";
import type { Steps } from "../steps/steps.ts";
import { type Claims, claimsOf } from "./claims.ts";
import { fillLevel } from "./level.ts";
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
  const claims = wholeNumbers(claimsOf(input));
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
function wholeNumbers(
  { size, exactly }: Claims,
): { whole: bigint[]; exponent: number; length: number } {
  if (exactly === null && size.every(Number.isInteger)) {
    return { whole: Array.from(size, BigInt), exponent: 0, length: size.length };
  }
  const decimals: readonly Decimal[] = exactly ?? Array.from(size, decimalOf);
  let exponent = 0;
  for (const decimal of decimals) exponent = Math.min(exponent, decimal.exponent);
  return {
    whole: decimals.map((decimal) => scaledTo(exponent, decimal)),
    exponent,
    length: size.length,
  };
}

/** Where somebody's quota is. */
const AT_LEAST = 0, AT_MOST = 1, FREE = 2;

/** The level n / d at which Σ min(most, max(least, claim · n / d)) is the total, as a fraction. */
class ExactLevel {
  readonly #claim: readonly bigint[];
  readonly #exponent: number;
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  readonly #total: bigint;
  readonly #place: Uint8Array;
  /** Numerator of the level: seats that those at no bound share. */
  n = 0n;
  /** Denominator: the sum of their claims; 0: there is nobody at no bound. */
  d = 0n;

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
    this.#total = total;
    this.#place = new Uint8Array(whole.length);
    if (!this.#isGuessed()) this.#search();
    if (this.d === 0n && this.n !== 0n) throw nobodyToGiveTo();
  }

  /** The level as a number of seats per unit of claim. */
  value(): number {
    return Number(this.n) / Number(`${this.d}e${this.#exponent}`);
  }

  /** The quota of somebody at no bound, times {@link d}; null at a bound. */
  quota(i: number): bigint | null {
    return this.#place[i] === FREE ? this.#claim[i] * this.n : null;
  }

  /** The bound at which person i is. */
  boundOf(i: number): number {
    return this.#place[i] === AT_MOST ? this.#most[i] : this.#least[i];
  }

  /** Works out n and d from the places. */
  #settle(): void {
    this.n = this.#total;
    this.d = 0n;
    for (let i = 0; i < this.#claim.length; i++) {
      if (this.#place[i] === FREE) this.d += this.#claim[i];
      else this.n -= BigInt(this.boundOf(i));
    }
  }

  /**
   * Guesses who is at a bound from the level in doubles, and checks the guess: nobody's claim at the exact level may be
   * on the wrong side of a bound. Rounding hardly ever makes it wrong.
   */
  #isGuessed(): boolean {
    const rate = Float64Array.from(this.#claim, Number), least = this.#least, most = this.#most;
    const vessels = { rate, floor: least, ceiling: most };
    const level = fillLevel(Number(this.#total), vessels, new Float64Array(rate.length));
    if (level === null || !Number.isFinite(level)) return false;
    for (let i = 0; i < rate.length; i++) {
      const share = rate[i] * level;
      this.#place[i] = share < least[i] || rate[i] === 0
        ? AT_LEAST
        : share > most[i]
        ? AT_MOST
        : FREE;
    }
    this.#settle();
    const { n, d } = this;
    if (d === 0n || n < 0n) return false;
    const exactLevel = Number(n) / Number(d);
    for (let i = 0; i < rate.length; i++) {
      const share = rate[i] * exactLevel, place = this.#place[i];
      const isNear = (bound: number) => Math.abs(share - bound) <= NEAR * (share + bound);
      if (!isNear(least[i]) && !isNear(most[i])) {
        const there = share < least[i] ? AT_LEAST : share > most[i] ? AT_MOST : FREE;
        if (there !== place && rate[i] > 0) return false;
        continue;
      }
      const exact = this.#claim[i] * n, low = BigInt(least[i]) * d;
      const isAbove = most[i] < Infinity && exact > BigInt(most[i]) * d;
      if (place === FREE ? exact < low || isAbove : place === AT_LEAST ? exact > low : !isAbove) {
        return false;
      }
    }
    return true;
  }

  /** Finds who is at a bound by bisection among all levels at which somebody reaches one, in fractions. */
  #search(): void {
    const sorted = this.#breakpoints();
    let low = -1, high = sorted.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#isAtMost(sorted[middle])) low = middle;
      else high = middle;
    }
    // Those are at no bound whose own breakpoints lie around the piece on which the level is.
    const from = low < 0 ? fraction(0n, 1n) : sorted[low];
    const to = high === sorted.length ? fraction(1n, 0n) : sorted[high];
    this.#claim.forEach((d, i) => {
      const most = this.#most[i];
      const isAtMost = most < Infinity && d > 0n && compare(fraction(BigInt(most), d), from) <= 0;
      const isFree = d > 0n && !isAtMost &&
        compare(fraction(BigInt(this.#least[i]), d), from) <= 0 &&
        (most === Infinity || compare(fraction(BigInt(most), d), to) >= 0);
      this.#place[i] = isAtMost ? AT_MOST : isFree ? FREE : AT_LEAST;
    });
    this.#settle();
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
  #isAtMost({ n, d }: Fraction): boolean {
    let sum = 0n;
    for (let i = 0; i < this.#claim.length; i++) {
      const quota = this.#claim[i] * n, most = this.#most[i];
      const least = BigInt(this.#least[i]) * d;
      const within = quota < least ? least : quota;
      sum += most < Infinity && within > BigInt(most) * d ? BigInt(most) * d : within;
    }
    return sum <= this.#total * d;
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
