/**
 * Columns in which a NULL is an error; in any other column it becomes a blank cell.
 *
 * @module
 */
import { InputError } from "../base/errors.ts";

const REQUIRED = new Set([
  "user_id",
  "contract_address",
  "score",
  "cap_face",
  "is_sponsored",
  "group_id",
  "sponsorship_ratio",
]);

/** For each column whether NULL is an error. */
export function requiredColumns(names: readonly string[]): boolean[] {
  return names.map((name) => REQUIRED.has(name.trim()));
}

/** The error for a NULL in a column; `row` counts from 1. */
export function nullFault(source: string, row: number, column: string): InputError {
  return valueFault(source, row, column, "NULL", "a value");
}

/** The error for a NaN in a column of ids, which is a number that is missing; `row` counts from 1. */
export function nanFault(source: string, row: number, column: string): InputError {
  return valueFault(source, row, column, "NaN", "an id");
}

/** The error for a value that can't be used; `row` counts from 1. */
export function valueFault(
  source: string,
  row: number,
  column: string,
  value: string,
  expected: string,
): InputError {
  const fault = { file: source, column, value, expected };
  return new InputError(
    `${source}: row ${row}: ${column} is ${value}, expected ${expected}`,
    fault,
  );
}
