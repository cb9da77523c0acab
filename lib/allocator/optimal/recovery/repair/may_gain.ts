/**
 * Tells, for a few additions per pair, who can't gain by another bundle as things are: most users, where limits are refilled.
 *
 * A bundle that is a user's best at the prices, ahead of all others by a lead, gains by being changed only where prices and what
 * offers really cost at the present use differ by more than the lead: an offer costs its price where nothing is left, and less
 * where something is; an offer given up returns its price where the row is full, and more where it is beyond its amount. Sums of
 * these differences bound the gain, as each further unit of a row costs no less than the one before.
 *
 * @module
 */
import { sponsoredPrices } from "../../../limits/kinds/group_rules.ts";
import type { Prices } from "../../../model/allocation.ts";
import type { Holdings } from "../holdings.ts";
import type { DualProblem } from "../../dual/dual_problem.ts";

/**
 * Whether a user may gain more than `least`, judged at the present use; null: that can't be said, as leads are not known at these
 * prices, or groups have other limits than on their sponsored users.
 */
export function whoMayGain(
  holdings: Holdings,
  prices: Prices,
  least: number,
): ((u: number) => boolean) | null {
  const { leads, limits, problem } = holdings;
  if (leads?.prices !== prices || limits === null || prices.limit === undefined) return null;
  if (problem.rules.others.length > 0 || problem.policy.maxPerBrand !== null) return null;
  const { k, instance: { start, contract, cap, group }, rules, shortfallPrice } = problem;
  const { slots, count, sponsored, load, counts: { sponsoredUsers } } = holdings;
  const { lead, ahead } = leads, { contract: ofCap, limit } = prices;
  const groupPrice = sponsoredPrices(rules, prices);
  const none = new Float64Array(limit.length);
  /** By how much an offer's prices are above what it really costs. */
  const above = (p: number, held: boolean) =>
    ofCap[contract[p]] + priceOf(p) - limits.costOf(p, held, none);
  const { item, items } = problem, { row, coefficient, start: first } = items!;
  const priceOf = (p: number) => {
    let price = 0;
    for (let e = first[item[p]]; e < first[item[p] + 1]; e++) {
      price += limit[row[e]] * coefficient[e];
    }
    return price;
  };
  const isOpen = (p: number) => load[contract[p]] < cap[contract[p]] && limits.hasRoomFor(p);
  /** By how much a pair that is not held is cheaper than its prices say; −Infinity: it has no room. */
  const cheaper = (p: number) => isOpen(p) ? above(p, false) : -Infinity;
  const byItem = items!.byPair ? null : ofItems(problem, cheaper);
  const most = byItem === null ? Infinity : byItem.reduce((a, b) => Math.max(a, b), -Infinity);
  /** What a change of type may gain beyond what the group's price says. */
  const ofType = (u: number) => {
    const g = group[u], price = groupPrice[g], own = sponsored[u] > 0 ? 1 : 0;
    const isMissed = sponsoredUsers[g] - own < rules.sponsored.least[g];
    const really = isMissed ? shortfallPrice : 0;
    return Math.max(0, own === 1 ? price - really : really - price);
  };
  return (u) => {
    const enough = Math.min(lead[u], ahead[u]) + least;
    if (!(enough > least)) return true;
    let more = ofType(u);
    for (let slot = u * k; slot < u * k + count[u]; slot++) {
      more += Math.max(0, -above(slots[slot], true));
    }
    if (more > enough) return true;
    const room = (enough - more) / k;
    if (most <= room) return false;
    for (let p = start[u]; p < start[u + 1]; p++) {
      const by = byItem === null ? cheaper(p) : byItem[item[p]];
      if (by > room && !holdings.holds(u, p)) return true;
    }
    return false;
  };
}

/** Float64Array, length items: what `of` says of a pair of each; 0 where there is none. */
function ofItems({ item, offerBonus }: DualProblem, of: (pair: number) => number): Float64Array {
  const pairOf = new Int32Array(offerBonus.length).fill(-1);
  for (let p = item.length - 1; p >= 0; p--) pairOf[item[p]] = p;
  return Float64Array.from(pairOf, (p) => p < 0 ? 0 : of(p));
}
