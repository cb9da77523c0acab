/**
 * Reads small tables whole.
 *
 * @module
 */
import type { OptionalColumns, Table, TableRow } from "./table_rows.ts";
export type { Table, TableRow } from "./table_rows.ts";
import { decodeText, tableRemedy } from "../../bytes/decode_text.ts";
import { type OpenPart, type Part, resolveSource, withPart } from "../../bytes/source.ts";
import type { ReadLimits } from "../../bytes/read_limits.ts";
import { Block } from "../../csv/block.ts";
import { indicesOfOptional } from "../../csv/header.ts";
import { RecordScanner, SLACK } from "../../csv/record_scanner.ts";
import { scanHeader } from "../../csv/scan_csv.ts";
import { plainBytes } from "../../csv/plain_part.ts";
import type { TableControl } from "../../csv/table_control.ts";
import { nextRow } from "./record_rows.ts";

/**
 * Reads columns of a table, of any format: a file, `-`, a folder, a glob or a database.
 *
 * @param wanted columns that it must have
 * @param optional columns that it may have; their fields come after those of `wanted`
 * @throws {InputError} where it can't be read or a wanted column is missing
 */
export async function readTable(
  source: string,
  wanted: readonly string[],
  optional: readonly string[] = [],
  control: TableControl = {},
): Promise<Table> {
  const rows: TableRow[] = [];
  const has = optional.map(() => true);
  let blankRows = 0;
  for await (const table of readTables(source, wanted, optional, control)) {
    for (const row of table.rows) rows.push(row);
    blankRows += table.blankRows ?? 0;
    table.has.forEach((hasColumn, i) => has[i] &&= hasColumn);
  }
  return { rows, optional, has, blankRows };
}

/** Reads the files of a table one by one; see {@link readTable}. */
export async function* readTables(
  source: string,
  wanted: readonly string[],
  optional: OptionalColumns,
  control: TableControl,
): AsyncGenerator<Table> {
  for (const part of await resolveSource(source)) {
    yield await withPart(part, async (open) => {
      if (open.format === "parquet") {
        const { parquetTable } = await import("./parquet_table.ts");
        return await parquetTable(part, open, wanted, optional, control);
      }
      const fixed = typeof optional === "function" ? [] : optional;
      const text = await plainText(part, open, wanted, fixed, control);
      return parseTable(text, part.name, wanted, optional, control);
    });
  }
}

/** All text of an opened part as plain CSV. */
async function plainText(
  part: Part,
  open: OpenPart,
  wanted: readonly string[],
  optional: readonly string[],
  control: TableControl,
): Promise<string> {
  const bytes = await plainBytes(part, open, wanted, control, optional);
  return decodeText(bytes, part.name, tableRemedy());
}

/** Parses a small table from CSV text. @throws {InputError} for the first row that can't be read, or a missing column */
export function parseTable(
  text: string,
  file: string,
  wanted: readonly string[],
  optional: OptionalColumns = [],
  { dialect, limits }: Pick<TableControl, "dialect" | "limits"> = {},
): Table {
  const block = blockOf(text, limits);
  const header = scanHeader(block, true, file, wanted, dialect?.columns)!, { layout } = header;
  const headerLine = header.headerLine;
  const more = typeof optional === "function" ? optional(layout.names) : optional;
  const optionalFields = indicesOfOptional(layout.names, more, file, headerLine);
  const columns = [...layout.index, ...optionalFields];
  const scanner = new RecordScanner(file, layout.columns, header.line, block.limits);
  block.from = header.at;
  block.scan(scanner, Infinity, true);
  const rows: TableRow[] = [], left = { blankRows: 0 };
  while (nextRow(scanner, layout, file, left)) {
    if (!scanner.empty) {
      const fields = columns.map((c) => c < 0 ? undefined : scanner.text(c));
      rows.push({ file, line: scanner.line, fields });
    } else if (!scanner.blank) left.blankRows++;
  }
  return { rows, optional: more, headerLine, has: optionalFields.map((c) => c >= 0), ...left };
}

/** A block that is all of a text. */
function blockOf(text: string, limits?: ReadLimits): Block {
  // A character of UTF-16 takes at most three bytes of UTF-8.
  const bytes = new Uint8Array(3 * text.length + SLACK), block = new Block(bytes, limits);
  block.end = new TextEncoder().encodeInto(text, bytes).written;
  return block;
}
