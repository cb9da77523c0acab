/**
 * What users hold or choose, added up per shared constraint.
 *
 * @module
 */
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";

/** What the constraints of all users use. */
export interface Usage {
  /** Float64Array, length contracts: users who have each. */
  readonly load: Float64Array;
  /** Float64Array, length groups: users with a sponsored offer. */
  readonly sponsored: Float64Array;
  /** Float64Array, length groups: sponsored offers; 0 where no rule asks for them. */
  readonly sponsoredOffers: Float64Array;
  /** Float64Array, length groups: other offers; 0 where no rule asks for them. */
  readonly otherOffers: Float64Array;
  /** Float64Array, length groups: users with offers of both types; 0 where no rule asks for them. */
  readonly mixed: Float64Array;
}

/** Nobody uses anything. */
export function noUsage({ instance: { cap, groups } }: DualProblem): Usage {
  const none = () => new Float64Array(groups.length);
  return {
    load: new Float64Array(cap.length),
    sponsored: none(),
    sponsoredOffers: none(),
    otherOffers: none(),
    mixed: none(),
  };
}

/**
 * Float64Array, length groups: sponsored offers beyond what the assignment ratio asks for; 0 where there is no such rule.
 */
export function balances(problem: DualProblem, usage: Usage): Float64Array {
  return problem.rules.assignmentRatio.map((share, g) =>
    share > 0 ? (1 - share) * usage.sponsoredOffers[g] - share * usage.otherOffers[g] : 0
  );
}
