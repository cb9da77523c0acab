/**
 * Why a user did not get an option.
 *
 * @module
 */
import { adds, beyond, hasRule } from "../limits/kinds/group_rules.ts";
import type { LimitKind } from "../limits/kinds/kind.ts";
import { kindOf, LIMIT_KINDS } from "../limits/kinds/list.ts";
import { allowsShape } from "../model/policy.ts";
import { kOfUser } from "../model/user_k.ts";
import { fitsLimits, limitCharge } from "./limits_against.ts";
import type { Inquiry } from "./question.ts";

/**
 * Why a user did not get an option:
 * - `k_better`: the user has k offers, and replacing any of them by it would gain nothing;
 * - `full`: all units of the contract were given to others;
 * - `other_type`: the user's offers are of the other type;
 * - `brand_limit`: the user has as many offers of its brand as the policy allows;
 * - `mixed_share`: the group has as many mixed users as the policy allows;
 * - `ratio_guard`: a limit on the group's sponsored users or offers does not allow its type;
 * - `limit`: a limit that it counts toward has no room for it;
 * - `change_cost`: it would add more than its price, but less than its price and the cost of the change;
 * - `price_above_score`: it would add no more than its price (or nothing, if the price is 0);
 * - `open`: none of these; giving it would improve the objective.
 */
export type WhyNot =
  | "k_better"
  | "full"
  | "other_type"
  | "brand_limit"
  | LimitKind["reason"]
  | "limit"
  | "change_cost"
  | "price_above_score"
  | "open";

/** Reasons that the kinds of limits on groups give, in the order in which they are tried: that of the last kind first. */
const GROUP_REASONS = [...new Set(LIMIT_KINDS.map((kind) => kind.reason).reverse())];

/** Room for the rounding of limits with fractional weights. */
const ROUNDING = 1e-9;

/** Numbers of sponsored and unsponsored offers of a bundle. */
interface Counts {
  sponsored: number;
  unsponsored: number;
}

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
    ? taken.map((given) => [...taken.filter((pair) => pair !== given), p])
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

/** Whether the policy allows the bundle's shape and, under model uniform, a sponsored user stays sponsored. */
function fitsType({ question }: Inquiry, u: number, before: Counts, after: Counts): boolean {
  const { instance, policy } = question;
  if (policy.model === "uniform" && before.sponsored > 0 && after.sponsored === 0) return false;
  return allowsShape(
    { ...policy, k: kOfUser(instance, policy, u) },
    after.sponsored,
    after.unsponsored,
  );
}

/** Whether the bundle has no more offers of contract `c`'s brand than the policy allows. */
function fitsBrand({ question }: Inquiry, way: readonly number[], c: number): boolean {
  const { instance: { brand, contract }, policy } = question;
  if (policy.maxPerBrand === null || brand === null) return true;
  return way.filter((pair) => brand[contract[pair]] === brand[c]).length <= policy.maxPerBrand;
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

/** Whether the hard limits of group `g` that give this reason allow the change, or are not broken more by it. */
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
