/**
 * Computes the bound that prices prove as `boundAt` does, to the same bits, in less time where users are many.
 *
 * @module
 */
import { sponsoredPrices } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { boundAt } from "../dual/bound.ts";
import { BundleKernel } from "../dual/bundle_kernel.ts";
import { constantTerm, type DualProblem } from "../dual/dual_problem.ts";
import { BLOCKS, blockStart, wholeBlock } from "../dual/pair_block.ts";
import { UserScan } from "./user_scan.ts";

/** With fewer users, or items of their own for pairs, a scan in WebAssembly is not worth its memory. */
const LEAST_USERS = 20_000;

/** D(prices), see `boundAt`. */
export function fastBoundAt(problem: DualProblem, prices: Prices): number {
  const users = problem.instance.group.length;
  if (users < LEAST_USERS || problem.items?.byPair) return boundAt(problem, prices);
  const scan = UserScan.forBundles(problem);
  if (scan === null) return boundAt(problem, prices);
  const point = {
    netPrice: pricedKernel(problem, prices).netPrice,
    others: problem.rules.others.map(({ name }) => prices[name]),
    sponsored: sponsoredPrices(problem.rules, prices),
  };
  let value = constantTerm(problem, prices);
  for (let b = 0; b < BLOCKS; b++) {
    const block = wholeBlock(problem, blockStart(users, b), blockStart(users, b + 1));
    const sum = scan.sumOfBest(block, point);
    if (sum === null) return boundAt(problem, prices);
    value += sum;
  }
  return value;
}

function pricedKernel(problem: DualProblem, prices: Prices): BundleKernel {
  const kernel = new BundleKernel(problem);
  kernel.setPrices(prices);
  return kernel;
}
