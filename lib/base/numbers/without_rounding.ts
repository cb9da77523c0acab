/**
 * Sums of doubles as the decimals that they mean.
 *
 * @module
 */

/** Digits that a double always keeps. */
const DIGITS = 15;

/**
 * A sum or difference without what rounding left in its last digits: 0.3 − 0.1 is 0.2, not 0.19999999999999998.
 *
 * @param value the sum
 * @param terms what was added or taken off: the largest says which digits of the sum mean nothing
 *
 * @example
 * ```ts
 * import { withoutRounding } from "./without_rounding.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(withoutRounding(0.3 - 0.1, 0.3, 0.1), 0.2);
 * assertEquals(withoutRounding(0.1 + 0.2 - 0.3, 0.3), 0);
 * ```
 */
export function withoutRounding(value: number, ...terms: number[]): number {
  const size = Math.max(Math.abs(value), ...terms.map(Math.abs));
  if (value === 0 || !(size < Infinity)) return value;
  const digits = DIGITS + digitsOf(value) - digitsOf(size);
  return digits < 1 ? 0 : Number(value.toPrecision(digits));
}

/** Digits before the point of a number that is not 0. */
function digitsOf(value: number): number {
  return 1 + Math.floor(Math.log10(Math.abs(value)));
}
