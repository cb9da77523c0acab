/**
 * Tables of JSON objects as plain CSV: JSON Lines (an object a line), or one array of objects. Like other dialects of CSV they
 * are turned into plain CSV first, so that one reader checks the rows of all formats.
 *
 * Format: https://jsonlines.org
 *
 * @module
 */
import { joinedBytes } from "../../base/arrays/joined_bytes.ts";
import { grown } from "../../base/arrays/number_list.ts";
import { csvField } from "../../base/text/csv_field.ts";
import { InputError, quote } from "../../base/errors.ts";
import { LineMap, setPlaces } from "../../base/places.ts";
import { type ByteReader, pieceReader, readAll } from "../bytes/byte_reader.ts";
import { notUtf8 } from "../bytes/decode_text.ts";
import { limitText, type ReadLimits, tableTooLarge } from "../bytes/read_limits.ts";
import {
  idColumns,
  type RequestedColumns,
  requestedNames,
  wantedNames,
} from "./requested_columns.ts";
import { type LinePattern, linePattern } from "./json_line_pattern.ts";
import { afterBlanks, JsonFault, type JsonMembers, noMembers, readObject } from "./json_object.ts";

/** Bytes read at once. */
const PIECE = 1 << 20;
/** Characters at the beginning whose objects' names are the columns. */
const HEAD = 1 << 22;
const LF = 10, OPEN_ARRAY = 91;
/** Advice for text that is not UTF-8. */
const SAVE = "save it as UTF-8";

/**
 * A reader of a table of JSON objects as plain CSV. Its columns are all names in the first 4 MiB; a name that a row lacks, or
 * has as null, is blank. Messages about rows name the lines of the JSON file.
 *
 * @param file name for messages
 * @throws {InputError} at once or from the reader's `read`: where the text is not JSON or not UTF-8, a name occurs twice, a
 *   requested column is an object or array, or an id is neither a text nor a whole number
 */
export async function jsonRows(
  reader: ByteReader,
  file: string,
  requested: RequestedColumns,
  limits: ReadLimits,
): Promise<ByteReader> {
  const blocks = new LineBlocks(reader, file, limits);
  const head: Block[] = [];
  for (let read = 0; read < HEAD;) {
    const block = await blocks.next();
    if (block === null) break;
    head.push(block);
    read += block.text.length;
  }
  const rows = new JsonRows(file, requested, blocks.isArray);
  head.forEach((block) => rows.addNames(block));
  let isBegun = false;
  return pieceReader(
    async () => {
      if (!isBegun) {
        isBegun = true;
        return rows.header();
      }
      for (;;) {
        const block = head.shift() ?? await blocks.next();
        if (block === null) return null;
        const bytes = rows.bytesOf(block);
        if (bytes.length > 0) return bytes;
      }
    },
    () => reader.close(),
  );
}

/** Some whole lines, which are read one after the other. */
interface Block {
  readonly text: string;
  /** Index of the next line. */
  at: number;
  /** Number of the next line in the file. */
  line: number;
}

/** Cuts a reader's bytes into blocks of lines; an array, whose objects may span lines, is one block. */
class LineBlocks {
  isArray = false;
  readonly #reader: ByteReader;
  readonly #file: string;
  readonly #limits: ReadLimits;
  #buffer = new Uint8Array(2 * PIECE);
  #length = 0;
  #line = 1;
  #isDone = false;
  #isBegun = false;

  constructor(reader: ByteReader, file: string, limits: ReadLimits) {
    this.#reader = reader;
    this.#file = file;
    this.#limits = limits;
  }

  /** The next block; null at the end. */
  async next(): Promise<Block | null> {
    for (;;) {
      if (this.#isDone) return null;
      await this.#fill();
      if (!this.#isBegun) await this.#begin();
      const whole = this.#isDone
        ? this.#length
        : this.#buffer.subarray(0, this.#length).lastIndexOf(LF) + 1;
      if (whole > 0) return this.#take(whole);
      if (this.#length > this.#limits.line) {
        throw this.#tooLong();
      }
    }
  }

  /** As `lineTooLong`, for a line of the file: that one is for lines of the text that comes out. */
  #tooLong(): InputError {
    const { line: most } = this.#limits, file = this.#file, line = this.#line;
    return new InputError(`${file}:${line}: the line is longer than ${limitText("line", most)}`, {
      file,
      line,
      expected: `at most ${most} bytes`,
    });
  }

  /** Reads up to {@link PIECE} more bytes. */
  async #fill(): Promise<void> {
    if (this.#buffer.length - this.#length < PIECE) {
      this.#buffer = grown(this.#buffer, 2 * this.#buffer.length);
    }
    const end = this.#length + PIECE;
    while (this.#length < end) {
      const read = await this.#reader.read(this.#buffer.subarray(this.#length, end));
      if (read === 0) this.#isDone = true;
      if (read === 0) break;
      this.#length += read;
    }
  }

