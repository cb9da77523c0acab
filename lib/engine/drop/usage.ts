/**
 * What users hold or choose, summed for each shared constraint.
 *
 * @module
 */
import { GroupCounts } from "../../allocator/limits/kinds/user_counts.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { slotCount } from "./slot_rows.ts";

/** What all users together use. */
export interface Usage {
  /** Float64Array, length slots: users who have each. */
  readonly offers: Float64Array;
  /** The counts of each group's users. Counts that no rule asks for stay 0. */
  readonly counts: GroupCounts;
}

/** Nobody uses anything. */
export function noUsage(problem: DualProblem): Usage {
  return {
    offers: new Float64Array(slotCount(problem)),
    counts: new GroupCounts(problem.instance.groups.length),
  };
}
