/**
 * The bound that prices prove, with the limits of groups kept over whole users: a tighter one than D.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { GroupChoices } from "./group_choices.ts";
import { noPause, type Pause } from "../../../base/pause.ts";

/** Most states of the search for one group's choice. */
export const MOST_STATES = 500_000;

/** Prices, and the bound that they prove with the limits of groups kept over whole users. */
export interface Proof {
  readonly prices: Prices;
  readonly bound: number;
  /** Float64Array, length groups: by how much less each group adds to D; 0 where that was not found. */
  readonly loss: Float64Array;
  /**
   * Int32Array, length users: the shape of each in its group's best choice, −1 where that was not sought or not found;
   * undefined: none was found.
   */
  readonly shape: Int32Array | undefined;
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
  return proofOf({ prices, bound }, await jointLosses(problem, prices, stop, pause));
}

/** What groups lose at least, and the shapes with which they lose no more: see {@link Proof}. */
export type JointLosses = Pick<Proof, "loss" | "shape">;

/** The proof of prices whose D is `bound`, at which groups lose so much. */
export function proofOf(
  { prices, bound }: { prices: Prices; bound: number },
  { loss, shape }: JointLosses,
): Proof {
  const lost = loss.reduce((sum, one) => sum + one, 0);
  // A large loss taken off a large bound leaves the rounding of both. Room for it is added: a bound must never be too low.
  const rounding = lost === 0 ? 0 : ROUNDING * (Math.abs(bound) + lost);
  return { prices, loss, shape, bound: bound - lost + rounding, size: Math.abs(bound) + lost };
}

/**
 * Finds the best choice of every group that has a price on a limit in `rules.others`. Prices let a group keep such a limit by a
 * fraction of a user. (A limit on the number of sponsored users alone is settled exactly by its price.) Other groups lose
 * nothing.
 */
async function jointLosses(
  problem: DualProblem,
  prices: Prices,
  stop: () => boolean,
  pause: Pause,
): Promise<JointLosses> {
  const { groups, group } = problem.instance;
  const loss = new Float64Array(groups.length);
  let shape: Int32Array | undefined;
  const { others } = problem.rules;
  if (others.length === 0) return { loss, shape };
  const choices = new GroupChoices(problem, prices);
  for (let g = 0; g < groups.length && !stop(); g++) {
    await pause();
    if (!areTied(problem, prices, g)) continue;
    const choice = choices.choose(g, MOST_STATES);
    if (choice === null) continue;
    loss[g] = choice.loss;
    const found = shape ??= new Int32Array(group.length).fill(-1);
    choices.usersOf(g).forEach((u, x) => found[u] = choice.shape[x]);
  }
  return { loss, shape };
}

/** Whether a price on one of its limits ties the users of group g together. */
export function areTied({ rules }: DualProblem, prices: Prices, g: number): boolean {
  return rules.others.some(({ name }) => prices[name][g] !== 0);
}
