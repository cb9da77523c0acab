/**
 * The certificate: prices from which anyone recomputes the bound in one pass over the pairs.
 *
 * @module
 */

/** Prices of one group; absent means 0. */
export interface GroupPrices {
  /** Price of the least number of sponsored users. */
  min_sponsored?: number;
  /** Price of the most sponsored users. */
  max_sponsored?: number;
  /** Price of the assignment-ratio rule. */
  assignment_ratio?: number;
  /** Price of the most mixed users. */
  mixed_share?: number;
}

/** A certificate as it is written to JSON: the model, the objective, the bound and the prices that prove it. */
export interface Certificate {
  /** `coverage` or `uniform`. */
  model: "coverage" | "uniform";
  /** Most offers per user. */
  k: number;
  /** Coverage weights. */
  cov_w: number[];
  /** Coverage mode. */
  cov_mode: "z" | "shortfall";
  /** Bonus per sponsored assignment (coverage) or user (uniform). */
  sponsored_bonus: number;
  /** Cost of each missing offer (cov_mode shortfall). */
  shortfall_penalty: number;
  /** Cost of each user that a minimum lacks, as resolved for this drop. */
  shortfall_price: number;
  /** Policy options, as in the policy. */
  max_sponsored_ratio: number | null;
  /** See the policy. */
  enforce_assignment_ratio: boolean;
  /** See the policy. */
  assignment_ratio_guard: "none" | "moving" | "hard";
  /** See the policy. */
  ratio_slack: number;
  /** See the policy. */
  mix_tail: boolean;
  /** See the policy. */
  third_slot_only_mixing: boolean;
  /** See the policy. */
  sponsored_first_rounds: number;
  /** See the policy. */
  max_mixed_share: number;
  /** See the policy. */
  max_per_brand: number | null;
  /** Objective of the allocation that this came with. */
  objective: number;
  /** Proven upper bound. */
  bound: number;
  /** (bound − objective) / |bound|. */
  gap: number;
  /** Price of each contract's cap by contract_address; absent means 0. */
  contracts: Record<string, number>;
  /** Prices of each group's rules by group_id; absent means 0. */
  groups: Record<string, GroupPrices>;
}
