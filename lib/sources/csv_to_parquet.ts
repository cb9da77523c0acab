/**
 * Rows of a database as Parquet.
 *
 * @module
 */
import { writeAtomic } from "../io/bytes/atomic_file.ts";
import { GROUP_ROWS, ParquetSink } from "../io/parquet/parquet_sink.ts";

/** Columns of numbers; none of them can be NULL. Every other column is text, as ids are. */
const NUMBERS = new Set(["score", "cap_face", "sponsorship_ratio"]);

/**
 * Writes records, the first of which is the header, to a Parquet file, which appears whole or not at all.
 *
 * @returns the number of rows
 */
export async function writeCsvAsParquet(
  records: ReadableStream<string[]>,
  path: string,
  signal?: AbortSignal,
): Promise<number> {
  let rows = 0;
  await writeAtomic(path, async (sink) => {
    let parquet: ParquetSink | null = null;
    let names: string[] = [], columns: string[][] = [];
    const flush = async () => {
      await parquet!.group(
        columns.map((cells, c) => NUMBERS.has(names[c]) ? Float64Array.from(cells, Number) : cells),
      );
      columns = names.map(() => []);
    };
    for await (const record of records) {
      signal?.throwIfAborted();
      if (parquet === null) {
        names = record;
        columns = names.map(() => []);
        parquet = new ParquetSink(
          sink,
          names.map((name) =>
            NUMBERS.has(name) ? { name, type: "DOUBLE" } : { name, type: "STRING" }
          ),
        );
        continue;
      }
      record.forEach((cell, c) => columns[c].push(cell));
      rows++;
      if (columns[0].length === GROUP_ROWS) await flush();
    }
    if (parquet === null) return;
    if (columns[0].length > 0 || rows === 0) await flush();
    await parquet.finish();
  });
  return rows;
}
