/**
 * Reads small tables from Parquet.
 *
 * @module
 */
import { COLUMNS_OF_IDS } from "../../records/columns_of_ids.ts";
import { ParquetFile } from "../../parquet/parquet_file.ts";
import { withPoint } from "../../csv/dialect_options.ts";
import { NUMBER_COLUMNS } from "../../csv/known_columns.ts";
import type { TableControl } from "../../csv/table_control.ts";
import type { OpenPart, Part } from "../../bytes/source.ts";
import type { OptionalColumns, Table, TableRow } from "./table_rows.ts";

/**
 * Reads a small table as texts, as from CSV; a row's `line` is its number, counted from 1.
 *
 * @throws {InputError} where it can't be read or a wanted column is missing
 */
export async function parquetTable(
  part: Part,
  open: OpenPart,
  wanted: readonly string[],
  optional: OptionalColumns,
  control: TableControl,
): Promise<Table> {
  const file = await ParquetFile.open(part, open, wanted, control);
  const more = typeof optional === "function" ? optional(file.layout.names) : optional;
  const has = more.map((name) => file.has(name));
  const readers = await Promise.all(
    [...wanted, ...more].map((name, i) =>
      file.has(name) ? file.texts(name, COLUMNS_OF_IDS.has(name), i >= wanted.length) : null
    ),
  );
  // Commas in other texts, such as names, stay.
  const { dialect } = control, numbers = new Set([...NUMBER_COLUMNS, ...control.numbers ?? []]);
  const isNumber = [...wanted, ...more].map((name) => numbers.has(name));
  const rows: TableRow[] = [];
  for (const range of file.ranges) {
    const columns: ((string | null)[] | undefined)[] = [];
    for (const read of readers) columns.push(await read?.(range));
    for (let i = 0; i < range.rowEnd - range.rowStart; i++) {
      rows.push({
        file: part.name,
        line: range.rowStart + i + 1,
        fields: columns.map((column, at) => {
          const text = column?.[i] ?? "";
          return column === undefined ? undefined : isNumber[at] ? withPoint(text, dialect) : text;
        }),
      });
    }
  }
  return { rows, optional: more, has };
}
