/**
 * Decimal numbers from bytes, exact.
 *
 * @module
 */

const decoder = new TextDecoder();

/** 10^0 … 10^22: every one of them is exact in a double. */
const POWERS = Float64Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** Most digits whose whole number is sure to be exact in a double. */
const EXACT_DIGITS = 15;

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number that the bytes `[from, to)` spell, the same double as `Number(text)`; NaN where they spell none
 * (blank, text, `NaN`, `inf`, `0x1f`, `1,000`), ±Infinity where it is too large for a double. Blanks around it are allowed.
 *
 * With at most 15 digits and a power of ten of at most 22 both are exact doubles, so one multiplication or
 * division rounds correctly (Clinger, "How to read floating point numbers accurately", 1990); the rest is left
 * to `Number`.
 *
 * @example
 * ```ts
 * import { parseNumber } from "./parse_number.ts";
 * const bytes = new TextEncoder().encode("0.013355");
 * console.assert(parseNumber(bytes, 0, bytes.length) === 0.013355);
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
  if (i < to || digits === 0 || digits > EXACT_DIGITS) return parseText(bytes, from, to);
  const value = scale === 0 ? mantissa : mantissa / POWERS[scale];
  return negative ? -value : value;
}

function parseText(bytes: Uint8Array, from: number, to: number): number {
  return parseNumberText(decoder.decode(bytes.slice(from, to)));
}

/** {@link parseNumber} for text. */
export function parseNumberText(text: string): number {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : NaN;
}
