/**
 * The score in a field of a row, for tables where it may be blank.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { parseNumber } from "../bytes/parse_number.ts";
import { numberExpected } from "./dialect_options.ts";
import type { RecordScanner } from "./record_scanner.ts";
import { trimField } from "./trim_field.ts";

/** The score in field `f`; NaN where there is nothing but blanks. @throws {InputError} where it is no number */
export function scoreField(scanner: RecordScanner, f: number, file: string): number {
  trimField(scanner, f);
  const { bytes, from, to, line } = scanner;
  if (from[f] === to[f]) return NaN;
  const score = parseNumber(bytes, from[f], to[f]);
  if (Number.isFinite(score)) return score;
  const value = scanner.text(f), expected = numberExpected(value);
  throw InputError.at({ file, line, column: "score", value, expected });
}
