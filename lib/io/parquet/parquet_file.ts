/**
 * Columns of a Parquet file, some row groups at a time, without a string per row.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { viewOf } from "../../base/id_table.ts";
import { arrowTypes } from "./arrow_schema.ts";
import { readAll } from "../bytes/byte_reader.ts";
import { ColumnDecoder } from "./column_decoder.ts";
import { type ByteRoom, FileBytes } from "./file_bytes.ts";
import type { IdRuns } from "./id_runs.ts";
import { type ColumnNames, indexOfColumn, type Layout, layoutOf } from "../csv/header.ts";
import type { TableControl } from "../csv/table_control.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { MISSING, NOT_TEXT, type Numbering } from "./parquet_ids.ts";
import { type FileMetadata, readMetadata, type SchemaElement } from "./parquet_metadata.ts";
import type { ColumnChunk } from "./parquet_pages.ts";
import { type ColumnType, columnType, isUtf8 } from "./parquet_types.ts";
import { DEFAULT_LIMITS, inflatedLimit, limitText, type ReadLimits } from "../bytes/read_limits.ts";
import type { OpenPart, Part } from "../bytes/source.ts";

/** Rows `[rowStart, rowEnd)` of a file: a row group, or some small ones. */
export interface RowRange {
  /** First row, counted from 0. */
  readonly rowStart: number;
  /** End. */
  readonly rowEnd: number;
  /** Its first row group. */
  readonly groupStart: number;
  /** End of its row groups. */
  readonly groupEnd: number;
}

/** Reads a column's values in some rows. Their array may be used again by the next call. */
export type ColumnReader<A extends ArrayLike<unknown>> = (range: RowRange) => Promise<A>;

/** Row groups of fewer rows are read together: each costs as much as some thousand rows. */
const FEW_ROWS = 1 << 16;

/** Bytes that a row takes while it is read. */
const ROW_BYTES = 16;

/** A column of the file. */
interface Column {
  /** Its name as the file has it, which may have blanks around. */
  readonly name: string;
  /** Its type. */
  readonly type: ColumnType;
  /** Its element of the schema. */
  readonly element: SchemaElement;
  /** Which leaf of the schema it is; −1 for one that is nested. */
  readonly leaf: number;
}

/** A column of ids, read as is best for what becomes of them. */
export interface IdColumn {
  /** As codes into an array given: `codeOf` turns numbers, negative ones among them, into codes that fit it. */
  codes<A extends Uint16Array | Int32Array>(
    range: RowRange,
    number: Numbering,
    codeOf: (id: number) => number,
    out: A,
  ): Promise<void>;
  /** As numbers in runs of rows with the same one, counted from the range's first row, added to `out`. */
  runs(range: RowRange, number: Numbering, out: IdRuns): Promise<void>;
}

/** An open Parquet file with the wanted columns. */
export class ParquetFile {
  /** Name for messages. */
  readonly name: string;
  /** All of its rows. */
  readonly ranges: readonly RowRange[];
  /** Names of all columns, those that its path gives among them. */
  readonly columns: readonly string[];
  /** Where the wanted columns are. */
  readonly layout: Layout;
  readonly #file: FileBytes;
  readonly #metadata: FileMetadata;
  readonly #columns: readonly Column[];
  readonly #constants: ReadonlyMap<string, string>;
  /** What is too large in it. */
  readonly limits: ReadLimits;
  /** What the file calls our columns, where it has names of its own. */
  readonly #names: ColumnNames;

