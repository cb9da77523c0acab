/**
 * Offers of before: a draft, or last week's, which a drop is compared with while it is solved.
 *
 * @module
 */
import type { IdPool } from "../../base/ids.ts";

/** Which pairs of a drop were offers before. */
export interface Previous {
  /** Uint8Array, length pairs: 1 where the pair was an offer. */
  readonly given: Uint8Array;
  /** Uint8Array, length users: 1 where the user had an offer that is no eligible pair any more. */
  readonly lost: Uint8Array;
  /** Users with offers before who are not in the drop. */
  readonly usersOutside: number;
}

/** What became of the offers of before. Written to JSON under `input.previous`, in these words. */
export interface PreviousReport {
  /** Rows. */
  rows: number;
  /** Rows of nothing but separators, left out; not among `rows`. */
  blank_rows: number;
  /** Rows of an offer that had a row before. */
  repeated_rows: number;
  /** Distinct offers that are eligible pairs now. */
  eligible: number;
  /** Distinct offers that are no eligible pair any more. */
  ineligible: number;
}

/** Offers in columns, in any order. */
export interface PreviousColumns {
  /** Distinct user ids. */
  readonly userIds: IdPool;
  /** Distinct contract ids. */
  readonly contractIds: readonly string[];
  /** Uint32Array, length rows: index into `userIds`. */
  readonly user: Uint32Array;
  /** Uint32Array, length rows: index into `contractIds`. */
  readonly contract: Uint32Array;
  /** Rows of nothing but separators. @default 0 */
  readonly blankRows?: number;
}

/** Offers of before, given in memory: each by its ids (also what `allocation.offers()` gives), or a table of assignments. */
export type PreviousInput =
  | Iterable<{ readonly user: string; readonly contract: string }>
  | PreviousColumns;

/** The column by which limits tell offers of before from new ones: "true" or "false" for each pair. */
export const IN_PREVIOUS = "in_previous";

/** Name of the limit on changes. */
export const CHANGED = "changed offers";
