/**
 * Trimming the fields of a record.
 *
 * @module
 */
import { trimEnd, trimStart } from "../bytes/trim.ts";
import type { RecordScanner } from "./record_scanner.ts";

/** Trims field `f` of the scanner's record in place: moves its `from` and `to`. */
export function trimField(scanner: RecordScanner, f: number): void {
  const { bytes, from, to } = scanner;
  from[f] = trimStart(bytes, from[f], to[f]);
  to[f] = trimEnd(bytes, from[f], to[f]);
}
