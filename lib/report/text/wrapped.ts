/**
 * Sentences on narrow terminals.
 *
 * @module
 */
import { inLines, visible } from "./terminal.ts";

/**
 * Lines of at most `width` terminal columns, broken at blanks; longer words have a line of their own, control
 * characters a sign. */
export function wrapped(text: string, width: number): string[] {
  return inLines(visible(text), width, true);
}
