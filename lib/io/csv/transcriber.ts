/**
 * Rewrites CSV records of any dialect as plain CSV: commas, decimal points, LF.
 *
 * @module
 */
import { grown } from "../../base/arrays/number_list.ts";
import { InputError } from "../../base/errors.ts";
import { fieldTooLong, type ReadLimits } from "../bytes/read_limits.ts";
import type { Dialect } from "./sniff_dialect.ts";

const QUOTE = 34, COMMA = 44, POINT = 46, LF = 10, CR = 13;

/**
 * States within a field: at its beginning; in text without quotes; inside quotes; after a quote that closes the field or is
 * the first of two; after a CR behind the closing quote.
 */
const START = 0, PLAIN = 1, QUOTED = 2, CLOSED = 3, CLOSED_CR = 4;

/** Rewrites records, given in UTF-8, as plain CSV. Every line break is kept, so that later errors name the file's lines. */
export class Transcriber {
  readonly #file: string;
  readonly #dialect: Dialect;
  readonly #limits: ReadLimits;
  /** 1 for the bytes that can change the state: quotes, commas, separators, line breaks. */
  readonly #special = new Uint8Array(256);
  #out = new Uint8Array(1 << 16);
  /** End of the output so far. */
  #end = 0;
  /** Where the current field begins in the output. */
  #fieldAt = 0;
  #state = START;
  #hasComma = false;
  #column = 0;
  #line = 1;
  /** Line that the record begins on. */
  #recordLine = 1;
  #isHeader = true;
  #lastByte = 0;
  #skipLine: boolean;

  /** A transcriber of a table; `file` is its name for messages. */
  constructor(file: string, dialect: Dialect, limits: ReadLimits) {
    this.#file = file;
    this.#dialect = dialect;
    this.#limits = limits;
    this.#skipLine = dialect.separatorLine;
    for (const byte of [QUOTE, COMMA, LF, CR, dialect.separator.charCodeAt(0)]) {
      this.#special[byte] = 1;
    }
  }

  /** The complete fields written since the last call. */
  take(): Uint8Array {
    const taken = this.#out.slice(0, this.#fieldAt);
    this.#out.copyWithin(0, this.#fieldAt, this.#end);
    this.#end -= this.#fieldAt;
    this.#fieldAt = 0;
    return taken;
  }

  /**
   * Takes the next bytes of the table.
   *
   * @throws {InputError} for a misplaced quote, a point in a number with decimal comma, or a field that is too long
   */
  add(bytes: Uint8Array): void {
    // At worst the output is twice as long: a comma as a field, and what ends it, become four bytes.
    this.#reserve(2 * bytes.length + 8);
    const special = this.#special, out = this.#out;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (special[byte] !== 0 || this.#state > QUOTED || this.#skipLine) {
        this.#decide(byte, i > 0 ? bytes[i - 1] : this.#lastByte);
        continue;
      }
      // The common case: a run of bytes that are copied as they are.
      let end = this.#end;
      out[end++] = byte;
      while (i + 1 < bytes.length && special[bytes[i + 1]] === 0) out[end++] = bytes[++i];
      this.#end = end;
      if (this.#state === START) this.#state = PLAIN;
    }
    if (bytes.length > 0) this.#lastByte = bytes[bytes.length - 1];
    if (this.#end - this.#fieldAt > this.#limits.field) {
      throw fieldTooLong(this.#file, this.#recordLine, this.#column + 1, this.#limits);
    }
  }

