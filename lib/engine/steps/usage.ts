/**
 * What users hold or choose, added up per shared constraint.
 *
 * @module
 */
import { hasRule, ruleNamed, usedOf } from "../../allocator/limits/kinds/group_rules.ts";
import {
  COUNTS,
  GroupCounts,
  UNSPONSORED_OFFERS,
} from "../../allocator/limits/kinds/user_counts.ts";
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

/**
 * Float64Array, length groups: sponsored offers beyond what the assignment ratio asks for; 0 where there is no such rule.
 */
export function balances(
  { rules, instance: { groups } }: DualProblem,
  { counts }: Usage,
): Float64Array {
  const rule = ruleNamed(rules, "assignmentRatio"), balance = new Float64Array(groups.length);
  if (rule === undefined) return balance;
  return balance.map((_, g) => hasRule(rule, g) ? usedOf(rule, g, counts.of(g)) : 0);
}

/** Float64Array, length groups: ρ of the assignment ratio, 0 where there is no such rule. */
export function sharesOf({ rules, instance: { groups } }: DualProblem): Float64Array {
  const rule = ruleNamed(rules, "assignmentRatio"), share = new Float64Array(groups.length);
  if (rule === undefined) return share;
  return share.map((_, g) => hasRule(rule, g) ? -rule.weight[g * COUNTS + UNSPONSORED_OFFERS] : 0);
}

/** Float64Array, length groups: most mixed users, Infinity where there is no such rule. */
export function mostMixed({ rules, instance: { groups } }: DualProblem): Float64Array {
  return ruleNamed(rules, "mixedShare")?.amount ?? new Float64Array(groups.length).fill(Infinity);
}

/** Which rules any group has beside those on the number of its sponsored users. */
export function rulesAsked(
  { rules }: DualProblem,
): { hasAssignmentRatio: boolean; hasMixedShare: boolean } {
  return {
    hasAssignmentRatio: ruleNamed(rules, "assignmentRatio") !== undefined,
    hasMixedShare: ruleNamed(rules, "mixedShare") !== undefined,
  };
}
