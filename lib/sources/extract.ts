/**
 * Rows of a database into a file.
 *
 * @module
 */
import { CsvParseStream } from "../deps/std_csv.ts";
import { writeAtomic } from "../io/bytes/atomic_file.ts";
import type { RunControl } from "../base/progress.ts";
import { openSource } from "./open_source.ts";

/** How the file is written. */
export type ExtractFormat = "csv" | "csv.gz" | "parquet";

/**
 * Writes the rows that a database's address names to a file, which appears whole or not at all. Cells keep the text
 * that the server gives them.
 *
 * @returns the number of rows
 * @throws InputError for everything that the server or the query is at fault for; the reason of an abort
 */
export async function extractTable(
  url: string,
  path: string,
  format: ExtractFormat,
  control: RunControl = {},
): Promise<number> {
  const { bytes } = await openSource(url, control);
  if (format === "parquet") {
    const { writeCsvAsParquet } = await import("./csv_to_parquet.ts");
    const records = bytes.pipeThrough(
      new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>,
    )
      .pipeThrough(new CsvParseStream());
    return await writeCsvAsParquet(records, path, control.signal);
  }
  const counted = new RowCounter();
  const plain = bytes.pipeThrough(counted.stream);
  const packed = format === "csv.gz"
    ? plain.pipeThrough(
      new CompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>,
    )
    : plain;
  await writeAtomic(path, async (sink) => {
    for await (const chunk of packed) {
      control.signal?.throwIfAborted();
      await sink.write(chunk);
    }
  });
  return counted.rows;
}

/** Counts the records of CSV that passes: line ends outside quotes, less the header's. */
class RowCounter {
  rows = -1;
  #inQuotes = false;
  readonly stream = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i];
        if (byte === 0x22) this.#inQuotes = !this.#inQuotes;
        else if (byte === 0x0a && !this.#inQuotes) this.rows++;
      }
      controller.enqueue(chunk);
    },
  });
}
