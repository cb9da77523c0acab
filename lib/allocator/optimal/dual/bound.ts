/**
 * Computes the bound that prices prove: D in doubles, from the original scores.
 *
 * @module
 */
import { sponsoredPrices } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "./bundle_kernel.ts";
import { constantTerm, type DualProblem } from "./dual_problem.ts";
import { BLOCKS, blockStart } from "./pair_block.ts";

/**
 * D(prices), an upper bound on the objective of every feasible allocation (up to the rounding of sums of doubles).
 * One pass over the pairs.
 */
export function boundAt(problem: DualProblem, prices: Prices): number {
  const kernel = new BundleKernel(problem);
  kernel.setPrices(prices);
  const users = problem.instance.group.length;
  const sponsoredPrice = sponsoredPrices(problem.rules, prices);
  let value = constantTerm(problem, prices);
  for (let block = 0; block < BLOCKS; block++) {
    const from = blockStart(users, block), to = blockStart(users, block + 1);
    value += sumOfBest(kernel, sponsoredPrice, from, to);
  }
  return value;
}

/** Σ over users `[from, to)` of the value of the best bundle, where a sponsored user of group g adds `sponsoredPrice[g]`. */
function sumOfBest(
  kernel: BundleKernel,
  sponsoredPrice: Float64Array,
  from: number,
  to: number,
): number {
  const { group } = kernel.problem.instance;
  let sum = 0;
  for (let u = from; u < to; u++) {
    kernel.scanUser(u);
    const sponsored = kernel.value[SPONSORED] + sponsoredPrice[group[u]];
    const unsponsored = kernel.value[UNSPONSORED];
    sum += sponsored > unsponsored ? sponsored : unsponsored;
  }
  return sum;
}
