/**
 * Checks ClickHouse's CSV as it streams in: NULLs are refused or blanked, and exceptions after the rows are found.
 *
 * @module
 */
import { joinedBytes } from "../base/arrays/joined_bytes.ts";
import { exceptionIn } from "../deps/clickhouse.ts";
import { InputError } from "../base/errors.ts";
import { parse } from "../deps/std_csv.ts";
import { isIdColumn } from "./id_types.ts";
import { nanFault, nullFault, requiredColumns } from "./required_columns.ts";
import { RowPlaces } from "./row_places.ts";

const QUOTE = 0x22, COMMA = 0x2c, NEWLINE = 0x0a, BACKSLASH = 0x5c, LETTER_N = 0x4e, NUL = 0;
/** Numbers alone are not quoted, so this begins a NaN. */
const SMALL_N = 0x6e;

/** Bytes kept back until the stream ends: an exception may follow the rows, and must not pass for rows. */
const HELD_BACK = 16 * 1024;

/**
 * Passes `CSVWithNames` on. An unquoted `\N` is a NULL: an error in a required column, in any other it becomes a blank cell.
 * A NaN in a column of ids, a number that is missing, is an error. A FixedString comes with the NULs that fill it up, which are left out.
 *
 * @param source name for messages
 * @param onRows called with the number of rows passed so far
 * @param padded for each column whether NULs at the end of its cells are padding
 * @throws {InputError} from the stream, for a NULL in a required column, a NaN among ids, or a row with another number of cells
 *   than the header
 */
export function checkedClickHouseCsv(
  source: string,
  onRows: (rows: number, atEnd: boolean) => void,
  padded: readonly boolean[],
): TransformStream<Uint8Array, Uint8Array> {
  let held = new Uint8Array(0);
  const rows = new RowScan(source, onRows, padded);
  return new TransformStream({
    transform(chunk, controller) {
      const all = joinedBytes(held, chunk);
      let end = all.length - HELD_BACK;
      // Do not cut between the backslash and the letter of a \N, nor between NULs and what tells whether the cell ends.
      while (end > 0 && [BACKSLASH, NUL, QUOTE].includes(all[end - 1])) end--;
      if (end <= 0) held = all;
      else {
        held = all.slice(end);
        controller.enqueue(rows.scan(all.subarray(0, end)));
      }
    },
    flush(controller) {
      const exception = exceptionIn(new TextDecoder().decode(held));
      if (exception !== null) throw exception;
      controller.enqueue(rows.scan(held));
      onRows(rows.count, true);
    },
  });
}

/** Scans cells of rows that come in pieces of any size. */
class RowScan {
  readonly #padded: readonly boolean[];
  readonly #source: string;
  readonly #onRows: (rows: number, atEnd: boolean) => void;
  #names: string[] | null = null;
  #required: boolean[] = [];
  #isId: boolean[] = [];
  #header = "";
  #places: RowPlaces | null = null;
  /** Line breaks within the row's cells. */
  #breaks = 0;
  #inQuotes = false;
  #row = -1;
  #column = 0;
  #cellStart = true;

  constructor(
    source: string,
    onRows: (rows: number, atEnd: boolean) => void,
    padded: readonly boolean[],
  ) {
    this.#source = source;
    this.#onRows = onRows;
    this.#padded = padded;
  }

  /** Rows so far. */
  get count(): number {
    return Math.max(this.#row, 0);
  }

  /** Removes NULLs and padding from `bytes`, in place, and returns what is left. A piece may end within a cell. */
  scan(bytes: Uint8Array): Uint8Array {
    let kept = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#names === null) this.#header += String.fromCharCode(byte);
      if (byte === NUL && this.#padded[this.#column]) {
        let next = i;
        while (bytes[next] === NUL) next++;
        // A quote that is doubled is one of the value's.
        if (next === bytes.length || bytes[next] === QUOTE && bytes[next + 1] !== QUOTE) {
          i = next - 1;
          continue;
        }
      }
      if (byte === QUOTE) this.#inQuotes = !this.#inQuotes;
      if (!this.#inQuotes) {
        if (byte === BACKSLASH && this.#cellStart && bytes[i + 1] === LETTER_N) {
          if (this.#required[this.#column]) {
            throw nullFault(this.#source, this.#row + 1, this.#names![this.#column]);
          }
          i++;
          this.#cellStart = false;
          continue;
        }
        if (byte === SMALL_N && this.#cellStart && this.#isId[this.#column]) {
          throw nanFault(this.#source, this.#row + 1, this.#names![this.#column]);
        }
        this.#cellStart = byte === COMMA || byte === NEWLINE;
        if (byte === COMMA) this.#column++;
        else if (byte === NEWLINE) this.#endRow();
      } else if (byte === NEWLINE) this.#breaks++;
      bytes[kept++] = byte;
    }
    this.#onRows(this.count, false);
    return bytes.subarray(0, kept);
  }

  #endRow(): void {
    if (this.#names === null) {
      // The header was collected byte by byte; decode it as UTF-8.
      const bytes = Uint8Array.from(this.#header, (c) => c.charCodeAt(0));
      this.#names = parse(new TextDecoder().decode(bytes))[0] ?? [];
      this.#required = requiredColumns(this.#names);
      this.#isId = this.#names.map(isIdColumn);
      this.#places = new RowPlaces(this.#source, this.#breaks);
    } else if (this.#column !== this.#names.length - 1) {
      throw cellsFault(this.#source, this.#row + 1, this.#column + 1, this.#names);
    }
    if (this.#row >= 0) this.#places!.add(this.#breaks);
    this.#breaks = 0;
    this.#row++;
    this.#column = 0;
  }
}

/** The error for a row with another number of cells than columns. ClickHouse writes a Tuple as a cell for each element. */
function cellsFault(source: string, row: number, cells: number, names: string[]): InputError {
  return new InputError(
    `${source}: row ${row} has ${cells} cells for ${names.length} columns (${names.join(", ")}): ` +
      "is one of them a Tuple? Select its elements by name",
    { file: source, line: row, expected: `${names.length} cells` },
  );
}
