/**
 * Drives a {@link RecordScanner} over everything a reader reads.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";
import { emptyInput, type Layout, layoutOf } from "./header.ts";
import { MAX_COLUMNS, RecordScanner, SLACK } from "./record_scanner.ts";

/** Bytes read at once. Records may be longer: the block then grows. */
const BLOCK = 1 << 20;

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
 */
export async function scanCsv(
  reader: ByteReader,
  file: string,
  wanted: readonly string[],
  consumer: RecordConsumer,
): Promise<void> {
  let block = new Uint8Array(BLOCK + SLACK), end = 0, from = 0, bytesRead = 0;
  let scanner: RecordScanner | undefined;
  for (let first = true, done = false; !done; first = false) {
    block.copyWithin(0, from, end);
    end -= from;
    from = 0;
    if (end > BLOCK / 2 && block.length - SLACK - end < end) {
      const grown = new Uint8Array(2 * block.length);
      grown.set(block.subarray(0, end));
      block = grown;
    }
    // A block is filled before it is scanned: pipes give little at a time.
    while (end < block.length - SLACK) {
      const read = await reader.read(block.subarray(end, block.length - SLACK));
      if (read === 0) {
        done = true;
        break;
      }
      end += read;
      bytesRead += read;
    }
    if (first) from = skipByteOrderMark(block, end);
    if (scanner === undefined) {
      const header = scanHeader(block, from, end, done, file, wanted);
      if (header === null) continue;
      from = header.at;
      scanner = new RecordScanner(file, header.layout.columns, header.line);
      consumer.header(header.layout);
    }
    scanner.block(block, from, end, end, done);
    consumer.records(scanner);
    from = scanner.at;
    consumer.progress?.(bytesRead);
  }
}

/** Where the data begins, after a byte order mark if there is one. */
export function skipByteOrderMark(bytes: Uint8Array, end: number): number {
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

/** Reads the header row of a block; null where the block ends before it does. */
export function scanHeader(
  bytes: Uint8Array,
  from: number,
  end: number,
  final: boolean,
  file: string,
  wanted: readonly string[],
): ScannedHeader | null {
  const scanner = new RecordScanner(file, MAX_COLUMNS);
  scanner.block(bytes, from, end, end, final);
  do {
    if (!scanner.next()) {
      if (final) throw emptyInput(file, wanted);
      return null;
    }
  } while (scanner.blank);
  const names = Array.from(
    { length: Math.min(scanner.fields, MAX_COLUMNS) },
    (_, f) => scanner.text(f),
  );
  const layout = layoutOf(names, wanted, file, scanner.line);
  return { layout: { ...layout, columns: scanner.fields }, at: scanner.at, line: scanner.nextLine };
}
