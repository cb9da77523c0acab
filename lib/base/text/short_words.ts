/**
 * Words that fit on a screen.
 *
 * @module
 */

/** Most characters of a word that are shown. */
const MOST = 200;

/** Longer ones. An escape sequence, as emphasis has, is no part of a word. */
const LONG = new RegExp(`([^\\s\\x1b]{${MOST - 1}})[^\\s\\x1b]{2,}`, "gu");

/**
 * `text` with each word of more than 200 characters cut, and without its middle where it has more than 2,000, as an id may be as long as
 * a field of a file, and one line of a report would be a screen's, or a megabyte. For what people read; files keep all.
 *
 * @example
 * ```ts
 * import { shortWords } from "./short_words.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(shortWords(`user ${"x".repeat(1000)} of north`), `user ${"x".repeat(199)}… of north`);
 * ```
 */
export function shortWords(text: string): string {
  return shortText(text.replace(LONG, "$1…"));
}

/** Most characters of a text: an id may have blanks, so that none of its words is long. */
const MOST_IN_ALL = 2000;

/**
 * `text` without its middle where it has more than `most` characters (2,000 if not said): the end of a message says what was expected.
 *
 * @example
 * ```ts
 * import { shortText } from "./short_words.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(shortText("a b c d e f g h i j", 12), "a b c d… i j");
 * ```
 */
export function shortText(text: string, most = MOST_IN_ALL): string {
  if (text.length <= most) return text;
  const chars = Array.from(text);
  if (chars.length <= most) return text;
  const end = Math.floor(most / 3);
  return `${chars.slice(0, most - 1 - end).join("")}…${chars.slice(-end).join("")}`;
}
