/**
 * The greedy solver's allocation at the end of a run that left a gap.
 *
 * @module
 */
import { type Allocation, relativeGap } from "../model/allocation.ts";
import { Holdings } from "./recovery/holdings.ts";
import type { Clock } from "./clock.ts";
import type { DualProblem } from "./dual/dual_problem.ts";
import { EXACT_PAIRS } from "./dual/drop_sizes.ts";
import { hasShortfallPrice } from "../limits/items.ts";
import { Incumbent } from "./recovery/incumbent.ts";
import { pairCount } from "../drop/instance/instance.ts";
import { PROVEN } from "./core/refine_state.ts";
import type { Solved } from "./solved.ts";
import { solveGreedy } from "../greedy/greedy.ts";
import { takeHeld, takeOffers } from "./recovery/take_offers.ts";
import { TimeoutError } from "../../base/errors.ts";

/** What of the clock is asked here. */
type GreedyTime = Pick<Clock, "msForGreedy" | "cutShort">;

/** Above this relative gap greedy's allocation may be better in a drop whose optimum is not sought; under limits it never comes nearer. */
const FAR = 1e-5, FAR_UNDER_LIMITS = 1e-3;

/**
 * If the run ends with a gap that greedy's allocation may close in part, gives users what that gives them, where it is better. A run that
 * was cut short may end at a price of missed minima that should have been raised: unless that price was asked for, greedy's allocation is
 * better if it misses fewer.
 */
export function takeGreedyIfBetter(
  { holdings, bound }: Pick<Solved, "holdings" | "bound">,
  clock: GreedyTime,
): void {
  const { problem } = holdings;
  const isFar = relativeGap(bound, holdings.objective()) > gapToCompareAt(problem);
  const mayMissFewer = clock.cutShort && isPriceOpen(problem) && holdings.shortfall() > 0;
  if (!isFar && !mayMissFewer) return;
  const greedy = greedyWithin(clock.msForGreedy, problem);
  if (greedy === null) return;
  if (!mayMissFewer || !takeFewerMissed(holdings, greedy)) {
    new Incumbent(holdings).tryTo(() => takeOffers(holdings, greedy));
  }
}

/** The relative gap above which greedy's allocation may be better: any in drops that are solved to their optimum. */
function gapToCompareAt({ instance, items }: DualProblem): number {
  if (pairCount(instance) <= EXACT_PAIRS) return PROVEN;
  return items === null ? FAR : FAR_UNDER_LIMITS;
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
