/**
 * Pairs that have been read, before they are put in order.
 *
 * @module
 */
import {
  addLeftOut,
  type LeftOutRows,
  noRows,
  type PairChunk,
  PairRows,
} from "../../allocator/drop/pairs/pair_rows.ts";
import type { EligLookup } from "./elig_lookup.ts";
import { UnresolvedUsers } from "./unresolved_users.ts";

/** Rows of a file, or of a part of it. */
export class PairsRead {
  /** Rows that can be used. */
  readonly rows: PairRows;
  /** Counts of all rows and of those left out. */
  readonly leftOut: LeftOutRows = noRows();
  /** Where the look-up has no users yet: the users whose numbers are in `rows`; see {@link UnresolvedUsers}. */
  readonly unresolved: UnresolvedUsers | null;

  /** No rows yet; `isShared` is that of {@link PairRows}. */
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

/** Appends rows and adds up counts. */
export function addRows(to: EligRows, { chunks, leftOut }: EligRows): void {
  for (const chunk of chunks) to.chunks.push(chunk);
  addLeftOut(to.leftOut, leftOut);
}
