/**
 * Prices for a shortfall price that is higher than the one they were found at.
 *
 * A missed minimum may cost so much that nothing else shows beside it in doubles. So the search works with a price that
 * is just high enough: one at which as few users are missing as can be. Every allocation misses at least that many, so at
 * a price P' = P + t the optimum is lower by t times that number, and so is a bound: the prices of the cut that proves
 * the least number missing (1 on the contracts, limits and groups that it reaches), t times, are added to those that were
 * found. (D is convex and positively homogeneous in scores and prices together, so D of the sum is at most the sum.)
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "./dual_problem.ts";
import type { LeastShortfall } from "../../limits/least_shortfall.ts";
import { highestPrices, pointOfPrices, pricesOfPoint, zeroPoint } from "./price_point.ts";
import type { ShortfallCut } from "./shortfall_cut.ts";

/** The prices lifted to the shortfall price of `problem`, from that of the problem they were found for. */
export function liftPrices(
  problem: DualProblem,
  prices: Prices,
  from: number,
  { row, sponsored }: ShortfallCut["point"],
): Prices {
  const { shortfallPrice } = problem, lifted = shortfallPrice - from;
  const point = pointOfPrices(problem, prices), highest = highestPrices(problem);
  row.forEach((price, r) => {
    point.row[r] = Math.min(highest[r], point.row[r] + lifted * price);
  });
  sponsored.forEach((price, g) => {
    point.sponsored[g] = Math.min(shortfallPrice, point.sponsored[g] + lifted * price);
  });
  return pricesOfPoint(problem, point);
}

/** The cut that a maximum flow ends with, for a drop without limits. */
export function cutOfFlow({ scarce, wanting }: LeastShortfall): ShortfallCut["point"] {
  const { row, sponsored } = zeroPoint(scarce.length, wanting.length, 0);
  row.set(scarce);
  sponsored.set(wanting);
  return { row, sponsored };
}
