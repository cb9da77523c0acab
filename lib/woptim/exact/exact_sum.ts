/**
 * Sums of doubles without rounding, and the two error-free operations they rest on.
 *
 * @module
 */

const SPLITTER = 134217729; // 2^27 + 1

/** What `sum` lacks of the true `a + b`, where `sum` is their rounded sum (Knuth's TwoSum). */
export function sumError(a: number, b: number, sum: number): number {
  const bRounded = sum - a;
  return (a - (sum - bRounded)) + (b - bRounded);
}

/** What `product` lacks of the true `a · b`, where `product` is their rounded product (Dekker, Veltkamp). */
export function productError(a: number, b: number, product: number): number {
  const aBig = a * SPLITTER;
  const aHigh = aBig - (aBig - a);
  const aLow = a - aHigh;
  const bBig = b * SPLITTER;
  const bHigh = bBig - (bBig - b);
  const bLow = b - bHigh;
  return aLow * bLow - (((product - aHigh * bHigh) - aLow * bHigh) - aHigh * bLow);
}

/**
 * A running sum that never rounds: it is kept as a list of doubles that do not overlap
 * (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997).
 *
 * @example
 * ```ts
 * import { ExactSum } from "./exact_sum.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const sum = new ExactSum();
 * for (const value of [1e100, 1, -1e100]) sum.add(value);
 * assertEquals(sum.value(), 1);
 * ```
 */
export class ExactSum {
  // Smallest first; each lies wholly below the last bit of the next.
  #parts: number[] = [];

  /** The exact sum of all values, of `start` less all values with `sign` −1. */
  static of(values: Float64Array, start = 0, sign: 1 | -1 = 1): ExactSum {
    const exact = new ExactSum();
    // Two doubles hold nearly every running sum; what they can't hold takes the long way.
    let high = start, low = 0;
    for (let i = 0; i < values.length; i++) {
      const x = sign * values[i];
      const nextHigh = high + x;
      const error = sumError(high, x, nextHigh);
      const nextLow = low + error;
      const rest = sumError(low, error, nextLow);
      if (rest !== 0) exact.add(rest);
      high = nextHigh;
      low = nextLow;
    }
    exact.add(high);
    exact.add(low);
    return exact;
  }

  /** The sign (−1, 0 or 1) of `total` − Σ `values`, without rounding. */
  static compare(total: number, values: Float64Array): number {
    let sum = 0, sizes = Math.abs(total);
    for (let i = 0; i < values.length; i++) {
      sum += values[i];
      sizes += Math.abs(values[i]);
    }
    // Adding n numbers one by one is off by less than n half epsilons of their sizes, and so are the sizes.
    const rough = total - sum;
    if (Math.abs(rough) > (values.length + 2) * Number.EPSILON * sizes) return Math.sign(rough);
    return Math.sign(ExactSum.of(values, total, -1).value());
  }

  /** Adds one finite number. */
  add(value: number): void {
    const parts = this.#parts;
    let kept = 0;
    let x = value;
    for (let i = 0; i < parts.length; i++) {
      const y = parts[i];
      const high = x + y;
      const low = sumError(x, y, high);
      if (low !== 0) parts[kept++] = low;
      x = high;
    }
    parts.length = kept;
    if (x !== 0) parts.push(x);
  }

  /** The double nearest to the sum (within half a unit in the last place, plus a hair at a tie). */
  value(): number {
    let rounded = 0;
    for (const part of this.#parts) rounded += part;
    return rounded;
  }
}
