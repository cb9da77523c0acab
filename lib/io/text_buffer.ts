/**
 * Text built as bytes, handed on in large pieces.
 *
 * @module
 */
import type { ByteSink } from "./atomic_file.ts";

/** Bytes handed on at once. */
const PIECE = 1 << 20;

const encoder = new TextEncoder();

/** Collects bytes and passes them to a sink when there are enough. */
export class TextBuffer {
  #bytes = new Uint8Array(PIECE + (1 << 16));
  #length = 0;
  readonly #sink: ByteSink;

  /** An empty buffer whose bytes go to `sink`. */
  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Whether it is time to {@link flush}. */
  get full(): boolean {
    return this.#length >= PIECE;
  }

  /** Hands everything on. */
  async flush(): Promise<void> {
    await this.#sink.write(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
  }

  /** Appends one byte. */
  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Appends `bytes[from … to)`. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    const own = this.#bytes;
    let at = this.#length;
    for (let i = from; i < to; i++) own[at++] = bytes[i];
    this.#length = at;
  }

  /** Appends text. */
  text(text: string): void {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    this.#reserve(3 * text.length);
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Appends a whole number ≥ 0, below 2^53. */
  whole(value: number): void {
    this.#reserve(16);
    const digits = digitsOf(value);
    this.#digits(value, digits);
  }

  /**
   * Appends a finite number as the shortest text that reads back to it, the same text as `String(value)`.
   * A number of whole millionths, which most scores are, takes a path without a string: with at most 15 digits no other
   * decimal of so few digits reads back to the same double.
   */
  number(value: number): void {
    const micro = Math.round(value * 1e6);
    if (!(micro >= 1 && micro < 1e15 && micro / 1e6 === value)) {
      if (value === 0 && !Object.is(value, -0)) this.byte(48);
      else this.text(Object.is(value, -0) ? "-0" : String(value));
      return;
    }
    this.#reserve(24);
    const whole = Math.floor(micro / 1e6);
    this.whole(whole);
    let fraction = micro - whole * 1e6;
    if (fraction === 0) return;
    let places = 6;
    while (fraction % 10 === 0) {
      fraction /= 10;
      places--;
    }
    this.#bytes[this.#length++] = 46;
    this.#digits(fraction, places);
  }

  /** Appends the last `digits` digits of a whole number. */
  #digits(value: number, digits: number): void {
    const bytes = this.#bytes;
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const next = Math.floor(rest / 10);
      bytes[at] = 48 + (rest - 10 * next);
      rest = next;
    }
    this.#length += digits;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}

/** A field of a CSV row, quoted where it must be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
