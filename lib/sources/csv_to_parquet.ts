/**
 * Rows of a database as Parquet.
 *
 * @module
 */
import { writeAtomic } from "../io/bytes/atomic_file.ts";
import { type ByteReader, streamReader } from "../io/bytes/byte_reader.ts";
import { parseNumber } from "../io/bytes/parse_number.ts";
import type { RecordScanner } from "../io/csv/record_scanner.ts";
import { scanCsv } from "../io/csv/scan_csv.ts";
import { GROUP_ROWS, type ParquetColumn, ParquetSink } from "../io/parquet/parquet_sink.ts";

/** Columns of numbers; none of them can be NULL. Every other column is text, as ids are. */
const NUMBERS = new Set(["score", "cap_face", "sponsorship_ratio"]);

/**
 * Writes CSV with a header to a Parquet file, which appears whole or not at all.
 *
 * @param names the header's columns
 * @param source name for messages
 * @returns the number of rows
 */
export async function writeCsvAsParquet(
  csv: ReadableStream<Uint8Array>,
  names: readonly string[],
  path: string,
  { source, signal }: { source: string; signal?: AbortSignal },
): Promise<number> {
  let rows = 0;
  await writeAtomic(path, async (sink) => {
    let parquet: ParquetSink | null = null;
    const columns = new Columns(names, source);
    const flush = async () => {
      rows += columns.rows;
      parquet ??= new ParquetSink(sink, columns.described());
      await parquet.group(columns.take());
    };
    const reader = streamReader(csv);
    // Records come between two reads, so that is when full groups can be written.
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

/** Rows in columns, as they come. */
class Columns {
  rows = 0;
  readonly #numbers: readonly boolean[];
  readonly #texts: TextCache[];
  #data: (string[] | number[])[];

  constructor(readonly names: readonly string[], readonly source: string) {
    this.#numbers = names.map((name) => NUMBERS.has(name));
    this.#texts = names.map(() => new TextCache());
    this.#data = names.map(() => []);
  }

  /**
   * The columns as the writer is told of them. Where it is known that texts come again and again, or that numbers hardly
   * shrink, it need not find out which encoding pays: that is most of its work.
   */
  described(): ParquetColumn[] {
    return this.names.map((name, c) => {
      if (this.#numbers[c]) {
        return { name, type: "DOUBLE", ...(name === "score" && { encoding: "PLAIN" as const }) };
      }
      const repeats = this.#texts[c].decoded < this.rows / 4;
      return { name, type: "STRING", ...(repeats && { encoding: "RLE_DICTIONARY" as const }) };
    });
  }

  /** Takes the records that the scanner has. */
  add(scanner: RecordScanner): void {
    const { from, to } = scanner, columns = this.names.length;
    while (scanner.next()) {
      if (scanner.fields !== columns) continue;
      const { bytes } = scanner;
      for (let c = 0; c < columns; c++) {
        const column = this.#data[c];
        if (this.#numbers[c]) (column as number[]).push(parseNumber(bytes, from[c], to[c]));
        else (column as string[]).push(this.#texts[c].text(bytes, from[c], to[c]));
      }
      this.rows++;
    }
  }

  /** Gives the rows away. */
  take(): (string[] | Float64Array)[] {
    const data = this.#data;
    this.#data = this.names.map(() => []);
    this.rows = 0;
    return data.map((column, c) =>
      this.#numbers[c] ? Float64Array.from(column as number[]) : column as string[]
    );
  }
}

/** Texts of a column that have been decoded: ids come again and again. */
class TextCache {
  static readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #bytes: Uint8Array[] = [];
  readonly #texts: string[] = [];
  /** How many were not known. */
  decoded = 0;

  text(bytes: Uint8Array, from: number, to: number): string {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const slot = (hash ^ hash >>> 15) & 0xfff;
    const known = this.#bytes[slot];
    if (known !== undefined && same(known, bytes, from, to)) return this.#texts[slot];
    const copy = bytes.slice(from, to);
    this.decoded++;
    this.#bytes[slot] = copy;
    return this.#texts[slot] = TextCache.#decoder.decode(copy);
  }
}

function same(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
