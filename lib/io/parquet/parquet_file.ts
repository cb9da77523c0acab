/**
 * Columns of a Parquet file, some row groups at a time, without a string per row.
 *
 * @module
 */
import {
  type AsyncBuffer,
  parquetMetadataAsync,
  parquetSchema,
  type SchemaElement,
} from "../../deps/hyparquet.ts";
import { InputError } from "../../base/errors.ts";
import { viewOf } from "../../base/id_table.ts";
import { arrowTypes } from "./arrow_schema.ts";
import { readAll } from "../bytes/byte_reader.ts";
import { type ColumnNames, indexOfColumn, type Layout, layoutOf } from "../csv/header.ts";
import type { TableControl } from "../csv/table_control.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import {
  type ColumnChunk,
  MISSING,
  NOT_TEXT,
  type Numbering,
  PageReader,
} from "./parquet_pages.ts";
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

/** The parts of a file's metadata that are used here. */
type Metadata = Awaited<ReturnType<typeof parquetMetadataAsync>>;

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
  readonly #file: AsyncBuffer;
  readonly #metadata: Metadata;
  readonly #columns: readonly Column[];
  readonly #constants: ReadonlyMap<string, string>;
  readonly #limits: ReadLimits;
  /** What the file calls our columns, where it has names of its own. */
  readonly #names: ColumnNames;

  private constructor(
    part: Part,
    file: AsyncBuffer,
    metadata: Metadata,
    wanted: readonly string[],
    { limits = DEFAULT_LIMITS, dialect = {} }: TableControl,
  ) {
    this.name = part.name;
    this.#file = file;
    this.#metadata = metadata;
    this.#limits = limits;
    this.#columns = columnsOf(metadata);
    const names = this.#columns.map(({ name }) => name);
    this.#constants = new Map(part.partitions?.map(({ column, value }) => [column, value]));
    this.columns = [...names, ...this.#constants.keys()];
    this.#names = dialect.columns ?? {};
    this.layout = layoutOf(this.columns, wanted, part.name, 1, this.#names);
    this.ranges = rangesOf(metadata, part.name, inflatedLimit(limits, file.byteLength));
  }

  /**
   * Opens a part. Parquet is read from its end, so what is no file (a pipe, standard input) is read whole.
   *
   * @throws {InputError} where it is no Parquet file that can be read, or a wanted column is missing
   */
  static async open(
    part: Part,
    { raw, file }: Pick<OpenPart, "raw" | "file">,
    wanted: readonly string[],
    control: TableControl = {},
  ): Promise<ParquetFile> {
    const buffer: AsyncBuffer = file === null ? bufferOf(await readAll(raw)) : {
      byteLength: file.size,
      slice: (from, to = file.size) => {
        const bytes = file.slice(from, to);
        if (bytes.length < to - from) throw new RangeError("the file ends too early");
        return bytes.buffer;
      },
    };
    return await readable(part.name, async () => {
      const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
      return new ParquetFile(part, buffer, metadata, wanted, control);
    });
  }

  /**
   * A column of ids as numbers, negative for those blank, missing or no text (see {@link fault}). A value is numbered as it is
   * decoded, which for a page with a dictionary is once for each entry, not for each row. What is no text stands for the
   * text that CSV would have.
   *
   * @throws {InputError} where the column's type has no ids
   */
  async ids(column: string, number: Numbering): Promise<ColumnReader<Int32Array>> {
    const constant = this.#constant(column);
    if (constant !== null) {
      const bytes = new TextEncoder().encode(constant.trim()), view = viewOf(bytes);
      return (range) => {
        const id = bytes.length === 0 ? MISSING : number(view, 0, bytes.length);
        return Promise.resolve(new Int32Array(rowsOf(range)).fill(id));
      };
    }
    const found = this.#find(column);
    if (!found.type.isId && this.ranges.length > 0) throw await this.#typeFault(found, "an id");
    const pages = new PageReader();
    let ids = new Int32Array(0);
    return (range) =>
      readable(this.name, async () => {
        const rows = rowsOf(range);
        if (ids.length < rows) ids = new Int32Array(rows);
        await this.#read(found, range, ids, (chunk, out) => pages.readIds(chunk, number, out));
        return ids.subarray(0, rows);
      });
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
    const pages = new PageReader();
    return async (range, into) => {
      await readable(
        this.name,
        () => this.#read(found, range, into, (chunk, out) => pages.readNumbers(chunk, out)),
      );
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
    const texts: string[] = [], decoder = new TextDecoder(), pages = new PageReader();
    const number: Numbering = (view, from, to) => {
      if (!isUtf8(view, from, to)) return NOT_TEXT;
      const bytes = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
      return texts.push(decoder.decode(bytes)) - 1;
    };
    const ids = new Int32Array(rowsOf(range));
    await this.#read(column, range, ids, (chunk, out) => pages.readIds(chunk, number, out));
    return Array.from(
      ids,
      (id) => id >= 0 ? texts[id] : id === MISSING ? null : id === NOT_TEXT ? undefined : "",
    );
  }

  /** Reads the row groups of a range, each into its part of `out`. */
  async #read<A extends Int32Array | Float64Array>(
    column: Column,
    range: RowRange,
    out: A,
    read: (chunk: ColumnChunk, into: A) => void,
  ): Promise<void> {
    let at = 0;
    for (let group = range.groupStart; group < range.groupEnd; group++) {
      const chunk = await this.#chunk(column, group);
      read(chunk, out.subarray(at, at += chunk.rows) as A);
    }
  }

  /** A column's bytes in a row group. */
  async #chunk({ name, element, type, leaf }: Column, group: number): Promise<ColumnChunk> {
    const { columns, num_rows } = this.#metadata.row_groups[group];
    const { meta_data: meta, file_path, crypto_metadata } = columns[leaf] ?? {};
    if (crypto_metadata !== undefined) throw new RangeError(`column ${name} is encrypted`);
    if (
      meta === undefined || meta.path_in_schema.join("\n") !== name || meta.type !== element.type
    ) {
      throw new RangeError(`row group ${group + 1} has no column ${name}`);
    }
    if (file_path !== undefined) throw new RangeError(`column ${name} is in another file`);
    if (meta.num_values !== num_rows) throw new RangeError("a column has too few or too many rows");
    const from = Number(meta.dictionary_page_offset || meta.data_page_offset);
    const length = Number(meta.total_compressed_size), rows = Number(num_rows);
    const isInside = from >= 4 && length >= 0 && from + length <= this.#file.byteLength - 8;
    if (!isInside) throw new RangeError(`column ${name} is not inside the file`);
    return {
      bytes: new Uint8Array(await this.#file.slice(from, from + length)),
      meta,
      type,
      isOptional: element.repetition_type === "OPTIONAL",
      rows,
      mostBytes: inflatedLimit(this.#limits, this.#file.byteLength),
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

function rowsOf({ rowStart, rowEnd }: RowRange): number {
  return rowEnd - rowStart;
}

/** The columns of the first level. */
function columnsOf(metadata: Metadata): Column[] {
  const arrow = metadata.key_value_metadata?.find(({ key }) => key === "ARROW:schema")?.value;
  const arrowType = arrow === undefined ? null : arrowTypes(arrow);
  let leaves = 0;
  const countLeaves = ({ children }: { children: readonly unknown[] }): number =>
    children.length === 0
      ? 1
      : children.reduce((sum: number, child) => sum + countLeaves(child as { children: [] }), 0);
  return parquetSchema(metadata).children.map((node) => {
    const { element, children } = node, { name } = element;
    const leaf = children.length === 0 ? leaves : -1;
    leaves += countLeaves(node);
    return {
      name,
      element,
      leaf,
      type: columnType(element, children.length, arrowType?.get(name)),
    };
  });
}

/**
 * The rows of a file's row groups, small ones together.
 *
 * @throws {Error} where the numbers of rows can't be right
 */
function rangesOf(
  { row_groups, num_rows }: Metadata,
  file: string,
  mostBytes: number,
): RowRange[] {
  const ranges: RowRange[] = [];
  let rowStart = 0, rowEnd = 0, groupStart = 0;
  row_groups.forEach((group, i) => {
    const rows = Number(group.num_rows);
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
    if (rowEnd - rowStart < FEW_ROWS && i + 1 < row_groups.length) return;
    if (rowEnd > rowStart) ranges.push({ rowStart, rowEnd, groupStart, groupEnd: i + 1 });
    rowStart = rowEnd;
    groupStart = i + 1;
  });
  if (rowEnd !== Number(num_rows)) {
    throw new RangeError(`it says that it has ${num_rows} rows, its row groups have ${rowEnd}`);
  }
  return ranges;
}

function bufferOf(bytes: Uint8Array<ArrayBuffer>): AsyncBuffer {
  return {
    byteLength: bytes.length,
    slice: (from, to) => bytes.slice(from, to).buffer,
  };
}

/** Runs a read; what goes wrong in it is the file's fault. */
async function readable<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = error instanceof TypeError || !(error instanceof Error)
      ? "its metadata can't be understood"
      : error.message.split("\n")[0];
    throw new InputError(`${name}: damaged or unsupported Parquet: ${why}`, { file: name });
  }
}
