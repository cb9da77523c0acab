/**
 * Columns of a Parquet file, row group by row group, without a string per row.
 *
 * @module
 */
import {
  type AsyncBuffer,
  parquetMetadataAsync,
  type ParquetParsers,
  type ParquetScan,
  parquetScan,
  parquetSchema,
  type SchemaElement,
} from "../deps/hyparquet.ts";
import { compressors } from "../deps/hyparquet_compressors.ts";
import { InputError } from "../errors.ts";
import { type ByteReader, readAll } from "./byte_reader.ts";
import { type Layout, layoutOf } from "./header.ts";
import { parseNumberText } from "./parse_number.ts";
import type { Part } from "./source.ts";
import { trimEnd, trimStart } from "./trim.ts";

/** Rows `[rowStart, rowEnd)` of a file: a row group. */
export interface RowRange {
  /** First row, counted from 0. */
  readonly rowStart: number;
  /** End. */
  readonly rowEnd: number;
}

/** Reads a column's values in a range of rows. */
export type ColumnReader<T> = (range: RowRange) => Promise<ArrayLike<T>>;

/** Gives an id, the bytes `[from, to)` of a view, a number ≥ 0. */
export type Numbering = (view: DataView, from: number, to: number) => number;

/** Stands for a blank or missing id. */
export const BLANK: number = -1;

/** An open Parquet file with the wanted columns. */
export class ParquetFile {
  /** Name for messages. */
  readonly name: string;
  /** Its row groups. */
  readonly ranges: readonly RowRange[];
  /** Names of all columns. */
  readonly columns: readonly string[];
  /** Where the wanted columns are. */
  readonly layout: Layout;
  readonly #options: Parameters<typeof parquetScan>[0];

  private constructor(
    name: string,
    scan: ParquetScan,
    layout: Layout,
    options: Parameters<typeof parquetScan>[0],
  ) {
    this.name = name;
    this.ranges = scan.ranges;
    this.columns = columnsOf(scan);
    this.layout = layout;
    this.#options = options;
  }

  /**
   * Opens a part. Parquet is read from its end, so standard input is read whole.
   *
   * @param raw the part's bytes from the first on
   * @throws {InputError} where it is no Parquet file that can be read, or a wanted column is missing
   */
  static async open(part: Part, raw: ByteReader, wanted: readonly string[]): Promise<ParquetFile> {
    const file = part.path === null ? bufferOf(await readAll(raw)) : fileBuffer(part.path);
    return await readable(part.name, async () => {
      const options = { file, metadata: await parquetMetadataAsync(file), compressors };
      const scan = await parquetScan(options);
      return new ParquetFile(
        part.name,
        scan,
        layoutOf(columnsOf(scan), wanted, part.name),
        options,
      );
    });
  }

  /**
   * A column of ids as numbers, {@link BLANK} for those blank and {@link BLANK} or null for those missing. A text column's values are numbered as they are
   * decoded, which for a page with a dictionary is once for each entry, not for each row. Numbers stand for their decimal text.
   */
  async ids(column: string, number: Numbering): Promise<ColumnReader<number | null>> {
    const encoder = new TextEncoder();
    // Values of a page share its buffer, and so a view.
    let view: DataView = new DataView(new ArrayBuffer(0));
    const numberBytes = (bytes: Uint8Array): number => {
      const from = trimStart(bytes, 0, bytes.length), to = trimEnd(bytes, from, bytes.length);
      if (from === to) return BLANK;
      if (view.buffer !== bytes.buffer) view = new DataView(bytes.buffer);
      return number(view, bytes.byteOffset + from, bytes.byteOffset + to);
    };
    const numberOf = new Map<unknown, number>();
    const numberValue = (value: unknown): number => {
      if (value === null || value === undefined) return BLANK;
      let found = numberOf.get(value);
      if (found === undefined) {
        found = numberBytes(encoder.encode(String(value)));
        numberOf.set(value, found);
      }
      return found;
    };
    // A wrapper tells numbers made here from numbers in the file.
    const isText = this.#isText(column);
    const read = await this.#reader(column, isText ? { stringFromBytes: numberBytes } : {});
    return async (range) => {
      const values = await read(range);
      return isText ? values as ArrayLike<number | null> : Array.from(values, numberValue);
    };
  }

