/**
 * Rows of ids that were read or given: pins and bans before they are looked up.
 *
 * @module
 */
import { IdTable } from "../../../base/id_table.ts";
import { placeText } from "../../../base/places.ts";
import { Float64List, Uint32List } from "../../../base/number_list.ts";

/** Stands for a field that is blank, or whose column is not there. */
export const BLANK_ID = 0xffffffff;

/** Where rows stand. */
export interface RowPlaces {
  /** File and line of a row. */
  placeOf(row: number): { file: string; line: number };
  /** The same as messages say it: "pins.csv:3". */
  placeText(row: number): string;
}

/** A column of ids. */
export class IdColumnList {
  /** Distinct ids. */
  readonly ids: IdTable = new IdTable();
  readonly #code = new Uint32List();

  /** Adds a row's id. */
  add(code: number): void {
    this.#code.push(code);
  }

  /** Adds a row's id as text; "" or undefined: blank. */
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

/** Rows of ids, perhaps each with a number, and where each stands. */
export class GivenRows<Name extends string> implements RowPlaces {
  /** The columns. */
  readonly columns: Readonly<Record<Name, IdColumnList>>;
  /** By row: the number beside; NaN: none. */
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

  /** Says which file the next rows are of. */
  beginFile(name: string): void {
    this.#files.push(name);
  }

  /** Adds a row's place, after its columns. */
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

  /** Where a row stands, as messages say it. */
  placeText(row: number): string {
    const { file, line } = this.placeOf(row);
    // Rows in memory are named by their index.
    return line < 0 ? `${file}[${-1 - line}]` : placeText(file, line);
  }
}

/** The columns of pins. */
export type PinRows = GivenRows<"user_id" | "contract_address">;

/** The columns of bans. */
export type BanRows = GivenRows<"user_id" | "contract_address" | "brand_id" | "group_id">;
