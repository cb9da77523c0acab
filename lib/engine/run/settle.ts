/**
 * The prices of groups' minima and maxima of sponsored users, settled exactly at given prices of contracts.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import type { EngineRun } from "../steps/steps.ts";

/** A user with a margin above this can't be sponsored at any price. */
const OUT_OF_REACH = 1e90;

/**
 * The best prices of the least and the most number of sponsored users of every group at given contract prices. As in
 * settle_groups.ts their difference t is an order statistic of the group's margins, halfway to the next one so that no
 * user is indifferent.
 */
export async function settledPrices(
  problem: DualProblem,
  engine: EngineRun,
  prices: Prices,
  control: RunControl,
): Promise<Prices> {
  if (!problem.countsSponsored) return prices;
  const { least: leasts, most: mosts } = problem.rules.sponsored;
  const P = problem.shortfallPrice;
  const minSponsored = new Float64Array(leasts.length),
    maxSponsored = new Float64Array(leasts.length);
  for (
    const { group: g, least, most, users, willing } of await engine.settle(problem, prices, control)
  ) {
    const between = ([at, after]: readonly [number, number], rank: number) => {
      if (rank === 0) return after;
      if (rank >= users || after >= OUT_OF_REACH) return at;
      return (at + after) / 2;
    };
    // At t = 0 those with a negative margin are sponsored.
    if (leasts[g] > mosts[g]) {
      minSponsored[g] = P;
      maxSponsored[g] = P - Math.min(P, between(most, mosts[g]));
    } else if (willing < leasts[g]) {
      const t = leasts[g] > users ? P : between(least, leasts[g]);
      minSponsored[g] = Math.max(0, Math.min(P, t));
    } else if (willing > mosts[g]) {
      maxSponsored[g] = Math.max(0, -between(most, mosts[g]));
    }
  }
  return { ...prices, minSponsored, maxSponsored };
}
