/**
 * Words of commands that messages say to run.
 *
 * @module
 */

/**
 * `text` as one word of a shell's command: as it is, or in the quotes that it needs.
 *
 * @example
 * ```ts
 * import { shellWord } from "./shell_word.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(shellWord("drops/monday"), "drops/monday");
 * assertEquals(shellWord("my drop"), '"my drop"');
 * ```
 */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{N}_./:+@%,=-]+$/u.test(text)) return text;
  // Double quotes do in every shell; what has a meaning inside them, and `!`, needs single ones.
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
