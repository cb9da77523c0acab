/**
 * How many users of a group get a sponsored offer, as cases of a proof: at most n, or at least n + 1. Both are limits like any other,
 * so each case has a price for it.
 *
 * How many users a minimum lacks is a whole number, and each of them costs the shortfall price, which is more than any user's offers
 * are worth. Prices let a mixture lack a part of a user.
 *
 * @module
 */
import { beyond, type GroupRule, rulesTogether } from "../../limits/kinds/group_rules.ts";
import type { CountedUsers } from "../../model/allocation.ts";
import type { CasePrices, DualProblem } from "../dual/dual_problem.ts";
import { wholeBelow } from "./counted_offers.ts";
import type { Mixture } from "../columns/class_columns.ts";

/** A limit on how many users of a group get a sponsored offer. */
export interface UserLimit {
  /** Which group. */
  readonly of: CountedUsers;
  /** Whether `amount` is the most or the least. */
  readonly side: "at_most" | "at_least";
  /** How many. */
  readonly amount: number;
}

/** The problem with limits of cases: those on most users with the policy's, those on least users beside it, as they can't be missed. */
export function withUserLimits(problem: DualProblem, limits: readonly UserLimit[]): DualProblem {
  if (limits.length === 0) return problem;
  const { groups } = problem.instance, { all } = problem.rules, own = ruleOfMost(problem);
  const leastOfCase = new Float64Array(groups.length).fill(-Infinity);
  const most = own.amount.slice();
  for (const { of: { sponsoredUsersOf: g }, side, amount } of limits) {
    if (side === "at_most") most[g] = Math.min(most[g], amount);
    else leastOfCase[g] = Math.max(leastOfCase[g], amount);
  }
  const rules = rulesTogether(all.map((rule) => rule === own ? { ...rule, amount: most } : rule));
  return { ...problem, rules: { ...rules, leastOfCase }, countsSponsored: true };
}

/** The policy's limit on the most sponsored users, to which that of a case is added. */
export function ruleOfMost({ rules }: DualProblem): GroupRule {
  return rules.all.find(({ onSponsoredUsers, sense }) => onSponsoredUsers && sense > 0)!;
}

/**
 * A group that lacks no whole number of users in a mixture of the users' bundles, and the whole number of those below; null:
 * there is none.
 */
export function usersBetween(
  { rules, instance: { group, groups } }: DualProblem,
  mixture: Mixture,
): { of: CountedUsers; most: number } | null {
  const count = new Float64Array(groups.length);
  mixture.forEach((bundles, u) => {
    for (const { column: { sponsored }, times } of bundles) {
      if (sponsored > 0) count[group[u]] += times;
    }
  });
  const minimum = rules.all.find(({ mayBeMissed }) => mayBeMissed)!;
  for (let g = 0; g < groups.length; g++) {
    const most = wholeBelow(count[g]);
    if (most !== null && beyond(minimum, g, [count[g], 0, 0, 0]) > 0) {
      return { of: { sponsoredUsersOf: g }, most };
    }
  }
  return null;
}

/**
 * The prices of a case's limits on users, in their order, and what is left for the policy's own: of several limits on one side of a
 * group's users the strictest one has the price.
 */
export function userPrices(
  problem: DualProblem,
  limits: readonly UserLimit[],
  { leastOfCase, ...prices }: CasePrices,
): { prices: CasePrices; ofLimits: number[] } {
  const { name, amount: own } = ruleOfMost(problem);
  const most = prices[name].slice(), least = leastOfCase?.slice();
  const ofLimits = limits.map(({ of: { sponsoredUsersOf: g }, side, amount }) => {
    const others = limits.filter((one) => one.of.sponsoredUsersOf === g && one.side === side)
      .map(({ amount }) => amount);
    // Where no prices were better than those of the case above, its new least has none yet.
    const column = side === "at_most" ? most : least;
    const strictest = side === "at_most" ? Math.min(...others) : Math.max(...others);
    const isOwn = side === "at_most" && own[g] <= amount;
    if (column === undefined || amount !== strictest || isOwn) return 0;
    const price = column[g];
    column[g] = 0;
    return price;
  });
  return { prices: { ...prices, [name]: most }, ofLimits };
}
