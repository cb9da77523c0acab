/**
 * Doubles read as the decimals they are written as: 0.1 is one tenth. People write decimals, and in binary
 * 0.7 + 0.1 is not 0.8; questions that have a yes or no for an answer are decided on what was written.
 *
 * @module
 */

/** A decimal number: digits · 10^exponent. */
export interface Decimal {
  digits: bigint;
  exponent: number;
}

/** The shortest decimal that reads back as `value` (what JavaScript prints for it). */
export function decimalOf(value: number): Decimal {
  const [mantissa, power] = value.toExponential().split("e");
  const point = mantissa.indexOf(".");
  const places = point < 0 ? 0 : mantissa.length - point - 1;
  return { digits: BigInt(mantissa.replace(".", "")), exponent: Number(power) - places };
}

/** The decimal that a double is in binary, to its last digit: of 0.1 one of 55 digits. */
export function binaryOf(value: number): Decimal {
  let exponent = 0, whole = value;
  // Doubles that are no whole numbers come to one when they are doubled often enough; that is exact.
  for (; !Number.isInteger(whole); exponent--) whole *= 2;
  // whole · 2^exponent = whole · 5^−exponent · 10^exponent.
  return { digits: BigInt(whole) * 5n ** BigInt(-exponent), exponent };
}

/** `decimal` as a whole number of 10^exponent; `exponent` must not be above its own. */
export function scaledTo(exponent: number, decimal: Decimal): bigint {
  return decimal.digits * 10n ** BigInt(decimal.exponent - exponent);
}

/** The sign (−1, 0 or 1) of total − Σ values, all of them read as decimals. */
export function compareWithSum(total: number, values: ArrayLike<number>): -1 | 0 | 1 {
  // One sum for each exponent that occurs: adding is cheap, scaling is not.
  const sums = new Map<number, bigint>();
  const add = ({ digits, exponent }: Decimal) =>
    sums.set(exponent, (sums.get(exponent) ?? 0n) + digits);
  add(decimalOf(total));
  for (let i = 0; i < values.length; i++) add(decimalOf(-values[i]));
  const smallest = Math.min(...sums.keys());
  let difference = 0n;
  for (const [exponent, digits] of sums) difference += scaledTo(smallest, { digits, exponent });
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
