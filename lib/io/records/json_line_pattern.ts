/**
 * A fast path for JSON Lines: nearly all lines of a file have the same names in the same order and plain values, and one
 * regular expression reads such a line. What it does not match is read by the general reader.
 *
 * @module
 */

/** A text without escapes, a number, a word; an id is no fraction and no word. */
const TEXT = String.raw`"([^"\\\x00-\x1f\ud800-\udfff]*)"`;
const NUMBER = String.raw`(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)`;
const WHOLE = String.raw`(-?(?:0|[1-9]\d*))`;
const WORD = String.raw`(true|false)`;
const BLANK = "[ \\t]*";

/** Names that stand in a pattern as they stand in JSON. */
const PLAIN = /^[\w ./:-]+$/;

/** A pattern for whole lines, and the column that each of its groups fills. */
export interface LinePattern {
  /** Sticky; takes the line's end along. */
  readonly pattern: RegExp;
  /** Column of each group, in their order. */
  readonly columns: readonly number[];
}

/**
 * The pattern of lines that name these columns in this order; null where a name needs to be written in another way.
 *
 * @param columnOf column of each name
 * @param isId by column, whether it holds ids
 */
export function linePattern(
  names: readonly string[],
  columnOf: (name: string) => number,
  isId: readonly boolean[],
): LinePattern | null {
  if (names.length === 0 || names.length > 50 || !names.every((name) => PLAIN.test(name))) {
    return null;
  }
  const columns: number[] = [];
  const members = names.map((name) => {
    const column = columnOf(name), groups = isId[column] ? [TEXT, WHOLE] : [TEXT, NUMBER, WORD];
    groups.forEach(() => columns.push(column));
    const quoted = name.replace(/[.]/g, "\\.");
    return `"${quoted}"${BLANK}:${BLANK}(?:${groups.join("|")})${BLANK}`;
  });
  const line = `\\{${BLANK}${members.join(`,${BLANK}`)}\\}${BLANK}\\r?(?:\\n|$)`;
  return { pattern: new RegExp(line, "y"), columns };
}
