/**
 * The rows of pins and bans as given, before their ids are looked up in the drop.
 *
 * @module
 */
import { IdTable } from "../../../base/ids/id_table.ts";
import { placeText } from "../../../base/places.ts";
import { Float64List, Uint32List } from "../../../base/arrays/number_list.ts";

/** The code of a blank field, or of a column that is not there. */
export const BLANK_ID = 0xffffffff;

/** The file and line of rows. */
export interface RowPlaces {
  /** File and line of a row; of a list in memory its place in it. */
  placeOf(row: number): { file: string; line?: number };
  /** What a column is called there: `user_id`, or `user` in memory. */
  nameOf(row: number, column: string): string;
  /** The same for messages: "pins.csv:3". */
  placeText(row: number): string;
}

/** The places of `own` rows, and from row `first` on of rows added at `place`; `textOf`: what messages say of added row n, from 0. */
export function withMoreRows(
  own: RowPlaces | null,
  first: number,
  place: string,
  textOf = (_n: number): string => place,
): RowPlaces {
  return {
    placeOf: (row) => row < first ? own!.placeOf(row) : { file: place, line: 0 },
    nameOf: (row, column) => row < first ? own!.nameOf(row, column) : column,
    placeText: (row) => row < first ? own!.placeText(row) : textOf(row - first),
  };
}

/** The columns of rows, by their names in files. */
type RowColumn = "user_id" | "contract_address" | "brand_id" | "group_id" | "score";

/** What columns of files are called in memory, where that is another word. */
export const FIELD_OF_COLUMN: Readonly<Record<string, string>> = {
  user_id: "user",
  contract_address: "contract",
  brand_id: "brand",
  group_id: "group",
  cap_face: "cap",
  is_sponsored: "sponsored",
  sponsorship_ratio: "ratio",
};

/** A column of ids. */
export class IdColumnList {
  /** Distinct ids. */
  readonly ids: IdTable = new IdTable();
  readonly #code = new Uint32List();

  /** Adds a row's code: an index into `ids`, or {@link BLANK_ID}. */
  add(code: number): void {
    this.#code.push(code);
  }

  /** Adds a row's id; "" or undefined: blank. */
  addText(text: string | undefined): void {
    this.add(text === undefined || text === "" ? BLANK_ID : this.ids.internString(text));
  }

  /** By row: index into `ids`, or {@link BLANK_ID}. */
  get code(): Uint32Array {
    return this.#code.array();
  }

  /** The id in a row; "": blank. */
  text(row: number): string {
    const code = this.code[row];
    return code === BLANK_ID ? "" : this.ids.pool.at(code);
  }
}

/** Rows of ids, each with its place and perhaps a number. */
export class GivenRows<Name extends string> implements RowPlaces {
  /** The columns. */
  readonly columns: Readonly<Record<Name, IdColumnList>>;
  /** By row: its number, the score of a pin; NaN: none. */
  readonly numbers: Float64List = new Float64List();
  /** Rows of nothing but separators, left out. */
  blankRows = 0;
  readonly #line = new Float64List();
  readonly #file = new Uint32List();
  readonly #files: string[] = [];
  #length = 0;

  /** No rows yet. */
  constructor(names: readonly Name[]) {
    const columns = names.map((name) => [name, new IdColumnList()] as const);
    this.columns = Object.fromEntries(columns) as Record<Name, IdColumnList>;
  }

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  /** The next rows are of this file. */
  beginFile(name: string): void {
    this.#files.push(name);
  }

  /** Ends a row whose ids have been added to the columns. A negative `line` −1 − i is row i of a list in memory. */
  addPlace(line: number, number = NaN): void {
    this.numbers.push(number);
    this.#line.push(line);
    this.#file.push(this.#files.length - 1);
    this.#length++;
  }

  /** Where a row stands: file and line; of a list in memory `pins[2]`. */
  placeOf(row: number): { file: string; line?: number } {
    const file = this.#files[this.#file.array()[row]], line = this.#line.array()[row];
    return line < 0 ? { file: `${file}[${-1 - line}]` } : { file, line };
  }

  /** What a column is called where a row stands. */
  nameOf(row: number, column: string): string {
    return this.#line.array()[row] < 0 ? FIELD_OF_COLUMN[column] ?? column : column;
  }

  /** The same for messages. */
  placeText(row: number): string {
    const { file, line } = this.placeOf(row);
    return placeText(file, line);
  }
}

/** The columns of pins. */
export type PinRows = GivenRows<"user_id" | "contract_address">;

/** The columns of bans. */
export type BanRows = GivenRows<"user_id" | "contract_address" | "brand_id" | "group_id">;
