/**
 * A run under a scenario: policy, caps, ratios and limits, changed as `applyScenario` changes them on one machine. Pins and bans
 * are in `scenario_pairs.ts`.
 *
 * @module
 */
import { amountsUnder, policyUnder } from "../../allocator/explain/scenario_amounts.ts";
import {
  factorsOf,
  limitsUnder,
  withKeptColumns,
} from "../../allocator/explain/scenario_limits.ts";
import type { Scenario } from "../../allocator/explain/scenario.ts";
import type { DeclaredLimits } from "../../allocator/drop/limits/declared_limits.ts";
import type { LimitedSlots } from "../drop/slots.ts";
import type { Columns, EngineInput } from "../drop/task.ts";

/**
 * The input with the policy of a scenario.
 *
 * @throws UsageError where that needs a column or list that the input does not have
 */
export function inputUnder(input: EngineInput, scenario: Scenario | undefined): EngineInput {
  if (scenario === undefined) return input;
  const has = { hasBrands: input.caps.brands !== null, hasPrevious: input.previous !== undefined };
  return { ...input, policy: policyUnder(input.policy, scenario, has) };
}

/**
 * The columns with the caps and ratios of a scenario.
 *
 * @param defaultRatio ratio of groups that have none
 * @throws UsageError for a group, contract or brand that the drop does not have
 */
export function columnsUnder(
  columns: Columns,
  scenario: Scenario | undefined,
  defaultRatio: number | undefined,
): Columns {
  if (scenario === undefined) return columns;
  const ratio = columns.ratio.map((r) => Number.isNaN(r) ? defaultRatio ?? NaN : r);
  return { ...columns, ...amountsUnder({ ...columns, ratio }, scenario).amounts };
}

/** @throws UsageError for a limit of a scenario that is not among those declared */
export function checkLimitsUnder(
  { families }: Pick<DeclaredLimits, "families">,
  scenario: Scenario | undefined,
): void {
  if (scenario !== undefined) factorsOf(families.length === 0 ? undefined : { families }, scenario);
}

/**
 * The slots with the limits of a scenario. They were compiled with the caps and ratios as they were read, which say what counts
 * toward which limit; what changes are amounts.
 *
 * @throws UsageError for amounts that contradict each other
 */
export function slotsUnder(slots: LimitedSlots, scenario: Scenario | undefined): LimitedSlots {
  if (scenario === undefined) return slots;
  if (slots.drop.limits!.families.length === 0) return slots;
  const { amounts, isChanged } = amountsUnder(slots.drop, scenario);
  const changed = isChanged ? { ...withKeptColumns(slots.drop), ...amounts } : slots.drop;
  return { ...slots, drop: { ...changed, limits: limitsUnder(changed, scenario, isChanged)! } };
}
