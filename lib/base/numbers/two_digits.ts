/**
 * Amounts with two digits, for texts that say "at most".
 *
 * @module
 */

/**
 * A positive number with two digits, rounded up, so that "at most" stays true.
 *
 * @example
 * ```ts
 * import { twoDigitsUp } from "./two_digits.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([twoDigitsUp(0.2512), twoDigitsUp(2.01e-20)], ["0.26", "2.1e-20"]);
 * ```
 */
export function twoDigitsUp(value: number): string {
  const digits = 1 - Math.floor(Math.log10(value)), scale = 10 ** Math.abs(digits);
  const units = Math.ceil((digits >= 0 ? value * scale : value / scale) * (1 - 1e-12));
  return String(Number((digits >= 0 ? units / scale : units * scale).toPrecision(2)));
}

/**
 * A positive number with two digits, rounded down: what is said to be allowed at most is allowed.
 *
 * @example
 * ```ts
 * import { twoDigitsDown } from "./two_digits.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([twoDigitsDown(1e300 / 6), twoDigitsDown(0.3), twoDigitsDown(5e299)], ["1.6e+299", "0.30", "5.0e+299"]);
 * ```
 */
export function twoDigitsDown(value: number): string {
  const near = value.toPrecision(2);
  if (Number(near) <= value) return near;
  const [mantissa, exponent] = value.toExponential(17).split("e");
  return Number(`${mantissa.slice(0, 3)}e${exponent}`).toPrecision(2);
}
