/**
 * Exact arithmetic with decimals, as fractions of BigInts.
 *
 * @module
 */
import { plainDecimal } from "../../../base/numbers/plain_decimal.ts";

/** A fraction: `top` / `bottom`, `bottom` above 0. */
export interface Fraction {
  /** Numerator. */
  readonly top: bigint;
  /** Denominator, above 0. */
  readonly bottom: bigint;
}

/** The decimal that a number prints as: for up to 15 digits the one that it was read from. */
export function fractionOf(value: number): Fraction {
  return fractionOfText(plainDecimal(value));
}

/** A plain decimal's text as a fraction. */
export function fractionOfText(text: string): Fraction {
  const [whole, part = ""] = text.split(".");
  return { top: BigInt(whole + part), bottom: 10n ** BigInt(part.length) };
}

/** ⌊a / b⌋ for b above 0; BigInt's own division cuts toward 0. */
export function floorOf(a: bigint, b: bigint): bigint {
  const cut = a / b;
  return a < 0n && cut * b !== a ? cut - 1n : cut;
}

/** ⌈a / b⌉ for b above 0. */
export function ceilOf(a: bigint, b: bigint): bigint {
  return -floorOf(-a, b);
}

/** Whole units of 10^−decimals as a plain decimal. */
export function textOfUnits(units: bigint, decimals: number): string {
  if (units < 0n) return `-${textOfUnits(-units, decimals)}`;
  if (decimals <= 0) return String(units * 10n ** BigInt(-decimals));
  const digits = units.toString().padStart(decimals + 1, "0");
  const at = digits.length - decimals;
  const part = digits.slice(at).replace(/0+$/, "");
  return `${digits.slice(0, at)}${part === "" ? "" : `.${part}`}`;
}

/** The least double that is at least top / bottom, for bottom above 0. */
export function doubleAtLeast(top: bigint, bottom: bigint): number {
  if (top === 0n) return 0;
  let near = quotient(top, bottom);
  while (isBelow(near, top, bottom)) near = next(near, 1);
  for (let below = next(near, -1); !isBelow(below, top, bottom); below = next(near, -1)) {
    near = below;
  }
  return near;
}

/** top / bottom as a double, which may be off in its last digits. */
function quotient(top: bigint, bottom: bigint): number {
  const bits = (value: bigint) => (value < 0n ? -value : value).toString(2).length;
  const shift = Math.max(0, 64 - bits(top) + bits(bottom));
  return Number((top << BigInt(shift)) / bottom) / 2 ** Math.min(shift, 1000) /
    2 ** Math.max(0, shift - 1000);
}

/** Whether a double is below top / bottom. */
function isBelow(value: number, top: bigint, bottom: bigint): boolean {
  const [significand, exponent] = partsOf(value);
  return exponent >= 0
    ? (significand << BigInt(exponent)) * bottom < top
    : significand * bottom < top << BigInt(-exponent);
}

const float = new Float64Array(1), bits = new BigInt64Array(float.buffer);

/** A double as significand · 2^exponent. */
function partsOf(value: number): [bigint, number] {
  float[0] = Math.abs(value);
  const exponent = Number(bits[0] >> 52n), rest = bits[0] & ((1n << 52n) - 1n);
  const significand = exponent === 0 ? rest : rest | (1n << 52n);
  return [value < 0 ? -significand : significand, Math.max(1, exponent) - 1075];
}

/** The next double above (1) or below (−1). */
function next(value: number, step: 1 | -1): number {
  if (value === 0) return step * Number.MIN_VALUE;
  float[0] = value;
  bits[0] += (value > 0) === (step > 0) ? 1n : -1n;
  return float[0];
}
