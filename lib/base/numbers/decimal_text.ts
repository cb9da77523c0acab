/**
 * Decimal numbers as texts.
 *
 * @module
 */

// No digit can match two parts of it, so even a long text is decided in one pass.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number that a text says in decimal digits, the double nearest to it; NaN where it says none (blank, words, `NaN`, `inf`,
 * `0x1f`, `1,000`), ±Infinity where it is too large for a double. Blanks around it are allowed.
 *
 * @example
 * ```ts
 * import { decimalOf } from "./decimal_text.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([" 1.5e3 ", "", "0x1f", "1_000"].map(decimalOf), [1500, NaN, NaN, NaN]);
 * ```
 */
export function decimalOf(text: string): number {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : NaN;
}
