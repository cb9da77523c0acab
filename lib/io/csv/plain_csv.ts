/**
 * Any table of text as plain CSV: UTF-8, commas, decimal points, LF. A step in front of the general reader, line for line, so
 * that its faults name the lines of the file.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { InputError } from "../../base/errors.ts";
import { fieldTooLong, type ReadLimits } from "../bytes/read_limits.ts";
import { type ByteReader, pieceReader, withHead } from "../bytes/byte_reader.ts";
import type { DialectOptions } from "./dialect_options.ts";
import { type Charset, type Dialect, isPlain, sniffDialect } from "./sniff_dialect.ts";

/** Bytes looked at to tell how a table is written, and transcribed at once. */
const HEAD = 1 << 16;

/** A table as plain CSV. */
export interface PlainCsv {
  /** Its bytes from the first on. */
  readonly reader: ByteReader;
  /** Whether they are those of the file. */
  readonly isAsWritten: boolean;
  /** How it is read, in words; empty where nobody needs to be told. */
  readonly notes: readonly string[];
}

/**
 * A table as plain CSV, whatever its encoding, separators, decimals and line ends.
 *
 * @param file name for messages
 * @param wanted columns that it must have
 * @throws {InputError} at once or later on, from its `read`, for what can't be transcribed
 */
export async function plainCsv(
  reader: ByteReader,
  file: string,
  wanted: readonly string[],
  options: DialectOptions,
  limits: ReadLimits,
): Promise<PlainCsv> {
  const head = new Uint8Array(HEAD);
  let length = 0;
  while (length < head.length) {
    const read = await reader.read(head.subarray(length));
    if (read === 0) break;
    length += read;
  }
  const bytes = head.subarray(0, length), whole = withHead(bytes, reader);
  const dialect = sniffDialect(bytes, file, wanted, options);
  const { notes } = dialect;
  if (isPlain(dialect)) return { reader: whole, isAsWritten: true, notes };
  return { reader: transcribed(whole, file, dialect, limits), isAsWritten: false, notes };
}

function transcribed(
  reader: ByteReader,
  file: string,
  dialect: Dialect,
  limits: ReadLimits,
): ByteReader {
  const decoder = new Characters(file, dialect.charset);
  const transcriber = new Transcriber(file, dialect, limits);
  const buffer = new Uint8Array(HEAD);
  let done = false;
  return pieceReader(
    async () => {
      while (!done) {
        const read = await reader.read(buffer);
        done = read === 0;
        transcriber.add(decoder.decode(buffer.subarray(0, read), done));
        if (done) transcriber.end();
        const text = transcriber.take();
        if (text !== "") return decoder.encode(text);
      }
      return null;
    },
    () => reader.close(),
  );
}

/** Bytes to text and back to UTF-8, piece by piece. */
class Characters {
  readonly #file: string;
  readonly #charset: Charset;
  readonly #decoder: TextDecoder | null;
  /** Line that the next piece begins on, counted from 0, and characters on it that came before. */
  #lines = 0;
  #column = 0;
  #isFirst = true;

  constructor(file: string, charset: Charset) {
    this.#file = file;
    this.#charset = charset;
    // Bytes of UTF-8 are passed through one by one: separators are ASCII, and the reader finds what is no UTF-8.
    this.#decoder = charset === "utf-8" || charset === "latin1"
      ? null
      : new TextDecoder(charset, { fatal: true, ignoreBOM: true });
  }

