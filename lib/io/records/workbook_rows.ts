/**
 * A sheet of an Excel workbook as plain CSV, row for row, which the CSV reader then checks.
 *
 * @module
 */
import { csvField } from "../../base/text/csv_field.ts";
import { InputError, quote } from "../../base/errors.ts";
import { LineMap, setPlaces } from "../../base/places.ts";
import { colToLetter, readXlsx, type WorkbookCell, type WorkbookValue } from "../../deps/hucre.ts";
import { type ByteReader, pieceReader } from "../bytes/byte_reader.ts";
import type { Part } from "../bytes/source.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import { MergedCells } from "./merged_cells.ts";
import { shownZeros } from "./shown_zeros.ts";
import { ISO_DATE, readableWorkbook } from "./workbook_parts.ts";
import {
  idColumns,
  type RequestedColumns,
  requestedNames,
  wantedNames,
} from "./requested_columns.ts";

/** The header is looked for in this many rows at the top of a sheet, since titles and notes may stand above it. */
const TITLE_ROWS = 50;
/** Rows turned into text at once. */
const PIECE_ROWS = 10_000;
/** Digits that spreadsheets keep of a number. */
const MOST_DIGITS = 15;
/** Rows of a full sheet. */
const MOST_ROWS = 1_048_576;

/** A sheet as plain CSV. */
export interface WorkbookText {
  /** Its bytes. */
  readonly reader: ByteReader;
  /** What was chosen among sheets and rows, in words for the user; empty where there was no choice. */
  readonly notes: readonly string[];
}

/** A sheet and the place of its header. */
interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly WorkbookValue[])[];
  /** Types, formulas and formats of cells that are not plain, by `row,column` counted from 0. */
  readonly cells: ReadonlyMap<string, Partial<WorkbookCell>>;
  /** Ranges of cells that are shown as one; only the first of each has a value. */
  readonly merged: MergedCells;
  /** Row of the header, from 0. */
  readonly header: number;
}

/**
 * A reader of a sheet as plain CSV: the sheet named, or the first visible one that has the requested columns. Its header is
 * the first row that names them all, whatever stands above. Formulas have the values that they had when the file was saved.
 *
 * @param workbook the file
 * @param part its name for messages, and the sheet's; no sheet: chosen by the columns
 * @param limits most that a part of it may hold
 * @throws {InputError} for a file that can't be read, and for cells that their column can't hold
 */
export async function workbookRows(
  workbook: Uint8Array,
  { name: file, sheet: wantedSheet }: Pick<Part, "name" | "sheet">,
  requested: RequestedColumns,
  limits: ReadLimits,
): Promise<WorkbookText> {
  const bytes = await readable(file, () => readableWorkbook(workbook, file, limits));
  const names = await readable(file, () => sheetNames(bytes));
  const sheet = await readable(file, () => chooseSheet(bytes, file, names, requested, wantedSheet));
  const notes: string[] = [];
  const others = names.filter(({ name, isHidden }) => !isHidden && name !== sheet.name);
  if (wantedSheet === undefined && others.length > 0) {
    notes.push(`from sheet ${quote(sheet.name)}`);
  }
  if (sheet.rows.slice(0, sheet.header).some((row) => !isBlank(row))) {
    notes.push(`from row ${sheet.header + 1} on, where the header is`);
  }
  const rows = new SheetRows(file, sheet, requested);
  let at = 0, next = 2;
  const read = async () => {
    if (at >= rows.length) {
      // Writers continue a full sheet in the next one, called `<name>_2` and so on. After any other it is another table.
      const name = `${sheet.name}_${next++}`;
      if (rows.length < MOST_ROWS || !names.some((one) => one.name === name)) return null;
      const more = await readable(file, () => readSheet(bytes, name, requested));
      if (!rows.continueOn(more)) return null;
      at = 1;
    }
    const from = at;
    at += PIECE_ROWS;
    return rows.bytesOf(from, at);
  };
  return { reader: pieceReader(read, () => {}), notes };
}

/** Calls `act`; an error of the workbook library becomes an {@link InputError} of one line. */
async function readable<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = String(error instanceof Error ? error.message : error).split("\n")[0];
    throw new InputError(`${file}: the workbook can't be read: ${why}`, { file });
  }
}

/** Names of a workbook's sheets. */
async function sheetNames(bytes: Uint8Array): Promise<{ name: string; isHidden: boolean }[]> {
  const names: { name: string; isHidden: boolean }[] = [];
  await readXlsx(bytes, {
    sheets: ({ name, hidden, veryHidden }) => {
      names.push({ name, isHidden: hidden === true || veryHidden === true });
      return false;
    },
  });
  return names;
}

