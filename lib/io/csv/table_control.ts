/**
 * How a table is read, whatever files it is made of.
 *
 * @module
 */
import { blankRowsNote } from "../../base/text/row_notes.ts";
import { shownName } from "../../sources/source_url.ts";
import type { ReadLimits } from "../bytes/read_limits.ts";
import type { DialectOptions } from "./dialect_options.ts";

/** Called once for a file that is not plain, with how it is read: `elig.csv: read separated by semicolons`. */
export type OnNote = (note: string) => void;

/** Says how many rows of separators only were left out of `rows`, for readers whose results don't count them; returns `rows`. */
export function noteBlankRows<Rows extends { readonly blankRows?: number }>(
  source: string,
  rows: Rows,
  { onNote }: TableControl,
): Rows {
  const { blankRows = 0 } = rows;
  if (blankRows > 0) onNote?.(blankRowsNote(shownName(source), blankRows));
  return rows;
}

/** How a table is read. */
export interface TableControl {
  /** The dialect of CSV that is not plain, and the tables' names for Divvy's columns. @default recognised from each file */
  dialect?: DialectOptions;
  /** Limits on the size of what is read. @default DEFAULT_LIMITS */
  limits?: ReadLimits;
  /** Columns that hold numbers beside those that always do, because limits count them or take their amounts from them. */
  numbers?: Iterable<string>;
  /** Called with how a file is read, where it is not plain. */
  onNote?: OnNote;
}
