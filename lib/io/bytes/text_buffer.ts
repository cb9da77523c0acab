/**
 * A buffer in which text is built as UTF-8 bytes and passed on in large pieces.
 *
 * @module
 */
import { DecimalBytes, MOST_DECIMAL_BYTES, writeWhole } from "../../base/numbers/decimal_bytes.ts";
import { viewOf } from "../../base/ids/id_table.ts";
import { grown } from "../../base/arrays/number_list.ts";
import type { ByteSink } from "./atomic_file.ts";

/** Bytes passed on at once. */
const PIECE = 1 << 20;

/** Texts of at most this many UTF-16 units are copied without the encoder. */
const SHORT = 48;

const encoder = new TextEncoder();

/** Collects bytes and passes them to a sink when there are enough. */
export class TextBuffer {
  #bytes = new Uint8Array(PIECE + (1 << 16));
  /** The array that the sink may still be writing. */
  #other = new Uint8Array(PIECE + (1 << 16));
  #view = viewOf(this.#bytes);
  readonly #decimals = new DecimalBytes();
  #length = 0;
  #writing: Promise<void> = Promise.resolve();
  readonly #sink: ByteSink;

  /** An empty buffer whose bytes go to `sink`. */
  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Whether it is time to {@link flush}. */
  get full(): boolean {
    return this.#length >= PIECE;
  }

  /** Passes everything on. The sink writes while more is collected in a second array. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#writing = this.#sink.write(this.#bytes.subarray(0, this.#length));
    // The next flush or end awaits it and throws; this keeps the error from being reported as unhandled before.
    this.#writing.catch(() => {});
    [this.#bytes, this.#other] = [this.#other, this.#bytes];
    this.#view = viewOf(this.#bytes);
    this.#length = 0;
  }

  /** Passes everything on and waits until the sink has written it. */
  async end(): Promise<void> {
    await this.flush();
    await this.#writing;
  }

  /** Appends one byte. */
  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Appends the bytes `[from, to)` of a view; four at a time, which for short pieces beats `set`. */
  copy(source: DataView, from: number, to: number): void {
    this.#reserve(to - from);
    const view = this.#view;
    let at = this.#length, i = from;
    for (; i + 4 <= to; i += 4, at += 4) view.setInt32(at, source.getInt32(i));
    for (; i < to; i++, at++) view.setInt8(at, source.getInt8(i));
    this.#length = at;
  }

  /** Appends text. */
  text(text: string): void {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(3 * text.length);
    // Most pieces are short and ASCII, and for those a call of the encoder takes longer than all else.
    if (text.length <= SHORT) {
      const bytes = this.#bytes, at = this.#length;
      let all = 0;
      for (let i = 0; i < text.length; i++) all |= bytes[at + i] = text.charCodeAt(i);
      if (all < 0x80) {
        this.#length += text.length;
        return;
      }
    }
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Appends a whole number ≥ 0, below 2^53. */
  whole(value: number): void {
    this.#reserve(MOST_DECIMAL_BYTES);
    this.#length = writeWhole(this.#bytes, this.#length, value);
  }

  /** Appends a finite number as the shortest text that reads back to it: `String(value)`, but "-0" for that. */
  number(value: number): void {
    if (Object.is(value, -0)) return this.text("-0");
    this.#reserve(MOST_DECIMAL_BYTES);
    // Smaller ones `String` writes with an exponent.
    const isPlain = value === 0 || Math.abs(value) >= 1e-6;
    const end = isPlain ? this.#decimals.write(this.#bytes, this.#length, value) : -1;
    if (end < 0) this.text(String(value));
    else this.#length = end;
  }

  #reserve(more: number): void {
    const end = this.#length + more;
    if (end <= this.#bytes.length) return;
    this.#bytes = grown(this.#bytes, 2 * end);
    this.#view = viewOf(this.#bytes);
  }
}