  /** Finds out whether the text is an array, and if so reads all of it. */
  async #begin(): Promise<void> {
    this.#isBegun = true;
    const head = this.#buffer.subarray(0, this.#length);
    this.isArray = head.find((byte) => byte > 32 && byte < 0x80) === OPEN_ARRAY;
    if (!this.isArray || this.#isDone) return;
    const rest = await readAll(this.#reader, this.#limits.table);
    if (rest === null) throw tableTooLarge(this.#file, this.#limits);
    this.#buffer = joinedBytes(head, rest);
    this.#length = this.#buffer.length;
    this.#isDone = true;
  }

  #take(whole: number): Block {
    const bytes = this.#buffer.slice(0, whole), line = this.#line;
    this.#buffer.copyWithin(0, whole, this.#length);
    this.#length -= whole;
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: line > 1 }).decode(bytes);
    } catch {
      throw notUtf8(bytes, this.#file, line, SAVE);
    }
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#line++;
    return { text, at: 0, line };
  }
}

/** Turns objects into rows of CSV. */
class JsonRows {
  readonly #file: string;
  readonly #requested: RequestedColumns;
  readonly #isArray: boolean;
  readonly #lines = new LineMap();
  readonly #members: JsonMembers = noMembers();
  /** Column of each name. */
  readonly #columns = new Map<string, number>();
  readonly #wanted: ReadonlySet<string>;
  readonly #ids: ReadonlySet<string>;
  /** By column: whether it is requested. */
  #isRequested: boolean[] = [];
  /** By column: whether it holds ids. */
  #isId: boolean[] = [];
  /** Pattern of lines like the last one; null: unknown. */
  #pattern: LinePattern | null = null;
  /** Line of the CSV that is written next. */
  #next = 1;

  constructor(file: string, requested: RequestedColumns, isArray: boolean) {
    this.#file = file;
    this.#requested = requested;
    this.#isArray = isArray;
    this.#wanted = requestedNames(requested);
    this.#ids = idColumns(requested);
  }

