/**
 * The bound that prices prove, with the limits of groups kept over whole users.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "./dual_problem.ts";
import { type JointBound, jointBound } from "./joint_bound.ts";
import { noPause, type Pause } from "../../../base/pause.ts";

/** Prices, and the bound that they prove with the limits of groups kept over whole users. */
export interface Proof extends JointBound {
  readonly prices: Prices;
  readonly bound: number;
  /** Σ of the terms' sizes: rounding is judged relative to it. */
  readonly size: number;
}

/** Relative rounding of a sum of doubles, whose errors partly cancel. */
const ROUNDING = 16 * Number.EPSILON;

/** The proof of prices whose D is `bound`: takes off what each group loses at least, whatever its users choose. */
export async function prove(
  problem: DualProblem,
  { prices, bound }: { prices: Prices; bound: number },
  stop: () => boolean = () => false,
  pause: Pause = noPause,
): Promise<Proof> {
  const { loss, shape } = await jointBound(problem, prices, stop, pause);
  const lost = loss.reduce((sum, one) => sum + one, 0);
  // A large loss taken off a large bound leaves the rounding of both. Room for it is added: a bound must never be too low.
  const rounding = lost === 0 ? 0 : ROUNDING * (Math.abs(bound) + lost);
  return { prices, loss, shape, bound: bound - lost + rounding, size: Math.abs(bound) + lost };
}
