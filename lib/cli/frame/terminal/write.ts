/**
 * Writes to the standard streams: data to stdout, text for people to stderr.
 *
 * @module
 */

import { BIDI_CONTROLS } from "../../../base/text/bidi_controls.ts";
import { InputError } from "../../../base/errors.ts";
import { systemReason } from "../../../base/platform/system_reason.ts";
import { visibleLines } from "../../../report/text/terminal.ts";

/** A standard stream. */
export type Stream = typeof Deno.stdout | typeof Deno.stderr;

/** Columns of a stream's terminal; 80 where it is not a terminal, or one that does not report its size. */
export function columnsOf(stream: Stream): number {
  return stream.isTerminal() ? Deno.consoleSize().columns || 80 : 80;
}

/**
 * Writes text with every control character made visible, since ids and file names come from others and a terminal would obey
 * them. All text of the program is written by this function. A reader that ended early (`divvy … | head`) is no error.
 */
export function write(stream: Stream, text: string): void {
  const emphasis = !Deno.noColor && stream.isTerminal();
  writeRaw(stream, visibleLines(text, emphasis));
}

/** Clears the terminal's current line and writes text there. */
export function redraw(stream: Stream, text: string): void {
  writeRaw(stream, "\r\x1b[K");
  write(stream, text);
}

/** Writes `divvy: ` and a message in one line to stderr. */
export function writeError(message: string): void {
  write(Deno.stderr, `divvy: ${message}\n`);
}

function writeRaw(stream: Stream, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return;
    throw new InputError(`standard output: can't write to it: ${systemReason(error)}`);
  }
}

/** What JSON need not escape, and terminals obey. */
const ESCAPED = new RegExp(`[\\x7f-\\x9f${BIDI_CONTROLS}]`, "g");

/** Writes a value as indented JSON to stdout; control characters are escaped, which does not change the value. */
export function writeJson(value: unknown): void {
  const json = JSON.stringify(value, null, 2).replace(
    ESCAPED,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  write(Deno.stdout, `${json}\n`);
}
