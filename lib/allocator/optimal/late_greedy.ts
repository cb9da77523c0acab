/**
 * The greedy solver's allocation at the end of a run that passed over it.
 *
 * @module
 */
import { type Allocation, relativeGap } from "../model/allocation.ts";
import type { Clock } from "./clock.ts";
import type { DualProblem } from "./dual/dual_problem.ts";
import { gapToCompareAt } from "./core/refine.ts";
import { Incumbent } from "./recovery/incumbent.ts";
import type { Solved } from "./solved.ts";
import { solveGreedy } from "../greedy/greedy.ts";
import { takeOffers } from "./recovery/take_offers.ts";
import { TimeoutError } from "../../base/errors.ts";

/** What of the clock is asked here. */
type GreedyTime = Pick<Clock, "msForGreedy">;

/**
 * If the run ends far from its bound and was not compared with the greedy solver while it refined, gives users what that gives them,
 * where it is better.
 */
export function takeGreedyIfBetter(found: Solved, clock: GreedyTime): void {
  const { assignment, bound } = found, { problem } = assignment;
  const gap = relativeGap(bound, assignment.objective());
  if (found.comparedWithGreedy === true || gap <= gapToCompareAt(problem)) return;
  const ms = clock.msForGreedy;
  if (ms === 0) return;
  const greedy = greedyWithin(ms, problem);
  if (greedy !== null) new Incumbent(assignment).tryTo(() => takeOffers(assignment, greedy));
}

/** The greedy solver's allocation; null: it had not a single offer in this time. */
function greedyWithin(ms: number, { instance, policy }: DualProblem): Allocation | null {
  try {
    return solveGreedy(instance, policy, { timeout: ms / 1000 });
  } catch (error) {
    if (error instanceof TimeoutError) return null;
    throw error;
  }
}
