/**
 * Reads columns of a Parquet file, some row groups at a time, without a string per row.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { equalBytes, viewOf } from "../../base/ids/id_table.ts";
import { readAll } from "../bytes/byte_reader.ts";
import { ColumnDecoder } from "./column_decoder.ts";
import { FileBytes, type ReusedBytes } from "./file_bytes.ts";
import type { IdRuns } from "./id_runs.ts";
import {
  type ColumnNames,
  columnTwice,
  indexOfColumn,
  type Layout,
  layoutOf,
} from "../csv/header.ts";
import { type DialectOptions, withPoint } from "../csv/dialect_options.ts";
import type { TableControl } from "../csv/table_control.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import { MISSING, NOT_TEXT, type Numbering } from "./parquet_ids.ts";
import { type Column, columnsOf } from "./parquet_columns.ts";
import { footerOf } from "./parquet_footer.ts";
import { type FileMetadata, readMetadata } from "./parquet_metadata.ts";
import type { ColumnChunk } from "./parquet_pages.ts";
import { type ColumnType, isUtf8 } from "./parquet_types.ts";
import { rangesOf, type RowRange, rowsOf } from "./row_ranges.ts";
import { DEFAULT_LIMITS, inflatedLimit, type ReadLimits } from "../bytes/read_limits.ts";
import type { Partition } from "../bytes/partitions.ts";
import type { OpenPart, Part } from "../bytes/source.ts";

/** Reads a column's values in a range of rows. The next call may reuse the array. */
export type ColumnReader<A extends ArrayLike<unknown>> = (range: RowRange) => Promise<A>;

/** A column of ids, which can be read in two forms. */
export interface IdColumn {
  /** Reads ids as codes into `out`: `codeOf` turns the ids' numbers, negative ones too, into codes that fit the array. */
  codes<A extends Uint16Array | Int32Array>(
    range: RowRange,
    number: Numbering,
    codeOf: (id: number) => number,
    out: A,
  ): Promise<void>;
  /** Adds ids to `out` as runs of equal numbers; rows count from the range's first. */
  runs(range: RowRange, number: Numbering, out: IdRuns): Promise<void>;
}

/** An open Parquet file with the wanted columns. */
export class ParquetFile {
  /** Name for messages. */
  readonly name: string;
  /** Ranges that cover all of its rows, in order. */
  readonly ranges: readonly RowRange[];
  /** Names of all columns, including those that its path gives. */
  readonly columns: readonly string[];
  /** Where the wanted columns stand. */
  readonly layout: Layout;
  readonly #file: FileBytes;
  readonly #metadata: FileMetadata;
  readonly #columns: readonly Column[];
  /** Columns that its path gives, with the value that they have in all rows. */
  readonly #constants: ReadonlyMap<string, string>;
  /** Limits on the size of what is read. */
  readonly limits: ReadLimits;
  /** The file's names for Divvy's columns, where they differ. */
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
    this.#columns = columnsOf(metadata).map((column) => withDecimal(column, dialect));
    const names = this.#columns.map(({ name }) => name);
    this.#constants = new Map(part.partitions?.map(({ column, value }) => [column, value]));
    this.columns = [...names, ...this.#constants.keys()];
    this.#names = dialect.columns ?? {};
    this.layout = layoutOf(this.columns, wanted, part.name, 1, this.#names);
    this.ranges = rangesOf(metadata, part.name, inflatedLimit(limits, file.size));
  }

  /**
   * Opens a part. Parquet is read from its end, so a pipe or standard input is read whole.
   *
   * @throws {InputError} where the file is not Parquet or can't be read, or a wanted column is missing
   */
  static async open(
    part: Part,
    { raw, file, remote = null }: Pick<OpenPart, "raw" | "file" | "remote">,
    wanted: readonly string[],
    control: TableControl = {},
  ): Promise<ParquetFile> {
    const source = file ?? remote ?? await readAll(raw);
    return await readable(part.name, async () => {
      const bytes = new FileBytes(source), metadata = readMetadata(await footerOf(bytes));
      if (part.partitions === undefined) {
        return new ParquetFile(part, bytes, metadata, wanted, control);
      }
      const own = new ParquetFile({ ...part, partitions: [] }, bytes, metadata, [], control);
      const partitions = await own.#without(part.partitions);
      return new ParquetFile({ ...part, partitions }, bytes, metadata, wanted, control);
    });
  }

  /** The columns of the path without those that the file has itself, with that value in all rows: some writers keep them in both. */
  async #without(partitions: readonly Partition[]): Promise<Partition[]> {
    const left: Partition[] = [];
    for (const partition of partitions) if (!await this.#says(partition)) left.push(partition);
    return left;
  }

  /** Whether the file has the column, and each of its rows the value. */
  async #says({ column, value }: Partition): Promise<boolean> {
    const own = this.#columns.filter(({ name }) => name === column);
    if (own.length !== 1 || own[0].type.kind === "other") return false;
    const bytes = new TextEncoder().encode(value.trim()), view = viewOf(bytes);
    const number: Numbering = (other, from, to) =>
      to - from === bytes.length && equalBytes(other, from, view, 0, bytes.length) ? 0 : 1;
    const read = await this.ids(column, number, false);
    for (const range of this.ranges) {
      const rows = rowsOf(range);
      if ((await read(range)).subarray(0, rows).some((found) => found !== 0)) return false;
    }
    return true;
  }

