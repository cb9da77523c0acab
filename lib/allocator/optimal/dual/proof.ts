/**
 * What prices prove.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "./dual_problem.ts";
import { type JointBound, jointBound } from "./joint_bound.ts";
import { noPause, type Pause } from "../../../base/pause.ts";

/** Prices with the bound that they prove, the groups' rules kept over whole users. */
export interface Proof extends JointBound {
  readonly prices: Prices;
  readonly bound: number;
  /** What was added up and taken off for it: what its rounding is measured against. */
  readonly size: number;
}

/** Relative rounding of a sum of doubles, errors of which go both ways. */
const ROUNDING = 16 * Number.EPSILON;

/** The proof of prices whose D is `bound`: what groups lose whatever they choose is taken off. */
export async function prove(
  problem: DualProblem,
  { prices, bound }: { prices: Prices; bound: number },
  stop: () => boolean = () => false,
  pause: Pause = noPause,
): Promise<Proof> {
  const { loss, shape } = await jointBound(problem, prices, stop, pause);
  const lost = loss.reduce((sum, one) => sum + one, 0);
  // Subtracting a large loss from a large bound leaves the rounding of both, so room for it is
  // added: a bound must never be too low.
  const rounding = lost === 0 ? 0 : ROUNDING * (Math.abs(bound) + lost);
  return { prices, loss, shape, bound: bound - lost + rounding, size: Math.abs(bound) + lost };
}
