/**
 * Decodes other character encodings to UTF-8.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { joinedBytes } from "../../base/arrays/joined_bytes.ts";
import { InputError } from "../../base/errors.ts";
import type { Charset, Dialect } from "./sniff_dialect.ts";

/** Turns bytes of a charset into UTF-8, piece by piece. */
export class Characters {
  readonly #file: string;
  readonly #charset: Charset;
  readonly #decoder: TextDecoder | null;
  /** Line that the next piece begins on, counted from 0. */
  #lines = 0;
  /** Characters of that line that came before. */
  #column = 0;
  #afterCr = false;
  /** Bytes of a character that is not complete yet. */
  #pending = new Uint8Array(0);
  readonly #crOnly: boolean;
  #isFirst = true;

  /** For a table; `file` is its name for messages. */
  constructor(file: string, { charset, crOnly }: Pick<Dialect, "charset" | "crOnly">) {
    this.#file = file;
    this.#crOnly = crOnly;
    this.#charset = charset;
    // Text that is to be UTF-8 is checked by the reader of the CSV, which names line and column.
    this.#decoder = charset === "utf-8" || charset === "latin1"
      ? null
      : new TextDecoder(charset, { fatal: true, ignoreBOM: true });
  }

  /**
   * The next piece in UTF-8, without a byte order mark; UTF-8 itself is passed through unchanged.
   *
   * @param final whether it is the last piece
   * @throws {InputError} where bytes are no character of the charset
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
      const all = joinedBytes(this.#pending, bytes);
      throw this.#fault(new TextDecoder(this.#charset, { ignoreBOM: true }).decode(all));
    }
    // The decoder keeps an incomplete character of UTF-16; remember its bytes, for the error if it stays so.
    const waiting = this.#charset === "windows-1252"
      ? 0
      : this.#pending.length + bytes.length - 2 * text.length;
    const last = waiting > bytes.length ? joinedBytes(this.#pending, bytes) : bytes;
    this.#pending = last.slice(last.length - waiting);
    this.#advance(text);
    return text;
  }

  #advance(text: string): void {
    for (const char of text) {
      const isCr = char === "\r", before = this.#afterCr;
      this.#afterCr = isCr;
      // Where lines end in CR alone, the LF of a CRLF is no second line break.
      if (this.#crOnly && char === "\n" && before) continue;
      if (char === "\n" || (this.#crOnly && isCr)) {
        this.#lines++;
        this.#column = 0;
      } else this.#column++;
    }
  }

  /** The error for a piece, decoded with U+FFFD in place of bad characters; at the first of them, or at the piece's end. */
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
