/**
 * Reads small tables whole, with @std/csv, and finds the line number of every row.
 *
 * @module
 */
import type { OptionalColumns, Table, TableRow } from "./table_rows.ts";
export type { Table, TableRow } from "./table_rows.ts";
import { parse } from "../../deps/std_csv.ts";
import { InputError } from "../../base/errors.ts";
import { decodeText, tableRemedy } from "../bytes/decode_text.ts";
import { type OpenPart, type Part, resolveSource, withPart } from "../bytes/source.ts";
import {
  type ColumnNames,
  emptyInput,
  indexOfOptional,
  layoutOf,
  wrongFieldCount,
} from "../csv/header.ts";
import { plainBytes } from "../csv/plain_part.ts";
import type { TableControl } from "../csv/table_control.ts";

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
  optional: OptionalColumns = [],
  control: TableControl = {},
): AsyncGenerator<Table> {
  for (const part of await resolveSource(source)) {
    yield await withPart(part, async (open) => {
      if (open.format === "parquet") {
        const { parquetTable } = await import("./parquet_table.ts");
        return await parquetTable(part, open, wanted, optional, control);
      }
      const fixed = typeof optional === "function" ? [] : optional;
      const text = await plainText(part, open, wanted, fixed, control);
      return parseTable(text, part.name, wanted, optional, control.dialect?.columns);
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
  names: ColumnNames = {},
): Table {
  const { records: parsed, fault } = parseRecords(text, file);
  if (fault !== null) throw faultBefore(fault, text, file, wanted, names) ?? fault;
  const records = withLines(parsed, text);
  const header = records.shift();
  if (header === undefined) throw emptyInput(file, wanted);
  const layout = layoutOf(header.fields, wanted, file, header.line, names);
  const more = typeof optional === "function" ? optional(layout.names) : optional;
  const optionalFields = more.map((name) => indexOfOptional(layout.names, name, file, header.line));
  const columns = [...layout.index, ...optionalFields];
  const filled = records.filter(({ fields }) => fields.some((field) => field.trim() !== ""));
  const rows = filled.map(({ line, fields }) => {
    if (fields.length !== layout.columns) {
      throw wrongFieldCount(file, line, fields.length, layout.columns);
    }
    return { file, line, fields: columns.map((c) => c < 0 ? undefined : fields[c].trim()) };
  });
  return {
    rows,
    optional: more,
    headerLine: header.line,
    has: optionalFields.map((column) => column >= 0),
    blankRows: records.length - filled.length,
  };
}

/** All records, or the error for the first that can't be parsed. */
function parseRecords(
  text: string,
  file: string,
): { records: string[][]; fault: InputError | null } {
  try {
    return { records: parse(text), fault: null };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser says "Syntax error on line 3; parse error on line 4, column 5: what", but what it calls lines are records.
    // Counting the records before the bad one gives its line.
    const [, record, what] = /on line (\d+).*?: (.*)$/.exec(error.message) ??
      ["", "1", error.message];
    const line = lineOfRecord(text, Number(record) - 1);
    return { records: [], fault: new InputError(`${file}:${line}: ${what}`, { file, line }) };
  }
}

/** The error of a row before the one that can't be parsed, if there is one: the first error is the one to report. */
function faultBefore(
  fault: InputError,
  text: string,
  file: string,
  wanted: readonly string[],
  names: ColumnNames,
): InputError | null {
  const before = text.split("\n").slice(0, fault.line! - 1).join("\n");
  if (before.trim() === "") return null;
  try {
    parseTable(before, file, wanted, [], names);
    return null;
  } catch (error) {
    return error as InputError;
  }
}

/** The line on which the parser's record `index` begins, counted from 0; to the parser blank lines are records. */
function lineOfRecord(text: string, index: number): number {
  let line = 1, inQuotes = false;
  for (let i = 0; i < text.length && index > 0; i++) {
    if (text[i] === '"') inQuotes = !inQuotes;
    if (text[i] === "\n") {
      line++;
      if (!inQuotes) index--;
    }
  }
  return line;
}

/** The records with the line that each begins on; blank lines are left out. */
function withLines(records: string[][], text: string): { line: number; fields: string[] }[] {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  let line = 0;
  const out: { line: number; fields: string[] }[] = [];
  for (const fields of records) {
    // The parser drops empty lines. A record takes one line, and one more for each line break inside it.
    while (lines[line] === "" || lines[line] === "\r") line++;
    if (fields.length > 1 || fields[0].trim() !== "") out.push({ line: line + 1, fields });
    line++;
    for (const field of fields) line += field.split("\n").length - 1;
  }
  return out;
}
