/**
 * Turns prices found at one shortfall price into prices for a higher one.
 *
 * If a missed unit costs very much, all else is lost in the rounding of doubles. So the search works with a price P that is just
 * high enough for as few units to be missed as possible. Every allocation misses at least that many. So at a price P + d the
 * optimum is lower by d times that number, and so is the bound: the prices of the cut that proves the number (1 on the
 * contracts, limits and groups that it reaches), times d, are added to the prices found at P. (D is convex and positively
 * homogeneous in scores and prices together, so D of the sum is at most the sum.)
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "./dual_problem.ts";
import type { LeastShortfall } from "../../limits/least_shortfall.ts";
import { highestPrices, pointOfPrices, pricesOfPoint, zeroPoint } from "./price_point.ts";
import type { ShortfallCut } from "./shortfall_cut.ts";

/** The prices lifted to the shortfall price of `problem`. `from`: the shortfall price they were found at. */
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

/** The cut of the maximum flow that {@link LeastShortfall} comes from, for a drop without limits. */
export function cutOfFlow({ scarce, wanting }: LeastShortfall): ShortfallCut["point"] {
  const { row, sponsored } = zeroPoint(scarce.length, wanting.length, 0);
  row.set(scarce);
  sponsored.set(wanting);
  return { row, sponsored };
}
