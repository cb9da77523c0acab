/**
 * Prices of limits that HiGHS can reckon with.
 *
 * A unit beyond a limit that costs a billion leaves nothing of the scores beside it: HiGHS's tolerances are relative to the largest
 * cost. But a price only has to be more than what going beyond the limit could gain. So the program is solved with prices of
 * a moderate size first. Where its optimum goes beyond no limit whose price was lowered, it is the optimum at the prices asked
 * for, too: there every allocation is worth as much or less, and this one as much.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitRows } from "../drop/instance/limits.ts";
import type { Offers } from "../model/offers.ts";
import { excessOf, useOfPairs } from "../model/row_use.ts";

/** The drop with no limit's own price above `most`; null if none is. */
export function withPricesUpTo(instance: Instance, most: number): Instance | null {
  const { limits } = instance;
  if (limits === undefined || !limits.rows.price.some((price) => isAbove(price, most))) return null;
  const price = limits.rows.price.map((own) => isAbove(own, most) ? most : own);
  return { ...instance, limits: { ...limits, rows: { ...limits.rows, price } } };
}

/** Whether offers go beyond a limit whose own price is above `most`. */
export function goesBeyond(rows: LimitRows, { offerPair }: Offers, most: number): boolean {
  const { used, size } = useOfPairs(rows, offerPair);
  return rows.price.some((price, r) =>
    isAbove(price, most) && excessOf(used[r], size[r], rows.amount[r]) > 0
  );
}

/** Hard limits (Infinity) and those at the shortfall price (NaN) have no price of their own. */
function isAbove(price: number, most: number): boolean {
  return price > most && price < Infinity;
}
