/**
 * Writes tables as Excel workbooks. Ids are text cells, so that no spreadsheet takes one for a formula or drops its zeros.
 *
 * @module
 */
import { InputError, quote } from "../../base/errors.ts";
import { writeXlsxStream } from "../../deps/hucre.ts";
import type { ByteSink } from "../bytes/atomic_file.ts";
import type { ClosingSink } from "../bytes/compressed_sink.ts";
import { CsvRecords } from "./csv_records.ts";
import { type RecordValue, valueConverter } from "./record_values.ts";

/** Name of the sheet; when it is full (1,048,576 rows), rows go on in a sheet table_2. */
const SHEET = "table";

/** Escapes text for a workbook, where `_x0041_` means A and control characters can be written only so. */
function escaped(text: string): string {
  return text.replace(
    // deno-lint-ignore no-control-regex -- XML has none of them
    /_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f]/g,
    (char) => `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
  );
}

/** Most characters of a cell. Of longer texts spreadsheets keep the beginning, so that two ids may become one. */
const MOST_CHARACTERS = 32_767;

/** @throws {InputError} for a text that no cell holds */
function requireRoom(text: string, column: string): void {
  if (text.length <= MOST_CHARACTERS) return;
  const expected = "at most 32,767, as a cell of a workbook holds (write it in another format)";
  throw new InputError(
    `${column} is ${quote(text)}, of ${text.length} characters, expected ${expected}`,
    { column, value: text, expected },
  );
}

/** A sink that takes CSV and writes a workbook row by row. */
export function workbookSink(sink: ByteSink): Promise<ClosingSink> {
  const records = new CsvRecords();
  let names: readonly string[] | null = null, toValue: ((field: string) => RecordValue)[] = [];
  let writer: WritableStreamDefaultWriter<RecordValue[]> | null = null;
  let written: Promise<void> = Promise.resolve();
  const begin = (header: readonly string[]) => {
    names = header;
    toValue = header.map(valueConverter);
    const rows = new TransformStream<RecordValue[], RecordValue[]>();
    writer = rows.writable.getWriter();
    const bytes = writeXlsxStream(rows.readable, {
      name: SHEET,
      columns: header.map((name) => ({ header: name, width: Math.max(12, name.length + 2) })),
      freezePane: { rows: 1 },
    });
    written = (async () => {
      for await (const piece of bytes) await sink.write(piece);
    })();
    // `write` and `close` pass the error on; this keeps it from being reported as unhandled as well.
    written.catch(() => {});
  };
  /** Waits for a step of the writer, which fails where the sink did, for no reason of its own: the sink's error is the one. */
  const taken = async (step: Promise<void>) => {
    await Promise.race([step, written]).catch(() => written);
  };
  return Promise.resolve({
    async write(bytes) {
      for (const record of records.take(bytes)) {
        if (names === null) begin(record);
        else {
          record.forEach((field, i) => requireRoom(field, names![i]));
          const row = record.map((field, i) => toValue[i](escaped(field)));
          await taken(writer!.write(row));
        }
      }
    },
    async close() {
      if (names === null) begin([]);
      await taken(writer!.close());
      await written;
    },
  });
}
