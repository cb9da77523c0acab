/**
 * Records of CSV as rows of a table of ids: what all such tables do before they look at a row.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { isPadded } from "../bytes/trim.ts";
import { type Layout, wrongFieldCount } from "../csv/header.ts";
import type { RecordScanner } from "../csv/record_scanner.ts";
import { trimField } from "../csv/trim_field.ts";

/** Where rows of nothing but separators are counted. */
export interface BlankRows {
  /** How many were left out. */
  blankRows: number;
}

/**
 * Goes on to the next row; false where the bytes have no more. Lines with nothing on them are passed over, rows of separators
 * with another number of fields are left out and counted.
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
 * Trims the ids of a row; false where it is a row of separators, which is counted.
 *
 * @param fields the fields that the ids stand in, and `names` what their columns are called
 * @throws {InputError} for a blank id in a row that is not
 */
export function hasIds(
  scanner: RecordScanner,
  fields: ArrayLike<number>,
  names: readonly string[],
  file: string,
  left: BlankRows,
): boolean {
  const { bytes, from, to } = scanner;
  for (let i = 0; i < names.length; i++) {
    const field = fields[i];
    if (isPadded(bytes, from[field], to[field])) trimField(scanner, field);
    if (from[field] < to[field]) continue;
    if (scanner.empty) {
      left.blankRows++;
      return false;
    }
    throw InputError.at({
      ...{ file, line: scanner.line, column: names[i], value: "", expected: "an id" },
    });
  }
  return true;
}
