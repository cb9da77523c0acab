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

  /** The digits of a whole number from 0 to 2^53, at least `least` of them. */
  digits(value: number, least = 1): void {
    if (this.#length + 20 > PIECE) this.#flush();
    let places = 1;
    for (let power = 10; power <= value; power *= 10) places++;
    places = Math.max(places, least);
    for (let at = this.#length + places - 1; at >= this.#length; at--) {
      const rest = Math.floor(value / 10);
      this.#buffer[at] = 48 + (value - 10 * rest);
      value = rest;
    }
    this.#length += places;
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
