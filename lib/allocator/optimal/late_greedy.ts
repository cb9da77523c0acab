/**
 * The greedy solver's allocation at the end of a run that passed over it.
 *
 * @module
 */
import { type Allocation, relativeGap } from "../model/allocation.ts";
import { Holdings } from "./recovery/holdings.ts";
import type { Clock } from "./clock.ts";
import type { DualProblem } from "./dual/dual_problem.ts";
import { gapToCompareAt } from "./core/refine.ts";
import { hasShortfallPrice } from "../limits/items.ts";
import { Incumbent } from "./recovery/incumbent.ts";
import type { Solved } from "./solved.ts";
import { solveGreedy } from "../greedy/greedy.ts";
import { takeHeld, takeOffers } from "./recovery/take_offers.ts";
import { TimeoutError } from "../../base/errors.ts";

/** What of the clock is asked here. */
type GreedyTime = Pick<Clock, "msForGreedy" | "cutShort">;

/**
 * If the run ends far from its bound and was not compared with the greedy solver while it refined, gives users what that gives them,
 * where it is better. A run that was cut short may end at a price of missed minima that should have been raised: unless that price was
 * asked for, greedy's allocation is better if it misses fewer.
 */
export function takeGreedyIfBetter(found: Solved, clock: GreedyTime): void {
  const { holdings, bound } = found, { problem } = holdings;
  const gap = relativeGap(bound, holdings.objective());
  const isFar = found.comparedWithGreedy !== true && gap > gapToCompareAt(problem);
  const mayMissFewer = clock.cutShort && isPriceOpen(problem) && holdings.shortfall() > 0;
  if (!isFar && !mayMissFewer) return;
  const greedy = found.greedy ?? greedyWithin(clock.msForGreedy, problem);
  if (greedy === null) return;
  if (!mayMissFewer || !takeFewerMissed(holdings, greedy)) {
    new Incumbent(holdings).tryTo(() => takeOffers(holdings, greedy));
  }
}

/** Whether the price of missed minima is raised until no fewer are missed: none is asked for, and none is that of limits as well. */
function isPriceOpen({ policy, instance: { limits } }: DualProblem): boolean {
  return policy.shortfallPrice === null && !hasShortfallPrice(limits);
}

/** Takes an allocation that misses fewer users of minima. Returns whether it does; one that misses more is no better, whatever its worth. */
function takeFewerMissed(holdings: Holdings, greedy: Allocation): boolean {
  const other = new Holdings(holdings.problem);
  takeOffers(other, greedy);
  const more = other.shortfall() - holdings.shortfall();
  if (more < 0 && other.isFeasible()) takeHeld(holdings, other);
  return more !== 0;
}

/** The greedy solver's allocation; null: there is no time, or it had not a single offer in it. */
function greedyWithin(ms: number, { instance, policy }: DualProblem): Allocation | null {
  if (ms === 0) return null;
  try {
    return solveGreedy(instance, policy, { timeout: ms / 1000 });
  } catch (error) {
    if (error instanceof TimeoutError) return null;
    throw error;
  }
}
