/**
 * Writes tables in the format that the file's name or an option says.
 *
 * @module
 */
import { type ByteSink, writeAtomic } from "../../bytes/atomic_file.ts";
import { writeTableAs } from "../../records/record_sinks.ts";
import { fileFormat, TABLE_FORMATS, type TableFormat } from "../../records/table_format.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";

/** How a table is written. */
export interface TableWriting {
  /** Format. @default by the name's ending */
  readonly format?: TableFormat;
  /** What is written, in the plural, for messages. @default "tables" */
  readonly table?: string;
  /** Writes it as Parquet; absent: Parquet is refused. */
  readonly parquet?: (sink: ByteSink) => Promise<void>;
}

/** Formats of tables that are not written as Parquet. */
export const WITHOUT_PARQUET: readonly TableFormat[] = TABLE_FORMATS.filter((format) =>
  format !== "parquet"
);

/**
 * Writes a table to a file that appears whole or not at all, or to standard output (`-`).
 *
 * @param csv writes it as CSV, from which every format but Parquet is made
 * @throws {InputError} where the file can't be made
 * @throws {UsageError} for a name whose ending means no format that the table can have
 */
export async function writeTable(
  path: string,
  csv: (sink: ByteSink) => Promise<void>,
  { format, table, parquet }: TableWriting = {},
): Promise<void> {
  const formats = parquet === undefined ? WITHOUT_PARQUET : TABLE_FORMATS;
  const how = fileFormat(path, format, table, formats);
  if (how.format === "parquet") await writeAtomic(path, parquet!);
  else await writeAtomic(path, (sink) => writeTableAs(how, sink, csv));
}

/** {@link writeTable} for rows that are CSV already, without their newlines. */
export async function writeCsvRows(
  path: string,
  header: string,
  rows: Iterable<string>,
): Promise<void> {
  await writeTable(path, async (sink) => {
    const out = new TextBuffer(sink);
    out.text(`${header}\n`);
    for (const row of rows) {
      out.text(`${row}\n`);
      if (out.full) await out.flush();
    }
    await out.end();
  });
}

/** {@link writeTable} for a text that is CSV already. */
export async function writeCsvText(
  path: string,
  text: string,
  how: TableWriting = {},
): Promise<void> {
  await writeTable(path, (sink) => sink.write(new TextEncoder().encode(text)), how);
}
