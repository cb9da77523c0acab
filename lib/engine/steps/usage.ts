/**
 * What users hold or choose, added up per shared constraint.
 *
 * @module
 */
import { GroupCounts } from "../../allocator/limits/kinds/user_counts.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { slotCount } from "./slots.ts";

/** What the constraints of all users use. */
export interface Usage {
  /** Float64Array, length slots: users who have each. */
  readonly offers: Float64Array;
  /** What the users of each group count; of what no rule asks for, 0. */
  readonly counts: GroupCounts;
}

/** Nobody uses anything. */
export function noUsage(problem: DualProblem): Usage {
  return {
    offers: new Float64Array(slotCount(problem)),
    counts: new GroupCounts(problem.instance.groups.length),
  };
}
