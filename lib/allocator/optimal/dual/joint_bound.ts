/**
 * D with the rules of groups kept over whole users: a bound below the one that group prices alone prove.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "./dual_problem.ts";
import { GroupChoices } from "./group_choices.ts";
import { noPause, type Pause } from "../../../base/pause.ts";

/** Most states of a group's search. */
const MOST_STATES = 1_000_000;

/** What the groups choose at some prices. */
export interface JointBound {
  /** Float64Array, length groups: by how much less each group adds to D; 0 where that was not found. */
  readonly loss: Float64Array;
  /** Int32Array, length users: the shape that each gets in its group's best choice, −1 where that was not sought or found. */
  readonly shape: Int32Array;
}

/**
 * The best choice of every group with a price on a limit of more than its number of sponsored users: such limits are what
 * a fraction of a user can keep. (The number of sponsored users alone is settled exactly by its price.) Other groups lose
 * nothing.
 */
export async function jointBound(
  problem: DualProblem,
  prices: Prices,
  stop: () => boolean = () => false,
  pause: Pause = noPause,
): Promise<JointBound> {
  const { groups, group } = problem.instance;
  const loss = new Float64Array(groups.length), shape = new Int32Array(group.length).fill(-1);
  const { others } = problem.rules;
  if (others.length === 0) return { loss, shape };
  const choices = new GroupChoices(problem, prices);
  for (let g = 0; g < groups.length && !stop(); g++) {
    await pause();
    if (others.every(({ name }) => prices[name][g] === 0)) continue;
    const choice = choices.choose(g, MOST_STATES);
    if (choice === null) continue;
    loss[g] = choice.loss;
    choices.usersOf(g).forEach((u, x) => shape[u] = choice.shape[x]);
  }
  return { loss, shape };
}
