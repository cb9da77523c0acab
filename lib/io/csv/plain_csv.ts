/**
 * Any text table as plain CSV: UTF-8, commas, decimal points, LF. This step comes before the CSV reader and keeps every line
 * break, so that the reader's errors name the lines of the file.
 *
 * @module
 */
import type { ReadLimits } from "../bytes/read_limits.ts";
import { type ByteReader, readHead, withHead } from "../bytes/byte_reader.ts";
import type { DialectOptions } from "./dialect_options.ts";
import { isPlain, sniffDialect } from "./sniff_dialect.ts";

/** Bytes by which a table's dialect is recognised. */
const HEAD_BYTES = 1 << 16;

/** A table as plain CSV. */
export interface PlainCsv {
  /** Its bytes from the first on. */
  readonly reader: ByteReader;
  /** Whether they are the file's own bytes, unchanged. */
  readonly isAsWritten: boolean;
  /** What was recognised about the table, in words for the user; empty for plain CSV. */
  readonly notes: readonly string[];
}

/**
 * A table as plain CSV, whatever its encoding, separators, decimals and line ends.
 *
 * @param file name for messages
 * @param wanted columns that it must have
 * @param numbers columns that hold numbers, beside {@link NUMBER_COLUMNS}
 * @param optional columns that it may have
 * @throws {InputError} at once or from the reader's `read`, for what can't be transcribed
 */
export async function plainCsv(
  reader: ByteReader,
  file: string,
  wanted: readonly string[],
  options: DialectOptions,
  limits: ReadLimits,
  numbers: Iterable<string>,
  optional: readonly string[],
): Promise<PlainCsv> {
  const head = await readHead(reader, HEAD_BYTES), whole = withHead(head, reader);
  const dialect = sniffDialect(head, file, wanted, options, numbers, optional);
  const { notes } = dialect;
  if (isPlain(dialect)) return { reader: whole, isAsWritten: true, notes };
  // Loaded only where it is needed: most tables are plain.
  const { transcribed } = await import("./transcribed.ts");
  return { reader: transcribed(whole, file, dialect, limits), isAsWritten: false, notes };
}
