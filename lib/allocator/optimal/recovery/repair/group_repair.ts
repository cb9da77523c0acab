/**
 * Repairs the limits of groups by changing the bundles of the users who lose least by it.
 *
 * @module
 */
import { adds, type GroupRule, sponsoredPrices } from "../../../limits/kinds/group_rules.ts";
import type { Prices } from "../../../model/allocation.ts";
import type { Holdings } from "../holdings.ts";
import { type BundleChooser, DECISIVE } from "../bundle_chooser.ts";
import { type Change, changeCheapest, type Late } from "./cheapest_changes.ts";
import { SPONSORED, UNSPONSORED } from "../../dual/bundle_kernel.ts";
import { type GroupUsers, usersOf } from "../../../drop/instance/group_users.ts";
import { changeLikeliest } from "./likely_changes.ts";

/** Surcharges on the price of a limit on offers, at which users look for other bundles, in units of an offer's size. */
const PRICE_STEPS = [0.01, 0.05, 0.2, 1, DECISIVE];

/**
 * The number of sponsored users that group g should have: within its minimum and maximum, and exactly the one that has a price
 * (`price`: above 0 the minimum, below 0 the maximum).
 */
function sponsoredTarget(holdings: Holdings, price: number, g: number): number {
  const { sponsored } = holdings.problem.rules, most = sponsored.most[g];
  const count = holdings.counts.sponsoredUsers[g], least = Math.min(sponsored.least[g], most);
  if (count > most || (price < 0 && most < Infinity)) return most;
  return count < least || price > 0 ? least : count;
}

/**
 * Changes the type of the users who lose least until each group has its target of sponsored users. If the limit behind the target is
 * not hard, a change that costs more than its price is not made. Groups whose users have a `shape` of a joint choice are skipped:
 * they keep their limits already.
 */
export function repairSponsoredCounts(
  holdings: Holdings,
  prices: Prices,
  byGroup: GroupUsers,
  chooser: BundleChooser,
  { shape, late }: { shape?: Int32Array; late: Late },
): void {
  const { rules, instance: { groups }, shortfallPrice } = holdings.problem;
  const { sponsoredUsers } = holdings.counts, sponsoredPrice = sponsoredPrices(rules, prices);
  for (let g = 0; g < groups.length && !late(); g++) {
    if (shape !== undefined && shape[byGroup.user[byGroup.start[g]]] >= 0) continue;
    const count = sponsoredUsers[g], price = sponsoredPrice[g];
    const target = sponsoredTarget(holdings, price, g);
    if (target === count) continue;
    const kind = target > count ? SPONSORED : UNSPONSORED;
    const most = count > rules.sponsored.most[g]
      ? Infinity
      : count < rules.sponsored.least[g]
      ? (chooser.withinCaps ? 0 : shortfallPrice - price)
      : Math.abs(price);
    const units = Math.abs(target - count);
    const change: Change = {
      needed: () => kind === SPONSORED ? sponsoredUsers[g] < target : sponsoredUsers[g] > target,
      choose: (u) => chooser.choose(u, { kind }),
      leastCost: (u) =>
        kind === SPONSORED && !chooser.mayBeSponsored(u) ? Infinity : chooser.leastCostOfType(u),
      // Without further rules and at fixed prices a user's choice is the same whatever others do.
      enough: rules.others.length === 0 && !chooser.withinCaps ? units : Infinity,
      most,
      forced: count > rules.sponsored.most[g],
      late,
    };
    const users = usersOf(byGroup, g)
      .filter((u) => (holdings.sponsored[u] > 0) !== (kind === SPONSORED));
    // At fixed prices what a change costs at least is known for sure.
    if (chooser.withinCaps) {
      changeLikeliest(holdings, users, chooser, { ...change, units, isOfType: true });
    } else changeCheapest(users, chooser, change);
  }
}

/**
 * Repairs the other limits of groups that are broken: first those that count users, then those that count offers.
 */
export function repairOtherLimits(
  holdings: Holdings,
  prices: Prices,
  byGroup: GroupUsers,
  chooser: BundleChooser,
  late: Late,
): void {
  const { rules: { others }, unit } = holdings.problem;
  for (const rule of others.filter((rule) => !rule.countsOffers)) {
    for (const broken of brokenLimits(holdings, rule, byGroup, late)) {
      barUsers(holdings, broken, chooser, late);
    }
  }
  for (const rule of others.filter((rule) => rule.countsOffers)) {
    for (const broken of brokenLimits(holdings, rule, byGroup, late)) {
      for (const step of PRICE_STEPS) {
        if (holdings.isKept(rule, broken.g) || late()) break;
        changeAtPrice(holdings, broken, prices[rule.name][broken.g] + step * unit, chooser, late);
      }
      giveUpOffers(holdings, broken, chooser);
    }
  }
}

/** A limit of a group that is broken, and the group's users. */
interface BrokenLimit {
  readonly rule: GroupRule;
  readonly g: number;
  readonly users: Uint32Array;
}

/** The limits of one kind that are broken, each when its turn comes. */
function* brokenLimits(
  holdings: Holdings,
  rule: GroupRule,
  byGroup: GroupUsers,
  late: Late,
): Generator<BrokenLimit> {
  for (let g = 0; g < rule.amount.length && !late(); g++) {
    if (!holdings.isKept(rule, g)) yield { rule, g, users: usersOf(byGroup, g) };
  }
}

/** Changes users who count toward a limit on users to bundles that don't count, until the limit is kept. */
function barUsers(
  holdings: Holdings,
  { rule, g, users }: BrokenLimit,
  chooser: BundleChooser,
  late: Late,
): void {
  const { sponsored, count } = holdings;
  changeCheapest(users, chooser, {
    needed: () => !holdings.isKept(rule, g),
    applies: (u) => adds(rule, g, sponsored[u], count[u] - sponsored[u]) > 0,
    choose: (u) => chooser.choose(u, { at: { rule, price: Infinity } }),
    forced: true,
    late,
  });
}

/** Changes users to their best bundles at another price of a limit, until the limit is kept. */
function changeAtPrice(
  holdings: Holdings,
  { rule, g, users }: BrokenLimit,
  price: number,
  chooser: BundleChooser,
  late: Late,
): void {
  const { sponsored, count } = holdings;
  const gain = (u: number) =>
    rule.sense * (adds(rule, g, sponsored[u], count[u] - sponsored[u]) -
      adds(rule, g, chooser.sponsored, chooser.count - chooser.sponsored));
  changeCheapest(users, chooser, {
    needed: () => !holdings.isKept(rule, g),
    choose: (u) => chooser.choose(u, { at: { rule, price } }) && gain(u) > 0,
    perUnit: gain,
    late,
  });
}

/**
 * Takes everything away from users whose bundles count against a limit, those first with the least worth per unit of it, until the
 * limit is kept.
 */
function giveUpOffers(
  holdings: Holdings,
  { rule, g, users }: BrokenLimit,
  chooser: BundleChooser,
): void {
  const { sponsored, count } = holdings;
  const excess = (u: number) => rule.sense * adds(rule, g, sponsored[u], count[u] - sponsored[u]);
  const givers = [...users].filter((u) => excess(u) > 0)
    .map((u) => ({ u, cost: holdings.worth(u) / excess(u) }))
    .sort((a, b) => a.cost - b.cost || a.u - b.u);
  for (const { u } of givers) {
    if (holdings.isKept(rule, g)) break;
    chooser.clear(u);
  }
}
