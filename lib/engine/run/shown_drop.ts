/**
 * What of a run is known without its pairs, for the statements that a dry run shows.
 *
 * @module
 */
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import {
  checkPolicy,
  type Columns,
  columnsOf,
  type EngineInput,
  problemOf,
  typedContracts,
} from "../drop/task.ts";
import type { JudgeRules } from "../steps/certify.ts";
import type { EngineOptions } from "./options.ts";
import { columnsUnder, inputUnder } from "./under_scenario.ts";

/** What of a run is known without its pairs. */
export interface ShownDrop {
  readonly columns: Columns;
  readonly problem: DualProblem;
  readonly rules: JudgeRules;
  /** How many contracts count as sponsored: 0 where types don't matter. */
  readonly sponsored: number;
  readonly sampleUsers: number;
}

/**
 * The drop of the caps and ratios given, as a scenario changes them, with one user in each group.
 *
 * @throws UsageError for a policy that engines can't keep, and what a scenario names that the drop does not have
 */
export function shownDrop(
  given: EngineInput,
  options: EngineOptions,
): ShownDrop {
  const input = inputUnder(given, options.scenario), { caps, groupRatios, policy } = input;
  const { unsponsoredCap = 10_000, defaultRatio, sampleUsers = 100_000 } = options;
  const { minScore = -Infinity, topN = Infinity } = options;
  checkPolicy(input);
  // Without a table of ratios only the engine knows the groups: one stands for them.
  const groups = groupRatios.ofEvery === undefined ? groupRatios.groups : ["group"];
  const read = columnsOf(caps, groupRatios, groups, unsponsoredCap);
  const columns = columnsUnder(read, options.scenario, defaultRatio);
  const size = new Uint32Array(columns.groups.length).fill(1);
  return {
    columns,
    problem: problemOf(
      columns,
      policy,
      { groupSize: size, largest: 1, ofK: new Float64Array(1) },
      { defaultRatio },
    ),
    rules: { minScore, topN, repeats: true, ownK: columns.ownK, pins: 0, slots: null },
    sponsored: typedContracts(columns, policy),
    sampleUsers,
  };
}
