/**
 * What the steps of the price solver hand on: holdings and what is proven about them.
 *
 * @module
 */
import { relativeGap } from "../model/allocation.ts";
import type { CaseProof } from "./cases/branches.ts";
import type { Holdings } from "./recovery/holdings.ts";
import type { LeastShortfall } from "../limits/least_shortfall.ts";
import type { OwnProof } from "./columns/own_limits.ts";
import type { Proof } from "./joint/proof.ts";

/** Holdings and what is proven about them. */
export interface Solved {
  readonly holdings: Holdings;
  readonly proof: Proof;
  /** A proof in which users keep their own limits, if one was sought. */
  readonly ownProof?: OwnProof | null;
  /** Upper bound on every feasible objective: that of the prices, or a lower one that a search proved. */
  readonly bound: number;
  readonly warnings: readonly string[];
  /** Whether the search for prices ended before its deadline. */
  readonly finished: boolean;
  /** Units of minima and limits that every allocation misses, where limits keep some from being met; absent: not looked for. */
  readonly leastMissed?: number;
  /** The least shortfall of the groups' minima, if some are missed and that was looked for. */
  readonly leastShortfall?: LeastShortfall;
  /** A proof by cases of a lower bound than that of the prices, if there is one. */
  readonly cases?: CaseProof;
}

/** Units missed by holdings: users missing to minima, and missed units of limits at the shortfall price. */
export function missedBy(holdings: Holdings): number {
  const { problem: { items, instance: { limits } } } = holdings;
  let missed = holdings.shortfall();
  limits?.rows.price.forEach((price, r) => {
    if (Number.isNaN(price)) missed += Math.max(0, holdings.limits!.used[r] - items!.amount[r]);
  });
  return missed;
}

/** The relative gap of what was found, at most 1; Infinity if the holdings break a rule. */
export function gapOf({ holdings, bound }: Solved): number {
  return holdings.isFeasible() ? Math.min(1, relativeGap(bound, holdings.objective())) : Infinity;
}
