/**
 * What users hold or choose, added up per shared constraint; and how such sums come back from a statement.
 *
 * @module
 */
import {
  type GroupRule,
  hasRule,
  ruleNamed,
  usedOf,
} from "../../allocator/limits/kinds/group_rules.ts";
import {
  COUNTS,
  GroupCounts,
  UNSPONSORED_OFFERS,
} from "../../allocator/limits/kinds/user_counts.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { markCount } from "../../allocator/optimal/dual/marks.ts";

/** What the constraints of all users use. */
export interface Usage {
  /** Float64Array, length contracts: users that have each. */
  readonly load: Float64Array;
  /** What the users of each group count. */
  readonly counts: GroupCounts;
}

/** Nobody uses anything. */
export function noUsage({ instance: { cap, groups } }: DualProblem): Usage {
  return { load: new Float64Array(cap.length), counts: new GroupCounts(groups.length) };
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
  const { sponsoredUsers, sponsoredOffers, unsponsoredOffers, mixedUsers } = usage.counts;
  const marks = [sponsoredUsers, sponsoredOffers, unsponsoredOffers, mixedUsers];
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

/** Float64Array, length groups: what is used of a limit, 0 where a group has none. */
export function usedOfRule(rule: GroupRule, { counts }: Usage): Float64Array {
  return rule.amount.map((_, g) => hasRule(rule, g) ? usedOf(rule, g, counts.of(g)) : 0);
}

/**
 * Float64Array, length groups: sponsored offers beyond what the assignment ratio asks for; 0 where there is no such rule.
 */
export function balances({ rules, instance: { groups } }: DualProblem, usage: Usage): Float64Array {
  const rule = ruleNamed(rules, "assignmentRatio");
  return rule === undefined ? new Float64Array(groups.length) : usedOfRule(rule, usage);
}

/** Float64Array, length groups: ρ of the assignment ratio, 0 where there is no such rule. */
export function sharesOf({ rules, instance: { groups } }: DualProblem): Float64Array {
  const rule = ruleNamed(rules, "assignmentRatio"), share = new Float64Array(groups.length);
  return rule === undefined
    ? share
    : share.map((_, g) => hasRule(rule, g) ? -rule.weight[g * COUNTS + UNSPONSORED_OFFERS] : 0);
}

/** Float64Array, length groups: most mixed users, Infinity where there is no such rule. */
export function mostMixed({ rules, instance: { groups } }: DualProblem): Float64Array {
  return ruleNamed(rules, "mixedShare")?.amount ?? new Float64Array(groups.length).fill(Infinity);
}

/** Which limits beside the number of sponsored users the drop has, by what SQL must keep for them. */
export function ruleFlags(
  { rules }: DualProblem,
): { hasAssignmentRatio: boolean; hasMixedShare: boolean } {
  return {
    hasAssignmentRatio: ruleNamed(rules, "assignmentRatio") !== undefined,
    hasMixedShare: ruleNamed(rules, "mixedShare") !== undefined,
  };
}
