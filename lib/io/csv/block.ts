/**
 * The block of bytes that a {@link RecordScanner} works on: bytes are read in at its end and used from its front.
 *
 * @module
 */
import { DEFAULT_LIMITS, lineTooLong, type ReadLimits } from "../bytes/read_limits.ts";
import { type RecordScanner, SLACK } from "./record_scanner.ts";

/** Bytes read at once. Records may be longer: the block then grows. */
export const BLOCK: number = 1 << 20;

/** Bytes that have been read and not been used yet. */
export class Block {
  /** The bytes; those to use are `[from, end)`. */
  bytes: Uint8Array;
  /** First byte not yet used. */
  from = 0;
  /** End of the bytes that have been read. */
  end = 0;
  /** Offset of `bytes[0]` in the input. */
  base = 0;

  /** How long lines and fields may be. */
  readonly limits: ReadLimits;

  /** An empty block in `bytes`; the last {@link SLACK} bytes stay free. */
  constructor(
    bytes: Uint8Array = new Uint8Array(BLOCK + SLACK),
    limits: ReadLimits = DEFAULT_LIMITS,
  ) {
    this.bytes = bytes;
    this.limits = limits;
  }

  /**
   * Moves the unused bytes to the front, so that there is room behind them.
   *
   * @param file name for messages
   * @param line line that the unused bytes begin on
   * @throws {InputError} where they are longer than a line may be
   */
  compact(file: string, line: number): void {
    const rest = this.end - this.from;
    if (rest > this.limits.line) throw lineTooLong(file, line, this.limits);
    // The unused bytes are the beginning of one record; where they fill most of the block, it must grow.
    if (rest > this.bytes.length / 2) {
      const grown = new Uint8Array(2 * this.bytes.length);
      grown.set(this.bytes.subarray(this.from, this.end));
      this.bytes = grown;
    } else this.bytes.copyWithin(0, this.from, this.end);
    this.base += this.from;
    this.from = 0;
    this.end = rest;
  }

  /** Where the next bytes go; empty when the block is full. */
  get room(): Uint8Array {
    return this.bytes.subarray(this.end, this.bytes.length - SLACK);
  }

  /**
   * Hands the block to a scanner.
   *
   * @param stop offset in the input; records that begin there or later are not wanted
   * @param final whether the input ends with this block
   */
  scan(scanner: RecordScanner, stop: number, final: boolean): void {
    scanner.block(this.bytes, this.from, this.end, stop - this.base, final);
  }
}
