/**
 * The result of a solver: the offers, their worth and what is proven about it.
 *
 * @module
 */
import { LIMIT_KINDS, type LimitKindName } from "../limits/kinds/list.ts";
import type { Policy } from "./policy.ts";

/**
 * Shadow prices of the shared constraints, all ≥ 0. If the prices prove that an allocation is optimal, each is the most that
 * one more unit could add to its objective. Besides the columns named here there is one for each kind of limit on groups, under
 * the kind's name: a Float64Array of length groups with the price of one unit of what the kind counts (users, or weighted offers).
 * `limits/kinds/list.ts` lists the kinds. The price of a limit that may be missed is at most the shortfall price.
 */
export interface Prices extends Readonly<Record<LimitKindName, Float64Array>> {
  /** Float64Array, length contracts: price of one more unit of the cap. */
  readonly contract: Float64Array;
  /** Float64Array, length rows of the drop's limits: price of each unit of the row's amount; absent: no limits. */
  readonly limit?: Float64Array;
}

/** A record with what `column` makes for each kind of limit on groups. */
export function pricesOfKinds<Column>(
  column: (name: LimitKindName) => Column,
): Record<LimitKindName, Column> {
  return Object.fromEntries(LIMIT_KINDS.map(({ name }) => [name, column(name)])) as Record<
    LimitKindName,
    Column
  >;
}

/** Why a group's minimum of sponsored users is missed. */
export interface ShortfallReason {
  /** Index of the group. */
  readonly group: number;
  /** Users that its minimum lacks. */
  readonly missing: number;
  /** How many of them are lacking because too few of its users have a sponsored option at all. */
  readonly withoutOption: number;
  /** How many of the rest are lacking because the group's maximum is below its minimum. */
  readonly beyondMaximum: number;
  /** If more users than those are lacking: indices of the full contracts that its users could have had, highest price first. */
  readonly contracts: readonly number[];
  /** Likewise rows of hard limits without room for a sponsored offer to one of its users, highest price first. */
  readonly limits: readonly number[];
}

/** Offers of a kind, pinned ones aside. */
export interface CountedOffers {
  /** Those with a score of at least this; null: with any score. */
  readonly leastScore: number | null;
  /** Those of these contracts; null: of all. */
  readonly contracts: readonly number[] | null;
  /** Those to users of this group; null: of all. */
  readonly group: number | null;
}

/** Users of a group who get a sponsored offer. */
export interface CountedUsers {
  /** The group. */
  readonly sponsoredUsersOf: number;
}

/**
 * A case of a proof: either prices that prove its bound, or two smaller cases: one with and one without an offer of `pair`, or
 * one with at most so many offers of a kind, or sponsored users of a group, and one with at least one more.
 */
export type BranchNode =
  | {
    readonly prices: Prices;
    /** The price of each limit on a number of offers or users, from the root to here; absent: there is none on the way. */
    readonly counts?: readonly number[];
  }
  | { readonly pair: number; readonly made: BranchNode; readonly notMade: BranchNode }
  | {
    readonly of: CountedOffers | CountedUsers;
    readonly most: number;
    readonly atMost: BranchNode;
    readonly atLeast: BranchNode;
  };

/** A proof by cases, used where one set of prices leaves a gap. */
export interface BranchedProof {
  /** In a case, an offer that must be made counts this much more, and one that must not be made this much less. */
  readonly price: number;
  /** The cases. */
  readonly tree: BranchNode;
}

/** Who gets what, with what is proven about it. */
export interface Allocation {
  /** Which solver made it. */
  readonly solver: "greedy" | "optimal" | "ilp";
  /** The rules it was made under. */
  readonly policy: Policy;
  /** Uint32Array, length users + 1: offers of user u are `offerPair[offerStart[u] … offerStart[u + 1])`. */
  readonly offerStart: Uint32Array;
  /** Uint32Array, length offers: pair of each offer, per user by score descending, then by contract id. */
  readonly offerPair: Uint32Array;
  /** Objective of the policy's model, missed minima and limits priced in. */
  readonly objective: number;
  /** Σ score of the offers. */
  readonly score: number;
  /** Proven upper bound on any allocation's objective; null where the solver proves none. */
  readonly bound: number | null;
  /** (bound − objective) / |bound|; null where there is no bound. */
  readonly gap: number | null;
  /** The prices that prove a bound; null where there are none. */
  readonly prices: Prices | null;
  /** The bound that the certificate proves, by prices alone or by cases. Absent where it is `bound`. */
  readonly pricesBound?: number;
  /**
   * Whether the bound of the prices is of users who keep the limits toward which only their own offers count. Prices of these limits
   * then say nothing of what a unit more would add. @default false
   */
  readonly ownLimitsKept?: boolean;
  /** The cases that prove `pricesBound`; absent: the prices prove it. */
  readonly branches?: BranchedProof;
  /** Σ over groups of users that the minima lack. */
  readonly shortfall: number;
  /** The price P of each of those users in the objective: the policy's, or the one worked out for this drop. */
  readonly shortfallPrice: number;
  /** Σ price · units beyond the amounts of limits that may be missed, taken off the objective; absent: no limits. */
  readonly limitPenalty?: number;
  /** Units that limits at the shortfall price lack, among those in `limitPenalty`; absent: no limits. */
  readonly limitShortfall?: number;
  /** New offers, which are not among the previous ones; absent: the drop is compared with none. */
  readonly changed?: number;
  /** Their cost by the policy's changeCost, taken off the objective; absent: the drop is compared with none. */
  readonly changeCost?: number;
  /** Why minima are missed, by group; absent where the solver did not look. */
  readonly shortfallReasons?: readonly ShortfallReason[];
  /** Whether time ran out or the run was stopped before it was finished. */
  readonly timedOut: boolean;
  /** What a person should know about this result, a line each. */
  readonly warnings: readonly string[];
}

/** What `timedOut` means in words: Ctrl-C and a program's signal stop a run as the time limit does. */
export const CUT_SHORT = "time ran out, or the run was stopped";

/**
 * The policy of an allocation with the shortfall price that its objective, bound and prices count by: the policy alone leaves it to
 * the drop, and a solver may have needed a higher one than the drop's own.
 */
export function policyWithPrice(
  { policy, shortfallPrice }:
    & Pick<Allocation, "policy">
    & Partial<Pick<Allocation, "shortfallPrice">>,
): Policy {
  return shortfallPrice === undefined ? policy : { ...policy, shortfallPrice };
}

/**
 * The same allocation with its objective counted at a higher shortfall price, so that it can be compared with one that was found
 * at that price. The bound stays: no allocation is worth more where missed users cost more.
 */
export function countedAt(allocation: Allocation, shortfallPrice: number): Allocation {
  const more = shortfallPrice - allocation.shortfallPrice;
  if (more <= 0) return allocation;
  const { shortfall, limitShortfall = 0, limitPenalty, bound } = allocation;
  const objective = allocation.objective - more * (shortfall + limitShortfall);
  return {
    ...allocation,
    objective,
    shortfallPrice,
    ...(limitPenalty !== undefined && { limitPenalty: limitPenalty + more * limitShortfall }),
    gap: bound === null ? null : relativeGap(bound, objective),
  };
}

/** The relative gap at which solvers may stop where none is asked for. */
export const DEFAULT_GAP = 1e-6;

/** (bound − objective) / |bound|, 0 where the two are equal; 1 where the bound is 0 and they are not. */
export function relativeGap(bound: number, objective: number): number {
  const difference = bound - objective;
  return difference === 0 ? 0 : bound === 0 ? 1 : difference / Math.abs(bound);
}
