/**
 * Tables of JSON objects as plain CSV: JSON Lines (an object a line), or one array of objects. A step in front of the general
 * reader, as that for other dialects of CSV is, so that one reader knows what a row must be.
 *
 * Format: https://jsonlines.org
 *
 * @module
 */
import { csvField } from "../../base/csv_field.ts";
import { InputError, quote } from "../../base/errors.ts";
import { LineMap, setPlaces } from "../../base/places.ts";
import { type ByteReader, pieceReader, readAll } from "../bytes/byte_reader.ts";
import { notUtf8 } from "../bytes/decode_text.ts";
import { limitText, type ReadLimits, tableTooLarge } from "../bytes/read_limits.ts";
import { type AskedColumns, askedColumns, idColumns, wantedNames } from "./columns_asked_for.ts";
import { type LinePattern, linePattern } from "./json_line_pattern.ts";
import { afterBlanks, JsonFault, type JsonMembers, noMembers, readObject } from "./json_object.ts";

/** Bytes read at once. */
const PIECE = 1 << 20;
/** Bytes at the beginning that must name every column that someone asks for. */
const HEAD = 1 << 22;
const LF = 10, OPEN_ARRAY = 91;
/** What is said of a text that is no UTF-8. */
const SAVE = "save it as UTF-8";

/**
 * A reader of a table of JSON objects as plain CSV. Its columns are all names of the first 4 MiB; what a row does not have,
 * or has as null, is blank. Places of rows are told to messages.
 *
 * @param file name for messages
 * @throws {InputError} at once or later on, from its `read`: for what is no JSON or no UTF-8, a name that stands twice, and a
 *   column asked for whose value is an object, or an id that is no text or whole number
 */
export async function jsonRows(
  reader: ByteReader,
  file: string,
  asked: AskedColumns,
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
  const rows = new JsonRows(file, asked, blocks.isArray);
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

/** Whole lines of a text. */
interface Block {
  readonly text: string;
  /** What of it is read, and the line that the rest begins on. */
  at: number;
  line: number;
}

/** The lines of a reader, some at a time; those of an array all at once. */
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

  /** The next lines; null at the end. */
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

  #tooLong(): InputError {
    const { line: most } = this.#limits, file = this.#file, line = this.#line;
    return new InputError(`${file}:${line}: the line is longer than ${limitText("line", most)}`, {
      ...{ file, line },
      expected: `at most ${most} bytes`,
    });
  }

  /** Reads a piece behind what is there. */
  async #fill(): Promise<void> {
    if (this.#buffer.length - this.#length < PIECE) {
      const grown = new Uint8Array(2 * this.#buffer.length);
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    const end = this.#length + PIECE;
    while (this.#length < end) {
      const read = await this.#reader.read(this.#buffer.subarray(this.#length, end));
      if (read === 0) this.#isDone = true;
      if (read === 0) break;
      this.#length += read;
    }
  }

  /** Tells an array from lines; an array's text is taken whole. */
  async #begin(): Promise<void> {
    this.#isBegun = true;
    const head = this.#buffer.subarray(0, this.#length);
    this.isArray = head.find((byte) => byte > 32 && byte < 0x80) === OPEN_ARRAY;
    if (!this.isArray || this.#isDone) return;
    const rest = await readAll(this.#reader, this.#limits.table);
    if (rest === null) throw tableTooLarge(this.#file, this.#limits);
    const all = new Uint8Array(this.#length + rest.length);
    all.set(head);
    all.set(rest, this.#length);
    this.#buffer = all;
    this.#length = all.length;
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

/** Makes rows of objects. */
class JsonRows {
  readonly #file: string;
  readonly #asked: AskedColumns;
  readonly #isArray: boolean;
  readonly #lines = new LineMap();
  readonly #members: JsonMembers = noMembers();
  /** Column of each name. */
  readonly #columns = new Map<string, number>();
  readonly #wanted: ReadonlySet<string>;
  readonly #ids: ReadonlySet<string>;
  /** By column: whether someone asks for it, and whether it holds ids. */
  #isAsked: boolean[] = [];
  #isId: boolean[] = [];
  /** What lines like the last one look like; null: not known. */
  #pattern: LinePattern | null = null;
  /** Line of the text that is written next. */
  #next = 1;

  constructor(file: string, asked: AskedColumns, isArray: boolean) {
    this.#file = file;
    this.#asked = asked;
    this.#isArray = isArray;
    this.#wanted = askedColumns(asked);
    this.#ids = idColumns(asked);
  }

  /** Takes the names of a block's objects as columns. Faults are met when its rows are made. */
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
    // A table without rows has no names either, and is not at fault for that.
    if (this.#columns.size === 0) {
      for (const name of wantedNames(this.#asked, [])) this.#columns.set(name, this.#columns.size);
    }
    const names = [...this.#columns.keys()];
    this.#isAsked = names.map((name) => this.#wanted.has(name.trim()));
    this.#isId = names.map((name) => this.#ids.has(name.trim()));
    const file = this.#file, lines = this.#lines;
    const lineOf = (line: number) => Math.max(0, lines.lineOf(line));
    setPlaces(file, {
      lineOf,
      text: (line) => lineOf(line) === 0 ? file : `${file}:${lineOf(line)}`,
    });
    // Line 1 is the header, which no object has.
    this.#next = 2 + breaksIn(names);
    lines.add(1, -breaksIn(names));
    return new TextEncoder().encode(`${names.map(csvField).join(",")}\n`);
  }

  /** A block's rows. */
  bytesOf(block: Block): Uint8Array {
    const { names, values, kinds } = this.#members;
    const fields: string[] = new Array(this.#columns.size);
    // Rows that the fast path has taken stand before what the general reader goes on with.
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

  /** Makes rows of lines as long as they are like the one before, in plain values. */
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

  /** Reads a block's objects one by one into the members; gives the line of each. */
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

  /** The objects of an array. */
  *#elements(text: string): Generator<number> {
    let line = 1, counted = 0;
    const lineAt = (at: number) => {
      for (let i = text.indexOf("\n", counted); i >= 0 && i < at; i = text.indexOf("\n", i + 1)) {
        line++;
        counted = i + 1;
      }
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

  /** Refuses a value that can't be what its column holds. */
  #check(line: number, column: number, i: number): void {
    const { names, values, kinds } = this.#members, kind = kinds[i];
    const isNoId = this.#isId[column] && (kind !== "number" || /[.eE]/.test(values[i]));
    if (!isNoId && (kind !== "nested" || !this.#isAsked[column])) return;
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
      `${this.#file}:${line}: ${name} is there for the first time, expected it in an object of ` +
        "the first 4 MiB too (null where there is none)",
      { file: this.#file, line, column: name },
    );
  }
}

/** How many line breaks are in some texts. */
function breaksIn(texts: readonly string[]): number {
  let breaks = 0;
  for (const text of texts) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) breaks++;
  }
  return breaks;
}
