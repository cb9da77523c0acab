/**
 * What the number format of a spreadsheet's cell adds to the digits of a whole number.
 *
 * Format: ECMA-376 part 1, 18.8.31 (numFmts).
 *
 * @module
 */

/**
 * How many digits a cell shows at least, with zeros in front: 0 where its format adds none, null where it shows other
 * characters than the number's digits (separators of thousands, decimals and an exponent do not count).
 *
 * @param format the format's code, "" for none
 *
 * @example
 * ```ts
 * import { assertEquals } from "../../deps/std_assert.ts";
 * import { shownZeros } from "./shown_zeros.ts";
 * assertEquals(["00000", "[$-409]000;@", "#,##0", '"C-"000'].map((f) => shownZeros(7, f)), [5, 3, 0, null]);
 * ```
 */
export function shownZeros(value: number, format: string): number | null {
  // Sections for positive and negative numbers; those for 0 and text follow.
  const [positive, negative = positive] = format.split(";");
  // Colours, conditions and languages; room as wide as a character; characters that fill the cell; blanks at the ends.
  const plain = (value < 0 ? negative : positive)
    .replace(/\[[^\]]*\]|[_*]./g, "")
    .replaceAll("\\ ", " ")
    .trim();
  const zeros = /^-?(0+)$/.exec(plain);
  if (zeros !== null) return zeros[1].length;
  const isPlain = /^(General|@|[-(]?[#?,]*0?([.,][0#?]+)?(E[+-]?[0#]+)?\)?)?$/i.test(plain);
  return isPlain ? 0 : null;
}
