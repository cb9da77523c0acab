/**
 * Columns of a Parquet file, row group by row group, without a string per row.
 *
 * @module
 */
import { platform } from "../../base/platform.ts";
import {
  type AsyncBuffer,
  parquetMetadataAsync,
  type ParquetScan,
  parquetScan,
  parquetSchema,
  type SchemaElement,
} from "../../deps/hyparquet.ts";
import { compressors } from "../../deps/hyparquet_compressors.ts";
import { InputError } from "../../base/errors.ts";
import { viewOf } from "../../base/id_table.ts";
import { type ByteReader, readAll } from "../bytes/byte_reader.ts";
import { type Layout, layoutOf } from "../csv/header.ts";
import { parseNumberText } from "../bytes/parse_number.ts";
import {
  BLANK,
  type ColumnChunk,
  isPlainColumn,
  type Numbering,
  PageReader,
} from "./parquet_pages.ts";
import type { Part } from "../bytes/source.ts";

/** Rows `[rowStart, rowEnd)` of a file: a row group. */
export interface RowRange {
  /** First row, counted from 0. */
  readonly rowStart: number;
  /** End. */
  readonly rowEnd: number;
}

/** Reads a column's values in a row group. Their array may be used again by the next call. */
export type ColumnReader<A extends ArrayLike<unknown>> = (range: RowRange) => Promise<A>;

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
   * A column of ids as numbers, {@link BLANK} for those blank or missing. A text column's values are numbered as they are
   * decoded, which for a page with a dictionary is once for each entry, not for each row. Numbers stand for their decimal text.
   */
  async ids(column: string, number: Numbering): Promise<ColumnReader<Int32Array>> {
    const isText = this.#isText(column), read = await this.#reader(column);
    const pages = new PageReader();
    let ids = new Int32Array(0);
    return async (range) => {
      const chunk = isText ? await this.#chunk(column, range) : null;
      if (chunk === null) return numbered(await read(range), number);
      return await readable(this.name, () => {
        if (ids.length < chunk.rows) ids = new Int32Array(chunk.rows);
        const out = ids.subarray(0, chunk.rows);
        pages.readIds(chunk, number, out);
        return out;
      });
    };
  }

  /** A column of numbers, read into an array given; NaN for what is missing or no number. Text is read as in CSV. */
  async numbers(
    column: string,
  ): Promise<(range: RowRange, into: Float64Array) => Promise<Float64Array>> {
    const read = await this.#reader(column);
    const { type, converted_type, logical_type, scale = 0 } = this.#element(column);
    // The reading library multiplies decimals by a power of ten that is no exact double; a division is exact.
    const unit = converted_type === "DECIMAL" && scale <= 22 ? 10 ** scale : 0;
    const valueOf = unit > 0 ? (value: unknown) => decimal(value, unit) : numberOf;
    const isPlain = converted_type === undefined && logical_type === undefined &&
      type !== "BYTE_ARRAY";
    const pages = new PageReader();
    return async (range, into) => {
      const chunk = isPlain ? await this.#chunk(column, range) : null;
      if (chunk !== null) await readable(this.name, () => pages.readNumbers(chunk, into));
      else {
        const values = await read(range);
        for (let i = 0; i < into.length; i++) into[i] = valueOf(values[i]);
      }
      return into;
    };
  }

  /** A column as trimmed text, "" for what is missing. For small tables. */
  async texts(column: string): Promise<ColumnReader<string[]>> {
    const read = await this.#reader(column);
    return async (range) => Array.from(await read(range), (value) => String(value ?? "").trim());
  }

  /** Reads any column, value by value. */
  async #reader(column: string): Promise<ColumnReader<ArrayLike<unknown>>> {
    const name = this.#exactName(column);
    const scan = await parquetScan({ ...this.#options, columns: [name] });
    return (range) =>
      readable(
        this.name,
        () => scan.readColumn({ column: name, ...range }) as Promise<ArrayLike<unknown>>,
      );
  }

  /** A column's bytes in a row group, where its pages can be read here; else null. */
  async #chunk(column: string, range: RowRange): Promise<ColumnChunk | null> {
    const { file, metadata } = this.#options, name = this.#exactName(column);
    const rows = range.rowEnd - range.rowStart, repetition = this.#element(column).repetition_type;
    const group = metadata!.row_groups[this.ranges.indexOf(range)];
    const meta = group?.columns.find(({ meta_data }) =>
      meta_data?.path_in_schema.join("\n") === name
    )?.meta_data;
    if (meta === undefined || Number(group.num_rows) !== rows || repetition === "REPEATED") {
      return null;
    }
    if (!isPlainColumn(meta)) return null;
    const from = Number(meta.dictionary_page_offset || meta.data_page_offset);
    const bytes = await readable(
      this.name,
      () => file.slice(from, from + Number(meta.total_compressed_size)),
    );
    return { bytes: new Uint8Array(bytes), meta, isOptional: repetition === "OPTIONAL", rows };
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

/** Numbers of values by their text; each distinct value is asked for once. */
function numbered(values: ArrayLike<unknown>, number: Numbering): Int32Array {
  const encoder = new TextEncoder();
  const numberOf = new Map<unknown, number>();
  return Int32Array.from(values, (value) => {
    let found = numberOf.get(value);
    if (found === undefined) {
      const bytes = encoder.encode(String(value ?? "").trim());
      found = bytes.length === 0 ? BLANK : number(viewOf(bytes), 0, bytes.length);
      numberOf.set(value, found);
    }
    return found;
  });
}

/** A value of any type as a number, NaN where it is none; text as in CSV. */
function numberOf(value: unknown): number {
  return typeof value === "number" || typeof value === "bigint"
    ? Number(value)
    : typeof value === "string"
    ? parseNumberText(value)
    : NaN;
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
  const byteLength = platform.statSync(path).size;
  return {
    byteLength,
    slice(from, to = byteLength) {
      const bytes = new Uint8Array(to - from);
      const file = platform.openSync(path);
      try {
        file.seekSync(from, platform.SeekMode.Start);
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
async function readable<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${name}: damaged or unsupported Parquet: ${why}`, { file: name });
  }
}
