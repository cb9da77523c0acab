/**
 * Removes the tiny prices that noise on scores leaves.
 *
 * @module
 */
import { type Prices, pricesOfKinds } from "../../model/allocation.ts";
import { boundAt } from "../dual/bound.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/** Prices up to this (in units of an offer's size) may come from noise alone. */
const TINY = 1e-4;

/** The prices with the tiny ones set to 0, if their bound is lower; else as they are. */
export function withoutTinyPrices(
  problem: DualProblem,
  found: { prices: Prices; bound: number },
): { prices: Prices; bound: number } {
  const swept = (prices: Float64Array) =>
    prices.map((price) => price <= TINY * problem.unit ? 0 : price);
  const prices: Prices = {
    contract: swept(found.prices.contract),
    ...pricesOfKinds((name) => swept(found.prices[name])),
    ...(found.prices.limit !== undefined && {
      limit: found.prices.limit.map((price, r) =>
        price * problem.items!.unit[r] <= TINY * problem.unit ? 0 : price
      ),
    }),
  };
  const bound = boundAt(problem, prices);
  return bound < found.bound ? { prices, bound } : found;
}
