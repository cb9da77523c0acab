/**
 * Reads the tables of a split (people, groups, goods) from CSV text, and collects what is wrong in their rows.
 *
 * @module
 */
import { InputError, type InputFault } from "../../../base/errors.ts";
import {
  BOUND_EXPECTED,
  boundOf,
  expectedForWord,
  NAME_EXPECTED,
  repeated,
  TARGET_EXPECTED,
  TARGET_WORDS,
  type TargetWord,
} from "../../../woptim/problem/problem.ts";
import { isNumberOfSplits } from "../../../woptim/problem/size.ts";
import { parseNumberText } from "../../bytes/parse_number.ts";
import { numberExpected } from "../../csv/dialect_options.ts";
import { emptyInput } from "../../csv/header.ts";
import { parseTable } from "../../tables/rows/table.ts";
import type { TableColumns } from "./problem_bytes.ts";
import { linesOf, type TablePlaces } from "./problem_places.ts";

/** What a table of a split looks like. */
export interface TableForm extends TableColumns {
  /** The columns that the error for an empty file names. */
  readonly shown: readonly string[];
  /** What it must have a row of; null: it may have none. */
  readonly least: string | null;
}

/** A table of a split. */
export interface SplitTable<Item> {
  /** What its rows say. */
  readonly items: Item[];
  /** Where they stand. */
  readonly places: TablePlaces;
  /** Rows of separators only, which are left out. */
  readonly blankRows?: number;
}

/** A row; its faults are added to a list, so that all of the table can be reported. */
export class SplitRow {
  /** A row of fields, whose columns stand where `at` says. */
  constructor(
    readonly place: { readonly file: string; readonly line: number },
    readonly fields: readonly (string | undefined)[],
    readonly at: ReadonlyMap<string, number>,
    readonly faults: InputFault[],
  ) {}

  /** The text of a column; "" where the table lacks it. */
  text(column: string): string {
    const at = this.at.get(column);
    return at === undefined ? "" : this.fields[at] ?? "";
  }

  /** Adds a fault of a column. */
  fault(column: string, expected: string): void {
    this.faults.push({ ...this.place, column, value: this.text(column), expected });
  }

  /** The number of a column; adds a fault for one that is not accepted, by default what splits do not count with. */
  number(column: string, expected: string, accepts = isNumberOfSplits): number {
    const text = this.text(column), value = parseNumberText(text);
    if (!accepts(value)) this.fault(column, numberExpected(text, expected));
    return value;
  }

  /** The interval of the columns lower and upper; ±Infinity for a bound that is open. Adds a fault for each that is none. */
  interval(): [lower: number, upper: number] {
    const bound = (side: "lower" | "upper") => {
      const open = boundOf(this.text(side), side);
      return Number.isNaN(open) ? this.number(side, BOUND_EXPECTED) : open;
    };
    const lower = bound("lower"), upper = bound("upper");
    if (lower > upper) this.fault("lower", `at most the upper bound, ${this.text("upper")}`);
    return [lower, upper];
  }

  /** The target: a number, or a word that names one in the interval. Adds a fault for what is neither. */
  target([lower, upper]: readonly [number, number]): number | TargetWord {
    const word = TARGET_WORDS.find((word) => word === this.text("target"));
    if (word === undefined) return this.number("target", TARGET_EXPECTED);
    const expected = expectedForWord(word, lower, upper);
    if (expected !== undefined && lower <= upper) this.fault("target", expected);
    return word;
  }
}

/**
 * Reads a table. Its names must be there, each once; where it has a column `good`, once for each good.
 *
 * @param readRow what a row says; `names` are those of all rows
 * @throws {InputError} for an empty file, or with a line for every fault
 */
export function readSplitTable<Item>(
  text: string,
  file: string,
  { wanted, optional, shown, least }: TableForm,
  readRow: (row: SplitRow, name: string, names: ReadonlySet<string>) => Item,
): SplitTable<Item> {
  if (text.trim() === "") throw emptyInput(file, shown);
  const table = parseTable(text, file, wanted, optional);
  const at = new Map([...wanted, ...optional].map((name, i) => [name, i]));
  const faults: InputFault[] = [];
  const rows = table.rows.map(({ line, fields }) =>
    new SplitRow({ file, line }, fields, at, faults)
  );
  const names = new Set(rows.map((row) => row.text("name")));
  const twice = new Set(repeated(rows.map((row) => `${row.text("good")}\n${row.text("name")}`)));
  const items = rows.map((row, i) => {
    const name = row.text("name");
    if (name === "") row.fault("name", "a name");
    else if (twice.has(i)) row.fault("name", NAME_EXPECTED);
    return readRow(row, name, names);
  });
  if (least !== null && rows.length === 0) {
    throw new InputError(`${file}: no rows, expected at least one ${least}`, { file });
  }
  if (faults.length > 0) throw errorOf(faults);
  return { items, places: { file, lines: linesOf(table.rows) }, blankRows: table.blankRows };
}

/** Most faults that an error tells one by one: a table whose groups are missing has as many as rows. */
const MOST_TOLD = 20;

/** One error for several faults, with a line for each of the first and the number of the others. */
export function errorOf(faults: InputFault[]): InputError {
  const lines = faults.slice(0, MOST_TOLD).map((fault) => InputError.at(fault).message);
  const more = faults.length - lines.length;
  if (more > 0) lines.push(`… and ${more} more`);
  return new InputError(lines.join("\n"), faults[0]);
}
