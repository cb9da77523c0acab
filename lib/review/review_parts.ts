/**
 * The inputs of a review in columns, whatever they came from.
 *
 * @module
 */
import type { IdTable } from "../base/ids/id_table.ts";

/** Rows of users and contracts, numbered by tables of their own. */
export interface PairColumns {
  /** Distinct users. */
  readonly users: IdTable;
  /** Distinct contracts. */
  readonly contracts: IdTable;
  /** Uint32Array, length rows: number of the user. */
  readonly user: Uint32Array;
  /** Uint32Array, length rows: number of the contract. */
  readonly contract: Uint32Array;
  /** Rows left out before, as their day is not among those reviewed. @default 0 */
  readonly outsideDays?: number;
}

/** A column of texts, each of them once. */
export interface TextCodes {
  /** Uint32Array, length rows: place in `values`. */
  readonly code: Uint32Array;
  /** The distinct texts. */
  readonly values: readonly string[];
}

/** Assignments, and what stands beside them; null where a column is not there. */
export interface OfferColumns extends PairColumns {
  /** Float64Array, length rows. */
  readonly score: Float64Array | null;
  /** is_sponsored: Uint8Array, length rows: 1 for sponsored, 0 for unsponsored. */
  readonly type: Uint8Array | null;
  /** group_id; blank for none. */
  readonly group: TextCodes | null;
  /** sponsorship_ratio: Float64Array, length rows; NaN where it is blank. */
  readonly ratio: Float64Array | null;
  /** holdout: Uint8Array, length rows, 1 where the user is held out. */
  readonly heldOut: Uint8Array | null;
  /** Where a row stands, for messages. */
  readonly placeOf?: (row: number) => { readonly file: string; readonly line: number };
}

/** What is known of contracts, in columns. */
export interface ContractColumns {
  /** Ids. */
  readonly contracts: readonly string[];
  /** Uint8Array: 1 for sponsored ones. */
  readonly sponsored: Uint8Array;
  /** Brands, "" for none; null: no column. */
  readonly brands: readonly string[] | null;
  /** Float64Array: caps. */
  readonly cap: Float64Array | null;
  /** Float64Array: redemption rate that each cap was made with, NaN where there is none; null: no column. */
  readonly plannedRate: Float64Array | null;
  /** Further columns of caps to show beside contracts, by name; absent: none. */
  readonly about?: ReadonlyMap<string, readonly string[]>;
}

/** Everything that a review is made of. */
export interface ReviewParts {
  /** The offers. */
  readonly offers: OfferColumns;
  /** What users selected. */
  readonly selections: PairColumns;
  /** What users redeemed. */
  readonly redemptions: PairColumns | null;
  /** Contracts beside those of the offers. */
  readonly contracts: ContractColumns | null;
  /** Groups of all users. */
  readonly userGroups: {
    readonly users: IdTable;
    readonly groupIds: readonly string[];
    readonly user: Uint32Array;
    readonly group: Uint32Array;
  } | null;
  /** Ratios of groups. */
  readonly groupRatios: { readonly groups: readonly string[]; readonly ratio: Float64Array } | null;
  /** Users held out. */
  readonly heldOut: IdTable | null;
}
