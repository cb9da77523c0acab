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
 * `text` with each word of more than 200 characters cut, as an id may be as long as a field of a file, and one line of a report
 * would be a screen's, or a megabyte. For what people read; files keep all.
 *
 * @example
 * ```ts
 * import { shortWords } from "./short_words.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(shortWords(`user ${"x".repeat(1000)} of north`), `user ${"x".repeat(199)}… of north`);
 * ```
 */
export function shortWords(text: string): string {
  return text.replace(LONG, "$1…");
}
