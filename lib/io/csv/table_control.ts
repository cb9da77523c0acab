/**
 * How a table is read, whatever files it is made of.
 *
 * @module
 */
import type { ReadLimits } from "../bytes/read_limits.ts";
import type { DialectOptions } from "./dialect_options.ts";

/** Told, once for a file, how it is read: `elig.csv: separated by semicolons`. */
export type OnNote = (note: string) => void;

/** How a table is read. */
export interface TableControl {
  /** How CSV is written that is not plain, and what headers call our columns. @default told by each file */
  dialect?: DialectOptions;
  /** What is too large. @default DEFAULT_LIMITS */
  limits?: ReadLimits;
  /** Columns that hold numbers beside those that always do: limits count them, or take amounts from them. */
  numbers?: Iterable<string>;
  /** Told how a file is read that is not plain. */
  onNote?: OnNote;
}