  /** Makes columns of the names of a block's objects. Errors are left for {@link bytesOf}, which meets them again. */
  addNames(block: Block): void {
    try {
      for (const _ of this.#objects({ ...block })) {
        for (const name of this.#members.names) {
          if (!this.#columns.has(name)) this.#columns.set(name, this.#columns.size);
        }
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }

  /** The header's bytes. */
  header(): Uint8Array {
    // A table without rows has no names, which is no error: it gets the required columns.
    if (this.#columns.size === 0) {
      for (const name of wantedNames(this.#requested, [])) {
        this.#columns.set(name, this.#columns.size);
      }
    }
    const names = [...this.#columns.keys()];
    this.#isRequested = names.map((name) => this.#wanted.has(name.trim()));
    this.#isId = names.map((name) => this.#ids.has(name.trim()));
    const file = this.#file, lines = this.#lines;
    const lineOf = (line: number) => Math.max(0, lines.lineOf(line));
    setPlaces(file, {
      lineOf,
      text: (line) => lineOf(line) === 0 ? file : `${file}:${lineOf(line)}`,
    });
    // Line 1 of the CSV is the header, which stands on no line of the JSON file: line 0.
    this.#next = 2 + breaksIn(names);
    lines.add(1, -breaksIn(names));
    return new TextEncoder().encode(`${names.map(csvField).join(",")}\n`);
  }

  /** A block's rows. */
  bytesOf(block: Block): Uint8Array {
    const { names, values, kinds } = this.#members;
    const fields: string[] = new Array(this.#columns.size);
    // First the lines that look like the last one of the block before; then object by object.
    let text = this.#isArray ? "" : this.#takePlain(block, fields);
    for (const line of this.#objects(block)) {
      fields.fill("");
      for (let i = 0; i < names.length; i++) {
        const column = this.#columns.get(names[i]);
        if (column === undefined) {
          if (this.#wanted.has(names[i].trim())) throw this.#late(line, names[i]);
          continue;
        }
        if (kinds[i] !== "text" && kinds[i] !== "null") this.#check(line, column, i);
        fields[column] = csvField(values[i]);
      }
      this.#lines.add(this.#next, line);
      text += `${fields.join(",")}\n`;
      this.#next += 1 + breaksIn(values);
      if (this.#isArray) continue;
      this.#pattern = linePattern(names, (name) => this.#columns.get(name)!, this.#isId);
      text += this.#takePlain(block, fields);
    }
    return new TextEncoder().encode(text);
  }

  /** Makes rows of the next lines as long as they match the pattern. */
  #takePlain(block: Block, fields: string[]): string {
    const { text } = block;
    if (this.#pattern === null) return "";
    const { pattern, columns } = this.#pattern;
    let rows = "";
    for (; block.at < text.length;) {
      pattern.lastIndex = block.at;
      const found = pattern.exec(text);
      if (found === null) break;
      fields.fill("");
      for (let g = 0; g < columns.length; g++) {
        const value = found[g + 1];
        if (value === undefined) continue;
        fields[columns[g]] = value.includes(",") ? csvField(value) : value;
      }
      this.#lines.add(this.#next, block.line);
      rows += `${fields.join(",")}\n`;
      this.#next++;
      block.line++;
      block.at = pattern.lastIndex;
    }
    return rows;
  }

  /** Reads a block's objects one by one into `#members`; yields the line of each. */
  *#objects(block: Block): Generator<number> {
    const { text } = block;
    if (this.#isArray) {
      yield* this.#elements(text);
      return;
    }
    while (block.at < text.length) {
      const end = text.indexOf("\n", block.at), to = end < 0 ? text.length : end;
      const one = text.slice(block.at, to), at = afterBlanks(one, 0), line = block.line++;
      block.at = to + 1;
      if (at === one.length) continue;
      try {
        readObject(one, at, this.#members);
        const rest = afterBlanks(one, this.#members.end);
        if (rest < one.length) throw new JsonFault("more than one object on the line", rest);
      } catch (error) {
        throw this.#noJson(error, line, one, 0);
      }
      yield line;
    }
  }

  /** {@link #objects} of an array. */
  *#elements(text: string): Generator<number> {
    // The next line break is kept: an array on one line would be looked through to its end for each object.
    let line = 1, next = text.indexOf("\n");
    const lineAt = (at: number) => {
      for (; next >= 0 && next < at; next = text.indexOf("\n", next + 1)) line++;
      return line;
    };
    let at = afterBlanks(text, text.indexOf("[") + 1);
    try {
      for (let isFirst = true; text[at] !== "]"; isFirst = false) {
        if (!isFirst) {
          if (text[at] !== ",") throw new JsonFault('expected "," or "]" after an object', at);
          at = afterBlanks(text, at + 1);
        }
        const begin = lineAt(at);
        readObject(text, at, this.#members);
        at = afterBlanks(text, this.#members.end);
        yield begin;
      }
      const rest = afterBlanks(text, at + 1);
      if (rest < text.length) throw new JsonFault("more text after the array", rest);
    } catch (error) {
      const place = error instanceof JsonFault ? error.at : at;
      throw this.#noJson(error, lineAt(place), text, text.lastIndexOf("\n", place - 1) + 1);
    }
  }

  #noJson(error: unknown, line: number, text: string, lineFrom: number): unknown {
    if (!(error instanceof JsonFault)) return error;
    const character = error.at - lineFrom + 1;
    const isCut = error.at >= text.length && !this.#isArray;
    const what = isCut ? `the line ends inside an object (one object a line)` : error.message;
    return new InputError(`${this.#file}:${line}: no JSON at character ${character}: ${what}`, {
      file: this.#file,
      line,
      expected: "a JSON object",
    });
  }

  /** Checks the kind of member `i`: ids are texts or whole numbers, requested columns are not nested. */
  #check(line: number, column: number, i: number): void {
    const { names, values, kinds } = this.#members, kind = kinds[i];
    const isNoId = this.#isId[column] && (kind !== "number" || /[.eE]/.test(values[i]));
    if (!isNoId && (kind !== "nested" || !this.#isRequested[column])) return;
    const expected = this.#isId[column]
      ? "an id: a text or a whole number"
      : "a text, a number, true or false";
    throw new InputError(
      `${this.#file}:${line}: ${names[i]} is ${quote(values[i])}, expected ${expected}`,
      { file: this.#file, line, column: names[i], value: values[i], expected },
    );
  }

  #late(line: number, name: string): InputError {
    return new InputError(
      `${this.#file}:${line}: ${name} occurs here for the first time, expected it in an object of ` +
        "the first 4 MiB too (it may be null there)",
      { file: this.#file, line, column: name },
    );
  }
}

/** Number of line breaks in some texts. */
function breaksIn(texts: readonly string[]): number {
  let breaks = 0;
  for (const text of texts) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) breaks++;
  }
  return breaks;
}
