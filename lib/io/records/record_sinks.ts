/**
 * Sinks that take a table as CSV and write it in another format.
 *
 * @module
 */
import type { ByteSink } from "../bytes/atomic_file.ts";
import { type ClosingSink, compressedSink } from "../bytes/compressed_sink.ts";
import { CsvRecords } from "./csv_records.ts";
import { type RecordValue, valueConverter } from "./record_values.ts";
import type { FileFormat } from "./table_format.ts";

/** Characters of JSON collected before they are written. */
const PIECE = 1 << 18;

/** Writes a table in a format: `fill` writes CSV to the sink that it is called with, and that is converted. */
export async function writeTableAs(
  { format, packed }: FileFormat,
  sink: ByteSink,
  fill: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  const outer: ClosingSink = packed === null
    ? { write: (bytes) => sink.write(bytes), close: () => Promise.resolve() }
    : compressedSink(sink, packed);
  const inner = format === "json" || format === "jsonl"
    ? jsonSink(outer, format === "json")
    : format === "xlsx"
    ? await (await import("./workbook_sink.ts")).workbookSink(outer)
    : null;
  await fill(inner ?? outer);
  await inner?.close();
  await outer.close();
}

/** A sink that turns CSV into JSON Lines, or into one JSON array. */
function jsonSink(sink: ByteSink, isArray: boolean): ClosingSink {
  const records = new CsvRecords(), encoder = new TextEncoder();
  let names: string[] | null = null, toValue: ((field: string) => RecordValue)[] = [], rows = 0;
  return {
    async write(bytes) {
      let text = "";
      for (const record of records.take(bytes)) {
        if (names === null) {
          names = record.map((name) => JSON.stringify(name));
          toValue = record.map(valueConverter);
          continue;
        }
        if (isArray) text += rows === 0 ? "[\n" : ",\n";
        rows++;
        text += "{";
        for (let i = 0; i < names.length; i++) {
          text += `${i === 0 ? "" : ","}${names[i]}:${JSON.stringify(toValue[i](record[i]))}`;
        }
        text += isArray ? "}" : "}\n";
        if (text.length < PIECE) continue;
        await sink.write(encoder.encode(text));
        text = "";
      }
      if (text !== "") await sink.write(encoder.encode(text));
    },
    async close() {
      if (isArray) await sink.write(encoder.encode(rows === 0 ? "[]\n" : "\n]\n"));
    },
  };
}
