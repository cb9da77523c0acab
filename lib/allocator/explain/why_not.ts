/**
 * Why a user was not given an option.
 *
 * @module
 */
import { adds, beyond, hasRule } from "../limits/kinds/group_rules.ts";
import type { LimitKind } from "../limits/kinds/kind.ts";
import { kindOf } from "../limits/kinds/list.ts";
import { allowsShape } from "../model/policy.ts";
import { kOfUser } from "../model/user_k.ts";
import { fitsLimits, limitCharge } from "./limits_against.ts";
import type { Inquiry } from "./question.ts";

/**
 * Why an option was not given:
 * - `k_better`: the user has k offers, and it would gain nothing in the place of any of them;
 * - `full`: all its units went to others; the price says what one more would be worth;
 * - `other_type`: the user's offers are of the other type;
 * - `brand_limit`: the user has as many offers of its brand as one may have;
 * - `mixed_share`: the group has as many users with offers of both types as it may have;
 * - `ratio_guard`: a rule on the group's sponsored share stands against its type;
 * - `limit`: a limit that it counts toward has no room for it;
 * - `change_cost`: it would add more than its price, but not more than the change costs beside it;
 * - `price_above_score`: it would add no more than its price (0 where it has units left and would add nothing);
 * - `open`: nothing stands against it (the allocation could be better by it).
 */
export type WhyNot =
  | "k_better"
  | "full"
  | "other_type"
  | "brand_limit"
  | "mixed_share"
  | "ratio_guard"
  | "limit"
  | "change_cost"
  | "price_above_score"
  | "open";

/** Reasons of limits on groups, in the order in which they are looked for. */
const GROUP_REASONS: readonly LimitKind["reason"][] = ["mixed_share", "ratio_guard"];
/** Room for rounding where limits count shares of offers. */
const ROUNDING = 1e-9;

/** Sponsored and unsponsored offers of a bundle. */
interface Counts {
  sponsored: number;
  unsponsored: number;
}

/** Why user `u` did not get pair `p`: the first reason that alone rules out every way to give it. */
export function whyNot(inquiry: Inquiry, u: number, p: number): WhyNot {
  const { instance, policy, prices } = inquiry.question;
  const { contract, cap, sponsoredContracts } = instance;
  const own = (pair: number) => inquiry.scoreOf(pair);
  const c = contract[p], g = instance.group[u];
  const taken = Array.from(inquiry.taken(u));
  const hasK = taken.length >= kOfUser(instance, policy, u);
  if (hasK && taken.every((t) => own(t) >= own(p))) return "k_better";
  if (inquiry.assigned[c] >= cap[c]) return "full";

  // Bundles with it: beside the offers while there is room, else in the place of any one of them.
  const before = inquiry.countsOf(taken);
  let ways = hasK
    ? taken.map((given) => [...taken.filter((t) => t !== given), p])
    : [[...taken, p]];
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

  const gain = Math.max(...ways.map((way) => inquiry.worthOf(way))) - inquiry.worthOf(taken);
  const price = prices.contract[c] + limitCharge(inquiry, p);
  if (gain - price > inquiry.tolerance) return "open";
  const charge = inquiry.changeCostOf(p);
  if (charge > 0 && gain + charge - price > inquiry.tolerance) return "change_cost";
  return hasK ? "k_better" : "price_above_score";
}

/** Whether the bundle is one that the policy allows, and leaves a sponsored user sponsored. */
function fitsType({ question }: Inquiry, u: number, before: Counts, after: Counts): boolean {
  const { instance, policy } = question;
  if (policy.model === "uniform" && before.sponsored > 0 && after.sponsored === 0) return false;
  return allowsShape(
    { ...policy, k: kOfUser(instance, policy, u) },
    after.sponsored,
    after.unsponsored,
  );
}

/** Whether the bundle keeps to the limit of contract `c`'s brand. */
function fitsBrand({ question }: Inquiry, way: readonly number[], c: number): boolean {
  const { instance: { brand, contract }, policy } = question;
  if (policy.maxPerBrand === null || brand === null) return true;
  return way.filter((t) => brand[contract[t]] === brand[c]).length <= policy.maxPerBrand;
}

/** Whether a price on what such an offer adds to a limit of the group stands against it. */
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

/** Whether the hard limits of group `g` behind a reason allow the change, or are not made worse by it. */
function fitsGroup(
  { groups, problem }: Inquiry,
  reason: LimitKind["reason"],
  g: number,
  before: Counts,
  after: Counts,
): boolean {
  return problem.rules.all.every((rule) => {
    const { name, sense, mayBeMissed } = rule;
    if (mayBeMissed || kindOf(name).reason !== reason || !hasRule(rule, g)) return true;
    const change = sense * (adds(rule, g, after.sponsored, after.unsponsored) -
      adds(rule, g, before.sponsored, before.unsponsored));
    return change <= 0 || beyond(rule, g, groups.of(g)) + change <= ROUNDING;
  });
}
