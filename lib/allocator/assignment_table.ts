/**
 * Assignments as read from a file: anybody's, so nothing about them is taken for granted.
 *
 * @module
 */
import type { IdPool } from "./ids.ts";

/** Rows of an assignments file in columns, in the order of the file. */
export interface AssignmentTable {
  /** Distinct user ids that occur, in any order. */
  readonly userIds: IdPool;
  /** Distinct contract ids that occur, in any order. */
  readonly contractIds: readonly string[];
  /** Uint32Array, length rows: index into `userIds`. */
  readonly user: Uint32Array;
  /** Uint32Array, length rows: index into `contractIds`. */
  readonly contract: Uint32Array;
  /** Float64Array, length rows: score as written. */
  readonly score: Float64Array;
  /** Float64Array, length rows: line of the file, counted from 1, header included. */
  readonly line: Float64Array;
}
