/**
 * Writing to standard streams: data to stdout, words for people to stderr.
 *
 * @module
 */

import { InputError } from "../../base/errors.ts";
import { systemReason } from "../../base/system_reason.ts";

/** A standard stream. */
export type Stream = typeof Deno.stdout | typeof Deno.stderr;

/** Terminal columns of a stream; 80 where it is no terminal, or one that does not tell its size. */
export function columnsOf(stream: Stream): number {
  return stream.isTerminal() ? Deno.consoleSize().columns || 80 : 80;
}

/** Writes text whole; a reader that has gone away (`divvy … | head`) is no error. */
export function write(stream: Stream, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return;
    throw new InputError(`standard output: can't write to it: ${systemReason(error)}`);
  }
}

/** Writes a value as indented JSON to stdout. */
export function writeJson(value: unknown): void {
  write(Deno.stdout, `${JSON.stringify(value, null, 2)}\n`);
}