  private constructor(
    part: Part,
    file: FileBytes,
    metadata: FileMetadata,
    wanted: readonly string[],
    { limits = DEFAULT_LIMITS, dialect = {} }: TableControl,
  ) {
    this.name = part.name;
    this.#file = file;
    this.#metadata = metadata;
    this.limits = limits;
    this.#columns = columnsOf(metadata);
    const names = this.#columns.map(({ name }) => name);
    this.#constants = new Map(part.partitions?.map(({ column, value }) => [column, value]));
    this.columns = [...names, ...this.#constants.keys()];
    this.#names = dialect.columns ?? {};
    this.layout = layoutOf(this.columns, wanted, part.name, 1, this.#names);
    this.ranges = rangesOf(metadata, part.name, inflatedLimit(limits, file.size));
  }

  /**
   * Opens a part. Parquet is read from its end, so what is no file (a pipe, standard input) is read whole.
   *
   * @throws {InputError} where it is no Parquet file that can be read, or a wanted column is missing
   */
  static async open(
    part: Part,
    { raw, file, remote = null }: Pick<OpenPart, "raw" | "file" | "remote">,
    wanted: readonly string[],
    control: TableControl = {},
  ): Promise<ParquetFile> {
    const source = file ?? remote ?? await readAll(raw);
    return await readable(part.name, async () => {
      const bytes = new FileBytes(source);
      return new ParquetFile(part, bytes, readMetadata(await footerOf(bytes)), wanted, control);
    });
  }

  /** Its size in bytes. */
  get size(): number {
    return this.#file.size;
  }

  /**
   * A column of ids as numbers, negative for those blank, missing or no text (see {@link fault}). A value is numbered as it is
   * decoded, which for a page with a dictionary is once for each entry, not for each row. What is no text stands for the
   * text that CSV would have.
   *
   * @param isId whether the values are ids; others may be of any type that has a text
   * @throws {InputError} where the column's type has no ids
   */
  async ids(
    column: string,
    number: Numbering,
    isId = true,
  ): Promise<ColumnReader<Int32Array>> {
    const constant = this.#constant(column);
    if (constant !== null) {
      const bytes = new TextEncoder().encode(constant.trim()), view = viewOf(bytes);
      return (range) => {
        const id = bytes.length === 0 ? MISSING : number(view, 0, bytes.length);
        return Promise.resolve(new Int32Array(rowsOf(range)).fill(id));
      };
    }
    const found = await this.#findIds(column, isId);
    const decoder = new ColumnDecoder(), room: ByteRoom = { bytes: NOTHING };
    let ids = new Int32Array(0);
    return (range) =>
      readable(this.name, async () => {
        const rows = rowsOf(range);
        if (ids.length < rows) ids = new Int32Array(rows);
        await this.#each(found, range, room, async (chunk, from, to) => {
          await decoder.ids(chunk, number, ids.subarray(from, to));
        });
        return ids.subarray(0, rows);
      });
  }

