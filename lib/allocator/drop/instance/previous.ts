/**
 * Previous offers (last week's, or a draft) that a drop is compared with while it is solved.
 *
 * @module
 */
import type { OfferIds } from "./offer_ids.ts";

/** Which pairs of a drop are previous offers. */
export interface Previous {
  /** Uint8Array, length pairs: 1 where the pair was an offer. */
  readonly given: Uint8Array;
  /** Uint8Array, length users: 1 where the user had an offer that is no eligible pair any more. */
  readonly lost: Uint8Array;
  /** How many users with previous offers are not in the drop. */
  readonly usersOutside: number;
}

/** Counts of the previous offers. Written to JSON under `input.previous`, with these names. */
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

/** Previous offers in columns. */
export interface PreviousColumns extends OfferIds {
  /** Rows of nothing but separators. @default 0 */
  readonly blankRows?: number;
}

/** Previous offers in memory: ids of users and contracts, such as `allocation.offers()` gives, or a table of assignments. */
export type PreviousInput =
  | Iterable<{ readonly user: string; readonly contract: string }>
  | PreviousColumns;

/** The column that limits may name to select previous or new offers: "true" or "false" for each pair. */
export const IN_PREVIOUS = "in_previous";
