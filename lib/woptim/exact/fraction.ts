/**
 * Exact fractions, and texts that are read as one.
 *
 * @module
 */
import { decimalOf } from "./decimal.ts";

/** An exact fraction; the denominator is positive. */
export interface Fraction {
  n: bigint;
  d: bigint;
}

/** 0. */
export const ZERO: Fraction = { n: 0n, d: 1n };

/** 10^exponent, or 1 for negative exponents: those belong into the denominator. */
export function tenTo(exponent: number): bigint {
  return exponent > 0 ? 10n ** BigInt(exponent) : 1n;
}

/** The decimal that a double prints as. */
export function fractionOf(value: number): Fraction {
  const { digits, exponent } = decimalOf(value);
  return { n: digits * tenTo(exponent), d: tenTo(-exponent) };
}

/**
 * The fraction, in lowest terms, of a text such as `1/3`, `2.5` or `0.1/3`; undefined for any other text.
 *
 * @example
 * ```ts
 * import { parseFraction } from "./fraction.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(parseFraction("2/6"), { n: 1n, d: 3n });
 * assertEquals(parseFraction("a third"), undefined);
 * ```
 */
export function parseFraction(text: string): Fraction | undefined {
  const decimal = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?`;
  const found = new RegExp(`^\\s*(${decimal})\\s*(?:/\\s*(${decimal})\\s*)?$`, "i").exec(text);
  if (found === null) return undefined;
  const above = fractionOf(Number(found[1]));
  const below = found[2] === undefined ? { n: 1n, d: 1n } : fractionOf(Number(found[2]));
  if (below.n === 0n) return undefined;
  return lowest({ n: above.n * below.d, d: above.d * below.n });
}

/** The same fraction in lowest terms, its denominator positive. */
export function lowest({ n, d }: Fraction): Fraction {
  const common = commonDivisor(n, d) || 1n;
  const sign = d < 0n ? -1n : 1n;
  return { n: sign * n / common, d: sign * d / common };
}

/** The largest integer that divides both; not negative. */
export function commonDivisor(a: bigint, b: bigint): bigint {
  if (a < 0n) a = -a;
  if (b < 0n) b = -b;
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}

/** a + b; over the larger denominator where it is a multiple of the other, as with decimals, so that sums stay small. */
export function addFractions(a: Fraction, b: Fraction): Fraction {
  if (a.d === b.d) return { n: a.n + b.n, d: a.d };
  if (a.d < b.d && b.d % a.d === 0n) return { n: a.n * (b.d / a.d) + b.n, d: b.d };
  if (b.d < a.d && a.d % b.d === 0n) return { n: a.n + b.n * (a.d / b.d), d: a.d };
  return { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

/** a · b. */
export function multiplyFractions(a: Fraction, b: Fraction): Fraction {
  return { n: a.n * b.n, d: a.d * b.d };
}

/** The sign of a − b. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.n * b.d, right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** n / d rounded down. */
export function floorDivide(n: bigint, d: bigint): bigint {
  const whole = n / d;
  return n % d !== 0n && (n < 0n) !== (d < 0n) ? whole - 1n : whole;
}

/** Bits of a number above 0, counted in whole hexadecimal digits: at most three too many. */
function bitsOf(value: bigint): number {
  return value.toString(16).length * 4;
}

/** The double nearest to a fraction. */
export function toDouble({ n, d }: Fraction): number {
  if (n === 0n) return 0;
  const size = n < 0n ? -n : n;
  if (size < 2n ** 53n && d < 2n ** 53n) return Number(n) / Number(d);
  // At least 64 bits of the quotient, a last one that says whether any follow, and Number rounds that once.
  const shift = 68 - (bitsOf(size) - bitsOf(d));
  const above = shift > 0 ? size << BigInt(shift) : size;
  const below = shift > 0 ? d : d << BigInt(-shift);
  const quotient = (above / below) | (above % below === 0n ? 0n : 1n);
  // 2 ** shift may itself be too large or too small for a double.
  const half = Math.trunc(shift / 2);
  return (n < 0n ? -1 : 1) * Number(quotient) * 2 ** -half * 2 ** -(shift - half);
}

/** a + b, of the decimals that they are written as: 1.4 − 1 is 0.4. */
export function sumOf(a: number, b: number): number {
  return a === -b ? 0 : toDouble(addFractions(fractionOf(a), fractionOf(b)));
}

/** a − b, of the decimals that they are written as. */
export function differenceOf(a: number, b: number): number {
  return sumOf(a, -b);
}
