/**
 * What limits cost that are missed, and the most that one offer may cost by them.
 *
 * @module
 */
import { sharedFloat64 } from "../../base/arrays/shared_array.ts";
import type { LimitRows } from "../drop/instance/limits.ts";

/**
 * Float64Array, length rows: what each missed unit costs; the shortfall price for limits without a price of their own. A least of 0
 * can't be missed: nothing is worth a price there.
 */
export function highestOfLimits(
  { price, sense, declared }: Pick<LimitRows, "price" | "sense" | "declared">,
  shortfallPrice: number,
): Float64Array {
  const highest = sharedFloat64(price.length);
  price.forEach((own, r) => {
    const asksNothing = sense[r] < 0 && declared[r] === 0;
    highest[r] = asksNothing ? 0 : Number.isNaN(own) ? shortfallPrice : own;
  });
  return highest;
}

/**
 * The most that an offer of any item can change the cost of limits: Σ price · |what it counts| over its rows, those of hard
 * limits left out, as no offer that is given pays for them.
 *
 * @param highest length rows: what a unit beyond each limit costs; Infinity: the limit is hard
 * @param ceiling prices above it count as it
 */
export function largestOfferCost(
  { start, row, coefficient }: Pick<LimitRows, "start" | "row" | "coefficient">,
  highest: ArrayLike<number>,
  ceiling = Infinity,
): number {
  let most = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    let cost = 0;
    for (let e = start[i]; e < start[i + 1]; e++) {
      const price = highest[row[e]];
      if (price < Infinity) cost += Math.min(price, ceiling) * Math.abs(coefficient[e]);
    }
    most = Math.max(most, cost);
  }
  return most;
}
