/**
 * Which inputs of a drop have a hash in its certificate.
 *
 * @module
 */

/** SHA-256 of each input in its canonical form, 64 hexadecimal digits each. */
export interface InputHashes {
  /** Contracts that can be given: id, cap, 1 or 0 for sponsored or not, brand (where there are any). */
  readonly caps: string;
  /** Users with an eligible pair: id, group, and, if any user has its own k, that k (blank: the policy's). */
  readonly user_groups: string;
  /** Groups with such a user: id, ratio. */
  readonly group_ratios: string;
  /** Eligible pairs: a line a user: id, then index of the contract in the canonical order, a colon and the score of each. */
  readonly elig: string;
  /** Columns that limits name beyond those; absent: there are none. */
  readonly attributes?: string;
  /** Previous offers that are pairs: a line a user: id, then the index of each contract; absent: the drop is compared with none. */
  readonly previous?: string;
  /** Pairs that must be given: a line a user: id, then the index of each contract; absent: there are none. */
  readonly pins?: string;
}

/** What each hash is of, for people, and whether there are drops without it; in the order in which differences are reported. */
export const HASHED_INPUTS: Readonly<
  Record<keyof InputHashes, { readonly of: string; readonly mayBeAbsent?: boolean }>
> = {
  caps: { of: "Contracts that can be given" },
  user_groups: { of: "Users with an eligible pair" },
  group_ratios: { of: "Groups with such a user" },
  elig: { of: "Eligible pairs" },
  attributes: { of: "Columns that limits name beyond those", mayBeAbsent: true },
  previous: { of: "Pairs that were offers before", mayBeAbsent: true },
  pins: { of: "Pairs that must be given", mayBeAbsent: true },
};
