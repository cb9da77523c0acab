/**
 * D with the limits of groups kept over whole users: a tighter bound than group prices alone prove.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "./dual_problem.ts";
import { GroupChoices } from "./group_choices.ts";
import { noPause, type Pause } from "../../../base/pause.ts";

/** Most states of the search for one group's choice. */
const MOST_STATES = 1_000_000;

/** The best choices of the groups at some prices. */
export interface JointBound {
  /** Float64Array, length groups: by how much less each group adds to D; 0 where that was not found. */
  readonly loss: Float64Array;
  /** Int32Array, length users: the shape of each in its group's best choice, −1 where that was not sought or not found. */
  readonly shape: Int32Array;
}

/**
 * Finds the best choice of every group that has a price on a limit in `rules.others`. Prices let a group keep such a limit by a
 * fraction of a user. (A limit on the number of sponsored users alone is settled exactly by its price.) Other groups lose
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
