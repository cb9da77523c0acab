/**
 * Rows of small tables.
 *
 * @module
 */

/** A row of a small table. */
export interface TableRow {
  /** File it comes from (a shard, where the table is a folder). */
  readonly file: string;
  /** Line that it begins on. */
  readonly line: number;
  /** The wanted fields, trimmed, in the order asked for; undefined for a column that isn't there. */
  readonly fields: readonly (string | undefined)[];
}

/** Columns that need not be there: their names, or what chooses them from all names of the header. */
export type OptionalColumns =
  | readonly string[]
  | ((names: readonly string[]) => readonly string[]);

/** A small table. */
export interface Table {
  /** Data rows in the order of the file. */
  readonly rows: TableRow[];
  /** The optional columns, in the order of their fields. */
  readonly optional: readonly string[];
  /** Line of the header, where it is one file of text. */
  readonly headerLine?: number;
  /** Whether each optional column is there (in every file of the table). */
  readonly has: readonly boolean[];
  /** Rows of nothing but separators, left out. @default 0 */
  readonly blankRows?: number;
}