/** The sheet named `wanted`, or the first visible one that has the requested columns. */
async function chooseSheet(
  bytes: Uint8Array,
  file: string,
  names: readonly { name: string; isHidden: boolean }[],
  requested: RequestedColumns,
  wanted: string | undefined,
): Promise<Sheet> {
  if (wanted !== undefined) {
    if (!names.some(({ name }) => name === wanted)) {
      throw new InputError(
        `${file}: there is no sheet ${quote(wanted)}, expected one of ${
          names.map(({ name }) => quote(name)).join(", ")
        }`,
        { file, value: wanted },
      );
    }
    return await readSheet(bytes, wanted, requested);
  }
  const shown = names.filter(({ isHidden }) => !isHidden);
  if (shown.length === 1) return await readSheet(bytes, shown[0].name, requested);
  for (const { name } of shown) {
    const top = await readSheet(bytes, name, requested, TITLE_ROWS);
    if (headerHas(top.rows[top.header] ?? [], requested)) {
      return await readSheet(bytes, name, requested);
    }
  }
  const [column] = requested.wanted;
  throw new InputError(
    shown.length === 0
      ? `${file}: the workbook has no sheet that is shown`
      : `${file}: none of the sheets ${shown.map(({ name }) => quote(name)).join(", ")} has ` +
        `columns ${requested.wanted.join(", ")}`,
    { file, column, expected: `columns ${requested.wanted.join(", ")}` },
  );
}

/** Reads a sheet, or its first `maxRows` rows. */
async function readSheet(
  bytes: Uint8Array,
  name: string,
  requested: RequestedColumns,
  maxRows?: number,
): Promise<Sheet> {
  const { sheets: [sheet] } = await readXlsx(bytes, {
    sheets: [name],
    readStyles: true,
    ...(maxRows !== undefined && { maxRows }),
  });
  const top = sheet.rows.slice(0, TITLE_ROWS);
  const named = top.findIndex((row) => headerHas(row, requested));
  const first = top.findIndex((row) => !isBlank(row));
  return {
    name,
    rows: sheet.rows,
    cells: sheet.cells ?? new Map(),
    merged: new MergedCells(sheet.merges ?? []),
    header: Math.max(0, named >= 0 ? named : first),
  };
}

function headerHas(row: readonly WorkbookValue[], requested: RequestedColumns): boolean {
  const found = row.map(nameOf);
  // A table of bans requires no single column, but must have at least one of the optional ones.
  if (requested.wanted.length === 0) {
    return requested.optional.some((column) => found.includes(column));
  }
  return wantedNames(requested, found).every((column) => found.includes(column));
}

/** Whether a cell's value is an error such as #N/A. */
function isErrorText(value: WorkbookValue): boolean {
  return typeof value === "string" && /^#(N\/A|[A-Z0-9/]+[!?])$/.test(value);
}

function nameOf(value: WorkbookValue): string {
  return value === null || value === undefined ? "" : String(value).trim();
}

function isBlank(row: readonly WorkbookValue[]): boolean {
  return row.every((value) => nameOf(value) === "");
}

/** Turns the rows of a sheet, and of those that continue it, into CSV. */
class SheetRows {
  readonly #file: string;
  #sheet: Sheet;
  /** The sheets so far, and the line of the CSV that each begins on. */
  readonly #sheets: { readonly name: string; readonly line: number }[] = [];
  readonly #requested: ReadonlySet<string>;
  readonly #lines = new LineMap();
  readonly #names: readonly string[];
  readonly #isId: readonly boolean[];
  #next = 1;

  constructor(file: string, sheet: Sheet, requested: RequestedColumns) {
    this.#file = file;
    this.#sheet = sheet;
    this.#sheets.push({ name: sheet.name, line: 1 });
    this.#requested = requestedNames(requested);
    const names = (sheet.rows[sheet.header] ?? []).map(nameOf);
    // Nameless columns at the right end are formatted cells without content.
    while (names.length > 0 && names.at(-1) === "") names.pop();
    this.#names = names;
    const ids = idColumns(requested);
    this.#isId = names.map((name) => ids.has(name));
    const lines = this.#lines;
    const column = (name: string) =>
      names.findIndex((one) => one === name || one === requested.names[name]);
    setPlaces(file, {
      lineOf: (line) => lines.lineOf(line),
      text: (line, name) => {
        const at = name === undefined ? -1 : column(name), row = lines.lineOf(line);
        const { name: on } = this.#sheets.findLast((one) => one.line <= line)!;
        return at < 0
          ? `${file}: sheet ${on}, row ${row}`
          : `${file}: ${cellName(on, row - 1, at)}`;
      },
    });
  }

  /** How many rows the sheet has. */
  get length(): number {
    return this.#sheet.rows.length;
  }

  /** Continues with another sheet; false where its first row is not the same header. */
  continueOn(sheet: Sheet): boolean {
    const header = (sheet.rows[0] ?? []).map(nameOf);
    if (header.length !== this.#names.length || header.some((n, i) => n !== this.#names[i])) {
      return false;
    }
    this.#sheet = { ...sheet, header: 0 };
    this.#sheets.push({ name: sheet.name, line: this.#next });
    return true;
  }

