/**
 * Writes a Parquet file, one row group at a time.
 *
 * @module
 */
import {
  type BasicType,
  ByteWriter,
  ParquetWriter,
  schemaFromColumnData,
} from "../../deps/hyparquet_writer.ts";
import { type ColumnPages, writePages } from "./column_pages.ts";
import type { ByteSink } from "../bytes/atomic_file.ts";

/** Rows of a row group. A writer holds one group in memory, and a column of its doubles fits one page. */
export const GROUP_ROWS = 120_000;

/** A column to write. */
export interface ParquetColumn {
  /** Name. */
  readonly name: string;
  /** Type. */
  readonly type: BasicType;
  /** Encoding, where it is known which is smaller. @default chosen from the values */
  readonly encoding?: "PLAIN" | "RLE_DICTIONARY";
}

/** Takes row groups. */
export class ParquetSink {
  readonly #columns: readonly ParquetColumn[];
  readonly #writer: ByteWriter;
  readonly #parquet: ParquetWriter;
  readonly #sink: ByteSink;

  /** A file with these columns; no value may be missing. */
  constructor(sink: ByteSink, columns: readonly ParquetColumn[]) {
    this.#columns = columns;
    this.#sink = sink;
    this.#writer = new ByteWriter(1 << 20);
    const columnData = columns.map(({ name, type }) => ({ name, type, data: [], nullable: false }));
    const schema = schemaFromColumnData({ columnData });
    this.#parquet = new ParquetWriter({
      writer: this.#writer,
      schema,
      statistics: false,
      createdBy: "divvy",
    });
  }

  /** Writes a row group: values of each column, all of the same length; text may be given in UTF-8. */
  async group(
    data: readonly (string[] | Uint8Array[] | boolean[] | Float64Array)[],
  ): Promise<void> {
    if (data[0].length === 0) return;
    const columnData = this.#columns.map(({ name, type, encoding }, i) => ({
      name,
      encoding,
      // Scores hardly compress, and trying would take most of the time.
      codec: encoding === "PLAIN" && type === "DOUBLE" ? "UNCOMPRESSED" as const : undefined,
      data: data[i],
    }));
    await this.#parquet.write({ columnData, rowGroupSize: data[0].length });
    await this.#flush();
  }

  /** Writes a row group whose columns are already encoded. */
  async encoded(columns: readonly ColumnPages[]): Promise<void> {
    const [{ rows }] = columns;
    if (rows === 0) return;
    const from = this.#writer.offset, parquet = this.#parquet;
    const chunks = columns.map((pages, c) =>
      writePages(this.#writer, this.#columns[c].name, pages)
    );
    parquet.num_rows += BigInt(rows);
    parquet.row_groups.push({
      columns: chunks,
      total_byte_size: chunks.reduce((sum, c) => sum + c.meta_data!.total_uncompressed_size, 0n),
      num_rows: BigInt(rows),
      total_compressed_size: BigInt(this.#writer.offset - from),
    });
    await this.#flush();
  }

  /** Writes the file's end. */
  async finish(): Promise<void> {
    await this.#parquet.finish();
    await this.#flush();
  }

  async #flush(): Promise<void> {
    await this.#sink.write(this.#writer.getBytes());
    this.#writer.index = 0;
  }
}
