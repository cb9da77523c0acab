/**
 * The limits of a drop under a scenario: their amounts multiplied, and those that are the column cap_face or sponsorship_ratio
 * changed as caps and ratios are.
 *
 * @module
 */
import { InputError, quote } from "../../base/errors.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import { textColumn } from "../drop/instance/attributes.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitFamily } from "../drop/instance/limit_family.ts";
import type { Limits } from "../drop/instance/limits.ts";
import { compileLimits } from "../drop/limits/limit_rows.ts";
import { scaledFamilies, scaleLimits } from "../drop/limits/scale_limits.ts";
import type { Scenario } from "./scenario.ts";
import { notInDrop, scenarioFault } from "./scenario_fault.ts";

/**
 * The limits of a drop whose caps and ratios are the scenario's already.
 *
 * @param isChanged whether caps or ratios differ from those that the limits were compiled with
 * @throws {UsageError} for a limit that the drop does not have, and amounts that contradict each other under the scenario
 */
export function limitsUnder(
  instance: Instance,
  scenario: Scenario,
  isChanged: boolean,
): Limits | undefined {
  const { limits } = instance, factors = factorsOf(limits, scenario);
  if (limits === undefined) return undefined;
  const drop = { ...instance, limits };
  if (!isChanged || !limits.families.some((family) => followsOf(family).length > 0)) {
    return scaleLimits(drop, factors);
  }
  try {
    const { families, attributes } = scaledFamilies(drop, factors);
    return compileLimits(drop, families, attributes);
  } catch (error) {
    throw error instanceof InputError ? scenarioFault(scenario, error.message) : error;
  }
}

/**
 * The factors of limits by name, `all` resolved.
 *
 * @throws {UsageError} for a limit that the drop does not have
 */
export function factorsOf(
  limits: Pick<Limits, "families"> | undefined,
  scenario: Scenario,
): ReadonlyMap<string, number> {
  const names = limits?.families.map(({ limit }) => limit) ?? [];
  const factors = new Map<string, number>();
  for (const [name, times] of Object.entries(scenario.limitScale ?? {})) {
    const meant = names.includes(name) ? [name] : name === "all" ? names : [];
    if (meant.length === 0) {
      const near = limits === undefined ? " (it has no limits)" : didYouMean(name, names);
      const known = ` (there is ${names.slice(0, 5).map(quote).join(", ")}; all means every one)`;
      throw notInDrop(scenario, `limit ${quote(name)}`, near || known);
    }
    for (const one of meant) factors.set(one, (factors.get(one) ?? 1) * times);
  }
  return factors;
}

/** Columns of amounts that a scenario's caps and ratios change. */
const FOLLOWING = ["cap_face", "sponsorship_ratio"];

function followsOf({ atMost, atLeast }: LimitFamily): string[] {
  return FOLLOWING.filter((name) => name === atMost || name === atLeast);
}

/**
 * The drop with cap_face and sponsorship_ratio kept as they are for limits that select, group or count by them: a scenario
 * changes amounts, not what counts toward which limit.
 */
export function withKeptColumns(instance: Instance): Instance {
  const { limits, cap, ratio } = instance;
  if (limits === undefined) return instance;
  const { families, attributes } = limits;
  const follow = new Set(families.flatMap(followsOf));
  const sorts = new Set(
    families.flatMap((
      { per, where, counts },
    ) => [...per, ...where.map((one) => one.column), counts]),
  );
  const keeps = (name: string) => sorts.has(name) && !follow.has(name);
  const caps = new Map(attributes.caps), groups = new Map(attributes.group_ratios);
  if (keeps("cap_face")) caps.set("cap_face", textColumn(Array.from(cap, String)));
  if (keeps("sponsorship_ratio")) {
    groups.set("sponsorship_ratio", textColumn(Array.from(ratio, String)));
  }
  return {
    ...instance,
    limits: { ...limits, attributes: { ...attributes, caps, group_ratios: groups } },
  };
}