  /** A column of numbers; NaN for what is missing or no number. Text is read as in CSV. */
  async numbers(column: string): Promise<ColumnReader<number>> {
    const read = await this.#reader(column, {});
    const { converted_type, scale = 0 } = this.#element(column);
    // The reading library multiplies decimals by a power of ten that is no exact double; a division is exact.
    const unit = converted_type === "DECIMAL" && scale <= 22 ? 10 ** scale : 0;
    return async (range) => {
      const values = await read(range);
      if (unit > 0) return Float64Array.from(values, (value) => decimal(value, unit));
      if (values instanceof Float64Array) return values;
      const out = new Float64Array(values.length);
      for (let i = 0; i < out.length; i++) {
        const value = values[i];
        out[i] = typeof value === "number" || typeof value === "bigint"
          ? Number(value)
          : typeof value === "string"
          ? parseNumberText(value)
          : NaN;
      }
      return out;
    };
  }

  /** A column as trimmed text, "" for what is missing. For small tables. */
  async texts(column: string): Promise<ColumnReader<string>> {
    const read = await this.#reader(column, {});
    return async (range) => Array.from(await read(range), (value) => String(value ?? "").trim());
  }

  async #reader(
    column: string,
    parsers: Partial<ParquetParsers>,
  ): Promise<ColumnReader<unknown>> {
    // A scan of its own, since what a text becomes differs between columns.
    const name = this.#exactName(column);
    const scan = await parquetScan({ ...this.#options, columns: [name], parsers });
    return (range) =>
      readable(
        this.name,
        () => scan.readColumn({ column: name, ...range }) as Promise<ArrayLike<unknown>>,
      );
  }

  /** Whether the reading library decodes a column's values as text. */
  #isText(column: string): boolean {
    const { type, converted_type, logical_type } = this.#element(column);
    if (converted_type === "UTF8" || logical_type?.type === "STRING") return true;
    return type === "BYTE_ARRAY" && converted_type === undefined && logical_type === undefined;
  }

  #element(column: string): SchemaElement {
    const name = this.#exactName(column);
    const { children } = parquetSchema(this.#options.metadata!);
    return children.find(({ element }) => element.name === name)!.element;
  }

  /** A column's name as the file has it, which may have blanks around. */
  #exactName(column: string): string {
    return this.columns.find((name) => name.trim() === column)!;
  }
}

/** The double nearest to a decimal that was decoded with a rounding error; NaN for a missing one. */
function decimal(value: unknown, unit: number): number {
  return typeof value === "number" ? Math.round(value * unit) / unit : NaN;
}

function columnsOf({ metadata }: ParquetScan): string[] {
  return parquetSchema(metadata).children.map(({ element }) => element.name);
}

function bufferOf(bytes: Uint8Array<ArrayBuffer>): AsyncBuffer {
  return {
    byteLength: bytes.length,
    slice: (from, to) => bytes.slice(from, to).buffer,
  };
}

/** A file as the reading library wants it; opened for each slice, of which there are few. */
function fileBuffer(path: string): AsyncBuffer {
  const byteLength = Deno.statSync(path).size;
  return {
    byteLength,
    slice(from, to = byteLength) {
      const bytes = new Uint8Array(to - from);
      const file = Deno.openSync(path);
      try {
        file.seekSync(from, Deno.SeekMode.Start);
        for (let at = 0; at < bytes.length;) {
          const read = file.readSync(bytes.subarray(at));
          if (read === null) throw new Error("the file ends too early");
          at += read;
        }
      } finally {
        file.close();
      }
      return bytes.buffer;
    },
  };
}

/** Runs a read; what goes wrong in it is the file's fault. */
async function readable<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${name}: damaged or unsupported Parquet: ${why}`, { file: name });
  }
}
