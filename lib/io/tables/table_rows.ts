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

/** A small table. */
export interface Table {
  /** Data rows in the order of the file. */
  readonly rows: TableRow[];
  /** Whether each optional column is there (in every file of the table). */
  readonly has: readonly boolean[];
  /** Rows of nothing but separators, left out. @default 0 */
  readonly blankRows?: number;
}
