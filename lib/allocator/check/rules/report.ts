/**
 * The report of `divvy check`, as it is written to JSON.
 *
 * @module
 */

/** The rules that assignments are judged by; {@link RULES} has them in words. */
export type RuleName =
  | "unknown_user"
  | "held_out"
  | "unknown_contract"
  | "ineligible_pair"
  | "banned_pair"
  | "cooling_pair"
  | "missing_pin"
  | "duplicate_pair"
  | "wrong_score"
  | "over_cap"
  | "more_than_k"
  | "mixed_bundle"
  | "max_per_brand"
  | "min_sponsored"
  | "max_sponsored"
  | "assignment_ratio"
  | "mixed_share"
  | "limit_at_most"
  | "limit_at_least";

/** What each rule asks for. */
export const RULES: Readonly<Record<RuleName, string>> = {
  unknown_user: "every user has an eligible pair in the drop",
  held_out: "no user who is held out has an offer",
  unknown_contract: "every contract is in the drop, with capacity",
  ineligible_pair: "every assignment is an eligible pair",
  banned_pair: "no pair is given that is banned",
  cooling_pair: "no contract or brand is given to a user who had it within the cooldown",
  missing_pin: "every pinned pair is given",
  duplicate_pair: "no pair is assigned twice",
  wrong_score: "every score is the one of the eligible pair",
  over_cap: "no contract is given to more users than its cap",
  more_than_k: "no user has more than k offers",
  mixed_bundle: "no user mixes sponsored and unsponsored offers in a way the policy does not know",
  max_per_brand: "no user has more offers of one brand than the policy allows",
  min_sponsored: "every group has the sponsored users that its ratio demands",
  max_sponsored: "no group has more sponsored users than the policy allows",
  assignment_ratio: "every group's share of sponsored assignments reaches its ratio",
  mixed_share: "no group has more mixed users than the policy allows",
  limit_at_most: "no limit's most is exceeded, unless it has a price",
  limit_at_least: "every limit has the least that it asks for, unless missing it has a price",
};

/** One case of a broken rule: what is needed to find it, with the column names of the files. */
export type CheckCase = Record<string, string | number | null>;

/** One rule, how often it is broken, and the first cases. */
export interface RuleFinding {
  /** Which rule. */
  rule: RuleName;
  /** Cases that break it; 0 where it holds. */
  count: number;
  /** The first of them. */
  cases: CheckCase[];
}

/** What the drop makes possible, whatever the assignments. */
export interface Feasibility {
  /** Users with an eligible pair. */
  users: number;
  /** Offers wanted: users × k. */
  demand: number;
  /** Σ cap of the sponsored contracts. */
  sponsored_capacity: number;
  /** Σ cap of the others. */
  unsponsored_capacity: number;
  /** Σ over groups of the sponsored users that the ratios demand. */
  required_sponsored_users: number;
  /** Groups with fewer users that have a sponsored option than their ratio demands. */
  groups_out_of_reach: number;
  /** Σ over those groups of the users lacking, whoever gets what. */
  users_out_of_reach: number;
  /** Users with fewer than k eligible pairs. */
  users_below_k_options: number;
  /** Users with fewer than k sponsored ones. */
  users_below_k_sponsored_options: number;
  /** Users with fewer than k unsponsored ones. */
  users_below_k_unsponsored_options: number;
  /** Users with no sponsored pair. */
  users_without_sponsored_option: number;
  /** Users with no unsponsored pair. */
  users_without_unsponsored_option: number;
}

/** Figures without any rounding, as plain decimals. */
export interface ExactReport {
  /** Objective of the assignments. */
  objective: string;
  /** Bound that the prices prove. */
  bound: string;
}

/** Whether a certificate holds for the assignments. */
export interface CertificateReport {
  /** Whether the bound is proven, the objective is as claimed and every rule but missed minima and leasts holds. */
  certified: boolean;
  /** (bound − objective) / |bound| of the recomputed figures; null where the prices prove no bound. */
  gap: number | null;
  /** Bound recomputed from the prices; null where they prove none. */
  bound: number | null;
  /** Bound that the certificate claims. */
  claimed_bound: number;
  /** Objective that the certificate claims. */
  claimed_objective: number;
  /** Gap that the certificate claims. */
  claimed_gap: number;
  /** The exact figures; absent: figures were computed in doubles. */
  exact?: ExactReport;
  /** A tighter bound that the solver's search claims; it can't be verified. Absent: there is none. */
  claimed_search_bound?: number;
  /** What is wrong, a line each; empty where certified. */
  problems: string[];
  /** What to know about the bound, a line each. */
  notes: string[];
}

/** Options of the policy with their JSON names; those that influence neither what is allowed nor its worth are left out. */
export type PolicyOptions = Record<string, string | number | boolean | number[] | null>;

/** Result of `checkAssignments` (`check/check.ts`). */
export interface CheckReport {
  /** Whether every rule holds and the certificate, if one was given, is right. */
  ok: boolean;
  /** Whether every rule but the minima and leasts holds: what they lack is priced into the objective. */
  feasible: boolean;
  /** Model that it was judged by. */
  model: "coverage" | "uniform";
  /** Most offers per user that it was judged by. */
  k: number;
  /** The policy that it was judged by. */
  policy: PolicyOptions;
  /** Every rule that applies under the policy, broken or not. */
  rules: RuleFinding[];
  /** Rows of the assignments file. */
  rows: number;
  /** Rows of nothing but separators, left out; not among `rows`. */
  blank_rows: number;
  /** Distinct eligible pairs among them; all figures below count these. */
  assignments: number;
  /** Those that are sponsored. */
  sponsored_assignments: number;
  /** Users without one. */
  users_without_offers: number;
  /** Users with a sponsored one. */
  sponsored_users: number;
  /** Users with both kinds. */
  mixed_users: number;
  /** Assignments over users × k. */
  fill_rate: number;
  /** Σ score, by the scores of the eligible pairs. */
  score: number;
  /** Objective of the policy's model, missed minima and limits priced in. */
  objective: number;
  /** Σ over groups of users that the minima lack (0 under model coverage). */
  shortfall: number;
  /** Price of each of them in the objective. */
  shortfall_price: number;
  /** What limits that may be missed take from the objective; absent: the drop has no limits. */
  limit_penalty?: number;
  /** Units that limits at the shortfall price lack, among those; absent: the drop has no limits. */
  limit_shortfall?: number;
  /** Distinct eligible pairs that are no previous offers; absent: the drop is compared with none. */
  changed?: number;
  /** Their cost, taken off the objective; absent: the drop is compared with none. */
  change_cost?: number;
  /** Random offers of users held out, judged apart and counted in `rows` only; absent: there are none. */
  held_out_assignments?: number;
  /** What the drop makes possible. */
  feasibility: Feasibility;
  /** The certificate's verification, where one was given. */
  certificate?: CertificateReport;
}
