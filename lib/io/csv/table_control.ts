/**
 * How a table is read, whatever files it is made of.
 *
 * @module
 */
import type { ReadLimits } from "../bytes/read_limits.ts";
import type { DialectOptions } from "./dialect_options.ts";

/** Called once for a file that is not plain, with how it is read: `elig.csv: read separated by semicolons`. */
export type OnNote = (note: string) => void;

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
