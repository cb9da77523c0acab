/**
 * Takes out of prices what noise on scores leaves in them.
 *
 * @module
 */
import { type Prices, pricesOfKinds } from "../../model/allocation.ts";
import { boundAt } from "../dual/bound.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import { objectiveStep } from "../../model/objective_grid.ts";

/** Prices up to this (in units of an offer's size) may come from noise alone. */
const TINY = 1e-4;

/**
 * The worth of all bundles lies on a grid where scores and weights have few decimals, and where users tie the best prices mostly do too.
 * Noise of the last stage leaves prices beside it by no more than this, in units of an offer's size: a grid is coarse enough for them if
 * its step is twice that.
 */
const BESIDE = 1e-5;

/** In a drop of more pairs than this the pass that a bound takes on one thread is not worth it. */
const MOST_ROUNDED = 2_000_000;

/**
 * The prices rounded to the grid that objectives lie on, where that is coarse; else, if the optimum is sought (`isExact`), with the tiny
 * ones set to 0. They stay as they are unless that lowers their bound.
 */
export function withoutNoise(
  problem: DualProblem,
  found: { prices: Prices; bound: number },
  isExact: boolean,
): { prices: Prices; bound: number } {
  const { instance, policy, shortfallPrice, unit, items } = problem;
  const step = items !== null || pairCount(instance) > MOST_ROUNDED
    ? 0
    : objectiveStep(instance, policy, shortfallPrice, 2 * BESIDE * unit);
  if (step === 0 && !isExact) return found;
  const parts = Math.round(1 / step), tiny = TINY * unit;
  const tidied = step > 0
    ? (price: number) => Math.round(price * parts) / parts
    : (price: number) => price <= tiny ? 0 : price;
  const column = (prices: Float64Array) => prices.map(tidied);
  const prices: Prices = {
    contract: column(found.prices.contract),
    ...pricesOfKinds((name) => column(found.prices[name])),
    ...(found.prices.limit !== undefined && {
      limit: found.prices.limit.map((price, r) => price * items!.unit[r] <= tiny ? 0 : price),
    }),
  };
  const bound = boundAt(problem, prices);
  return bound < found.bound ? { prices, bound } : found;
}
