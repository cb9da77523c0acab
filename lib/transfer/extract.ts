/**
 * Writes a database's rows to a file.
 *
 * @module
 */
import { parse } from "../deps/std_csv.ts";
import { InputError } from "../base/errors.ts";
import { writeAtomic } from "../io/bytes/atomic_file.ts";
import type { FileWriter } from "../io/bytes/file_set.ts";
import type { RunControl } from "../base/progress.ts";
import { openSource } from "../sources/open_source.ts";

/** Formats of the file. */
export type ExtractFormat = "csv" | "csv.gz" | "parquet";

/**
 * Writes the rows that a database's address names to a file, which appears whole or not at all. Cells keep the text that the
 * server gives them.
 *
 * @param control `columns`: columns that the rows must have; otherwise no file is written. `write`: writes the file; default: at once
 * @returns the number of rows
 * @throws {InputError} for any error of the server or the query, and a missing column; and the signal's reason on abort
 */
export async function extractTable(
  url: string,
  path: string,
  format: ExtractFormat,
  control: RunControl & { columns?: readonly string[]; write?: FileWriter } = {},
): Promise<number> {
  const { write = writeAtomic, signal } = control;
  const { name, bytes: all } = await openSource(url, control);
  const { bytes, names } = await checkedColumns(all, name, control.columns ?? []);
  if (format === "parquet") {
    const { writeCsvAsParquet } = await import("./csv_to_parquet.ts");
    return await writeCsvAsParquet(bytes, names, path, { source: name, signal, write });
  }
  const counted = new RowCounter();
  const plain = bytes.pipeThrough(counted.stream);
  const packed = format === "csv.gz"
    ? plain.pipeThrough(
      new CompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>,
    )
    : plain;
  await write(path, async (sink) => {
    for await (const chunk of packed) {
      signal?.throwIfAborted();
      await sink.write(chunk);
    }
  });
  return counted.rows;
}

/** The bytes and the names in their header, after a check that the columns are among them, once each. */
async function checkedColumns(
  bytes: ReadableStream<Uint8Array>,
  name: string,
  columns: readonly string[],
): Promise<{ bytes: ReadableStream<Uint8Array>; names: string[] }> {
  const reader = bytes.getReader();
  const read: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let header = "";
  // The header may be cut at a line break within quotes; that is harmless, since no required name has one.
  while (!header.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    read.push(value);
    header += decoder.decode(value, { stream: true });
  }
  const names: string[] = (parse(header.split("\n")[0])[0] ?? []).map((column: string) =>
    column.trim()
  );
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    await reader.cancel();
    throw new InputError(
      `${name}: ${
        missing.length === 1 ? `column ${missing[0]} is` : `columns ${missing.join(", ")} are`
      } missing, found ${names.join(", ") || "none"}`,
      { file: name, column: missing[0] },
    );
  }
  const twice = columns.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) {
    await reader.cancel();
    throw new InputError(`${name}: column ${twice} occurs twice, expected once`, {
      file: name,
      column: twice,
    });
  }
  const rest = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const first = read.shift();
      if (first !== undefined) return controller.enqueue(first);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { bytes: rest, names };
}

/** Counts the records of CSV that passes through: line breaks outside quotes, without the header's. */
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
