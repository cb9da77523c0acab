/**
 * What was read, filled in and left out while a drop was made.
 *
 * @module
 */

import type { PreviousReport } from "./previous.ts";

/** Counts of everything read, filled in and left out. Written to JSON under `input`, in these words. */
export interface InputReport {
  /** How files were read that are not plain CSV: "elig.csv: read separated by semicolons". Absent where all are. */
  read_as?: string[];
  /** Ids of users, contracts and groups that begin as formulas do, with =, +, - or @. Absent where there are none. */
  ids_like_formulas?: number;
  /** Previous offers; absent: the drop is compared with none. */
  previous?: PreviousReport;
  /** Users held out; absent: none were asked for. */
  holdout?: {
    /** How many; counts of `elig` include them. */
    users: number;
    /** How many groups they are of. */
    groups: number;
    /** Random offers that they get, whose units are taken off the caps; absent: they get none. */
    random_offers?: number;
  };
  /** Limits; absent: every least has an eligible pair that counts toward it. */
  limits?: {
    /** Values of a limit's `per` column with a least above 0 that no eligible pair counts toward: missed whatever is done. */
    leasts: number;
    /** Those of them that have no price of their own. */
    leasts_without_price: number;
    /** The first of them, as "delivery: contract_address=zz". */
    examples: string[];
  };
  /** Limits that no eligible pair counts toward, as those that would are kept out; absent: there are none. */
  limits_without_pairs?: {
    /** How many. */
    limits: number;
    /** The names of the first of them. */
    examples: string[];
  };
  /** Limits on shares that allow no offer, as each of their eligible pairs counts more than the share; absent: there are none. */
  closed_shares?: {
    /** How many. */
    shares: number;
    /** Their eligible pairs. */
    pairs: number;
    /** The first of them, as "new users (group_id=north)". */
    examples: string[];
  };
  /** The caps table. */
  caps: {
    /** Data rows. */
    rows: number;
    /** Rows of nothing but separators, left out; not among `rows`. */
    blank_rows: number;
    /** Contracts that can be given. */
    contracts: number;
    /** Rows of a contract that had a row before (the first wins). */
    duplicate_rows: number;
    /** Those of them whose values differ from the first. */
    conflicting_duplicate_rows: number;
    /** Caps that were not whole and were floored. */
    fractional_caps: number;
    /** Sponsored contracts left out because their cap is ≤ 0. */
    sponsored_without_cap: number;
    /** Unsponsored contracts with cap ≤ 0 that got the default cap. */
    unsponsored_default_cap: number;
  };
  /** The eligibility table. */
  elig: {
    /** Data rows. */
    rows: number;
    /** Rows of nothing but separators, left out; not among `rows`. */
    blank_rows: number;
    /** Eligible pairs that are left. */
    pairs: number;
    /** Users that have one. */
    users: number;
    /** Rows of a pair that had a row before (the first wins). */
    duplicate_pairs: number;
    /** Those of them whose score differs from the first. */
    conflicting_duplicate_pairs: number;
    /** Rows left out because the user has no group. */
    pairs_without_group: number;
    /** Users of those rows. */
    users_without_group: number;
    /** Rows left out because the contract is not in caps. */
    pairs_with_unknown_contract: number;
    /** Contracts of those rows. */
    unknown_contracts: number;
    /** Rows left out because the contract has no capacity. */
    pairs_without_cap: number;
    /** Rows left out by `--min-score`. */
    pairs_below_min_score: number;
    /** Rows left out by `--top-n`. */
    pairs_beyond_top_n: number;
  };
  /** The user-groups table. */
  user_groups: {
    /** Data rows. */
    rows: number;
    /** Rows of nothing but separators, left out; not among `rows`. */
    blank_rows: number;
    /** Distinct users. */
    users: number;
    /** Users that have no eligible pair, or none that is not left out. */
    users_without_pairs: number;
    /** Rows of a user that had a row before (the first wins). */
    duplicate_rows: number;
    /** Those of them whose group differs from the first. */
    conflicting_duplicate_rows: number;
  };
  /** The group-ratios table. */
  group_ratios: {
    /** Data rows. */
    rows: number;
    /** Rows of nothing but separators, left out; not among `rows`. */
    blank_rows: number;
    /** Distinct groups. */
    groups: number;
    /** Groups that have no eligible user. */
    groups_without_users: number;
    /** Groups with eligible users and no ratio that got `--default-ratio`. */
    default_ratio_groups: number;
    /** Rows of a group that had a row before (the first wins). */
    duplicate_rows: number;
    /** Those of them whose ratio differs from the first. */
    conflicting_duplicate_rows: number;
    /** The ratio of every group, where there is no such table; absent: there is one. */
    of_every_group?: number;
  };
  /** Earlier drops; absent: none were given. */
  history?: {
    /** Data rows. */
    rows: number;
    /** Rows of nothing but separators, left out; not among `rows`. */
    blank_rows: number;
    /** Distinct drops among the rows: days, or files where they have no dates. */
    drops: number;
    /** Rows on a day after `--as-of`, passed over. */
    rows_after_as_of: number;
    /** Rows that no rule asks about, too long ago and no decline that counts: passed over; their users and contracts are not looked up. */
    rows_too_long_ago: number;
    /** Rows of users that this drop does not have. */
    rows_of_other_users: number;
    /** Rows of contracts that this drop does not have. */
    rows_of_other_contracts: number;
    /** Rows whose outcome is declined, where `--decline-factor` asks for them; else 0. */
    declined_rows: number;
    /** Scores above 0 of this drop's users below 2⁻²¹, which `--rotate` counts as 0; absent: none. */
    scores_counted_as_0?: number;
    /** Scores of this drop's users above 2²⁰, which `--rotate` counts as 2²⁰; absent: none. */
    scores_counted_as_most?: number;
    /** Pairs left out because the user had the contract within `--cooldown`. */
    pairs_cooling_by_contract: number;
    /** Other pairs left out because the user had the brand within it. */
    pairs_cooling_by_brand: number;
    /** Pairs whose score `--decline-factor` changed. */
    pairs_declined: number;
  };
  /** Pairs that must be given; absent: none were. */
  pins?: {
    /** Data rows. */
    rows: number;
    /** Rows of nothing but separators, left out; not among `rows`. */
    blank_rows: number;
    /** Distinct pairs. */
    pairs: number;
    /** Rows of a pair that had a row before. */
    duplicate_rows: number;
    /** Pairs that were not eligible and became so by `--pins-create`. */
    created: number;
  };
  /** Pairs that must not be; absent: no bans were given. */
  bans?: {
    /** Data rows. */
    rows: number;
    /** Rows of nothing but separators, left out; not among `rows`. */
    blank_rows: number;
    /** Rows that name a user, contract, brand or group that the drop does not have. */
    rows_of_others: number;
    /** Pairs left out. */
    pairs: number;
  };
}
