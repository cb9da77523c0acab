/**
 * Sentences on narrow terminals.
 *
 * @module
 */
import { unicodeWidth } from "../../deps/std_cli.ts";
import { visible } from "./terminal.ts";

/**
 * Lines of at most `width` terminal columns, broken at blanks; longer words have a line of their own, control
 * characters a sign. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of visible(text).split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && unicodeWidth(line) + 1 + unicodeWidth(word) <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
