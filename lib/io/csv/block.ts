/**
 * A block of bytes on its way through a {@link RecordScanner}: filled at its end, used from its front.
 *
 * @module
 */
import { DEFAULT_LIMITS, lineTooLong, type ReadLimits } from "../bytes/read_limits.ts";
import { type RecordScanner, SLACK } from "./record_scanner.ts";

/** Bytes read at once. Records may be longer: the block then grows. */
export const BLOCK: number = 1 << 20;

/** Bytes that are read and not yet used. */
export class Block {
  /** The bytes; those to use are `[from, end)`. */
  bytes: Uint8Array;
  /** First byte not yet used. */
  from = 0;
  /** End of what is read. */
  end = 0;
  /** Place of `bytes[0]` in the input. */
  base = 0;

  /** What is too large. */
  readonly limits: ReadLimits;

  /** An empty block in `bytes`, of which the last {@link SLACK} stay free. */
  constructor(
    bytes: Uint8Array = new Uint8Array(BLOCK + SLACK),
    limits: ReadLimits = DEFAULT_LIMITS,
  ) {
    this.bytes = bytes;
    this.limits = limits;
  }

  /**
   * Moves what is not yet used to the front, so that there is room behind it.
   *
   * @param file name for messages
   * @param line line that the rest begins on
   * @throws {InputError} where the rest is longer than a line may be
   */
  compact(file: string, line: number): void {
    const rest = this.end - this.from;
    if (rest > this.limits.line) throw lineTooLong(file, line, this.limits);
    // A record that fills most of the block needs a larger one.
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
   * @param stop no record that begins at this place of the input or later is wanted
   * @param final whether the input ends with this block
   */
  scan(scanner: RecordScanner, stop: number, final: boolean): void {
    scanner.block(this.bytes, this.from, this.end, stop - this.base, final);
  }
}