  /** Rows `[from, to)` as CSV; rows above the header become blank lines. */
  bytesOf(from: number, to: number): Uint8Array {
    const { rows, header } = this.#sheet;
    let text = "";
    for (let r = from; r < Math.min(to, rows.length); r++) {
      this.#lines.add(this.#next, r + 1);
      this.#next++;
      if (r >= header && !isBlank(rows[r])) {
        const fields = this.#names.map((_, c) => {
          const value = r === header ? this.#names[c] : this.#text(r, c);
          for (let i = value.indexOf("\n"); i >= 0; i = value.indexOf("\n", i + 1)) this.#next++;
          return csvField(value);
        });
        text += fields.join(",");
      }
      text += "\n";
    }
    return new TextEncoder().encode(text);
  }

  /** A cell's text. */
  #text(row: number, column: number): string {
    const { rows, cells } = this.#sheet;
    const value = rows[row][column] ?? null, cell = cells.get(`${row},${column}`);
    const isRequested = this.#requested.has(this.#names[column]);
    if (cell?.type === "error" || (cell?.type === "formula" && isErrorText(value))) {
      // Errors in columns that are not read do not matter.
      if (!isRequested && !this.#isId[column]) return "";
      throw this.#fault(row, column, String(cell.value ?? value), "a value, not an error");
    }
    if (value === null) {
      if (isRequested) this.#checkMerged(row, column);
      if (cell?.type !== "formula" || !isRequested) return "";
      throw this.#fault(
        row,
        column,
        `=${cell.formula}`,
        "the formula's value (open the file in a spreadsheet and save it)",
      );
    }
    if (value instanceof Date) {
      if (!this.#isId[column]) return dateText(value);
      throw this.#fault(row, column, dateText(value), "an id, not a date (format cells as text)");
    }
    if (typeof value === "number") return this.#number(row, column, value, cell?.style?.numFmt);
    if (typeof value === "boolean") {
      if (!this.#isId[column]) return value ? "true" : "false";
      throw this.#fault(row, column, value ? "TRUE" : "FALSE", "an id: a text or a whole number");
    }
    if (cell?.formula === ISO_DATE) {
      if (!this.#isId[column]) return isoText(value);
      throw this.#fault(row, column, value, "an id, not a date (format cells as text)");
    }
    return value;
  }

  /** Refuses an empty cell that is shown as part of a larger one: the value that a reader of the sheet sees is not its own. */
  #checkMerged(row: number, column: number): void {
    const { merged, rows, header } = this.#sheet, range = merged.at(row, column);
    if (range === null || range.startRow <= header) return;
    const { startRow, startCol, endRow, endCol } = range;
    const value = nameOf(rows[startRow]?.[startCol] ?? null);
    if (value === "") return;
    const cells = `${colToLetter(startCol)}${startRow + 1}:${colToLetter(endCol)}${endRow + 1}`;
    throw this.#fault(
      row,
      column,
      "",
      `a value of its own (${cells} are merged, with ${quote(value)} in the first cell only)`,
    );
  }

  /** A number's text. An id gets the leading zeros that its cell's format shows. */
  #number(row: number, column: number, value: number, format = ""): string {
    if (!this.#isId[column]) return String(value);
    const digits = String(Math.abs(value));
    if (!Number.isInteger(value) || /e/.test(digits)) {
      throw this.#fault(row, column, String(value), "an id: a text or a whole number");
    }
    if (digits.length > MOST_DIGITS) {
      throw this.#fault(
        row,
        column,
        digits,
        `an id as text (a spreadsheet keeps ${MOST_DIGITS} digits of a number)`,
      );
    }
    const zeros = shownZeros(value, format);
    if (zeros === null) {
      throw this.#fault(row, column, digits, `an id as text (its cell shows it as ${format})`);
    }
    return (value < 0 ? "-" : "") + digits.padStart(zeros, "0");
  }

  #fault(row: number, column: number, value: string, expected: string): InputError {
    const file = this.#file, name = this.#names[column];
    const what = name === undefined || name === "" ? "the cell" : name;
    return new InputError(
      `${file}: ${cellName(this.#sheet.name, row, column)}: ${what} is ${
        quote(value)
      }, expected ${expected}`,
      { file, line: row + 1, ...(name !== undefined && { column: name }), value, expected },
    );
  }
}

/** A cell's address: Caps!B7. */
function cellName(sheet: string, row: number, column: number): string {
  const name = /^[\p{L}\p{N}_]+$/u.test(sheet) ? sheet : `'${sheet.replaceAll("'", "''")}'`;
  return `${name}!${colToLetter(column)}${row + 1}`;
}

/** A date in ISO 8601; without the time where it is midnight. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "";
  return date.toISOString().replace(/T00:00:00\.000Z$/, "").replace(/\.000Z$/, "Z");
}

/** The same of a date in ISO 8601 without a zone; a time of a day as it is. */
function isoText(text: string): string {
  const date = new Date(/T[^Z+-]*$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? text : dateText(date);
}