  /** Ends the table. @throws {InputError} where a quoted field is still open */
  end(): void {
    if (this.#state === QUOTED) throw this.#fault("a quoted field has no closing quote");
    this.#reserve(8);
    if (this.#column > 0 || this.#end > this.#fieldAt) this.#endField(true);
  }

  #reserve(more: number): void {
    const end = this.#end + more;
    if (end > this.#out.length) this.#out = grown(this.#out, 2 * end);
  }

  #decide(byte: number, before: number): void {
    const { crOnly } = this.#dialect;
    // Where lines end in CR alone, the LF of a CRLF is no second line break.
    if (crOnly && byte === LF && before === CR) return;
    const isBreak = byte === LF || (crOnly && byte === CR);
    if (isBreak) this.#line++;
    if (this.#skipLine) {
      if (!isBreak) return;
      this.#skipLine = false;
      this.#out[this.#end++] = LF;
      this.#fieldAt = this.#end;
      this.#recordLine = this.#line;
    } else if (this.#state === QUOTED) {
      if (byte === QUOTE) this.#state = CLOSED;
      this.#out[this.#end++] = isBreak ? LF : byte;
    } else if (isBreak) this.#endField(true);
    else if (this.#state >= CLOSED) this.#afterQuote(byte);
    else if (byte === this.#dialect.separator.charCodeAt(0)) this.#endField(false);
    else if (byte === QUOTE && this.#state === PLAIN) {
      throw this.#fault('a field has a quote (") but does not begin with one');
    } else {
      if (byte === COMMA) this.#hasComma = true;
      this.#state = byte === QUOTE ? QUOTED : PLAIN;
      this.#out[this.#end++] = byte;
    }
  }

  /** Handles a byte that follows a quote inside a quoted field. */
  #afterQuote(byte: number): void {
    if (this.#state === CLOSED) {
      if (byte === this.#dialect.separator.charCodeAt(0)) return this.#endField(false);
      if (byte === QUOTE || byte === CR) {
        // Two quotes in a row are one quote inside the field.
        this.#state = byte === QUOTE ? QUOTED : CLOSED_CR;
        this.#out[this.#end++] = byte;
        return;
      }
    }
    throw this.#fault("a quoted field has more text after its closing quote");
  }

  #endField(isLast: boolean): void {
    const { numbers, decimalComma, crOnly } = this.#dialect, out = this.#out;
    if (isLast && !crOnly && this.#end > this.#fieldAt && out[this.#end - 1] === CR) this.#end--;
    // A blank line is not a record, and so not the header.
    const isRecord = !isLast || this.#column > 0 || !this.#isBlank();
    if (decimalComma && !this.#isHeader && numbers[this.#column]) this.#number();
    if (this.#hasComma) this.#quote();
    out[this.#end++] = isLast ? LF : COMMA;
    this.#fieldAt = this.#end;
    this.#state = START;
    this.#hasComma = false;
    this.#column = isLast ? 0 : this.#column + 1;
    if (!isLast) return;
    if (isRecord) this.#isHeader = false;
    this.#recordLine = this.#line;
  }

  /** Whether the field is empty or white space. */
  #isBlank(): boolean {
    for (let i = this.#fieldAt; i < this.#end; i++) if (this.#out[i] > 32) return false;
    return true;
  }

  /** Puts the field, which has no quotes of its own, into quotes. */
  #quote(): void {
    const out = this.#out, from = this.#fieldAt;
    out.copyWithin(from + 1, from, this.#end);
    out[from] = QUOTE;
    out[this.#end + 1] = QUOTE;
    this.#end += 2;
  }

  /** Replaces a number's decimal comma; text that is not a number is left for the CSV reader to refuse. */
  #number(): void {
    const out = this.#out;
    let commas = 0, points = 0, at = -1;
    for (let i = this.#fieldAt; i < this.#end; i++) {
      if (out[i] === POINT) points++;
      else if (out[i] === COMMA) {
        commas++;
        at = i;
      }
    }
    if (points > 0 && this.#dialect.separator !== ",") {
      const text = new TextDecoder().decode(out.subarray(this.#fieldAt, this.#end));
      throw InputError.at({
        file: this.#file,
        line: this.#recordLine,
        column: this.#dialect.numbers[this.#column]!,
        value: text.replaceAll('"', "").trim(),
        expected: "a number with a decimal comma and no point",
      });
    }
    if (commas !== 1 || points > 0) return;
    out[at] = POINT;
    this.#hasComma = false;
  }

  #fault(what: string): InputError {
    return new InputError(`${this.#file}:${this.#recordLine}: ${what}`, {
      file: this.#file,
      line: this.#recordLine,
      expected: "quotes around the whole field, doubled inside it",
    });
  }
}
