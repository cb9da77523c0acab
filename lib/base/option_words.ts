/**
 * How messages name options: as programs write them, or as flags where the command line runs.
 *
 * @module
 */

let isCommandLine = false;

/** From now on messages name options as flags: what the command line says first of all. */
export function nameOptionsAsFlags(): void {
  isCommandLine = true;
}

/**
 * An option's name in a message: `defaultRatio`, or on the command line `--default-ratio`.
 *
 * @example
 * ```ts
 * import { optionInWords } from "./option_words.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(optionInWords("defaultRatio"), "defaultRatio");
 * ```
 */
export function optionInWords(name: string): string {
  if (!isCommandLine) return name;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return flag.length === 1 ? `-${flag}` : `--${flag}`;
}