  /** Its size in bytes. */
  get size(): number {
    return this.#file.size;
  }

  /**
   * A column of ids as numbers, negative where an id is blank, missing or not UTF-8 (see {@link fault}). Values that are not
   * text (whole numbers, dates) count as the text that CSV would have for them. An entry of a dictionary is numbered once, not
   * once a row.
   *
   * @param isId whether the values are ids; other values may be of any type that has a text form
   * @throws {InputError} where values of the column's type can't be ids
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
    const decoder = new ColumnDecoder(), each = this.#eachGroup(found);
    let ids = new Int32Array(0);
    return async (range) => {
      const rows = rowsOf(range);
      if (ids.length < rows) ids = new Int32Array(rows);
      await each(range, (chunk, from, to) => decoder.ids(chunk, number, ids.subarray(from, to)));
      return ids.subarray(0, rows);
    };
  }

  /**
   * A column of ids that can be read in either form of {@link IdColumn}.
   *
   * @throws {InputError} where values of the column's type can't be ids
   */
  async idColumn(column: string): Promise<IdColumn> {
    const constant = this.#constant(column);
    if (constant !== null) return constantIds(constant.trim());
    const found = await this.#findIds(column);
    const decoder = new ColumnDecoder(), each = this.#eachGroup(found);
    return {
      codes: (range, number, codeOf, out) =>
        each(
          range,
          (chunk, from, to) => decoder.codes(chunk, number, codeOf, out.subarray(from, to)),
        ),
      runs: (range, number, out) =>
        each(range, (chunk, from) => decoder.runs(chunk, number, from, out)),
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
   * A column of numbers, read into the array given; NaN where a value is missing or not a number (see {@link fault}). Text is
   * read as in CSV, with decimal commas where the dialect says so; a DECIMAL or FLOAT becomes the double nearest to its decimal.
   *
   * @throws {InputError} where values of the column's type can't be numbers
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
    const decoder = new ColumnDecoder(), each = this.#eachGroup(found);
    return async (range, into) => {
      await each(range, (chunk, from, to) => decoder.numbers(chunk, into.subarray(from, to)));
      return into;
    };
  }

  /**
   * A column as trimmed texts, null where a value is missing. For small tables.
   *
   * @param isId whether the values are ids
   * @param mayLack whether rows may be without a value
   * @throws {InputError} where the column's type does not fit, or a value is not UTF-8
   */
  async texts(
    column: string,
    isId: boolean,
    mayLack = false,
  ): Promise<ColumnReader<(string | null)[]>> {
    const constant = this.#constant(column);
    if (constant !== null) return (range) => Promise.resolve(Array(rowsOf(range)).fill(constant));
    const found = this.#find(column), { kind } = found.type;
    if (this.ranges.length > 0 && (kind === "other" || (isId && !found.type.isId))) {
      throw await this.#typeFault(found, isId ? "an id" : "a value", mayLack);
    }
    return async (range) => {
      const texts = await this.#texts(found, range);
      const fault = texts.indexOf(undefined);
      if (fault >= 0) throw this.#notText(found, range.rowStart + fault + 1);
      return texts as (string | null)[];
    };
  }

  /**
   * The error for a value that is not an id or not a number, in row `row`, counted from 1.
   *
   * @param expected what was expected, in words
   */
  async fault(column: string, row: number, expected: string): Promise<InputError> {
    const at = { file: this.name, line: row, column, expected };
    const constant = this.#constant(column);
    if (constant !== null) return InputError.at({ ...at, value: constant });
    const range = this.ranges.find(({ rowEnd }) => row <= rowEnd)!, found = this.#find(column);
    const texts = await this.#texts(found, range);
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

  /** The error for a column whose type can't be used. For floats it names the first row without a value, if there is one. */
  async #typeFault(column: Column, expected: string, mayLack = false): Promise<InputError> {
    const name = column.name.trim(), { type } = column, file = this.name;
    const accepted = expected === "an id"
      ? "text, integers, dates, timestamps or UUIDs"
      : expected === "a finite number"
      ? "numbers"
      : "text or numbers";
    if (type.kind === "float") {
      const [range] = this.ranges;
      const texts = await this.#texts(column, range);
      // Some writers turn whole numbers into floats when some are missing; then those are the cause.
      const isMissing = (text: string | null | undefined) => text === null || text === "NaN";
      const missing = texts.findIndex(isMissing);
      if (missing >= 0 && !mayLack) {
        return InputError.at({ file, line: missing + 1, column: name, expected });
      }
      const row = Math.max(0, texts.findIndex((text) => !isMissing(text)));
      const gaps = missing < 0
        ? ""
        : "; as whole numbers with gaps become floats, write them as text";
      return new InputError(
        `${file}:${row + 1}: ${name} is ${
          texts[row]
        } of type ${type.name}, expected ${accepted}${gaps}`,
        { file, line: row + 1, column: name, value: texts[row] ?? undefined, expected },
      );
    }
    return new InputError(`${file}:1: ${name} is of type ${type.name}, expected ${accepted}`, {
      file,
      line: 1,
      column: name,
      expected,
    });
  }

  /** Values as trimmed texts; null where a value is missing, undefined where it is not UTF-8. */
  async #texts(column: Column, range: RowRange): Promise<(string | null | undefined)[]> {
    const texts: string[] = [], utf8 = new TextDecoder(), decoder = new ColumnDecoder();
    const number: Numbering = (view, from, to) => {
      if (!isUtf8(view, from, to)) return NOT_TEXT;
      const bytes = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
      return texts.push(utf8.decode(bytes)) - 1;
    };
    const ids = new Int32Array(rowsOf(range));
    await this.#eachGroup(column)(
      range,
      (chunk, from, to) => decoder.ids(chunk, number, ids.subarray(from, to)),
    );
    return Array.from(
      ids,
      (id) => id >= 0 ? texts[id] : id === MISSING ? null : id === NOT_TEXT ? undefined : "",
    );
  }

  /**
   * A function that calls `read` for each row group of a range, with the column's bytes and the group's rows, counted from the
   * range's first. What can't be read is an {@link InputError}.
   */
  #eachGroup(column: Column) {
    const memory: ReusedBytes = { bytes: NOTHING };
    return (
      range: RowRange,
      read: (chunk: ColumnChunk, from: number, to: number) => Promise<void>,
    ): Promise<void> =>
      readable(this.name, async () => {
        let at = 0;
        for (let group = range.groupStart; group < range.groupEnd; group++) {
          // A row group without rows may have no pages, and a place that is none.
          if (this.#metadata.rowGroups[group].rows === 0) continue;
          const chunk = await this.#chunk(column, group, memory);
          await read(chunk, at, at += chunk.rows);
        }
      });
  }

  /** A column's bytes in a row group, after checks of its metadata. */
  async #chunk(
    { name, element, type, leaf }: Column,
    group: number,
    memory: ReusedBytes,
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
    const bytes = this.#file.bytes(from, to, memory);
    const next = this.#metadata.rowGroups[group + 1]?.columns[leaf]?.data;
    if (next !== undefined) this.#file.prefetch(...extentOf(next));
    return {
      bytes: await bytes,
      data,
      type,
      isOptional: element.repetition === "OPTIONAL",
      rows,
      mostBytes: inflatedLimit(this.limits, size),
    };
  }

  /** Whether the file or its path has a column. @throws {InputError} where both have it */
  has(column: string): boolean {
    const at = this.#indexOf(column);
    const both = at >= 0 && at < this.#columns.length && this.#constants.has(column);
    if (both) throw columnTwice(column, this.name);
    return at >= 0;
  }

  /** The value of a column that the file's path gives; null for a column of the file itself. */
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

/** A column whose texts are numbers with the decimals that the dialect says. */
function withDecimal(column: Column, dialect: DialectOptions): Column {
  const { type } = column;
  if (dialect.decimal !== "," || type.kind !== "text") return column;
  const number: ColumnType["number"] = (view, from, to) =>
    parseNumberText(withPoint(type.text(view, from, to), dialect));
  return { ...column, type: { ...type, number } };
}

/** Where a column's bytes begin and end. */
function extentOf(data: { dictionaryAt?: number; dataAt: number; size: number }): [number, number] {
  const from = data.dictionaryAt || data.dataAt;
  return [from, from + data.size];
}

const NOTHING = new Uint8Array(0);

/** A column that has the same id in all rows. */
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

/** Calls `read`; any error in it becomes an {@link InputError} that calls the file damaged or unsupported. */
async function readable<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) {
      // What the file's pages can't be read by has no name of the file.
      if (error.file !== undefined) throw error;
      throw new InputError(`${name}: ${error.message}`, { file: name });
    }
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(`${name}: damaged or unsupported Parquet: ${why}`, { file: name });
  }
}
