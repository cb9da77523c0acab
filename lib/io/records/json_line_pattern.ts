/**
 * A fast path for JSON Lines. Nearly all lines of a file have the same names in the same order and plain values, and one
 * regular expression reads such a line; lines that it does not match go to the general parser.
 *
 * @module
 */

/** Patterns of values: a text without escapes, a number, a whole number (as ids are), true or false. */
const TEXT = String.raw`"([^"\\\x00-\x1f\ud800-\udfff]*)"`;
const NUMBER = String.raw`(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)`;
const WHOLE = String.raw`(-?(?:0|[1-9]\d*))`;
const WORD = String.raw`(true|false)`;
const BLANK = "[ \\t]*";

/** Names that JSON writes without escapes. */
const PLAIN_NAME = /^[\w ./:-]+$/;

/** A pattern for whole lines, and the column that each of its groups fills. */
export interface LinePattern {
  /** Matches a line with its line break, from `lastIndex` on. */
  readonly pattern: RegExp;
  /** Column of each group, in their order. */
  readonly columns: readonly number[];
}

/**
 * The pattern of lines with these names in this order; null where a name has characters that JSON may escape, or there are
 * too many.
 *
 * @param columnOf column of each name
 * @param isId by column, whether it holds ids
 */
export function linePattern(
  names: readonly string[],
  columnOf: (name: string) => number,
  isId: readonly boolean[],
): LinePattern | null {
  if (names.length === 0 || names.length > 50 || !names.every((name) => PLAIN_NAME.test(name))) {
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
