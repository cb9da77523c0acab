/**
 * Any table of text as plain CSV: UTF-8, commas, decimal points, LF. A step in front of the general reader, line for line, so
 * that its faults name the lines of the file.
 *
 * @module
 */
import type { ReadLimits } from "../bytes/read_limits.ts";
import { type ByteReader, withHead } from "../bytes/byte_reader.ts";
import type { DialectOptions } from "./dialect_options.ts";
import { isPlain, sniffDialect } from "./sniff_dialect.ts";

/** Bytes looked at to tell how a table is written. */
const HEAD = 1 << 16;

/** A table as plain CSV. */
export interface PlainCsv {
  /** Its bytes from the first on. */
  readonly reader: ByteReader;
  /** Whether they are those of the file. */
  readonly isAsWritten: boolean;
  /** How it is read, in words; empty where nobody needs to be told. */
  readonly notes: readonly string[];
}

/**
 * A table as plain CSV, whatever its encoding, separators, decimals and line ends.
 *
 * @param file name for messages
 * @param wanted columns that it must have
 * @param numbers columns that hold numbers beside those that always do
 * @throws {InputError} at once or later on, from its `read`, for what can't be transcribed
 */
export async function plainCsv(
  reader: ByteReader,
  file: string,
  wanted: readonly string[],
  options: DialectOptions,
  limits: ReadLimits,
  numbers: Iterable<string> = [],
): Promise<PlainCsv> {
  const head = new Uint8Array(HEAD);
  let length = 0;
  while (length < head.length) {
    const read = await reader.read(head.subarray(length));
    if (read === 0) break;
    length += read;
  }
  const bytes = head.subarray(0, length), whole = withHead(bytes, reader);
  const dialect = sniffDialect(bytes, file, wanted, options, numbers);
  const { notes } = dialect;
  if (isPlain(dialect)) return { reader: whole, isAsWritten: true, notes };
  // Most tables are plain, and need none of it.
  const { transcribed } = await import("./transcribed.ts");
  return { reader: transcribed(whole, file, dialect, limits), isAsWritten: false, notes };
}
