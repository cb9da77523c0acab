/**
 * Writes a database's rows, given as CSV, to Parquet.
 *
 * @module
 */
import { writeAtomic } from "../io/bytes/atomic_file.ts";
import type { FileWriter } from "../io/bytes/file_set.ts";
import { type ByteReader, streamReader } from "../io/bytes/byte_reader.ts";
import { parseNumber } from "../io/bytes/parse_number.ts";
import { Float64List } from "../base/arrays/number_list.ts";
import type { RecordScanner } from "../io/csv/record_scanner.ts";
import { scanCsv } from "../io/csv/scan_csv.ts";
import { InputError, quote } from "../base/errors.ts";
import type { ColumnPages } from "../io/parquet/column_pages.ts";
import { TextColumn } from "../io/parquet/text_column.ts";
import { GROUP_ROWS, type ParquetColumn, ParquetSink } from "../io/parquet/parquet_sink.ts";

/** Columns of numbers, never NULL. All other columns are text, as ids are. */
const NUMBERS = new Set(["score", "cap_face", "sponsorship_ratio"]);

/**
 * Writes CSV with a header to a Parquet file, which appears whole or not at all.
 *
 * @param names the header's columns
 * @param control.source name for messages
 * @param control.write writes the file; default: at once
 * @returns the number of rows
 */
export async function writeCsvAsParquet(
  csv: ReadableStream<Uint8Array>,
  names: readonly string[],
  path: string,
  { source, signal, write = writeAtomic }: {
    source: string;
    signal?: AbortSignal;
    write?: FileWriter;
  },
): Promise<number> {
  let rows = 0;
  await write(path, async (sink) => {
    let parquet: ParquetSink | null = null;
    const columns = new Columns(names, source);
    const flush = async () => {
      rows += columns.rows;
      parquet ??= new ParquetSink(sink, columns.described());
      await parquet.encoded(columns.take());
    };
    const reader = streamReader(csv);
    // Full row groups are written before each read, since rows are added between two reads.
    const watched: ByteReader = {
      read: async (into) => {
        signal?.throwIfAborted();
        if (columns.rows >= GROUP_ROWS) await flush();
        return await reader.read(into);
      },
      close: () => reader.close(),
    };
    try {
      await scanCsv(watched, source, [], {
        header: () => {},
        records: (scanner) => columns.add(scanner),
      });
    } finally {
      reader.close();
    }
    if (columns.rows > 0 || rows === 0) await flush();
    await parquet!.finish();
  });
  return rows;
}

/** Collects rows in columns. */
class Columns {
  /** Rows collected and not taken yet. */
  rows = 0;
  /** Rows taken before. */
  #before = 0;
  readonly #columns: readonly (TextColumn | NumberColumn)[];

  constructor(readonly names: readonly string[], readonly source: string) {
    this.#columns = names.map((name) => NUMBERS.has(name) ? new NumberColumn() : new TextColumn());
  }

  /** Names and types of the columns. */
  described(): ParquetColumn[] {
    return this.names.map((name) => ({ name, type: NUMBERS.has(name) ? "DOUBLE" : "STRING" }));
  }

  /** Adds all records of the scanner's block. */
  add(scanner: RecordScanner): void {
    const { from, to } = scanner, columns = this.#columns;
    while (scanner.next()) {
      if (scanner.fields !== columns.length) continue;
      const { bytes, view } = scanner;
      this.rows++;
      for (let c = 0; c < columns.length; c++) {
        const column = columns[c];
        if (column instanceof TextColumn) column.add(view, from[c], to[c]);
        else if (!column.add(bytes, from[c], to[c])) {
          throw this.#fault(c, bytes.slice(from[c], to[c]));
        }
      }
    }
  }

  #fault(c: number, cell: Uint8Array): InputError {
    const { source } = this, column = this.names[c], value = new TextDecoder().decode(cell);
    const row = this.#before + this.rows, expected = "a finite number";
    return new InputError(
      `${source}: row ${row}: ${column} is ${quote(value)}, expected ${expected}`,
      { file: source, column, value, expected },
    );
  }

  /** The rows as pages; the columns are empty then. */
  take(): ColumnPages[] {
    this.#before += this.rows;
    this.rows = 0;
    return this.#columns.map((column) => column.take());
  }
}

/** Collects a column of numbers. */
class NumberColumn {
  #values = new Float64List();

  /** Adds a row's number; false where it is not a finite number. */
  add(bytes: Uint8Array, from: number, to: number): boolean {
    const value = parseNumber(bytes, from, to);
    this.#values.push(value);
    return Number.isFinite(value);
  }

  /** The rows as a page; the column is empty then. Not compressed, since scores hardly compress. */
  take(): ColumnPages {
    const column = this.#values.array();
    this.#values = new Float64List();
    const values = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    return { rows: column.length, type: "DOUBLE", dictionary: null, values, compressed: false };
  }
}
