/**
 * Reads all bytes of a reader through a {@link RecordScanner}.
 *
 * @module
 */
import type { ByteReader } from "../bytes/byte_reader.ts";
import { lineNotUtf8, notUtf8 } from "../bytes/decode_text.ts";
import { type ColumnNames, emptyInput, type Layout, layoutOf } from "./header.ts";
import { Block } from "./block.ts";
import { RecordScanner } from "./record_scanner.ts";

const COMMA = 44;

/** Receives the header and the records. */
export interface RecordConsumer {
  /** Called once, before any record. */
  header(layout: Layout): void;
  /** Called for each block; takes records with `scanner.next()` until that returns false. */
  records(scanner: RecordScanner): void;
  /** Called after each block with the bytes read so far; may throw to stop. */
  progress?(bytesRead: number): void;
}

/**
 * Scans CSV bytes with a header row.
 *
 * @param file name for messages
 * @param wanted columns that must be there
 * @param block what the bytes are read into
 * @param columns the table's names for the wanted columns, where they differ
 * @throws {InputError} for a header without the wanted columns, and for bytes that are no CSV or not UTF-8
 */
export async function scanCsv(
  reader: ByteReader,
  file: string,
  wanted: readonly string[],
  consumer: RecordConsumer,
  block: Block = new Block(),
  columns: ColumnNames = {},
): Promise<void> {
  let scanner: RecordScanner | undefined;
  let bytesRead = 0;
  for (let done = false; !done;) {
    block.compact(file, scanner?.nextLine ?? 1);
    // Fill the block before it is scanned, since a pipe gives few bytes at a time.
    for (let room = block.room; room.length > 0; room = block.room) {
      const read = await reader.read(room);
      block.end += read;
      bytesRead += read;
      done = read === 0;
      if (done) break;
    }
    const bad = lineNotUtf8(block.bytes, block.from, block.end, done);
    const fault = bad === null
      ? null
      : notUtf8(block.bytes.slice(block.from, block.end), file, scanner?.nextLine);
    if (scanner === undefined) {
      if (fault !== null && isBlank(block.bytes, bad!)) throw fault;
      const header = scanHeader(block, done, file, wanted, columns);
      if (header === null) continue;
      block.from = header.at;
      scanner = new RecordScanner(file, header.layout.columns, header.line, block.limits);
      consumer.header(header.layout);
    }
    // Rows before the bytes that are not UTF-8 come first: an error in one of them is the one to report.
    block.scan(scanner, bad === null ? Infinity : block.base + bad, done);
    consumer.records(scanner);
    if (fault !== null) throw fault;
    block.from = scanner.at;
    consumer.progress?.(bytesRead);
  }
}

/** Whether `bytes[0 … end)` are only white space, so that the header is still to come. */
function isBlank(bytes: Uint8Array, end: number): boolean {
  return bytes.subarray(skipByteOrderMark(bytes, end), end).every((byte) => byte <= 32);
}

/** Index where the text begins: behind the byte order mark if there is one. */
function skipByteOrderMark(bytes: Uint8Array, end: number): number {
  return end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** A header row and where it ends. */
export interface ScannedHeader {
  /** Where each column stands. */
  readonly layout: Layout;
  /** The line it begins on. */
  readonly headerLine: number;
  /** Where the first record after the header begins. */
  readonly at: number;
  /** The line that one begins on. */
  readonly line: number;
}

/**
 * Reads the header row of an input, whose first bytes are in the block; null where the block ends before the header does.
 *
 * @throws {InputError} where the input is empty or a wanted column is missing
 */
export function scanHeader(
  { bytes, end, limits }: Block,
  final: boolean,
  file: string,
  wanted: readonly string[],
  columns: ColumnNames = {},
): ScannedHeader | null {
  // There are at most as many columns as commas, and one more.
  let most = 1;
  for (let i = 0; i < end; i++) if (bytes[i] === COMMA) most++;
  const scanner = new RecordScanner(file, most, 1, limits);
  scanner.block(bytes, skipByteOrderMark(bytes, end), end, end, final);
  do {
    if (!scanner.next()) {
      if (final) throw emptyInput(file, wanted);
      return null;
    }
  } while (scanner.blank);
  const names = Array.from({ length: scanner.fields }, (_, f) => scanner.text(f));
  const layout = layoutOf(names, wanted, file, scanner.line, columns);
  const { line: headerLine, nextLine: line, fields, at } = scanner;
  return { layout: { ...layout, columns: fields }, headerLine, at, line };
}
