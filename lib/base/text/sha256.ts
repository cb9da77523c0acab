/**
 * SHA-256 of texts and bytes that come in pieces.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import { DecimalBytes, MOST_DECIMAL_BYTES, writeWhole } from "../numbers/decimal_bytes.ts";
import { plainDecimal } from "../numbers/plain_decimal.ts";

const encoder = new TextEncoder();
const PIECE = 1 << 18;

/** Gathers bytes in one buffer and hashes it whenever it is full: few calls, whatever the size of what is added. */
export class Sha256 {
  readonly #hash: Hash = createHash("sha256");
  readonly #buffer = new Uint8Array(PIECE);
  readonly #decimals = new DecimalBytes();
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
      const buffer = this.#buffer;
      let length = this.#length;
      while (at < end) buffer[length++] = bytes[at++];
      this.#length = length;
    }
  }

  /** Adds a text as UTF-8. */
  text(text: string): void {
    this.bytes(encoder.encode(text));
  }

  /** Adds a text of ASCII characters. */
  #ascii(text: string): void {
    this.#room(text.length);
    const buffer = this.#buffer;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  /** Adds a whole number from 0 to 2^53. */
  whole(value: number): void {
    this.#room(MOST_DECIMAL_BYTES);
    this.#length = writeWhole(this.#buffer, this.#length, value);
  }

  /** Adds {@link plainDecimal} of a number. */
  decimal(value: number): void {
    this.#room(MOST_DECIMAL_BYTES);
    const end = this.#decimals.write(this.#buffer, this.#length, value);
    if (end < 0) this.#ascii(plainDecimal(value));
    else this.#length = end;
  }

  /** The hash of everything that was added, in 64 hexadecimal digits. */
  hex(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #room(bytes: number): void {
    if (this.#length + bytes > PIECE) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}
