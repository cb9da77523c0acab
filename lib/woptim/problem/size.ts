/**
 * The numbers that a split counts with: 0, and those of a size whose squares and quotients doubles hold.
 *
 * @module
 */

/** Numbers of larger size would overflow when squared. */
export const LARGEST = 1e100;

/** Numbers of smaller size, except 0, would vanish when multiplied, and what is divided by them would be infinite. */
export const SMALLEST = 1e-100;

/** What a number must be, as messages say it. */
export const NUMBER_EXPECTED = "0 or a number from ±1e-100 to ±1e100";
/** What a number that is not negative must be, as messages say it. */
export const AMOUNT_EXPECTED = "0 or a number from 1e-100 to 1e100";

/**
 * Whether a value is a number that a split counts with: 0, or from {@link SMALLEST} to {@link LARGEST} in size.
 *
 * @example
 * ```ts
 * import { isNumberOfSplits } from "./size.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([0, -3, 1e100, 1e101, 1e-101, NaN, "3"].map(isNumberOfSplits), [true, true, true, false, false, false, false]);
 * ```
 */
export function isNumberOfSplits(value: unknown): value is number {
  if (typeof value !== "number") return false;
  const size = Math.abs(value);
  return (size >= SMALLEST && size <= LARGEST) || size === 0;
}

/** Whether a value is such a number and not negative. */
export function isAmount(value: unknown): value is number {
  return isNumberOfSplits(value) && value >= 0;
}
