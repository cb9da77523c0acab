/**
 * The prices of the limits on groups' numbers of sponsored users, settled exactly at given prices of contracts.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import { type DualProblem, rowCount } from "../../allocator/optimal/dual/dual_problem.ts";
import { pricesOfPoint, zeroPoint } from "../../allocator/optimal/dual/price_point.ts";
import type { RunControl } from "../../base/progress.ts";
import type { GroupMargins } from "../steps/price.ts";
import type { EngineRun } from "../steps/steps.ts";

/** A user with a margin above this can't be sponsored at any price. */
const OUT_OF_REACH = 1e90;

/**
 * The best sponsored price of every group at given contract prices: what a sponsored user adds to a bundle by the prices of
 * all limits on their number. As in settle_groups.ts it is an order statistic of the group's margins, halfway to the next
 * one so that no user is indifferent.
 */
export async function settledPrices(
  problem: DualProblem,
  engine: EngineRun,
  prices: Prices,
  control: RunControl,
): Promise<Prices> {
  const { countsSponsored, rules, instance: { groups } } = problem;
  if (!countsSponsored) return prices;
  const point = zeroPoint(rowCount(problem), groups.length, rules.others.length);
  for (const margins of await engine.settle(problem, prices, control)) {
    point.sponsored[margins.group] = sponsoredPriceOf(problem, margins);
  }
  const settled = pricesOfPoint(problem, point);
  const counting = rules.all.filter((rule) => rule.onSponsoredUsers);
  return { ...prices, ...Object.fromEntries(counting.map(({ name }) => [name, settled[name]])) };
}

function sponsoredPriceOf(
  { rules: { sponsored }, shortfallPrice }: DualProblem,
  { group, least, most, users, willing }: GroupMargins,
): number {
  const fewest = sponsored.least[group], largest = sponsored.most[group];
  const between = ([at, after]: readonly [number, number], rank: number) => {
    if (rank === 0) return after;
    if (rank >= users || after >= OUT_OF_REACH) return at;
    return (at + after) / 2;
  };
  if (fewest > largest) return Math.min(shortfallPrice, between(most, largest));
  if (willing < fewest) {
    const price = fewest > users ? shortfallPrice : between(least, fewest);
    return Math.max(0, Math.min(shortfallPrice, price));
  }
  // At price 0 those with a negative margin are sponsored.
  return willing > largest ? Math.min(0, between(most, largest)) : 0;
}
