/**
 * The result judged from the original pairs.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import type { OwnK } from "../drop/own_k.ts";
import type { LimitedSlots } from "../drop/slots.ts";
import type { PairRules } from "./leave_out.ts";

/** The rules that assignments are judged by beside those of the problem. */
export interface JudgeRules extends PairRules {
  /** Whether any pair comes twice: its largest score counts then. */
  readonly repeats: boolean;
  /** Users' own k; null: the policy's k holds for all. */
  readonly ownK: OwnK | null;
  /** How many pairs are pinned. */
  readonly pins: number;
  /** The slots that limits distinguish, with the limits; null: there are none. */
  readonly slots: LimitedSlots | null;
}

/** What certification counted of a group. */
export interface CertifiedGroup {
  /** Its id. */
  readonly group: string;
  /** Users with an eligible pair. */
  readonly users: number;
  /** Of them, those with an assignment. */
  readonly usersWithOffers: number;
  /** Those with an assignment of a sponsored contract. */
  readonly sponsoredUsers: number;
  /** How many of these its ratio asks for. */
  readonly leastSponsored: number;
  /** Assignments. */
  readonly offers: number;
  /** Of them, those of sponsored contracts. */
  readonly sponsoredOffers: number;
}

/** What certification found. */
export interface Certified {
  /** The bound that the prices prove. */
  readonly bound: number;
  /** Objective, missed minima priced in. */
  readonly objective: number;
  /** Σ score. */
  readonly score: number;
  /** Rows of assignments. */
  readonly assignments: number;
  /** Users with an eligible pair. */
  readonly users: number;
  /** Of them, those with an assignment. */
  readonly usersWithOffers: number;
  /** Users that the minima lack. */
  readonly shortfall: number;
  /** Leasts of limits that lack something at the shortfall price. */
  readonly leastsMissed: number;
  /** Offers in each slot, see `Slots`; null: no limits tell pairs apart. */
  readonly slotOffers: Float64Array | null;
  /** Assignments of each contract that has one, by its id. */
  readonly offersOf: ReadonlyMap<string, number>;
  /** Every group, in the order of the groups. */
  readonly groups: readonly CertifiedGroup[];
  /** Broken rules in words; empty: every rule is kept. */
  readonly broken: readonly string[];
}

/** What the result is, proven. */
export interface CertifySteps {
  /**
   * Writes the assignments beside their place and judges them from the original pairs, by statements that share nothing
   * with those above.
   */
  certify(
    problem: DualProblem,
    prices: Prices,
    rules: JudgeRules,
    control: RunControl,
  ): Promise<Certified>;
}
