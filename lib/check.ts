/**
 * Checking: one function over an allocation or a table of assignments.
 *
 * @module
 */
import type { Allocation } from "./allocator/allocation.ts";
import { type AssignmentTable, assignmentTableOf } from "./allocator/assignment_table.ts";
import type { Certificate } from "./allocator/certificate.ts";
import { checkAssignments, type CheckReport } from "./allocator/check.ts";
import { type Policy, policyFrom } from "./allocator/policy.ts";
import type { Drop } from "./drop.ts";

/** The rules to judge by, and a certificate to verify. */
export interface CheckDropOptions extends Partial<Policy> {
  /** Verified too, where given: the bound recomputed from its prices, the objective from the assignments. */
  certificate?: Certificate;
}

/**
 * Judges who gets what by every rule of the policy, with code of its own: nothing is taken from the solvers. An
 * allocation is judged by the policy it was made under; options change it field by field.
 *
 * @throws {UsageError} if the policy limits brands and the drop has none
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { check } from "./check.ts";
 * import { Drop } from "./drop.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0.5 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const report = check(drop, await allocate(drop));
 * console.assert(report.ok && report.assignments === 1);
 * ```
 */
export function check(
  drop: Drop,
  assignments: Allocation | AssignmentTable,
  options: CheckDropOptions = {},
): CheckReport {
  const { certificate, ...changes } = options;
  const made = "offerPair" in assignments;
  const table = made ? assignmentTableOf(drop.instance, assignments) : assignments;
  const policy = policyFrom({ ...(made ? assignments.policy : {}), ...changes });
  return checkAssignments(drop.instance, table, policy, { certificate });
}
