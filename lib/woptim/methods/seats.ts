/**
 * Whole units, each to the person to whom it is worth most: the common part of all divisor methods.
 *
 * @module
 */
import { type Decimal, decimalOf, scaledTo } from "../exact/decimal.ts";
import { Heap } from "../../base/arrays/heap.ts";
import type { Claims } from "./claims.ts";
import { nobodyToGiveTo, type Tie } from "./method.ts";

/** How much a seat is worth: somebody with k seats and claim t has the claim t / divisor(k) to the next one. */
export interface SeatRule {
  /** d(k), from 0, growing with k. */
  divisor(k: number): number;
  /** How many k = 0, 1, 2, … have d(k) < quotient; about, where that is close. */
  seatsBefore(quotient: number): number;
  /** Seats are ordered as t^power / denominator(k) orders them, exactly. */
  power: 1 | 2;
  /** A whole number; 0: the seat is worth more than any finite one. */
  denominator(k: number): number;
  /** The same for any k. */
  exactDenominator(k: bigint): bigint;
  /** Who goes first of those whose claims are equally strong: the larger of infinite ones, or always the smaller. */
  prefers: "larger" | "smaller";
}

/** How many seats each person may have. */
export interface SeatBounds {
  /** Float64Array, length people: whole numbers. */
  readonly least: Float64Array;
  /** Float64Array, length people: whole numbers, or Infinity. */
  readonly most: Float64Array;
}

/** Who gets how many seats. */
export interface Seats {
  /** Float64Array, length people. */
  readonly counts: Float64Array;
  /** t / d(k) of the last seat that somebody got beyond the least ones; null: there is none. */
  readonly last: number | null;
  /** Strongest claim of those that got nothing for it; null: there is none. */
  readonly next: number | null;
  readonly tie: Tie | null;
}

/** Doubles that are nearer to each other than this part of them are compared exactly. */
const NEAR = 2 ** -44;
/** A worth that is so many times another is the larger one, whatever was rounded. */
const FAR = 1 + 2 ** -43;
/** The first threshold is so far above the last seat's worth that no rounding matters. */
const MARGIN = 1 + 2 ** -40;

/**
 * Divides `total` seats, Σ least ≤ total ≤ Σ most: everybody has the least, and each seat more goes to the strongest claim
 * t / d(k) of somebody below the most. Claims are compared without rounding, as the decimals that the numbers print as or
 * those given; the first in order goes first among equals.
 *
 * So it is a divisor method with minimum requirements (Balinski and Young, "Fair Representation", 1982, appendix A). Seats
 * whose worth is well above the last one's are all taken whatever the order, so those are counted at once, at a
 * threshold found by bisection, and only about one a person is left to the heap: O(n log n) for any number of seats.
 *
 * Throws {@link InputError} where seats are left and nobody with a claim above 0 may have more.
 */
export function bySeats(
  total: number,
  claims: Claims,
  bounds: SeatBounds,
  rule: SeatRule,
): Seats {
  const counts = atThreshold(total, claims.size, bounds, rule);
  const board = new SeatBoard(claims, bounds, rule, counts);
  let left = total;
  for (let i = 0; i < counts.length; i++) left -= counts[i];
  if (left > 0) {
    const heap = new Heap((a, b) => board.isBefore(a, b), [...counts.keys()]);
    for (; left > 0; left--) {
      const first = heap.top;
      if (!(board.worth(first) > 0)) throw nobodyToGiveTo();
      counts[first]++;
      board.update(first);
      heap.settleTop();
    }
  }
  return { counts, ...board.border() };
}

/** Everybody's seats at a threshold a little above the last seat's worth: the sum is at most the total. */
function atThreshold(
  total: number,
  claim: Float64Array,
  { least, most }: SeatBounds,
  rule: SeatRule,
): Float64Array {
  const countOf = (i: number, threshold: number) => {
    const wanted = claim[i] > 0 ? Math.max(0, rule.seatsBefore(claim[i] / threshold)) : 0;
    return Math.min(most[i], Math.max(least[i], wanted));
  };
  const seatsAt = (threshold: number) => {
    let sum = 0;
    for (let i = 0; i < claim.length; i++) sum += countOf(i, threshold);
    return sum;
  };
  let strongest = 0;
  for (const t of claim) strongest = Math.max(strongest, t);
  // No seat is worth more than 2 t, except infinite ones.
  let high = 4 * strongest, low = 0, seats = strongest === 0 ? Infinity : seatsAt(high);
  if (!(seats <= total)) return Float64Array.from(least);
  while (total - seats > claim.length && low < high / (1 + 2 ** -44)) {
    const middle = high < 8 * low
      ? low + (high - low) / 2
      : Math.sqrt(high) * Math.sqrt(low || Number.MIN_VALUE);
    if (middle <= low || middle >= high) break;
    const there = seatsAt(middle);
    if (there <= total) [high, seats] = [middle, there];
    else low = middle;
  }
  return claim.map((_, i) => countOf(i, high * MARGIN));
}

/** Everybody's claim to the next seat, and to the last one got. */
class SeatBoard {
  readonly #claim: Float64Array;
  readonly #isExact: boolean;
  readonly #bounds: SeatBounds;
  readonly #rule: SeatRule;
  readonly #counts: Float64Array;
  readonly #decimals: (Decimal | undefined)[];
  // What each person's next seat is worth.
  readonly #worth: Float64Array;

  constructor({ size, exactly }: Claims, bounds: SeatBounds, rule: SeatRule, counts: Float64Array) {
    this.#claim = size;
    this.#isExact = exactly === null;
    this.#decimals = exactly === null ? [] : [...exactly];
    this.#bounds = bounds;
    this.#rule = rule;
    this.#counts = counts;
    this.#worth = new Float64Array(counts.length);
    for (let i = 0; i < counts.length; i++) this.update(i);
  }

