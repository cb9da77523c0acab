/**
 * A sheet of an Excel workbook as plain CSV, row for row: a step in front of the general reader.
 *
 * @module
 */
import { csvField } from "../../base/csv_field.ts";
import { InputError, quote } from "../../base/errors.ts";
import { LineMap, setPlaces } from "../../base/places.ts";
import { colToLetter, readXlsx, type WorkbookCell, type WorkbookValue } from "../../deps/hucre.ts";
import { type ByteReader, pieceReader } from "../bytes/byte_reader.ts";
import { type AskedColumns, askedColumns, idColumns, wantedNames } from "./columns_asked_for.ts";

/** Rows at the top of a sheet among which its header is looked for: titles and notes may stand above it. */
const TITLE_ROWS = 50;
/** Rows made into text at once. */
const PIECE_ROWS = 10_000;
/** Digits that a number of a spreadsheet keeps. */
const MOST_DIGITS = 15;

/** A sheet as plain CSV. */
export interface WorkbookText {
  /** Its bytes. */
  readonly reader: ByteReader;
  /** Which sheet is read, in words; empty where there is no other. */
  readonly notes: readonly string[];
}

/** A sheet that is read, and where its header is. */
interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly WorkbookValue[])[];
  /** What there is to know of cells that are not plain, by `row,column`, from 0. */
  readonly cells: ReadonlyMap<string, Partial<WorkbookCell>>;
  /** Row of the header, from 0. */
  readonly header: number;
}

/**
 * A reader of a sheet as plain CSV: the sheet asked for, or the first one shown that has the columns asked for. Its header is
 * the first row that names them all, whatever stands above. Formulas are read as what they came to when the file was saved.
 *
 * @param bytes the file
 * @param file name for messages
 * @param wantedSheet name of a sheet; undefined: told by the columns
 * @throws {InputError} for a file that can't be read, and cells that are none of what their column may hold
 */
export async function workbookRows(
  bytes: Uint8Array,
  file: string,
  asked: AskedColumns,
  wantedSheet?: string,
): Promise<WorkbookText> {
  const names = await readable(file, () => sheetNames(bytes));
  const sheet = await readable(file, () => chooseSheet(bytes, file, names, asked, wantedSheet));
  const notes: string[] = [];
  const others = names.filter(({ name, isHidden }) => !isHidden && name !== sheet.name);
  if (wantedSheet === undefined && others.length > 0) {
    notes.push(`from sheet ${quote(sheet.name)}`);
  }
  if (sheet.rows.slice(0, sheet.header).some((row) => !isBlank(row))) {
    notes.push(`from row ${sheet.header + 1} on, where the header is`);
  }
  const rows = new SheetRows(file, sheet, asked);
  let at = 0, next = 2;
  const read = async () => {
    if (at >= rows.length) {
      // Where a sheet was full, rows go on in the next: sheet_2, as writers call it.
      const name = `${sheet.name}_${next++}`;
      if (!names.some((one) => one.name === name)) return null;
      const more = await readable(file, () => readSheet(bytes, name, asked));
      if (!rows.continueOn(more)) return null;
      at = 1;
    }
    const from = at;
    at += PIECE_ROWS;
    return rows.bytesOf(from, at);
  };
  return { reader: pieceReader(read, () => {}), notes };
}

/** Does something with the file; what its library says of it becomes one line. */
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

/** The sheet asked for, or the first that has the columns. */
async function chooseSheet(
  bytes: Uint8Array,
  file: string,
  names: readonly { name: string; isHidden: boolean }[],
  asked: AskedColumns,
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
    return await readSheet(bytes, wanted, asked);
  }
  const shown = names.filter(({ isHidden }) => !isHidden);
  if (shown.length === 1) return await readSheet(bytes, shown[0].name, asked);
  for (const { name } of shown) {
    const top = await readSheet(bytes, name, asked, TITLE_ROWS);
    if (headerHas(top.rows[top.header] ?? [], asked)) return await readSheet(bytes, name, asked);
  }
  const [column] = asked.wanted;
  throw new InputError(
    shown.length === 0
      ? `${file}: the workbook has no sheet that is shown`
      : `${file}: none of the sheets ${shown.map(({ name }) => quote(name)).join(", ")} has ` +
        `columns ${asked.wanted.join(", ")}`,
    { file, column, expected: `columns ${asked.wanted.join(", ")}` },
  );
}

