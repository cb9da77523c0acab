/**
 * The facts of a review: what came of a drop, in the words and shapes of its JSON.
 *
 * @module
 */
import type { KnownContract } from "../../../allocator/drop/instance/contract_columns.ts";
import type { EventCounts } from "../../../review/review_data.ts";

/** A share with its interval; null where there is nothing to take a share of. */
export interface ShareFacts {
  /** The share seen. */
  share: number | null;
  /** Lower end of Wilson's interval. */
  low: number;
  /** Upper end. */
  high: number;
}

/** How many offers were made, selected and redeemed. */
export interface FunnelSteps {
  /** Offers. */
  offered: number;
  /** Of them selected. */
  selected: number;
  /** Of them redeemed; null: no redemptions were given. */
  redeemed: number | null;
  /** selected / offered. */
  selection: ShareFacts;
  /** redeemed / offered. */
  redemption: ShareFacts | null;
}

/** A contract's funnel. */
export interface ReviewContract extends FunnelSteps, KnownContract {
  /** Its id. */
  contract_address: string;
  /** Whether it is sponsored; null: not known. */
  is_sponsored: boolean | null;
  /** Its brand; null: none, or not known. */
  brand_id: string | null;
  /** Its cap; null: not known. */
  cap: number | null;
  /** The cautious redemption rate that its cap was made with, as `divvy caps --from-review` wrote it; null: not known. */
  planned_rate: number | null;
}

/** The funnel of a brand, a group or a type; a null name: not known. */
export interface ReviewRow extends FunnelSteps {
  /** Its id or name. */
  name: string | null;
}

/** The funnel of offers by their place among the user's. */
export interface ReviewRank extends FunnelSteps {
  /** 1 for the offer with the user's best score. */
  rank: number;
}

/** Offers of a contract to a group; what `divvy caps --from-review` learns from. */
export interface ReviewCell {
  /** Contract. */
  contract_address: string;
  /** Group; null: users without one. */
  group_id: string | null;
  /** Offers. */
  offered: number;
  /** Of them selected. */
  selected: number;
  /** Of them redeemed; null: no redemptions were given. */
  redeemed: number | null;
}

/** Sponsored users of a group, by what they were offered and by what they chose. */
export interface ReviewGroup {
  /** The group; null: users without one. */
  group_id: string | null;
  /** Its users; those without offers only where a table of users was given. */
  users: number;
  /** Users with an offer. */
  users_with_offers: number;
  /** Least share of sponsored users; null: not known. */
  sponsorship_ratio: number | null;
  /** Share of users with a sponsored offer. */
  ratio_by_assignments: number;
  /** Share of users who selected a sponsored offer. */
  ratio_by_selections: ShareFacts;
  /** Users with offers who selected or redeemed none. */
  users_chose_none: number;
}

/** One side of the comparison with the holdout. */
export interface ArmFacts extends ShareFacts {
  /** Users. */
  users: number;
  /** Users with a selection, or a redemption, of anything. */
  hits: number;
}

/** What the drop brought. */
export interface LiftFacts {
  /** What is compared: users who selected, or redeemed, anything. */
  outcome: "selected" | "redeemed";
  /** Users who were not held out. */
  offered: ArmFacts;
  /** Users held out. */
  held_out: ArmFacts;
  /** Difference of the two shares; null: nobody on a side. */
  difference: number | null;
  /** Lower end of Newcombe's interval. */
  low: number | null;
  /** Upper end. */
  high: number | null;
  /** The difference as a share of the held out's; null where they have none. */
  relative: number | null;
}

/** A contract that nobody chose, of all groups or where one would expect some. */
export interface NeverChosen extends KnownContract {
  /** Contract. */
  contract_address: string;
  /** Group; null: nobody anywhere. */
  group_id: string | null;
  /** Offers. */
  offered: number;
  /** Selections to be expected: at the contract's rate elsewhere, or at that of all offers. */
  expected: number;
  /** Share of such offers that may be selected at most, by the interval. */
  at_most: number;
}

/** Everything that a review says. Written to JSON in these words. */
export interface ReviewFacts {
  /** Format of the document and its version. */
  format: "divvy-review-1";
  /** Name of the drop. */
  title: string;
  /** Share of the intervals that hold what they are of. */
  confidence: number;
  /** What matters most, in sentences. */
  headline: {
    /** The funnel. */
    sentence: string;
    /** The sponsored ratio by selections. */
    sponsored: string | null;
    /** The lift. */
    lift: string | null;
  };
  /** Sums over the whole drop, without users held out. */
  totals: FunnelSteps & {
    /** Users, as far as they are known. */
    users: number;
    /** Users with an offer. */
    users_with_offers: number;
    /** Users with offers who selected or redeemed none. */
    users_chose_none: number;
    /** Users held out. */
    users_held_out: number;
    /** Contracts with an offer. */
    contracts_offered: number;
  };
  /** By contract, in the order of their ids. */
  contracts: ReviewContract[];
  /** By brand; null: no brands are known. */
  brands: ReviewRow[] | null;
  /** By type. */
  types: ReviewRow[];
  /** By place among the user's offers; null: no scores are known. */
  ranks: ReviewRank[] | null;
  /** By group. */
  groups: ReviewRow[];
  /** Sponsored users by group; null: no contract's type is known. */
  sponsored: { overall: ReviewGroup; groups: ReviewGroup[] } | null;
  /** Lift over the holdout; null: nobody was held out. */
  lift: LiftFacts[] | null;
  /** Contracts that nobody chose; then those that nobody of a group chose, though some was to be expected. */
  never_chosen: NeverChosen[];
  /** By contract and group. */
  cells: ReviewCell[];
  /** What was left out of the inputs, or is odd. */
  input: {
    /** Rows of assignments about a pair that another row is about. */
    repeated_offers: number;
    /** Offers to users held out: not among the offers here, as these users count in the lift only. */
    offers_to_held_out: number;
    /** Selections read. */
    selections: EventCounts;
    /** Redemptions read; null: none were given. */
    redemptions: EventCounts | null;
    /** Offers redeemed that were not selected. */
    redeemed_unselected: number;
  };
  /** The inputs, by name. */
  files: Record<string, string>;
}

/** What is known about a review beside its data. */
export interface ReviewDetails {
  /** Name of the drop. @default "review" */
  title?: string;
  /** Share of the intervals that hold what they are of. @default 0.95 */
  confidence?: number;
  /** The inputs, by name. */
  files?: Record<string, string>;
}