  /** Looks at person i's next seat again, after the count has changed. */
  update(i: number): void {
    const k = this.#counts[i];
    this.#worth[i] = k < this.#bounds.most[i] ? this.#worthAt(i, k) : -1;
  }

  /** t / d of person i's next seat; −1: there may be none. */
  worth(i: number): number {
    return this.#worth[i];
  }

  #worthAt(i: number, k: number): number {
    return this.#claim[i] === 0 ? 0 : this.#claim[i] / this.#rule.divisor(k);
  }

  /** Whether a's next seat goes before b's. */
  isBefore(a: number, b: number): boolean {
    const worthA = this.#worth[a], worthB = this.#worth[b];
    // Most pairs are decided without exact arithmetic.
    if (worthA > worthB * FAR || worthB > worthA * FAR) return worthA > worthB;
    // Among many equal people equal seats are common too.
    if (this.#counts[a] === this.#counts[b] && worthA === worthB && this.#sign(a, b) === 0) {
      return a < b;
    }
    const order = this.#order(this.#next(a), this.#next(b));
    return order === 0 ? a < b : order > 0;
  }

  #next(i: number): Seat {
    return { i, k: this.#counts[i], worth: this.worth(i) };
  }

  #last(i: number): Seat {
    const k = this.#counts[i] - 1;
    return { i, k, worth: k >= this.#bounds.least[i] ? this.#worthAt(i, k) : -1 };
  }

  /** Above 0 where seat a goes before seat b, below where b does; 0: they are as good as each other. */
  #order(a: Seat, b: Seat): number {
    const order = this.#compare(a, b);
    if (order !== 0 || a.worth <= 0) return order;
    const larger = this.#sign(a.i, b.i);
    if (this.#rule.prefers === "smaller") return -larger;
    return a.worth === Infinity ? larger : 0;
  }

  /** The sign of the difference between two seats' worths, exactly. */
  #compare(a: Seat, b: Seat): number {
    const isFar = Math.abs(a.worth - b.worth) >
      NEAR * Math.max(Math.abs(a.worth), Math.abs(b.worth));
    if (isFar || a.worth <= 0 || b.worth <= 0) return Math.sign(a.worth - b.worth);
    if (a.k === b.k && this.#sign(a.i, b.i) === 0) return 0;
    const quick = this.#isExact ? this.#compareQuickly(a, b) : null;
    if (quick !== null) return quick;
    const claimA = this.#decimal(a.i), claimB = this.#decimal(b.i);
    const finest = Math.min(claimA.exponent, claimB.exponent), power = BigInt(this.#rule.power);
    const left = scaledTo(finest, claimA) ** power * this.#rule.exactDenominator(BigInt(b.k));
    const right = scaledTo(finest, claimB) ** power * this.#rule.exactDenominator(BigInt(a.k));
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** {@link #compare} for whole claims whose products are exact doubles; null for others. */
  #compareQuickly(a: Seat, b: Seat): number | null {
    const rule = this.#rule, claimA = this.#claim[a.i], claimB = this.#claim[b.i];
    if (!Number.isInteger(claimA) || !Number.isInteger(claimB)) return null;
    const left = (rule.power === 1 ? claimA : claimA * claimA) * rule.denominator(b.k);
    const right = (rule.power === 1 ? claimB : claimB * claimB) * rule.denominator(a.k);
    const isExact = left <= Number.MAX_SAFE_INTEGER && right <= Number.MAX_SAFE_INTEGER;
    return isExact ? Math.sign(left - right) : null;
  }

  /** The sign of the difference between two people's claims, exactly. */
  #sign(a: number, b: number): number {
    if (this.#isExact) return Math.sign(this.#claim[a] - this.#claim[b]);
    const one = this.#decimal(a), other = this.#decimal(b);
    const finest = Math.min(one.exponent, other.exponent);
    const difference = scaledTo(finest, one) - scaledTo(finest, other);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  #decimal(i: number): Decimal {
    return this.#decimals[i] ??= decimalOf(this.#claim[i]);
  }

  /** What the last seat was worth, what the next would be worth, and the tie at the last seats. */
  border(): Pick<Seats, "last" | "next" | "tie"> {
    let last: Seat | null = null, next: Seat | null = null;
    for (let i = 0; i < this.#counts.length; i++) {
      const had = this.#last(i), waiting = this.#next(i);
      if (had.worth >= 0 && (last === null || this.#order(had, last) < 0)) last = had;
      if (waiting.worth > 0 && (next === null || this.#order(waiting, next) > 0)) next = waiting;
    }
    const isTie = last !== null && next !== null && this.#order(last, next) === 0;
    return {
      last: last && last.worth,
      next: next && next.worth,
      tie: isTie ? this.#tieAt(last!) : null,
    };
  }

  /** Everybody whose last seat, or next one, is as good as the one given. */
  #tieAt(seat: Seat): Tie {
    const people: number[] = [];
    let units = 0;
    for (let i = 0; i < this.#counts.length; i++) {
      const had = this.#last(i), waiting = this.#next(i);
      const has = had.worth > 0 && this.#order(had, seat) === 0;
      if (has) units++;
      if (has || waiting.worth > 0 && this.#order(waiting, seat) === 0) people.push(i);
    }
    return { units, people };
  }
}

/** Person i's seat from k to k + 1, and what it is worth; −1: it is none. */
interface Seat {
  i: number;
  k: number;
  worth: number;
}
