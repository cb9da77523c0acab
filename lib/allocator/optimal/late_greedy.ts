/**
 * The greedy solver's allocation where the price solver ran out of time.
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
type GreedyTime = Pick<Clock, "cutShort" | "msForGreedy">;

/**
 * If the run was cut short far from its bound, gives users what the greedy solver gives them, where that is better. A run in time
 * compares both while it refines.
 */
export function takeGreedyIfLate({ assignment, bound }: Solved, clock: GreedyTime): void {
  const { problem } = assignment;
  const gap = relativeGap(bound, assignment.objective());
  if (!clock.cutShort || gap <= gapToCompareAt(problem)) return;
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
