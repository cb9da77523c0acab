/**
 * The score in a field of a row, for tables where it may be blank.
 *
 * @module
 */
import { parseNumber } from "../bytes/parse_number.ts";
import type { RecordScanner } from "./record_scanner.ts";
import { trimField } from "./trim_field.ts";

/** The score in field `f`: NaN where there is nothing but blanks; undefined: it is no number. */
export function scoreField(scanner: RecordScanner, f: number): number | undefined {
  trimField(scanner, f);
  const { bytes, from, to } = scanner;
  if (from[f] === to[f]) return NaN;
  const score = parseNumber(bytes, from[f], to[f]);
  return Number.isFinite(score) ? score : undefined;
}
