/**
 * Finds the records and fields of CSV in bytes, without making a string or an object for any of them.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { viewOf } from "../../base/ids/id_table.ts";
import { fieldTooLong, lineTooLong, type ReadLimits } from "../bytes/read_limits.ts";

const COMMA = 44, LF = 10, CR = 13, QUOTE = 34;

/** Bytes of a field that is put together character by character. */
const SHORT = 64;

const decoder = new TextDecoder();

/** Bytes that a block must have after its data. */
export const SLACK = 8;

/**
 * Finds the records of a block of bytes, as RFC 4180 has them: a field that begins with a quote runs to its closing quote, `""`
 * is a quote, a line break inside quotes is data, kept as it is; a quote elsewhere is an error; lines with nothing on them are
 * passed over.
 *
 * The fast path looks at four bytes at a time. A record with a quote in it takes the slow path, which decodes the fields in
 * place, so the scanner changes the block's bytes.
 */
export class RecordScanner {
  /** The block. Field f of the record is `bytes[from[f] … to[f])`, not trimmed. */
  bytes: Uint8Array = new Uint8Array(SLACK);
  /** A view of the block. */
  view: DataView = viewOf(this.bytes);
  /** Int32Array, length columns (or more): start of each field. */
  readonly from: Int32Array;
  /** Int32Array, length columns (or more): end of each field. */
  readonly to: Int32Array;
  /** Number of fields of the record; may be more than `from` and `to` have room for, which then hold the first ones. */
  fields = 0;
  /** Line that the record begins on. */
  line = 0;
  /** Index in `bytes` where the next record begins. */
  at = 0;
  /** Line that the next record begins on. */
  nextLine: number;

  /** End of the block's data. */
  end = 0;
  #stop = 0;
  #final = false;
  readonly #file: string;
  readonly #limits: ReadLimits;
  /** Records of at most this length keep to all limits. */
  readonly #alwaysAllowed: number;

  /**
   * A scanner without bytes yet.
   *
   * @param file name for messages
   * @param columns how many fields of a record `from` and `to` keep
   * @param line line number of the first byte
   * @param limits how long records and fields may be
   */
  constructor(
    file: string,
    columns: number,
    line: number,
    limits: ReadLimits,
  ) {
    this.#file = file;
    this.#limits = limits;
    this.#alwaysAllowed = Math.min(limits.line, limits.field);
    this.from = new Int32Array(columns + 1);
    this.to = new Int32Array(columns + 1);
    this.nextLine = line;
  }

