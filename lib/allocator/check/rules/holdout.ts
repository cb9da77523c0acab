/**
 * Judges the random offers of held-out users apart from the other assignments.
 *
 * @module
 */
import type { AssignmentTable } from "../../model/assignment_table.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { CASES } from "./findings.ts";
import type { CheckReport, RuleFinding } from "./report.ts";

/** Splits rows into those of users in the drop and of held-out users; null if held-out users get no offers, or theirs are known already. */
export function splitHeldOut(
  { heldOut }: Instance,
  table: AssignmentTable,
): { rest: AssignmentTable; held: AssignmentTable } | null {
  if (heldOut?.solver !== "random" || heldOut.offers !== undefined) return null;
  const { users } = heldOut.instance;
  const isHeld = Uint8Array.from(
    { length: table.userIds.length },
    (_, v) => users.indexOfSorted(table.userIds.at(v)) >= 0 ? 1 : 0,
  );
  const rowsOf = (is: 0 | 1): AssignmentTable => {
    const rows = Uint32Array.from(table.user.keys()).filter((row) =>
      isHeld[table.user[row]] === is
    );
    return {
      ...table,
      user: Uint32Array.from(rows, (row) => table.user[row]),
      contract: Uint32Array.from(rows, (row) => table.contract[row]),
      score: Float64Array.from(rows, (row) => table.score[row]),
      line: Float64Array.from(rows, (row) => table.line[row]),
      file: table.file && Uint32Array.from(rows, (row) => table.file![row]),
    };
  };
  return { rest: rowsOf(0), held: rowsOf(1) };
}

/** The drop with the units that rows use taken off its caps. */
export function capsBeside(
  instance: Instance,
  { contract, contractIds }: AssignmentTable,
): Instance {
  const index = new Map(instance.contracts.map((id, c) => [id, c]));
  const cap = instance.cap.slice();
  for (const c of contract) {
    const own = index.get(contractIds[c]);
    if (own !== undefined) cap[own]--;
  }
  return { ...instance, cap };
}

/** The drop and rows without the random offers of held-out users; caps are what is left for the others. */
export function besideHeldOut(
  instance: Instance,
  table: AssignmentTable,
): { instance: Instance; table: AssignmentTable } {
  const split = splitHeldOut(instance, table);
  if (split === null) return { instance, table };
  return { instance: capsBeside(instance, split.held), table: split.rest };
}

/** The drop and policy that held-out users are judged by: the same caps and rules without minima, ratios and change costs. */
export function heldOutTerms(
  { instance }: NonNullable<Instance["heldOut"]>,
  cap: Float64Array,
  policy: Policy,
): { instance: Instance; policy: Policy } {
  const ratio = new Float64Array(instance.ratio.length);
  return {
    instance: { ...instance, cap, previous: undefined, ratio },
    policy: { ...policy, enforceAssignmentRatio: false, changeCost: 0 },
  };
}

/** A report with the findings about held-out users added. */
export function withHeldOutRules(report: CheckReport, held: CheckReport): CheckReport {
  const found = new Map(held.rules.map((one) => [one.rule, one]));
  const rules = report.rules.map((own): RuleFinding => {
    const other = found.get(own.rule);
    if (other === undefined || other.count === 0) return own;
    const cases = [...own.cases, ...other.cases].slice(0, CASES);
    return { rule: own.rule, count: own.count + other.count, cases };
  });
  return {
    ...report,
    rules,
    rows: report.rows + held.rows,
    held_out_assignments: held.assignments,
    feasible: report.feasible && held.feasible,
    ok: report.ok && held.ok,
  };
}