  decode(bytes: Uint8Array, final: boolean): string {
    let text: string;
    try {
      text = this.#decoder?.decode(bytes, { stream: !final }) ??
        Buffer.from(bytes).toString("latin1");
    } catch {
      throw this.#fault(new TextDecoder(this.#charset, { ignoreBOM: true }).decode(bytes));
    }
    if (this.#decoder !== null) this.#advance(text);
    if (!this.#isFirst || text === "") return text;
    this.#isFirst = false;
    return text.replace(this.#charset === "utf-8" ? /^\u00ef\u00bb\u00bf/ : /^\ufeff/, "");
  }

  encode(text: string): Uint8Array {
    return this.#charset === "utf-8" ? Buffer.from(text, "latin1") : new TextEncoder().encode(text);
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

const QUOTE = 34, LF = 10, CR = 13;

/** Writes records of a dialect as plain CSV. */
class Transcriber {
  readonly #file: string;
  readonly #dialect: Dialect;
  readonly #limits: ReadLimits;
  readonly #separator: number;
  #out: string[] = [];
  /** What there is of the field that is not at its end. */
  #field = "";
  #state: "start" | "plain" | "quoted" | "quote" | "closed" = "start";
  #column = 0;
  #line = 1;
  /** Line that the record begins on. */
  #recordLine = 1;
  #isHeader = true;
  #afterCr = false;
  #skipLine: boolean;

  constructor(file: string, dialect: Dialect, limits: ReadLimits) {
    this.#limits = limits;
    this.#file = file;
    this.#dialect = dialect;
    this.#separator = dialect.separator.charCodeAt(0);
    this.#skipLine = dialect.separatorLine;
  }

  /** What is written since it was last taken. */
  take(): string {
    const text = this.#out.join("");
    this.#out = [];
    return text;
  }

  /** Takes the next piece of the table's text. */
  add(text: string): void {
    const separator = this.#separator, { crOnly } = this.#dialect;
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (this.#afterCr) {
        this.#afterCr = false;
        if (code === LF) {
          from = i + 1;
          continue;
        }
      }
      const isBreak = code === LF || (crOnly && code === CR);
      if (isBreak) this.#line++;
      if (isBreak && code === CR) this.#afterCr = true;
      if (this.#skipLine) {
        from = i + 1;
        if (!isBreak) continue;
        this.#skipLine = false;
        this.#out.push("\n");
        this.#recordLine = this.#line;
        continue;
      }
      if (this.#isInQuotes(code)) {
        if (isBreak && code === CR) {
          this.#field += `${text.slice(from, i)}\n`;
          from = i + 1;
        }
        continue;
      }
      if (code !== separator && !isBreak) continue;
      this.#endField(this.#field + text.slice(from, i), isBreak);
      from = i + 1;
    }
    this.#field += text.slice(from);
    if (this.#field.length > this.#limits.field) {
      throw fieldTooLong(this.#file, this.#recordLine, this.#column + 1, this.#limits);
    }
  }

  /** The text ends. */
  end(): void {
    if (this.#state === "quoted") throw this.#fault("a quoted field has no closing quote");
    if (this.#column > 0 || this.#field !== "") this.#endField(this.#field, true);
    this.#field = "";
  }

  /** Goes on by a character; whether it lies in quotes, so that it ends no field. */
  #isInQuotes(code: number): boolean {
    switch (this.#state) {
      case "start":
        this.#state = code === QUOTE ? "quoted" : "plain";
        return code === QUOTE;
      case "quoted":
        if (code === QUOTE) this.#state = "quote";
        return true;
      case "quote":
        // A second quote in a row stands for one.
        this.#state = code === QUOTE ? "quoted" : "closed";
        return code === QUOTE;
      default:
        return false;
    }
  }

  #endField(text: string, isLast: boolean): void {
    const { numbers, decimalComma, crOnly } = this.#dialect;
    const raw = isLast && !crOnly && text.endsWith("\r") ? text.slice(0, -1) : text;
    const isNumber = decimalComma && !this.#isHeader && numbers[this.#column];
    this.#out.push(isNumber ? this.#number(raw) : this.#plain(raw), isLast ? "\n" : ",");
    // Lines with nothing on them are no records.
    const isBlank = isLast && this.#column === 0 && raw.trim() === "";
    this.#column = isLast ? 0 : this.#column + 1;
    this.#field = "";
    this.#state = "start";
    if (!isLast) return;
    if (!isBlank) this.#isHeader = false;
    this.#recordLine = this.#line;
  }

  /** A field as plain CSV has it. */
  #plain(raw: string): string {
    if (raw.charCodeAt(0) === QUOTE) {
      if (!/^"(?:[^"]|"")*"$/.test(raw)) {
        throw this.#fault("a quoted field has more text after its closing quote");
      }
      return raw;
    }
    if (raw.includes('"')) {
      throw this.#fault('a field has a quote (") but does not begin with one');
    }
    return raw.includes(",") ? `"${raw}"` : raw;
  }

  /** A number with a decimal comma as one with a point; what is none is left for the reader to refuse. */
  #number(raw: string): string {
    const plain = this.#plain(raw), text = plain.replaceAll('"', "");
    if (text.includes(".") && this.#dialect.separator !== ",") {
      throw InputError.at({
        file: this.#file,
        line: this.#recordLine,
        column: this.#dialect.numbers[this.#column]!,
        value: text.trim(),
        expected: "a number with a decimal comma and no point",
      });
    }
    return /^[^,.]*,[^,.]*$/.test(text) ? text.replace(",", ".") : plain;
  }

  #fault(what: string): InputError {
    return new InputError(`${this.#file}:${this.#recordLine}: ${what}`, {
      file: this.#file,
      line: this.#recordLine,
      expected: "quotes around the whole field, doubled inside it",
    });
  }
}