  /**
   * Gives the scanner bytes: `bytes[at … end)` are data; {@link SLACK} more bytes must exist and may be overwritten.
   *
   * @param stop index; records that begin there or later are not wanted
   * @param final whether the data ends here, so that a last line without a line break is a record
   */
  block(bytes: Uint8Array, at: number, end: number, stop: number, final: boolean): void {
    bytes[end] = LF;
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = viewOf(bytes);
    }
    this.at = at;
    this.end = end;
    this.#stop = Math.min(stop, end);
    this.#final = final;
  }

  /**
   * Goes to the next record. False when the block has no complete one left; `at` is then where the unused bytes begin.
   *
   * @throws {InputError} for a misplaced quote, and for a record or field that is too long
   */
  next(): boolean {
    const { bytes, view, from, to, end } = this;
    let start = this.at, field = 0, i = start;
    for (;;) {
      if (start >= this.#stop) {
        this.at = start;
        return false;
      }
      let byte = 0;
      from[field] = i;
      for (;;) {
        // Commas, quotes and line breaks are among the bytes up to 44; the line break at `end` stops the loop.
        for (;;) {
          const word = view.getInt32(i, true);
          // The lowest bit set is in the first byte below 45 (Warren, "Hacker's Delight", 6-1).
          const low = (word - 0x2d2d2d2d) & ~word & 0x80808080;
          if (low !== 0) {
            i += (31 - Math.clz32(low & -low)) >> 3;
            break;
          }
          i += 4;
        }
        byte = bytes[i];
        if (byte === COMMA) {
          to[field] = i++;
          from[++field] = i;
        } else if (byte === LF) break;
        else if (byte === QUOTE) break;
        else i++;
      }
      if (byte === QUOTE) return this.#quotedRecord(start);
      if (i >= end && !this.#final) {
        this.at = start;
        return false;
      }
      const last = i > from[field] && bytes[i - 1] === CR ? i - 1 : i;
      this.line = this.nextLine++;
      if (field === 0 && last === start) {
        start = ++i;
        continue;
      }
      to[field] = last;
      this.fields = field + 1;
      this.at = i + 1;
      if (i - start > this.#alwaysAllowed) this.#checkLength(i - start);
      return true;
    }
  }

  /** Checks a record of `length` bytes and its fields against the limits. */
  #checkLength(length: number): void {
    const { line, field } = this.#limits, file = this.#file;
    if (length > line) throw lineTooLong(file, this.line, this.#limits);
    const fields = Math.min(this.fields, this.from.length - 1);
    for (let f = 0; f < fields; f++) {
      if (this.to[f] - this.from[f] <= field) continue;
      throw fieldTooLong(file, this.line, f + 1, this.#limits);
    }
  }

  /** Index; records that begin there or later are not wanted. */
  get stop(): number {
    return this.#stop;
  }

  /** Goes on at `to`, past `lines` lines that were read by other means. */
  skip(to: number, lines: number): void {
    this.at = to;
    this.nextLine += lines;
  }

  /** Whether the record is a single blank field: to the eye, an empty line. */
  get blank(): boolean {
    if (this.fields !== 1) return false;
    for (let i = this.from[0]; i < this.to[0]; i++) {
      if (!isBlankByte(this.bytes[i])) return false;
    }
    return true;
  }

  /** Whether all fields of the record are blank, as in rows of bare commas, which spreadsheets write. */
  get empty(): boolean {
    const kept = Math.min(this.fields, this.from.length);
    for (let f = 0; f < kept; f++) if (!this.#isBlank(f)) return false;
    // Fields that `from` and `to` have no room for.
    for (let i = this.fields > kept ? this.to[kept - 1] : this.at; i < this.at - 1; i++) {
      if (this.bytes[i] !== COMMA && !isBlankByte(this.bytes[i])) return false;
    }
    return true;
  }

  /** Whether field `f` is nothing but blanks, as {@link text} trims them. */
  #isBlank(f: number): boolean {
    for (let i = this.from[f]; i < this.to[f]; i++) {
      const byte = this.bytes[i];
      if (isBlankByte(byte)) continue;
      // Signs that every text may have; the others are few, so that a string of each will do.
      return (byte > 0x7f || byte < 32) && this.text(f) === "";
    }
    return true;
  }

  /** Field `f` as a string, trimmed. */
  text(f: number): string {
    const { bytes } = this, from = this.from[f], to = this.to[f];
    let text = "";
    for (let i = from; i < to; i++) {
      // Most fields are short and ASCII; a call of the decoder takes longer than those.
      if (bytes[i] > 127 || to - from > SHORT) {
        // slice, not subarray: TextDecoder refuses views on shared memory.
        return decoder.decode(bytes.slice(from, to)).trim();
      }
      text += String.fromCharCode(bytes[i]);
    }
    return text.trim();
  }

  /** The record that begins at `start` and has a quote in it. */
  #quotedRecord(start: number): boolean {
    const recordEnd = this.#endOfQuoted(start);
    if (recordEnd < 0) {
      this.at = start;
      return false;
    }
    const { bytes, from, to } = this;
    this.line = this.nextLine;
    let field = 0, read = start;
    for (;;) {
      // Decoded bytes overwrite the raw ones, which are never fewer.
      let write = read;
      from[field] = write;
      if (bytes[read] === QUOTE) {
        for (read++;; read++) {
          if (bytes[read] === QUOTE && bytes[++read] !== QUOTE) break;
          if (bytes[read] === LF && read < recordEnd) this.nextLine++;
          bytes[write++] = bytes[read];
        }
        to[field] = write;
      } else {
        while (bytes[read] !== COMMA && read < recordEnd) read++;
        to[field] = read > from[field] && read === recordEnd && bytes[read - 1] === CR
          ? read - 1
          : read;
      }
      if (bytes[read] === CR) read++;
      if (read >= recordEnd) break;
      read++;
      field++;
    }
    this.nextLine++;
    this.fields = field + 1;
    this.at = recordEnd + 1;
    if (recordEnd - start > this.#alwaysAllowed) this.#checkLength(recordEnd - start);
    return true;
  }

  /** Index of the line break that ends the record, or −1 where the block ends before it. Changes nothing. */
  #endOfQuoted(start: number): number {
    const { bytes, end } = this;
    let i = start;
    for (;;) {
      if (bytes[i] === QUOTE && i < end) {
        for (i++;; i++) {
          while (i < end && bytes[i] !== QUOTE) i++;
          if (i >= end) {
            if (this.#final) throw this.#fault("a quoted field has no closing quote");
            return -1;
          }
          i++;
          if (i >= end || bytes[i] !== QUOTE) break;
        }
        if (i >= end) return this.#final ? end : -1;
        if (bytes[i] === CR) {
          // A CR may only stand before the line break (or the end of the data).
          if (i + 1 >= end && !this.#final) return -1;
          if (bytes[i + 1] === LF) i++;
        }
        if (bytes[i] !== COMMA && bytes[i] !== LF) {
          throw this.#fault("a quoted field has more text after its closing quote");
        }
      } else {
        while (bytes[i] !== COMMA && bytes[i] !== LF && bytes[i] !== QUOTE) i++;
        if (bytes[i] === QUOTE) {
          throw this.#fault('a field has a quote (") but does not begin with one');
        }
      }
      if (bytes[i] === LF) return i < end || this.#final ? Math.min(i, end) : -1;
      i++;
    }
  }

  #fault(what: string): InputError {
    return new InputError(`${this.#file}:${this.nextLine}: ${what}`, {
      file: this.#file,
      line: this.nextLine,
      expected: "quotes around the whole field, doubled inside it",
    });
  }
}

function isBlankByte(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === CR;
}
