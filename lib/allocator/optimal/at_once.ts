/**
 * What can be had from prices when time is out.
 *
 * @module
 */
import { argmaxAndBound, withinRoom } from "./recovery/argmax_bundles.ts";
import type { Prices } from "../model/allocation.ts";
import type { DualProblem } from "./dual/dual_problem.ts";
import type { KeptBundles } from "./passes/kept_bundles.ts";
import { makeFeasible } from "./recovery/recover.ts";
import { prove } from "./joint/proof.ts";
import type { Solved } from "./solved.ts";

/** The bound that prices prove, and their best bundles less what is too much. */
export async function atOnce(
  problem: DualProblem,
  given: { prices: Prices; bound?: number; kept?: KeptBundles },
): Promise<Solved> {
  const { prices } = given;
  const { holdings, bound } = given.kept === undefined || given.bound === undefined
    ? argmaxAndBound(problem, prices)
    : { holdings: withinRoom(problem, given.kept), bound: given.bound };
  const proof = await prove(problem, { prices, bound }, () => true);
  const hurry = () => true;
  if (!holdings.isFeasible()) {
    await makeFeasible(holdings, prices, { noise: 0, enough: bound, hurry, late: hurry });
  }
  return { holdings, proof, bound, warnings: [], finished: false };
}
