/**
 * Amounts counted in steps.
 *
 * @module
 */
import { InputError, UsageError } from "../../base/errors.ts";
import { optionInWords } from "../../base/option_words.ts";
import {
  differenceOf,
  floorDivide,
  type Fraction,
  fractionOf,
  toDouble,
} from "../exact/fraction.ts";
import type { HardBounds } from "../exact/rounding.ts";
import { readStep, STEP_EXPECTED } from "../problem/person_fields.ts";
import { isRounded } from "../problem/status.ts";

/** Among so many steps what rounding leaves is next to nothing of one. */
const FEW = 1e12;

/** Counting in steps of an exact size. */
export class Steps {
  /** Units of a step, exactly. */
  readonly fraction: Fraction;
  /** Units of a step. */
  readonly size: number;
  readonly #above: number;
  readonly #below: number;
  readonly #isPlain: boolean;
  readonly #isDecimal: boolean;

  /** Steps of `size` units: a number is read as a decimal, a text as a fraction (`1/3`). */
  constructor(size: number | string | Fraction) {
    const step = typeof size === "object" ? size : readStep(size);
    if (step === undefined) throw new UsageError(`step is ${size}, expected ${STEP_EXPECTED}`);
    this.fraction = step;
    this.size = toDouble(step);
    this.#above = Number(step.n);
    this.#below = Number(step.d);
    this.#isDecimal = 10n ** 330n % step.d === 0n;
    // Up to 10^22 powers of ten are exact doubles.
    this.#isPlain = step.n <= 2n ** 53n &&
      (step.d <= 2n ** 53n || step.d <= 10n ** 22n && BigInt(this.#below) === step.d);
  }

  /** The step as people write it. */
  get label(): string {
    const { n, d } = this.fraction;
    return this.#isDecimal ? String(this.size) : `${n}/${d}`;
  }

  /** The double nearest to `count` steps. */
  units(count: number): number {
    const above = count * this.#above;
    // Both are exact doubles, so that one operation rounds once.
    if (this.#isPlain && Number.isSafeInteger(above)) return above / this.#below;
    const { n, d } = this.fraction;
    return toDouble({ n: BigInt(count) * n, d });
  }

  /** The units of a bound that is counted in steps; an open one stays so. */
  unitsOfBound(count: number): number {
    return Number.isFinite(count) ? this.units(count) : count;
  }

  /** The units of hard bounds that are counted in steps. */
  unitsOfBounds({ floor, ceiling }: HardBounds): HardBounds {
    return {
      floor: floor.map((k) => this.unitsOfBound(k)),
      ceiling: ceiling.map((k) => this.unitsOfBound(k)),
    };
  }

  /** The steps in `units`, rounded down (or up); exact for the decimal that `units` is. */
  count(units: number, up = false): number {
    if (Math.abs(units) === Infinity) return units;
    const quotient = units / this.size;
    const nearest = nearestTo(quotient);
    if (nearest === undefined) return up ? Math.ceil(quotient) : Math.floor(quotient);
    // A number of at most 15 digits, or the double nearest to some thirds, is the one that it prints as.
    if (Math.abs(nearest * this.#above) < 1e15 && this.units(nearest) === units) return nearest;
    // This near to a whole number of steps only exact arithmetic can decide.
    const { n, d } = fractionOf(units), step = this.fraction;
    const above = n * step.d, below = d * step.n;
    return Number(up ? -floorDivide(-above, below) : floorDivide(above, below));
  }

  /**
   * The whole steps in a total, and what is left of it. Of thirds and the like no number is exact, so what rounding left is no
   * rest: 2.666666666666667, which 10/3 − 2/3 comes to, is eight thirds.
   */
  wholeOf(total: number): { count: number; left: number } {
    const isRough = !this.#isDecimal && isRounded(total);
    const nearest = isRough ? nearestTo(total / this.size) : undefined;
    if (nearest !== undefined && Math.abs(nearest) < FEW) return { count: nearest, left: 0 };
    const count = this.count(total);
    return { count, left: differenceOf(total, this.units(count)) };
  }

  /** The whole number of steps, in units, that is at most `room` away from `units`; else `units` as they are. */
  nearest(units: number, room: number): number {
    const whole = this.units(Math.round(units / this.size));
    return Math.abs(whole - units) <= room ? whole : units;
  }

  /**
   * The steps in a total. Throws {@link InputError} if it isn't a whole number of them and `leftover` is not set, or if
   * they are too many to count.
   *
   * @param leftover whether a rest may stay undivided; undefined: it may not, as there is no such option
   */
  countOfTotal(total: number, leftover?: boolean): number {
    const { count, left } = this.wholeOf(total);
    if (!leftover && left !== 0) {
      throw InputError.at({
        column: "total",
        value: String(total),
        expected: `a multiple of the step ${this.label}` +
          (leftover === undefined ? "" : ` (${leavesRest()})`),
      });
    }
    if (count > Number.MAX_SAFE_INTEGER) {
      throw InputError.at({
        column: "total",
        value: String(total),
        expected: `at most ${Number.MAX_SAFE_INTEGER} steps of ${this.label}`,
      });
    }
    return count;
  }

  /**
   * The steps in a bound. A limit beyond all numbers that count exactly is open: no total that can be counted comes near
   * it. Throws {@link InputError} for a bound that asks for more steps than can be counted.
   */
  #countOfBound(units: number, isLower: boolean, column: string): number {
    const quotient = units / this.size;
    if (Math.abs(quotient) < Number.MAX_SAFE_INTEGER) return this.count(units, isLower);
    if (isLower ? units < 0 : units > 0) return isLower ? -Infinity : Infinity;
    throw InputError.at({
      column,
      value: String(units),
      expected: `at most ${Number.MAX_SAFE_INTEGER} steps of ${this.label}`,
    });
  }

  /**
   * The intervals rounded inward to whole steps, in steps; an interval that holds no multiple of the step is
   * widened to the multiples on either side of it.
   */
  intervals(lower: Float64Array, upper: Float64Array): { least: Float64Array; most: Float64Array } {
    const least = new Float64Array(lower.length), most = new Float64Array(lower.length);
    for (let i = 0; i < least.length; i++) {
      [least[i], most[i]] = this.interval(lower[i], upper[i], i);
    }
    return { least, most };
  }

  /** The interval of person i, as {@link intervals} has it. */
  interval(lower: number, upper: number, i: number): [number, number] {
    const least = this.#countOfBound(lower, true, `lower[${i}]`);
    const most = this.#countOfBound(upper, false, `upper[${i}]`);
    return least > most ? [most, least] : [least, most];
  }
}

/** The whole number that a quotient is but for its rounding; undefined: there is none. */
function nearestTo(quotient: number): number | undefined {
  const nearest = Math.round(quotient);
  return Math.abs(quotient - nearest) > 8 * Number.EPSILON * Math.abs(quotient)
    ? undefined
    : nearest;
}

/** What the option `leftover` does for a total that is no whole number of steps. */
export function leavesRest(): string {
  return `${optionInWords("leftover")} leaves the rest undivided`;
}