  /**
   * A column of ids; see {@link ids}.
   *
   * @throws {InputError} where the column's type has no ids
   */
  async idColumn(column: string): Promise<IdColumn> {
    const constant = this.#constant(column);
    if (constant !== null) return constantIds(constant.trim());
    const found = await this.#findIds(column);
    const decoder = new ColumnDecoder(), room: ByteRoom = { bytes: NOTHING };
    return {
      codes: (range, number, codeOf, out) =>
        readable(this.name, () =>
          this.#each(found, range, room, async (chunk, from, to) => {
            await decoder.codes(chunk, number, codeOf, out.subarray(from, to));
          })),
      runs: (range, number, out) =>
        readable(this.name, () =>
          this.#each(found, range, room, async (chunk, from) => {
            await decoder.runs(chunk, number, from, out);
          })),
    };
  }

  async #findIds(column: string, isId = true): Promise<Column> {
    const found = this.#find(column);
    const isGood = isId ? found.type.isId : found.type.kind !== "other";
    if (!isGood && this.ranges.length > 0) {
      throw await this.#typeFault(found, isId ? "an id" : "a value");
    }
    return found;
  }

  /**
   * A column of numbers, read into an array given; NaN for what is missing or no number (see {@link fault}). Text is read as
   * in CSV; a decimal, and a number of single precision, is the double nearest to what was written.
   *
   * @throws {InputError} where the column's type has no numbers
   */
  async numbers(
    column: string,
  ): Promise<(range: RowRange, into: Float64Array) => Promise<Float64Array>> {
    const constant = this.#constant(column);
    if (constant !== null) {
      return (_, into) => Promise.resolve(into.fill(parseNumberText(constant)));
    }
    const found = this.#find(column);
    if (!found.type.isNumber && this.ranges.length > 0) {
      throw await this.#typeFault(found, "a finite number");
    }
    const decoder = new ColumnDecoder(), room: ByteRoom = { bytes: NOTHING };
    return async (range, into) => {
      await readable(this.name, () =>
        this.#each(found, range, room, async (chunk, from, to) => {
          await decoder.numbers(chunk, into.subarray(from, to));
        }));
      return into;
    };
  }

  /**
   * A column as trimmed text, null for what is missing. For small tables.
   *
   * @param isId whether the values are ids
   * @throws {InputError} where the column's type has no such values, or a value is not UTF-8
   */
  async texts(column: string, isId: boolean): Promise<ColumnReader<(string | null)[]>> {
    const constant = this.#constant(column);
    if (constant !== null) return (range) => Promise.resolve(Array(rowsOf(range)).fill(constant));
    const found = this.#find(column), { kind } = found.type;
    if (this.ranges.length > 0 && (kind === "other" || (isId && !found.type.isId))) {
      throw await this.#typeFault(found, isId ? "an id" : "a value");
    }
    return (range) =>
      readable(this.name, async () => {
        const texts = await this.#texts(found, range);
        const fault = texts.indexOf(undefined);
        if (fault >= 0) throw this.#notText(found, range.rowStart + fault + 1);
        return texts as (string | null)[];
      });
  }

  /**
   * What is wrong with the value of a column in row `row`, counted from 1, that is no id or no number.
   *
   * @param expected what was expected, in words
   */
  async fault(column: string, row: number, expected: string): Promise<InputError> {
    const at = { file: this.name, line: row, column, expected };
    const constant = this.#constant(column);
    if (constant !== null) return InputError.at({ ...at, value: constant });
    const range = this.ranges.find(({ rowEnd }) => row <= rowEnd)!, found = this.#find(column);
    const texts = await readable(this.name, () => this.#texts(found, range));
    const text = texts[row - 1 - range.rowStart];
    if (text === undefined) return this.#notText(found, row);
    return InputError.at({ ...at, ...(text === null ? {} : { value: text }) });
  }

  #notText({ name, type }: Column, row: number): InputError {
    return new InputError(
      `${this.name}:${row}: ${name.trim()} (${type.name}) is not UTF-8 text, expected an id`,
      { file: this.name, line: row, column: name.trim(), expected: "UTF-8 text" },
    );
  }

  /** The error for a column of a type that can't be used; names the first row without a value if there is one. */
  async #typeFault(column: Column, expected: string): Promise<InputError> {
    const name = column.name.trim(), { type } = column, file = this.name;
    const accepted = expected === "an id"
      ? "text, whole numbers, dates, times or UUIDs"
      : expected === "a finite number"
      ? "numbers"
      : "text or numbers";
    if (type.kind === "float") {
      const [range] = this.ranges;
      const texts = await readable(file, () => this.#texts(column, range));
      // Whole numbers become these in the company of missing ones.
      const missing = texts.findIndex((text) => text === null || text === "NaN");
      if (missing >= 0) return InputError.at({ file, line: missing + 1, column: name, expected });
      return new InputError(
        `${file}:1: ${name} is ${texts[0]} of type ${type.name}, expected ${accepted}`,
        { file, line: 1, column: name, value: texts[0] ?? undefined, expected },
      );
    }
    return new InputError(`${file}:1: ${name} is of type ${type.name}, expected ${accepted}`, {
      file,
      line: 1,
      column: name,
      expected,
    });
  }

  /** Values as trimmed text; null for missing ones, undefined for those that are not UTF-8. */
  async #texts(column: Column, range: RowRange): Promise<(string | null | undefined)[]> {
    const texts: string[] = [], utf8 = new TextDecoder(), decoder = new ColumnDecoder();
    const number: Numbering = (view, from, to) => {
      if (!isUtf8(view, from, to)) return NOT_TEXT;
      const bytes = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
      return texts.push(utf8.decode(bytes)) - 1;
    };
    const ids = new Int32Array(rowsOf(range));
    await this.#each(column, range, { bytes: NOTHING }, async (chunk, from, to) => {
      await decoder.ids(chunk, number, ids.subarray(from, to));
    });
    return Array.from(
      ids,
      (id) => id >= 0 ? texts[id] : id === MISSING ? null : id === NOT_TEXT ? undefined : "",
    );
  }

  /** Goes through the row groups of a range: what is in each, and which of the range's rows they are. */
  async #each(
    column: Column,
    range: RowRange,
    room: ByteRoom,
    read: (chunk: ColumnChunk, from: number, to: number) => Promise<void>,
  ): Promise<void> {
    let at = 0;
    for (let group = range.groupStart; group < range.groupEnd; group++) {
      const chunk = await this.#chunk(column, group, room);
      await read(chunk, at, at += chunk.rows);
    }
  }

  /** A column's bytes in a row group. */
  async #chunk(
    { name, element, type, leaf }: Column,
    group: number,
    room: ByteRoom,
  ): Promise<ColumnChunk> {
    const { columns, rows } = this.#metadata.rowGroups[group], { size } = this.#file;
    const { data, file, isEncrypted } = columns[leaf] ?? {};
    if (isEncrypted) throw new RangeError(`column ${name} is encrypted`);
    if (data === undefined || data.path.join("\n") !== name || data.type !== element.type) {
      throw new RangeError(`row group ${group + 1} has no column ${name}`);
    }
    if (file !== undefined) throw new RangeError(`column ${name} is in another file`);
    if (data.values !== rows) throw new RangeError("a column has too few or too many rows");
    const [from, to] = extentOf(data);
    if (!(from >= 4 && data.size >= 0 && to <= size - 8)) {
      throw new RangeError(`column ${name} is not inside the file`);
    }
    const bytes = this.#file.bytes(from, to, room);
    const next = this.#metadata.rowGroups[group + 1]?.columns[leaf]?.data;
    if (next !== undefined) this.#file.ahead(...extentOf(next));
    return {
      bytes: await bytes,
      data,
      type,
      isOptional: element.repetition === "OPTIONAL",
      rows,
      mostBytes: inflatedLimit(this.limits, size),
    };
  }

  /** Whether there is a column, of the file or of its path. */
  has(column: string): boolean {
    return this.#indexOf(column) >= 0;
  }

  /** The value that a file's path gives to a column that the file does not have. */
  #constant(column: string): string | null {
    const index = this.#indexOf(column);
    return index < this.#columns.length ? null : this.#constants.get(this.columns[index])!;
  }

  #find(column: string): Column {
    return this.#columns[this.#indexOf(column)];
  }

  #indexOf(column: string): number {
    return indexOfColumn(this.columns.map((name) => name.trim()), column, this.#names);
  }
}

