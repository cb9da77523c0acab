/**
 * Trimming the fields of a record.
 *
 * @module
 */
import { isPadded, trimEnd, trimStart } from "../bytes/trim.ts";
import type { RecordScanner } from "./record_scanner.ts";

/** Trims field `f` of the scanner's record in place: moves its `from` and `to`. */
export function trimField({ bytes, from, to }: RecordScanner, f: number): void {
  // Next to no fields are padded, and this is asked of each.
  if (!isPadded(bytes, from[f], to[f])) return;
  from[f] = trimStart(bytes, from[f], to[f]);
  to[f] = trimEnd(bytes, from[f], to[f]);
}
