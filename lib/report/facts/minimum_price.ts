/**
 * The price of a group's minimum, whichever kinds of limits a group may miss.
 *
 * @module
 */
import { MISSABLE_KINDS } from "../../allocator/limits/kinds/list.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { GroupPrices } from "../../allocator/model/certificate.ts";

/**
 * The most that lowering a group's minimum by one user could add to the objective; null where no prices are known.
 *
 * @param group its prices, those of 0 left out
 */
export function minimumPrice({ prices }: { readonly prices?: GroupPrices }): number | null {
  if (prices === undefined) return null;
  return MISSABLE_KINDS.reduce((sum, { field }) => sum + (prices[field] ?? 0), 0);
}

/** The same of group `g` of an allocation. */
export function minimumPriceOf(prices: Prices, g: number): number {
  return MISSABLE_KINDS.reduce((sum, { name }) => sum + prices[name][g], 0);
}