/** Where a column's bytes begin and end. */
function extentOf(data: { dictionaryAt?: number; dataAt: number; size: number }): [number, number] {
  const from = data.dictionaryAt || data.dataAt;
  return [from, from + data.size];
}

function rowsOf({ rowStart, rowEnd }: RowRange): number {
  return rowEnd - rowStart;
}

const NOTHING = new Uint8Array(0);

/** Bytes that are read at first from a file's end. */
const TAIL = 1 << 16;

/** The bytes of a file's metadata, which lie before its last eight: their length, and `PAR1`. */
async function footerOf(file: FileBytes): Promise<Uint8Array> {
  const { size } = file;
  if (size < 12) throw new RangeError("the file ends too early");
  const tail = await file.bytes(Math.max(0, size - TAIL), size);
  const length = viewOf(tail).getUint32(tail.length - 8, true);
  if (String.fromCharCode(...tail.subarray(tail.length - 4)) !== "PAR1") {
    throw new RangeError("it does not end as Parquet does");
  }
  if (length > size - 12) throw new RangeError("its metadata is longer than the file");
  const from = tail.length - 8 - length;
  return from >= 0
    ? tail.subarray(from, tail.length - 8)
    : await file.bytes(size - 8 - length, size - 8);
}

/** A column whose ids are all the same. */
function constantIds(text: string): IdColumn {
  const bytes = new TextEncoder().encode(text), view = viewOf(bytes);
  const idOf = (number: Numbering) => bytes.length === 0 ? MISSING : number(view, 0, bytes.length);
  return {
    codes: (range, number, codeOf, out) => {
      out.fill(codeOf(idOf(number)), 0, rowsOf(range));
      return Promise.resolve();
    },
    runs: (range, number, out) => {
      out.add(idOf(number), rowsOf(range));
      return Promise.resolve();
    },
  };
}

