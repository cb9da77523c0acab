/**
 * The checks of CSV records that all large tables of ids share.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { type Layout, wrongFieldCount } from "../../csv/header.ts";
import type { RecordScanner } from "../../csv/record_scanner.ts";
import { trimField } from "../../csv/trim_field.ts";

/** Counts rows with blank fields only. */
export interface BlankRows {
  /** Number of such rows so far, which are left out. */
  blankRows: number;
}

/**
 * Goes to the next row; false where the block has no more. Empty lines are passed over; a row of blank fields whose number is
 * wrong is left out and counted.
 *
 * @throws {InputError} for a row with another number of fields than the header
 */
export function nextRow(
  scanner: RecordScanner,
  { columns }: Layout,
  file: string,
  left: BlankRows,
): boolean {
  while (scanner.next()) {
    if (scanner.fields === columns) return true;
    if (scanner.blank) continue;
    if (!scanner.empty) throw wrongFieldCount(file, scanner.line, scanner.fields, columns);
    left.blankRows++;
  }
  return false;
}

/**
 * Trims the ids of a row; false where all of its fields are blank, in which case it is counted.
 *
 * @param fields indices of the fields with ids
 * @param names names of their columns
 * @throws {InputError} for a blank id in any other row
 */
export function hasIds(
  scanner: RecordScanner,
  fields: ArrayLike<number>,
  names: readonly string[],
  file: string,
  left: BlankRows,
): boolean {
  const { from, to } = scanner;
  for (let i = 0; i < names.length; i++) {
    const field = fields[i];
    trimField(scanner, field);
    if (from[field] < to[field]) continue;
    if (scanner.empty) {
      left.blankRows++;
      return false;
    }
    const { line } = scanner, column = names[i];
    throw InputError.at({ file, line, column, value: "", expected: "an id" });
  }
  return true;
}
