/**
 * Small amounts in texts that say "at most".
 *
 * @module
 */

/**
 * A positive number with two digits, rounded up, so that "at most" stays true.
 *
 * @example
 * ```ts
 * import { twoDigitsUp } from "./two_digits_up.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals([twoDigitsUp(0.2512), twoDigitsUp(2.01e-20)], ["0.26", "2.1e-20"]);
 * ```
 */
export function twoDigitsUp(value: number): string {
  const digits = 1 - Math.floor(Math.log10(value)), scale = 10 ** Math.abs(digits);
  const units = Math.ceil((digits >= 0 ? value * scale : value / scale) * (1 - 1e-12));
  return String(Number((digits >= 0 ? units / scale : units * scale).toPrecision(2)));
}
