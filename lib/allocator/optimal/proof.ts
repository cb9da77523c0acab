/**
 * What prices prove.
 *
 * @module
 */
import type { Prices } from "../allocation.ts";
import type { DualProblem } from "./dual_problem.ts";
import { type JointBound, jointBound } from "./joint_bound.ts";
import { noPause, type Pause } from "./pause.ts";

/** Prices with the bound that they prove, the groups' rules kept over whole users. */
export interface Proof extends JointBound {
  readonly prices: Prices;
  readonly bound: number;
}

/** The proof of prices whose D is `bound`: what groups lose whatever they choose is taken off. */
export async function prove(
  problem: DualProblem,
  { prices, bound }: { prices: Prices; bound: number },
  stop: () => boolean = () => false,
  pause: Pause = noPause,
): Promise<Proof> {
  const { loss, shape } = await jointBound(problem, prices, stop, pause);
  return { prices, loss, shape, bound: loss.reduce((sum, lost) => sum - lost, bound) };
}
