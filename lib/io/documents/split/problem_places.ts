/**
 * Where the people, groups and goods of a problem stand in their files.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { LineMap } from "../../../base/places.ts";

/** Where the rows of a table stand. */
export interface TablePlaces {
  readonly file: string;
  /** The line of each row, numbered from 0. */
  readonly lines: LineMap;
}

/** Where the parts of a problem stand. */
export interface ProblemPlaces {
  /** The problem's file: a table of people, or a document. */
  readonly file: string;
  /** Lines of the people; none: the file is a document. */
  readonly lines?: LineMap;
  /** Those of total and price that a document says itself. */
  readonly amounts?: readonly string[];
  /** Groups and goods that have a file of their own. */
  readonly groups?: TablePlaces;
  readonly goods?: TablePlaces;
}

/** The lines of a table's rows. */
export function linesOf(rows: readonly { readonly line: number }[]): LineMap {
  const lines = new LineMap();
  rows.forEach(({ line }, i) => lines.add(i, line));
  return lines;
}

/** Fields of people as solvers name them, `target[3]` or `requirements[3].target`, and of groups and goods, `groups[0].interval`. */
const PERSON = /^(?:requirements\[(?<i>\d+)\]\.(?<field>\w+)|(?<column>\w+)\[(?<n>\d+)\])$/;
const ITEM = /^(?<list>groups|goods)\[(?<i>\d+)\]\.(?<field>\w+)$/;

/**
 * An error of a solver with the place in the files of what it is about: a solver knows people, groups and goods by their numbers.
 * Other errors are returned as they are.
 *
 * @example
 * ```ts
 * import { InputError } from "../../../base/errors.ts";
 * import { linesOf, placed } from "./problem_places.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * const error = InputError.at({ column: "target[1]", value: "-3", expected: "a number from 0" });
 * const table = { file: "p.csv", lines: linesOf([{ line: 2 }, { line: 4 }]) };
 * assertEquals(placed(error, table).message, 'p.csv:4: target is "-3", expected a number from 0');
 * ```
 */
export function placed<E>(error: E, places: ProblemPlaces): E | InputError {
  if (!(error instanceof InputError) || error.file !== undefined) return error;
  const { fault } = error, column = error.column ?? "";
  if (places.amounts?.includes(column)) return InputError.at({ ...fault, file: places.file });
  const item = ITEM.exec(column)?.groups;
  if (item !== undefined) {
    const table = places[item.list as "groups" | "goods"];
    return table === undefined
      ? InputError.at({ ...fault, file: places.file })
      : at(fault, table, Number(item.i), item.field);
  }
  const person = PERSON.exec(column)?.groups;
  if (person === undefined) return error;
  const i = Number(person.i ?? person.n), field = person.field ?? person.column;
  const { file, lines } = places;
  if (lines !== undefined) return at(fault, { file, lines }, i, field);
  // In documents both bounds are one field.
  const key = field === "lower" || field === "upper" ? "interval" : field;
  return InputError.at({ ...fault, file, column: `requirements[${i}].${key}` });
}

function at(
  fault: InputError["fault"],
  { file, lines }: TablePlaces,
  i: number,
  column: string,
): InputError {
  return InputError.at({ ...fault, file, line: lines.lineOf(i), column });
}
