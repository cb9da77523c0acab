/**
 * Why a user was not given an option.
 *
 * @module
 */
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
    const guarded = c < sponsoredContracts
      ? prices.maxSponsored[g] > inquiry.tolerance
      : prices.assignmentRatio[g] > inquiry.tolerance;
    return guarded ? "ratio_guard" : "other_type";
  }
  ways = ways.filter((way) => fitsBrand(inquiry, way, c));
  if (ways.length === 0) return "brand_limit";
  ways = ways.filter((way) => fitsMixedShare(inquiry, g, before, inquiry.countsOf(way)));
  if (ways.length === 0) return "mixed_share";
  ways = ways.filter((way) => fitsRatio(inquiry, g, before, inquiry.countsOf(way)));
  if (ways.length === 0) return "ratio_guard";

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

const isMixed = ({ sponsored, unsponsored }: Counts) => sponsored > 0 && unsponsored > 0;

/** Whether the group may have the user mixed. */
function fitsMixedShare(inquiry: Inquiry, g: number, before: Counts, after: Counts): boolean {
  if (isMixed(before) || !isMixed(after)) return true;
  return inquiry.groups.mixedUsers[g] < inquiry.problem.rules.maxMixed[g];
}

/** Whether the group's most sponsored users and its assignment ratio allow the change, or are not made worse by it. */
function fitsRatio(inquiry: Inquiry, g: number, before: Counts, after: Counts): boolean {
  const { sponsoredUsers, sponsored, unsponsored } = inquiry.groups;
  const { maxSponsored, assignmentRatio } = inquiry.problem.rules;
  const becomes = before.sponsored === 0 && after.sponsored > 0;
  if (becomes && sponsoredUsers[g] >= maxSponsored[g]) return false;
  const ratio = assignmentRatio[g];
  if (Number.isNaN(ratio)) return true;
  /** Sponsored offers above the least that the ratio asks for. */
  const above = (s: number, o: number) => (1 - ratio) * s - ratio * o;
  const now = above(sponsored[g], unsponsored[g]);
  const change = above(
    after.sponsored - before.sponsored,
    after.unsponsored - before.unsponsored,
  );
  return change >= 0 || now + change >= -1e-9;
}
