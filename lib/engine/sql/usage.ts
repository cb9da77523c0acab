/**
 * What users hold or choose, added up per shared constraint; and how such sums come back from a statement.
 *
 * @module
 */
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { markCount } from "../../allocator/optimal/dual/marks.ts";

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
 * Two SQL arrays, keys and what is added under each, for a user of group `g` who has the `contracts` given, `i` of them
 * sponsored and `j` others. Keys: 0 is the caller's own; contracts from 1; then a key per group for each count of `Usage`.
 */
export function usageArrays(
  problem: DualProblem,
  contracts: string,
  i: string,
  j: string,
): { keys: string; amounts: string } {
  const { cap, groups } = problem.instance;
  const first = 1 + cap.length;
  const marks = [`${i} > 0`];
  if (markCount(problem) === 4) marks.push(i, j, `${i} > 0 AND ${j} > 0`);
  const keys = marks.map((_, m) => `toUInt32(${first + m * groups.length} + g)`);
  return {
    keys: `arrayMap(c -> toUInt32(c + 1), ${contracts}), [${keys.join(", ")}]`,
    amounts: `arrayMap(c -> 1.0, ${contracts}), [${
      marks.map((mark) => `toFloat64(${mark})`).join(", ")
    }]`,
  };
}

/** Adds rows (key, sum) of a statement made with {@link usageArrays}; returns what came under key 0. */
export function addUsage(problem: DualProblem, usage: Usage, rows: readonly string[][]): number {
  const contracts = problem.instance.cap.length, groups = problem.instance.groups.length;
  const marks = [usage.sponsored, usage.sponsoredOffers, usage.otherOffers, usage.mixed];
  let value = 0;
  for (const [key, sum] of rows.map((row) => row.map(Number))) {
    if (key === 0) value += sum;
    else if (key <= contracts) usage.load[key - 1] += sum;
    else {
      const at = key - 1 - contracts;
      marks[Math.floor(at / groups)][at % groups] += sum;
    }
  }
  return value;
}

/**
 * Float64Array, length groups: sponsored offers beyond what the assignment ratio asks for; 0 where there is no such rule.
 */
export function balances(problem: DualProblem, usage: Usage): Float64Array {
  return problem.rules.assignmentRatio.map((share, g) =>
    share > 0 ? (1 - share) * usage.sponsoredOffers[g] - share * usage.otherOffers[g] : 0
  );
}
