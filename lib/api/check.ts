/**
 * Checking: one function over an allocation or a table of assignments.
 *
 * @module
 */
import type { Allocation } from "../allocator/model/allocation.ts";
import { type AssignmentTable, assignmentTableOf } from "../allocator/model/assignment_table.ts";
import { type Certificate, policyOfCertificate } from "../allocator/model/certificate.ts";
import { checkAssignments, type CheckReport } from "../allocator/check/check.ts";
import { type Policy, policyFrom } from "../allocator/model/policy.ts";
import { instanceOfOffers } from "./allocation_of_drop.ts";
import { checkTable } from "./given_table.ts";
import { shownInNotebook } from "./in_notebook.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { changedBy, type Scenario } from "../allocator/explain/whatif.ts";
import { checkScenario } from "./scenario_rules.ts";
import { checkCertificateOption, checkRules, POLICY_OPTIONS } from "./policy_options.ts";
import {
  aFlag,
  anything,
  checkDrop,
  checkOptions,
  isObject,
  type OptionRule,
} from "../base/validate.ts";

/** The rules to judge by, and a certificate to verify. */
export interface CheckDropOptions extends Partial<Policy> {
  /** A certificate to verify: its bound is recomputed from its prices, its objective from the assignments. */
  certificate?: Certificate;
  /** Whether its figures are recomputed exactly even if it has no exact figures itself. @default false */
  exact?: boolean;
  /** The scenario that the assignments were made under: the drop and the rules are changed by it first. @default none */
  scenario?: Scenario;
}

/**
 * Judges assignments by every rule of the policy, with code that shares nothing with the solvers. An allocation is judged by
 * the policy that it was made under, a table by that of the certificate, if one is given; options replace single fields. An
 * allocation of another drop is judged by its ids: what this drop does not have is named. In a notebook the answer shows itself.
 *
 * @throws {UsageError} for an unknown option or one out of range, an invalid certificate, a policy that limits brands where
 * the drop has none, or a scenario that names what the drop does not have
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { check } from "./check.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { assert, assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "north", ratio: 0.5 }],
 *   pairs: [{ user: "ann", contract: "tea", score: 0.9 }, { user: "bob", contract: "tea", score: 0.4 }],
 * });
 * const report = check(drop, await allocate(drop));
 * assert(report.ok);
 * assertEquals(report.assignments, 1);
 * ```
 */
export function check(
  drop: Drop,
  assignments: Allocation | AssignmentTable,
  options: CheckDropOptions = {},
): CheckReport {
  checkDrop(drop);
  checkOptions("check", options, OPTIONS);
  const { certificate, exact, scenario, ...changes } = options;
  if (scenario !== undefined) checkScenario("scenario", scenario);
  if (certificate !== undefined) checkCertificateOption("certificate", certificate);
  const made = isAllocation(assignments);
  if (!made) checkTable("assignments", assignments);
  const table = made
    ? assignmentTableOf(instanceOfOffers(drop, assignments), assignments)
    : assignments;

  const { policy: own, shortfallPrice } = made ? assignments : {};
  const { instance, policy } = judgedUnder(
    scenario,
    drop.instance,
    judgedBy(own && { ...own, shortfallPrice }, certificate, changes),
  );
  const report = checkAssignments(instance, table, policy, { certificate, exact });
  return shownInNotebook(report, (notebook) => notebook.checkBundle(report));
}

/** Rules for the options of {@link check}. */
const OPTIONS: Readonly<Record<keyof CheckDropOptions, OptionRule>> = {
  ...POLICY_OPTIONS,
  // Checked by checkCertificateOption.
  certificate: anything,
  exact: aFlag,
  // Checked by checkScenario.
  scenario: anything,
};

/**
 * The drop and the policy to judge by, under the scenario if there is one.
 *
 * @throws {UsageError} for what the drop does not have
 */
export function judgedUnder(
  scenario: Scenario | undefined,
  instance: Instance,
  policy: Policy,
): { instance: Instance; policy: Policy } {
  const judged = scenario === undefined
    ? { instance, policy }
    : changedBy(instance, policy, scenario);
  checkRules(judged.instance, judged.policy);
  return judged;
}

/**
 * The policy to judge by: an allocation's own, else that of the certificate, else the defaults; `changes` replace single
 * fields.
 */
export function judgedBy(
  made: Partial<Policy> | undefined,
  certificate: Certificate | undefined,
  changes: Partial<Policy>,
): Policy {
  const known = Object.entries(changes).filter(([, value]) => value !== undefined);
  const base = made ?? (certificate && policyOfCertificate(certificate)) ?? {};
  return policyFrom({ ...base, ...Object.fromEntries(known) });
}

function isAllocation(assignments: Allocation | AssignmentTable): assignments is Allocation {
  return isObject(assignments) && "offerPair" in assignments;
}
