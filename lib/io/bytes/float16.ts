/**
 * Numbers of half precision as the shortest decimals that give them.
 *
 * @module
 */

/** The least number above 0, a step of the subnormal numbers; and the first size that rounds to infinity. */
const LEAST = 2 ** -24, BEYOND = 65_520;

/** By bits, what was found before: there are 65,536 numbers. */
const known = new Map<number, number>();

/**
 * The double nearest to the shortest decimal that rounds to a number of half precision: 0.07 for the bits that are worth
 * 0.070007324… So a column means the same in any precision that holds its decimals, as in `shortestFloat32`.
 *
 * @param bits sign, five bits of exponent, ten of fraction
 *
 * @example
 * ```ts
 * import { shortestFloat16 } from "./float16.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(shortestFloat16(0x2c7b), 0.07);
 * ```
 */
export function shortestFloat16(bits: number): number {
  let found = known.get(bits);
  if (found === undefined) known.set(bits, found = shortest(valueOf(bits)));
  return found;
}

function valueOf(bits: number): number {
  const exponent = bits >> 10 & 31, fraction = bits & 1023;
  const size = exponent === 0
    ? fraction * LEAST
    : exponent === 31
    ? fraction === 0 ? Infinity : NaN
    : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

/** Five digits tell all numbers of half precision apart. */
function shortest(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  for (let digits = 1; digits < 5; digits++) {
    const near = Number(value.toPrecision(digits));
    if (rounded(Math.abs(near)) === Math.abs(value)) return near;
  }
  return Number(value.toPrecision(5));
}

/** A size rounded to half precision, halves to even. */
function rounded(size: number): number {
  if (size >= BEYOND) return Infinity;
  let step = LEAST;
  while (size >= 2048 * step) step *= 2;
  const steps = size / step, below = Math.floor(steps), part = steps - below;
  return step * (part > 0.5 || (part === 0.5 && below % 2 === 1) ? below + 1 : below);
}
