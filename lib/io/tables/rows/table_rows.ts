/**
 * Rows of small tables.
 *
 * @module
 */

/** A row of a small table. */
export interface TableRow {
  /** The file that it comes from, one of several where the table is a folder. */
  readonly file: string;
  /** The line that it begins on, counted from 1. */
  readonly line: number;
  /** The wanted and then the optional fields, trimmed; undefined for a column that the file does not have. */
  readonly fields: readonly (string | undefined)[];
}

/** Columns that a table may have: their names, or a function that chooses them from all names of the header. */
export type OptionalColumns =
  | readonly string[]
  | ((names: readonly string[]) => readonly string[]);

/** A small table. */
export interface Table {
  /** Data rows in the order of the file. */
  readonly rows: TableRow[];
  /** The optional columns, in the order of their fields. */
  readonly optional: readonly string[];
  /** Line of the header; absent for Parquet and for tables of several files. */
  readonly headerLine?: number;
  /** For each optional column whether every file of the table has it. */
  readonly has: readonly boolean[];
  /** Number of rows with blank fields only, which are left out. @default 0 */
  readonly blankRows?: number;
}
