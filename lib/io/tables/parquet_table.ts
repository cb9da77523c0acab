/**
 * Small tables from Parquet.
 *
 * @module
 */
import type { ByteReader } from "../bytes/byte_reader.ts";
import { ParquetFile } from "../parquet/parquet_file.ts";
import type { Part } from "../bytes/source.ts";
import type { Table, TableRow } from "./table_rows.ts";

/** Reads a small table as text, like a CSV table; `line` is the row, counted from 1. */
export async function parquetTable(
  part: Part,
  raw: ByteReader,
  wanted: readonly string[],
  optional: readonly string[] = [],
): Promise<Table> {
  const file = await ParquetFile.open(part, raw, wanted);
  const names = file.columns.map((name) => name.trim());
  const has = optional.map((name) => names.includes(name));
  const readers = await Promise.all(
    [...wanted, ...optional].map((name) => names.includes(name) ? file.texts(name) : null),
  );
  const rows: TableRow[] = [];
  for (const range of file.ranges) {
    const columns = await Promise.all(readers.map((read) => read?.(range)));
    for (let i = 0; i < range.rowEnd - range.rowStart; i++) {
      rows.push({
        file: part.name,
        line: range.rowStart + i + 1,
        fields: columns.map((column) => column?.[i]),
      });
    }
  }
  return { rows, has };
}
