/**
 * Pairs as a reader leaves them.
 *
 * @module
 */
import {
  addLeftOut,
  type LeftOutRows,
  noRows,
  type PairChunk,
  PairRows,
} from "../../allocator/drop/pair_rows.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { UnresolvedUsers } from "./unresolved_users.ts";

/** Rows of a file, or of a part of it. */
export class PairsRead {
  /** Rows that can be used. */
  readonly rows: PairRows;
  /** Counts of all rows and of those left out. */
  readonly leftOut: LeftOutRows = noRows();
  /** Users as they are numbered in `rows`, where the look-up has none; rows and counts then are still to be resolved. */
  readonly unresolved: UnresolvedUsers | null;

  /** Nothing yet; see `PairRows` for `isShared`. */
  constructor(lookup: EligLookup, isShared = true) {
    this.rows = new PairRows(lookup.contracts.length, isShared);
    this.unresolved = lookup.users === null ? new UnresolvedUsers() : null;
  }
}

/** Rows in the order of the input, and counts of those left out. */
export interface EligRows {
  /** Rows that can be used. */
  chunks: PairChunk[];
  /** Counts of all rows and of those left out. */
  leftOut: LeftOutRows;
}

/** Adds later rows to earlier ones. */
export function addRows(to: EligRows, { chunks, leftOut }: EligRows): void {
  for (const chunk of chunks) to.chunks.push(chunk);
  addLeftOut(to.leftOut, leftOut);
}
