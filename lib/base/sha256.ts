/**
 * SHA-256 of texts and bytes that come in pieces.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";

const encoder = new TextEncoder();
const PIECE = 1 << 18;

/** Gathers bytes in one buffer and hashes it whenever it is full: few calls, whatever the size of what is added. */
export class Sha256 {
  readonly #hash: Hash = createHash("sha256");
  readonly #buffer = new Uint8Array(PIECE);
  #length = 0;

  /** Adds one byte. */
  byte(value: number): void {
    if (this.#length === PIECE) this.#flush();
    this.#buffer[this.#length++] = value;
  }

  /** Adds bytes `[from, to)`. */
  bytes(bytes: Uint8Array, from = 0, to = bytes.length): void {
    for (let at = from; at < to;) {
      if (this.#length === PIECE) this.#flush();
      const end = Math.min(to, at + PIECE - this.#length);
      while (at < end) this.#buffer[this.#length++] = bytes[at++];
    }
  }

  /** Adds a text as UTF-8. */
  text(text: string): void {
    this.bytes(encoder.encode(text));
  }

  /** Adds a text of ASCII characters. */
  ascii(text: string): void {
    if (this.#length + text.length > PIECE) this.#flush();
    const buffer = this.#buffer;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  /** Adds the digits of a whole number from 0 to 2^53, at least `least` of them. */
  digits(value: number, least = 1): void {
    if (value >= 1e9) {
      const high = Math.floor(value / 1e9);
      this.digits(high, least - 9);
      return this.#smallDigits(value - high * 1e9, 9);
    }
    this.#smallDigits(value, least);
  }

  #smallDigits(value: number, least: number): void {
    let places = 1;
    for (let power = 10; power <= value; power *= 10) places++;
    if (places < least) places = least;
    if (this.#length + places > PIECE) this.#flush();
    const from = this.#length, buffer = this.#buffer;
    let left = value | 0;
    for (let at = from + places - 1; at >= from; at--) {
      const rest = (left / 10) | 0;
      buffer[at] = 48 + left - 10 * rest;
      left = rest;
    }
    this.#length = from + places;
  }

  /** The hash of everything that was added, in 64 hexadecimal digits. */
  hex(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}
