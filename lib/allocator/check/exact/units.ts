/**
 * Numbers as whole units of 10^−n, so that sums are exact in doubles and rounding has a known direction.
 *
 * @module
 */
import { ceilOf, floorOf, fractionOf } from "./decimal.ts";

/** Doubles can tell all decimals of up to 15 digits apart; whole numbers up to here are such decimals. */
export const MOST_UNITS = 1e15;

/** 10 to this power is the largest power of ten that is exact in doubles. */
export const EXACT_POWERS = 22;

/** The unit 10^−decimals. */
export class Units {
  /** n; may be negative. */
  readonly decimals: number;
  readonly #power: number;
  readonly #isPlain: boolean;

  /** Units of 10^−`decimals`. */
  constructor(decimals: number) {
    this.decimals = decimals;
    this.#power = 10 ** Math.abs(decimals);
    this.#isPlain = Math.abs(decimals) <= EXACT_POWERS;
  }

  /** A number's decimal rounded down to whole units; NaN if that is beyond {@link MOST_UNITS}. */
  down(value: number): number {
    return this.#rounded(value, -1);
  }

  /** A number's decimal rounded up to whole units; NaN if that is beyond {@link MOST_UNITS}. */
  up(value: number): number {
    return this.#rounded(value, 1);
  }

  /** {@link down} for numbers of any size. */
  downOf(value: number): bigint {
    return this.#times(value, floorOf);
  }

  /** {@link up} for numbers of any size. */
  upOf(value: number): bigint {
    return this.#times(value, ceilOf);
  }

  /**
   * The units of a number that is known to be a whole number of them, with at most 15 digits. The product is off by a part in
   * 2^52, which is less than half a unit, so rounding is exact.
   */
  exact(value: number): number {
    return Math.round(this.decimals >= 0 ? value * this.#power : value / this.#power);
  }

  #rounded(value: number, way: 1 | -1): number {
    if (this.#isPlain) {
      const units = this.exact(value);
      const back = this.decimals >= 0 ? units / this.#power : units * this.#power;
      // If the rounded units give the same double back, they are exact; else the neighbour on the safe side is taken.
      if (Math.abs(units) <= MOST_UNITS && back === value) return units;
      if (Math.abs(units) < MOST_UNITS && back !== value) {
        return way > 0 ? back > value ? units : units + 1 : back < value ? units : units - 1;
      }
    }
    const units = Number(way > 0 ? this.upOf(value) : this.downOf(value));
    return Math.abs(units) <= MOST_UNITS ? units : NaN;
  }

  #times(value: number, divide: (a: bigint, b: bigint) => bigint): bigint {
    const { top, bottom } = fractionOf(value);
    return this.decimals >= 0
      ? divide(top * 10n ** BigInt(this.decimals), bottom)
      : divide(top, bottom * 10n ** BigInt(-this.decimals));
  }
}

/** Terms are split into a high and a low part at 2^26. */
const LIMB = 2 ** 26;

/** An exact sum of any number of whole numbers of size below 2^53: 2^26 terms at a time in doubles, then carried to a BigInt. */
export class ExactSum {
  #high = 0;
  #low = 0;
  #terms = 0;
  #total = 0n;

  /** Adds a whole number. */
  add(value: number): void {
    const high = Math.floor(value / LIMB);
    this.#high += high;
    this.#low += value - high * LIMB;
    if (++this.#terms === LIMB) this.#carry();
  }

  /** The sum. */
  total(): bigint {
    this.#carry();
    return this.#total;
  }

  #carry(): void {
    this.#total += BigInt(this.#high) * BigInt(LIMB) + BigInt(this.#low);
    this.#high = this.#low = this.#terms = 0;
  }
}