/**
 * The columns of the first level.
 *
 * @throws {Error} where the schema is no tree
 */
function columnsOf({ schema, keyValues }: FileMetadata): Column[] {
  const arrow = keyValues.get("ARROW:schema");
  const arrowType = arrow === undefined ? null : arrowTypes(arrow);
  const columns: Column[] = [];
  let at = 1, leaves = 0;
  const pass = (): SchemaElement => {
    const element = schema[at++];
    if (element === undefined || !(element.children >= 0 && element.children < schema.length)) {
      throw new RangeError("its schema is no tree");
    }
    if ((element.type === undefined) === (element.children === 0)) {
      throw new RangeError(`its column ${element.name} has no type`);
    }
    if (element.children === 0) leaves++;
    for (let i = 0; i < element.children; i++) pass();
    return element;
  };
  for (let i = 0; i < (schema[0]?.children ?? 0); i++) {
    const leaf = leaves, element = pass(), { name, children } = element;
    const type = columnType(element, arrowType?.get(name));
    columns.push({ name, element, leaf: children === 0 ? leaf : -1, type });
  }
  if (at !== schema.length) throw new RangeError("its schema is no tree");
  return columns;
}

/**
 * The rows of a file's row groups, small ones together.
 *
 * @throws {Error} where the numbers of rows can't be right
 */
function rangesOf(
  { rowGroups, rows: allRows }: FileMetadata,
  file: string,
  mostBytes: number,
): RowRange[] {
  const ranges: RowRange[] = [];
  let rowStart = 0, rowEnd = 0, groupStart = 0;
  rowGroups.forEach(({ rows }, i) => {
    if (!(Number.isInteger(rows) && rows >= 0)) {
      throw new RangeError("a row group's size is damaged");
    }
    if (rows * ROW_BYTES > mostBytes) {
      const why = `row group ${i + 1} says that it has ${rows} rows`;
      throw new InputError(`${file}: ${why}, more than ${limitText("inflated", mostBytes)}`, {
        file,
      });
    }
    rowEnd += rows;
    if (rowEnd - rowStart < FEW_ROWS && i + 1 < rowGroups.length) return;
    if (rowEnd > rowStart) ranges.push({ rowStart, rowEnd, groupStart, groupEnd: i + 1 });
    rowStart = rowEnd;
    groupStart = i + 1;
  });
  if (rowEnd !== allRows) {
    throw new RangeError(`it says that it has ${allRows} rows, its row groups have ${rowEnd}`);
  }
  return ranges;
}

/** Runs a read; what goes wrong in it is the file's fault. */
async function readable<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(`${name}: damaged or unsupported Parquet: ${why}`, { file: name });
  }
}
