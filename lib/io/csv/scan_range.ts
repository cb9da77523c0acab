/**
 * Records of a byte range of a CSV file, for reading a file in parallel.
 *
 * @module
 */
import type { Block } from "./block.ts";
import type { OpenFile } from "../bytes/open_file.ts";
import { lineNotUtf8, notUtf8 } from "../bytes/decode_text.ts";
import { RecordScanner } from "./record_scanner.ts";

/** A byte range of a file. */
export interface ByteRange {
  /** First byte. */
  readonly from: number;
  /** End. */
  readonly to: number;
  /** Whether a record is known to begin at `from`; if not, the first is taken to begin after a line break at `from - 1` or later. */
  readonly exact: boolean;
  /** Line number of the first record, where it is known. */
  readonly line: number;
}

/** Where the records of a range were found. */
export interface ScannedRange {
  /** Where the first record begins; null where none begins in the range. */
  readonly start: number | null;
  /** Where the first record after them begins: at or after the range's end. */
  readonly end: number;
  /** Lines they take, blank ones included. */
  readonly lines: number;
}

/**
 * Scans the records that begin in a range; the last may end after it. A range that is not exact may begin inside a quoted
 * field, where a line break does not end a record: the caller must check that ranges meet (each one's `start` is the `end` of
 * the one before), and scan one that does not meet its predecessor again from there.
 *
 * @param columns columns of the header
 * @param block what the bytes are read into
 * @param records takes records with `next()` until it returns false
 */
export function scanRange(
  file: OpenFile,
  columns: number,
  range: ByteRange,
  block: Block,
  records: (scanner: RecordScanner) => void,
): ScannedRange {
  // Start one byte early: if that byte is a line break, a record begins exactly at `range.from`.
  block.base = range.exact ? range.from : range.from - 1;
  const scanner = new RecordScanner(file.name, columns, range.line, block.limits);
  let start: number | null = range.exact ? range.from : null;
  for (let done = false;;) {
    block.compact(file.name, scanner.nextLine);
    const { room } = block, read = file.readAt(room, block.base + block.end);
    block.end += read;
    done = read < room.length;
    if (start === null) {
      const at = block.bytes.subarray(block.from, block.end).indexOf(10);
      block.from = at < 0 ? block.end : block.from + at + 1;
      const place = block.base + block.from;
      if (place >= range.to || (done && at < 0)) return { start: null, end: place, lines: 0 };
      if (at < 0) continue;
      start = place;
    }
    const bad = lineNotUtf8(block.bytes, block.from, block.end, done);
    const badAt = bad === null ? Infinity : block.base + bad;
    const fault = bad === null
      ? null
      : notUtf8(block.bytes.slice(block.from, block.end), file.name, scanner.nextLine);
    // Rows before the bytes that are not UTF-8 come first: an error in one of them is the one to report. Bad bytes after the
    // range belong to the next one, unless the last record of this one reaches that far.
    block.scan(scanner, Math.min(range.to, badAt), done);
    records(scanner);
    if (fault !== null && (badAt < range.to || block.base + scanner.at > badAt)) throw fault;
    block.from = scanner.at;
    const end = block.base + block.from;
    if (end >= range.to || done) return { start, end, lines: scanner.nextLine - range.line };
  }
}
