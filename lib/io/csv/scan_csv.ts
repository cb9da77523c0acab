/**
 * Drives a {@link RecordScanner} over everything a reader reads.
 *
 * @module
 */
import type { ByteReader } from "../bytes/byte_reader.ts";
import { lineNotUtf8, notUtf8 } from "../bytes/decode_text.ts";
import { type ColumnNames, emptyInput, type Layout, layoutOf } from "./header.ts";
import { Block } from "./block.ts";
import { RecordScanner } from "./record_scanner.ts";

const COMMA = 44;

/** What becomes of records. */
export interface RecordConsumer {
  /** Told the layout once, before any record. */
  header(layout: Layout): void;
  /** Takes records with `scanner.next()` until it returns false. */
  records(scanner: RecordScanner): void;
  /** Told after each block how many bytes are read in all; may throw to stop. */
  progress?(bytesRead: number): void;
}

/**
 * Scans CSV bytes with a header row.
 *
 * @param file name for messages
 * @param wanted columns that must be there
 * @param block what the bytes are read into
 * @param columns what the header calls the wanted columns, where it has names of its own
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
    // A block is filled before it is scanned: pipes give little at a time.
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
    // Faults of earlier rows come first.
    block.scan(scanner, bad === null ? Infinity : block.base + bad, done);
    consumer.records(scanner);
    if (fault !== null) throw fault;
    block.from = scanner.at;
    consumer.progress?.(bytesRead);
  }
}

/** Whether `bytes[0 … end)` are white space: no header yet. */
function isBlank(bytes: Uint8Array, end: number): boolean {
  return bytes.subarray(skipByteOrderMark(bytes, end), end).every((byte) => byte <= 32);
}

/** Where the text begins, after a byte order mark if there is one. */
function skipByteOrderMark(bytes: Uint8Array, end: number): number {
  return end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** What {@link scanHeader} found. */
export interface ScannedHeader {
  /** Which column is where. */
  readonly layout: Layout;
  /** Where the first record after the header begins. */
  readonly at: number;
  /** The line it begins on. */
  readonly line: number;
}

/** Reads the header row at the beginning of an input, which the block holds from its first byte on; null where the bytes end before it does. */
export function scanHeader(
  { bytes, end, limits }: Block,
  final: boolean,
  file: string,
  wanted: readonly string[],
  columns: ColumnNames = {},
): ScannedHeader | null {
  // No more columns than there are commas, whatever stands in quotes.
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
  return { layout: { ...layout, columns: scanner.fields }, at: scanner.at, line: scanner.nextLine };
}
