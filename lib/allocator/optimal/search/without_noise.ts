/**
 * Takes out of prices what noise on scores leaves in them.
 *
 * @module
 */
import { greatestDivisor } from "../../../base/numbers/greatest_divisor.ts";
import { PASS_PAIRS } from "../dual/drop_sizes.ts";
import { type Prices, pricesOfKinds } from "../../model/allocation.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { DualResult } from "./minimise_dual.ts";
import { fastBoundAt } from "../passes/fast_bound.ts";
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

/**
 * Where a user may have n offers or none, prices share out what n weights are worth: the best ones are multiples of the grid's step
 * divided by n. Their common step, the last of these divided by all n up to k, may be half as coarse.
 */
const LEAST_PART = 0.5;

/**
 * The prices, or what they tend to without noise where that is known, rounded to the grid that objectives lie on, where that is
 * coarse, or to its common parts; else, if the optimum is sought (`isExact`), with the tiny ones set to 0. They stay as they are unless
 * that lowers their bound.
 */
export function withoutNoise(
  problem: DualProblem,
  { prices, bound, limit }: Pick<DualResult, "prices" | "bound" | "limit">,
  isExact: boolean,
): { prices: Prices; bound: number } {
  const found = limit === undefined
    ? { prices, bound }
    : betterOf(problem, { prices, bound }, limit);
  const { instance, policy, shortfallPrice, unit, items, k } = problem;
  const coarse = 2 * BESIDE * unit, tiny = TINY * unit;
  const step = items !== null || pairCount(instance) > PASS_PAIRS
    ? 0
    : objectiveStep(instance, policy, shortfallPrice, coarse);
  if (step === 0) {
    return isExact ? lowerOf(problem, found, (price) => price <= tiny ? 0 : price) : found;
  }
  const rounded = (parts: number) => (price: number) => Math.round(price * parts) / parts;
  const parts = Math.round(1 / step), common = leastCommonMultiple(k);
  const best = lowerOf(problem, found, rounded(parts));
  return common > 1 && step / common >= LEAST_PART * coarse
    ? lowerOf(problem, best, rounded(parts * common), found.prices)
    : best;
}

/** The least number that all of 1 … `most` divide. */
function leastCommonMultiple(most: number): number {
  let multiple = 1;
  for (let n = 2; n <= most && multiple < 2 ** 30; n++) {
    multiple *= n / greatestDivisor(multiple, n);
  }
  return multiple;
}

/** The prices that `tidied` makes of `from`, if they prove less than those found. */
function lowerOf(
  problem: DualProblem,
  found: { prices: Prices; bound: number },
  tidied: (price: number) => number,
  from: Prices = found.prices,
): { prices: Prices; bound: number } {
  const { items, unit } = problem, column = (prices: Float64Array) => prices.map(tidied);
  const prices: Prices = {
    contract: column(from.contract),
    ...pricesOfKinds((name) => column(from[name])),
    ...(from.limit !== undefined && {
      limit: from.limit.map((price, r) => price * items!.unit[r] <= TINY * unit ? 0 : price),
    }),
  };
  return betterOf(problem, found, prices);
}

/** Other prices, if they prove less than those found. */
function betterOf(
  problem: DualProblem,
  found: { prices: Prices; bound: number },
  prices: Prices,
): { prices: Prices; bound: number } {
  const bound = fastBoundAt(problem, prices);
  return bound < found.bound ? { prices, bound } : found;
}
