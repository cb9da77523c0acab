/**
 * Numbers as plain decimals: the fewest digits that read as the number, without an exponent.
 *
 * @module
 */

/**
 * The decimal of fewest digits that reads as a double, without an exponent and without zeros at its end: what a text of up
 * to 15 digits said, whatever its form (`2.50`, `25e-1`).
 *
 * @example
 * ```ts
 * import { plainDecimal } from "./plain_decimal.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([2.5, 1e-7, -1e21, 0].map(plainDecimal).join(" "), "2.5 0.0000001 -1000000000000000000000 0");
 * ```
 */
export function plainDecimal(value: number): string {
  const text = String(value);
  const at = text.indexOf("e");
  if (at < 0) return text;
  const sign = value < 0 ? "-" : "";
  const [whole, part = ""] = text.slice(sign.length, at).split(".");
  const exponent = Number(text.slice(at + 1)), digits = whole + part;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  return sign + digits.padEnd(exponent + 1, "0");
}
