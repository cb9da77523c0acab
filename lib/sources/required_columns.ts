/**
 * Columns of the four tables in which a NULL is a fault; in any other column it is a blank cell.
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

/** Whether each column must have a value. */
export function requiredColumns(names: readonly string[]): boolean[] {
  return names.map((name) => REQUIRED.has(name.trim()));
}

/** The fault of a NULL in `column`, row counted from 1. */
export function nullFault(source: string, row: number, column: string): InputError {
  const fault = { file: source, column, value: "NULL", expected: "a value" };
  return new InputError(`${source}: row ${row}: ${column} is NULL, expected a value`, fault);
}
