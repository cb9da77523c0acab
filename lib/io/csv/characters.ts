/**
 * Characters of other encodings in UTF-8.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { InputError } from "../../base/errors.ts";
import type { Charset } from "./sniff_dialect.ts";

/** Bytes of a charset to those of UTF-8, piece by piece. */
export class Characters {
  readonly #file: string;
  readonly #charset: Charset;
  readonly #decoder: TextDecoder | null;
  /** Line that the next piece begins on, counted from 0, and characters on it that came before. */
  #lines = 0;
  #column = 0;
  #isFirst = true;

  /** For a table; `file` is its name for messages. */
  constructor(file: string, charset: Charset) {
    this.#file = file;
    this.#charset = charset;
    // What is no UTF-8 is found by the reader, which names line and column.
    this.#decoder = charset === "utf-8" || charset === "latin1"
      ? null
      : new TextDecoder(charset, { fatal: true, ignoreBOM: true });
  }

  /**
   * The next piece in UTF-8, without a byte order mark; UTF-8 itself is passed through as it is.
   *
   * @param final whether it is the last one
   * @throws {InputError} for what is no character of the charset
   */
  utf8(bytes: Uint8Array, final: boolean): Uint8Array {
    const written = this.#decoder === null && this.#charset === "utf-8"
      ? bytes
      : new TextEncoder().encode(this.#decode(bytes, final));
    if (!this.#isFirst || written.length === 0) return written;
    this.#isFirst = false;
    const [a, b, c] = written;
    return a === 0xef && b === 0xbb && c === 0xbf ? written.subarray(3) : written;
  }

  #decode(bytes: Uint8Array, final: boolean): string {
    if (this.#decoder === null) return Buffer.from(bytes).toString("latin1");
    let text: string;
    try {
      text = this.#decoder.decode(bytes, { stream: !final });
    } catch {
      throw this.#fault(new TextDecoder(this.#charset, { ignoreBOM: true }).decode(bytes));
    }
    this.#advance(text);
    return text;
  }

  #advance(text: string): void {
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.#column = lines.length > 1 ? 0 : this.#column;
    this.#lines += lines.length - 1;
    this.#column += lines[lines.length - 1].length;
  }

  /** The fault in a piece: where its first character that is none lies, or its end. */
  #fault(text: string): InputError {
    const at = text.indexOf("\ufffd");
    this.#advance(at < 0 ? text : text.slice(0, at));
    const line = this.#lines + 1;
    return new InputError(
      `${this.#file}:${line}: column ${this.#column + 1} is no character of ${this.#charset}`,
      { file: this.#file, line, expected: `${this.#charset} text` },
    );
  }
}