/** Reads a sheet. */
async function readSheet(
  bytes: Uint8Array,
  name: string,
  asked: AskedColumns,
  maxRows?: number,
): Promise<Sheet> {
  const { sheets: [sheet] } = await readXlsx(bytes, {
    sheets: [name],
    readStyles: true,
    ...(maxRows !== undefined && { maxRows }),
  });
  const top = sheet.rows.slice(0, TITLE_ROWS);
  const named = top.findIndex((row) => headerHas(row, asked));
  const first = top.findIndex((row) => !isBlank(row));
  return {
    name,
    rows: sheet.rows,
    cells: sheet.cells ?? new Map(),
    header: Math.max(0, named >= 0 ? named : first),
  };
}

function headerHas(row: readonly WorkbookValue[], asked: AskedColumns): boolean {
  const found = row.map(nameOf);
  // Bans need none of their columns, and no table has none of them.
  if (asked.wanted.length === 0) return asked.optional.some((column) => found.includes(column));
  return wantedNames(asked, found).every((column) => found.includes(column));
}

/** Whether a formula came to an error. */
function isErrorText(value: WorkbookValue): boolean {
  return typeof value === "string" && /^#(N\/A|[A-Z0-9/]+[!?])$/.test(value);
}

function nameOf(value: WorkbookValue): string {
  return value === null || value === undefined ? "" : String(value).trim();
}

function isBlank(row: readonly WorkbookValue[]): boolean {
  return row.every((value) => nameOf(value) === "");
}

/** Makes rows of cells. */
class SheetRows {
  readonly #file: string;
  #sheet: Sheet;
  /** The sheets, and the line of the text that each begins on. */
  readonly #sheets: { readonly name: string; readonly line: number }[] = [];
  readonly #asked: ReadonlySet<string>;
  readonly #lines = new LineMap();
  readonly #names: readonly string[];
  readonly #isId: readonly boolean[];
  #next = 1;

  constructor(file: string, sheet: Sheet, asked: AskedColumns) {
    this.#file = file;
    this.#sheet = sheet;
    this.#sheets.push({ name: sheet.name, line: 1 });
    this.#asked = askedColumns(asked);
    const names = (sheet.rows[sheet.header] ?? []).map(nameOf);
    // Columns without a name to the right are remains of formatting.
    while (names.length > 0 && names.at(-1) === "") names.pop();
    this.#names = names;
    const ids = idColumns(asked);
    this.#isId = names.map((name) => ids.has(name));
    const lines = this.#lines;
    const column = (name: string) =>
      names.findIndex((one) => one === name || one === asked.names[name]);
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

  /** Goes on with a sheet whose first row is the same header; false where it is not. */
  continueOn(sheet: Sheet): boolean {
    const header = (sheet.rows[0] ?? []).map(nameOf);
    if (header.length !== this.#names.length || header.some((n, i) => n !== this.#names[i])) {
      return false;
    }
    this.#sheet = { ...sheet, header: 0 };
    this.#sheets.push({ name: sheet.name, line: this.#next });
    return true;
  }

  /** Rows `[from, to)` as CSV; those above the header are blank. */
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
    const isAsked = this.#asked.has(this.#names[column]);
    if (cell?.type === "error" || (cell?.type === "formula" && isErrorText(value))) {
      // A column that nobody reads may have errors in it.
      if (!isAsked && !this.#isId[column]) return "";
      throw this.#fault(row, column, String(cell.value ?? value), "a value, not an error");
    }
    if (value === null) {
      if (cell?.type !== "formula" || !isAsked) return "";
      throw this.#fault(
        row,
        column,
        `=${cell.formula}`,
        "what the formula comes to (open the file in a spreadsheet and save it)",
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
    return value;
  }

  /** A number's text: that of an id as it is shown, where zeros in front are a matter of its format. */
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
    const zeros = /^0+$/.test(format) ? format.length : 0;
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

/** A cell as its address: Caps!B7. */
function cellName(sheet: string, row: number, column: number): string {
  const name = /^[\p{L}\p{N}_]+$/u.test(sheet) ? sheet : `'${sheet.replaceAll("'", "''")}'`;
  return `${name}!${colToLetter(column)}${row + 1}`;
}

/** A date as text: without a time where it is midnight. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "";
  return date.toISOString().replace(/T00:00:00\.000Z$/, "").replace(/\.000Z$/, "Z");
}
