/**
 * What a review looks at: offers of one drop, and which of them were selected and redeemed.
 *
 * @module
 */
import type { IdPool } from "../base/ids/ids.ts";

/** In columns of groups: the user has none. */
export const NO_GROUP = 0xffff_ffff;

/** Bits of an offer's outcome, and of a user's. */
export const SELECTED = 1, REDEEMED = 2;

/** Types of contracts; {@link UNKNOWN_TYPE} where no input says it. */
export const UNSPONSORED = 0, SPONSORED = 1, UNKNOWN_TYPE = 2;

/** Rows of selections or redemptions, and how many of them were used. */
export interface EventCounts {
  /** Rows. */
  readonly rows: number;
  /** Rows about an offer that an earlier row was about. */
  readonly repeated: number;
  /** Rows about a pair that was not offered, by a user who is known. */
  readonly not_offered: number;
  /** Rows of users whom no other input names. */
  readonly unknown_users: number;
  /** Rows of days that are not reviewed; not among `rows`. */
  readonly outside_days: number;
}

/** Offers in columns, sorted by user, then contract; contracts and groups are in canonical order. */
export interface ReviewData {
  /** Every user that any input but the events names. */
  readonly userIds: IdPool;
  /** Uint32Array, length users: group, or {@link NO_GROUP}. */
  readonly group: Uint32Array;
  /** Uint8Array, length users: 1 for those held out; null: nobody was. */
  readonly heldOut: Uint8Array | null;
  /** Whether users without offers are known, so that shares are of all of them. */
  readonly knowsAllUsers: boolean;
  /** Ids of groups. */
  readonly groupIds: readonly string[];
  /** Float64Array, length groups: least share of sponsored users; NaN where it is not known. */
  readonly ratio: Float64Array;
  /** Ids of contracts. */
  readonly contractIds: readonly string[];
  /** Uint8Array, length contracts: {@link SPONSORED}, {@link UNSPONSORED} or {@link UNKNOWN_TYPE}. */
  readonly type: Uint8Array;
  /** Brand of each contract, "" for none; null: no brands are known. */
  readonly brand: readonly string[] | null;
  /** Float64Array, length contracts: cap of each, NaN where it is not known; null: of none. */
  readonly cap: Float64Array | null;
  /** Float64Array, length contracts: redemption rate that the cap was made with, NaN where it is not known; or null. */
  readonly plannedRate: Float64Array | null;
  /** Further columns of caps to show beside contracts, by name, in the order of contracts; absent: none. */
  readonly about?: ReadonlyMap<string, readonly string[]>;
  /** Uint32Array, length users + 1: where each user's offers begin. */
  readonly offerStart: Uint32Array;
  /** Uint32Array, length offers: contract. */
  readonly contract: Uint32Array;
  /** Uint32Array, length offers: place among the user's offers by score, from 1; null: no scores are known. */
  readonly rank: Uint32Array | null;
  /** Uint8Array, length offers: {@link SELECTED} and {@link REDEEMED}. */
  readonly outcome: Uint8Array;
  /** Uint8Array, length users: the same of anything at all that a user selected or redeemed, offered or not. */
  readonly userOutcome: Uint8Array;
  /** Rows of assignments about a pair that an earlier row was about, left out. */
  readonly repeatedOffers: number;
  /** Counts of the selections' rows. */
  readonly selections: EventCounts;
  /** Counts of the redemptions' rows; null: there were none to read. */
  readonly redemptions: EventCounts | null;
}
