/**
 * The rows of pins and bans as given, before their ids are looked up in the drop.
 *
 * @module
 */
import { IdTable } from "../../../base/id_table.ts";
import { placeText } from "../../../base/places.ts";
import { Float64List, Uint32List } from "../../../base/number_list.ts";

/** The code of a blank field, or of a column that is not there. */
export const BLANK_ID = 0xffffffff;

/** The file and line of rows. */
export interface RowPlaces {
  /** File and line of a row. */
  placeOf(row: number): { file: string; line: number };
  /** The same for messages: "pins.csv:3". */
  placeText(row: number): string;
}

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

  /** Where a row stands: file and line. */
  placeOf(row: number): { file: string; line: number } {
    return { file: this.#files[this.#file.array()[row]], line: this.#line.array()[row] };
  }

  /** The same for messages. */
  placeText(row: number): string {
    const { file, line } = this.placeOf(row);
    // A row of a list in memory: pins[2].
    return line < 0 ? `${file}[${-1 - line}]` : placeText(file, line);
  }
}

/** The columns of pins. */
export type PinRows = GivenRows<"user_id" | "contract_address">;

/** The columns of bans. */
export type BanRows = GivenRows<"user_id" | "contract_address" | "brand_id" | "group_id">;
