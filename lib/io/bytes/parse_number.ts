/**
 * Decimal numbers from bytes, exact.
 *
 * @module
 */

import { decimalOf } from "../../base/numbers/decimal_text.ts";

const decoder = new TextDecoder();

/** 10^0 … 10^22: every one of them is exact in a double. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** Most digits whose whole number is sure to be exact in a double. */
const EXACT_DIGITS = 15;

/**
 * The number that the bytes `[from, to)` spell, the same double as `Number(text)`; NaN where they spell none
 * (blank, text, `NaN`, `inf`, `0x1f`, `1,000`), ±Infinity where it is too large for a double. Blanks around it are allowed.
 *
 * With at most 15 digits and a power of ten of at most 22 both are exact doubles, so one division rounds correctly
 * (Clinger, "How to read floating point numbers accurately", 1990). With at most 19 digits the division is done with pairs of
 * doubles, which is right unless the result lies almost exactly between two doubles; those and the rest go to `Number`.
 *
 * @example
 * ```ts
 * import { parseNumber } from "./parse_number.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const bytes = new TextEncoder().encode("0.013355");
 * assertEquals(parseNumber(bytes, 0, bytes.length), 0.013355);
 * ```
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  const negative = bytes[i] === 45;
  if (negative) i++;
  const digitsFrom = i;
  let mantissa = 0, digit = 0;
  while (i < to && (digit = bytes[i] - 48) >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit;
    i++;
  }
  let digits = i - digitsFrom, scale = 0;
  if (i < to && bytes[i] === 46) {
    const pointAt = i++;
    while (i < to && (digit = bytes[i] - 48) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      i++;
    }
    scale = i - pointAt - 1;
    digits += scale;
  }
  if (i < to || digits === 0 || digits > EXACT_DIGITS) {
    const long = parseLong(bytes, from, to);
    return long === long ? long : parseText(bytes, from, to);
  }
  const value = scale === 0 ? mantissa : mantissa / POWERS[scale];
  return negative ? -value : value;
}

/**
 * A number of at most 19 significant digits, perhaps with an exponent, that is a whole number divided by at most 10^22; NaN
 * for everything else and where the result lies almost exactly between two doubles.
 */
function parseLong(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  const negative = bytes[i] === 45;
  if (negative) i++;
  // The first 15 significant digits, and the others.
  let high = 0, low = 0, highDigits = 0, lowDigits = 0, scale = 0;
  let point = false, anyDigit = false;
  for (; i < to; i++) {
    const digit = bytes[i] - 48;
    if (digit >= 0 && digit <= 9) {
      anyDigit = true;
      if (highDigits < EXACT_DIGITS) {
        high = high * 10 + digit;
        if (high !== 0) highDigits++;
      } else {
        low = low * 10 + digit;
        lowDigits++;
      }
      if (point) scale++;
    } else if (bytes[i] === 46 && !point) point = true;
    else break;
  }
  if (!anyDigit || lowDigits > 4) return NaN;
  if (i < to) {
    if ((bytes[i] | 32) !== 101) return NaN; // e or E
    const exponent = smallInteger(bytes, i + 1, to);
    if (exponent !== exponent) return NaN;
    scale -= exponent;
  }
  if (scale < 0 || scale > 22) return NaN;
  const value = dividedExactly(high, POWERS[lowDigits], low, POWERS[scale]);
  return negative ? -value : value;
}

/** A whole number of one to three digits with or without a sign; NaN otherwise. */
function smallInteger(bytes: Uint8Array, from: number, to: number): number {
  const signed = bytes[from] === 45 || bytes[from] === 43;
  let i = signed ? from + 1 : from, value = 0;
  if (i >= to || to - i > 3) return NaN;
  for (; i < to; i++) {
    const digit = bytes[i] - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return signed && bytes[from] === 45 ? -value : value;
}

/** Dekker's constant: splits a double into two halves of 26 bits. */
const SPLIT = 2 ** 27 + 1;

/**
 * (a × b + c) / d correctly rounded, for whole numbers a < 10^15, b ≤ 10^4, c < b and d ≤ 10^22; NaN where the result
 * lies almost exactly between two doubles. Products are exact as sums of two doubles (Dekker, "A floating-point technique
 * for extending the available precision", 1971); the quotient, as a sum of two doubles, is right to a part in 2^100.
 */
function dividedExactly(a: number, b: number, c: number, d: number): number {
  const product = a * b, productRest = productError(a, b, product) + c;
  const quotient = (product + productRest) / d;
  const back = quotient * d;
  const rest = ((product - back) - productError(quotient, d, back) + productRest) / d;
  const value = quotient + rest;
  // The result is sure where a slightly larger or smaller rest rounds to the same double.
  return quotient + rest * (1 + 2 ** -40) === value && quotient + rest * (1 - 2 ** -40) === value
    ? value
    : NaN;
}

/** The exact a × b minus its rounded product. */
function productError(a: number, b: number, product: number): number {
  const aSplit = SPLIT * a, bSplit = SPLIT * b;
  const aHigh = aSplit - (aSplit - a), bHigh = bSplit - (bSplit - b);
  const aLow = a - aHigh, bLow = b - bHigh;
  return ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow;
}

function parseText(bytes: Uint8Array, from: number, to: number): number {
  return parseNumberText(decoder.decode(bytes.slice(from, to)));
}

/** {@link parseNumber} for text. */
export const parseNumberText: (text: string) => number = decimalOf;
