/**
 * Why a user did not get an option.
 *
 * @module
 */
import { adds } from "../limits/kinds/group_rules.ts";
import type { LimitKind } from "../limits/kinds/kind.ts";
import { kOfUser } from "../model/user_k.ts";
import { fitsBrand, fitsGroup, fitsType, GROUP_REASONS } from "./fits_rules.ts";
import { costOfLimits, fitsLimits, limitCharge, limitPrice } from "./limits_against.ts";
import { type Inquiry, isPinned } from "./question.ts";

/**
 * Why a user did not get an option:
 * - `k_better`: the user has k offers, and replacing any of them by it would gain nothing;
 * - `pinned`: the user has k offers, and those that could give way to it are pinned;
 * - `full`: all units of the contract were given to others;
 * - `other_type`: the user's offers are of the other type;
 * - `brand_limit`: the user has as many offers of its brand as the policy allows;
 * - `mixed_share`: the group has as many mixed users as the policy allows;
 * - `ratio_guard`: a limit on the group's sponsored users or offers does not allow its type;
 * - `limit`: a limit that it counts toward has no room for it, or none that is worth its price;
 * - `change_cost`: it would add more than its price, but less than its price and the cost of the change;
 * - `price_above_score`: it would add no more than its price (or nothing, if the price is 0), in place of another where the user
 *   has k offers;
 * - `open`: none of these; giving it would improve the objective.
 */
export type WhyNot =
  | "k_better"
  | "pinned"
  | "full"
  | "other_type"
  | "brand_limit"
  | LimitKind["reason"]
  | "limit"
  | "change_cost"
  | "price_above_score"
  | "open";

/**
 * Why user `u` did not get pair `p`. Each reason in turn removes the ways to give the pair that it rules out; the answer is the
 * reason that removes the last one.
 */
export function whyNot(inquiry: Inquiry, u: number, p: number): WhyNot {
  const { instance, policy, prices } = inquiry.question;
  const { contract, cap, sponsoredContracts } = instance;
  const own = (pair: number) => inquiry.scoreOf(pair);
  const c = contract[p], g = instance.group[u];
  const taken = Array.from(inquiry.taken(u));
  const hasK = taken.length >= kOfUser(instance, policy, u);
  if (hasK && taken.every((pair) => own(pair) >= own(p))) return "k_better";
  if (inquiry.assigned[c] >= cap[c]) return "full";

  // The bundles with the pair: added to the user's offers if there are fewer than k, else replacing one of them.
  const before = inquiry.countsOf(taken);
  let ways = hasK
    ? taken.filter((given) => !isPinned(instance, given))
      .map((given) => [...taken.filter((pair) => pair !== given), p])
    : [[...taken, p]];
  if (ways.length === 0) return "pinned";
  ways = ways.filter((way) => fitsType(inquiry, u, before, inquiry.countsOf(way)));
  if (ways.length === 0) {
    return isPricedOut(inquiry, g, c < sponsoredContracts) ? "ratio_guard" : "other_type";
  }
  ways = ways.filter((way) => fitsBrand(inquiry, way, c));
  if (ways.length === 0) return "brand_limit";
  for (const reason of GROUP_REASONS) {
    ways = ways.filter((way) => fitsGroup(inquiry, reason, g, before, inquiry.countsOf(way)));
    if (ways.length === 0) return reason;
  }

  if (instance.limits !== undefined) {
    ways = ways.filter((way) => fitsLimits(inquiry, taken, way));
    if (ways.length === 0) return "limit";
  }

  // What it truly adds, less what its units are worth to others at the prices.
  const change = Math.max(...ways.map((way) => changeOf(inquiry, g, taken, way)));
  const added = Math.max(
    ...ways.map((way) => changeOf(inquiry, g, taken, way) - priceOf(inquiry, taken, way)),
  );
  if (added > inquiry.tolerance) return "open";
  const charge = inquiry.changeCostOf(p);
  if (charge > 0 && added + charge > inquiry.tolerance) return "change_cost";
  // One that would gain something in place of another is worth less than its units are to others.
  if (hasK) return change > inquiry.tolerance ? "price_above_score" : "k_better";
  // Alone, or at the prices, it would add something, but a limit with a price has no room for it.
  const alone = inquiry.worthOf(ways[0]) - inquiry.worthOf(taken);
  const atPrices = alone - prices.contract[c] - limitCharge(inquiry, p);
  return Math.max(alone, atPrices) > inquiry.tolerance &&
      costOfLimits(inquiry, taken, ways[0]) > 0
    ? "limit"
    : "price_above_score";
}

/** What the pairs `way` cost more than the pairs `taken` by the prices of caps and limits that they take from; at least 0. */
function priceOf(inquiry: Inquiry, taken: readonly number[], way: readonly number[]): number {
  const { instance: { contract }, prices } = inquiry.question;
  const priceOfPair = (p: number) => prices.contract[contract[p]] + limitPrice(inquiry, p);
  const sum = (pairs: readonly number[]) => pairs.reduce((sum, p) => sum + priceOfPair(p), 0);
  return Math.max(0, sum(way) - sum(taken));
}

/** By how much the objective grows if a user of group `g` gets the pairs `way` in place of `taken`. */
function changeOf(
  inquiry: Inquiry,
  g: number,
  taken: readonly number[],
  way: readonly number[],
): number {
  const { rules, shortfallPrice } = inquiry.problem;
  const before = inquiry.countsOf(taken).sponsored > 0 ? 1 : 0;
  const after = inquiry.countsOf(way).sponsored > 0 ? 1 : 0;
  const lacking = (more: number) =>
    Math.max(0, rules.sponsored.least[g] - inquiry.groups.sponsoredUsers[g] - more);
  return inquiry.worthOf(way) - inquiry.worthOf(taken) - costOfLimits(inquiry, taken, way) -
    shortfallPrice * (lacking(after - before) - lacking(0));
}

/** Whether a limit of group `g` that such an offer uses up has a price. */
function isPricedOut(
  { problem, question, tolerance }: Inquiry,
  g: number,
  sponsored: boolean,
): boolean {
  return problem.rules.all.some((rule) => {
    const added = adds(rule, g, sponsored ? 1 : 0, sponsored ? 0 : 1);
    return rule.sense * added > 0 && question.prices[rule.name][g] > tolerance;
  });
}
