/**
 * The bound that prices prove: D in doubles from the original scores.
 *
 * @module
 */
import { sponsoredPrices } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "./bundle_kernel.ts";
import { constantTerm, type DualProblem } from "./dual_problem.ts";

/** Blocks that users are summed in, so that the bits of a sum do not depend on how many workers share the blocks. */
export const BLOCKS = 64;

/** First user of block `block` of `users` users; block `BLOCKS` begins at the end. */
export function blockStart(users: number, block: number): number {
  return Math.floor((users * block) / BLOCKS);
}

/**
 * D(prices), an upper bound on the objective of every feasible allocation (up to the rounding of sums of doubles).
 * One pass over the pairs.
 */
export function boundAt(problem: DualProblem, prices: Prices): number {
  const kernel = new BundleKernel(problem);
  kernel.setPrices(prices);
  const users = problem.instance.group.length;
  const t = sponsoredPrices(problem.rules, prices);
  let value = constantTerm(problem, prices);
  for (let block = 0; block < BLOCKS; block++) {
    value += sumOfBest(kernel, t, blockStart(users, block), blockStart(users, block + 1));
  }
  return value;
}

/** Σ over users `[from, to)` of the value of the best bundle, where a sponsored user of group g adds `t[g]`. */
function sumOfBest(kernel: BundleKernel, t: Float64Array, from: number, to: number): number {
  const { group } = kernel.problem.instance;
  let sum = 0;
  for (let u = from; u < to; u++) {
    kernel.scanUser(u);
    const sponsored = kernel.value[SPONSORED] + t[group[u]];
    const unsponsored = kernel.value[UNSPONSORED];
    sum += sponsored > unsponsored ? sponsored : unsponsored;
  }
  return sum;
}
