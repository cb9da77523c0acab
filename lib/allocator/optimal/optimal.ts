/**
 * The price solver: allocations of millions of pairs in seconds, each with a bound on the optimum that its prices prove.
 *
 * @module
 */
import type { Allocation } from "../model/allocation.ts";
import { allocationOf } from "./result.ts";
import { Clock } from "./clock.ts";
import { gapWithoutPins, pricesWithoutPins } from "../pins/solve_pinned.ts";
import { type Instance, pairCount } from "../drop/instance/instance.ts";
import type { OptimalOptions } from "./options.ts";
import type { PinnedDrop } from "../pins/pinned_drop.ts";
import type { Policy } from "../model/policy.ts";
import { earlyWorkers } from "./dual/worker_team.ts";
import { startWorkers } from "./dual/worker_pool.ts";
import { solveRaising } from "./raise_price.ts";
import { solveTranslated } from "../pins/solve_translated.ts";
import { withCases } from "./with_cases.ts";

/**
 * Finds an allocation whose objective is within `gap` of the optimum, a bound that proves it, and prices of caps and limits.
 *
 * 1. Search: prices of caps and limits that minimise the Lagrangian dual. Any prices give an upper bound on the objective.
 * 2. Recovery: each user's best bundle at these prices, changed into an allocation that keeps every rule.
 * 3. Core: the users that the prices leave undecided are decided together, by HiGHS where they are few.
 *
 * The gap is not always reached. Stopped by time or `signal`, it returns the best feasible allocation so far and its gap.
 *
 * @throws {InputError} for pins that contradict a rule, or that can't all be given
 *
 * @example
 * ```ts
 * import { solveOptimal } from "./optimal.ts";
 * import { IdPool } from "../../base/ids.ts";
 * import { defaultPolicy } from "../model/policy.ts";
 * import { assert, assertEquals } from "../../deps/std_assert.ts";
 *
 * // Two users want the one unit of a contract.
 * const instance = {
 *   users: IdPool.from(["u", "v"]), contracts: ["c"], sponsoredContracts: 0,
 *   cap: Float64Array.of(1), brand: null, brands: [], groups: ["g"], ratio: Float64Array.of(0),
 *   groupSize: Uint32Array.of(2), group: Uint32Array.of(0, 0), start: Uint32Array.of(0, 1, 2),
 *   middle: Uint32Array.of(0, 1), contract: Uint16Array.of(0, 0), score: Float64Array.of(0.25, 0.5),
 * };
 * const { objective, gap } = await solveOptimal(instance, { ...defaultPolicy, covW: [] });
 * assertEquals(objective, 0.5);
 * assert(gap! < 1e-6);
 * ```
 */
export async function solveOptimal(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions = {},
): Promise<Allocation> {
  const translated = solveTranslated(instance, policy, (drop, pinned) => {
    const own = pinned === undefined ? options : optionsWithoutPins(instance, pinned, options);
    return solveOptimal(drop, policy, own);
  });
  if (translated !== null) return await translated;
  const clock = new Clock(options, pairCount(instance));
  const warnings = policyWarnings(policy);
  // Workers start while the drop is compiled.
  const { workers = 1, startPrices } = options;
  const endEarly = startWorkers(earlyWorkers(instance, workers, startPrices !== undefined));
  try {
    let found = await solveRaising(instance, policy, options, clock);
    found = await withCases(found, clock, options.pinned);
    return allocationOf(found, policy, [...warnings, ...found.warnings], clock);
  } finally {
    endEarly();
  }
}

/** The options for the drop that stands in for one with pins. */
function optionsWithoutPins(
  instance: Instance,
  drop: PinnedDrop,
  options: OptimalOptions,
): OptimalOptions {
  const { startPrices, gap = 1e-6 } = options;
  const isPrices = startPrices !== undefined && !("contracts" in startPrices);
  return {
    ...options,
    gap: gapWithoutPins(instance, drop, gap),
    pinned: drop,
    ...(isPrices && { startPrices: pricesWithoutPins(drop, startPrices) }),
  };
}

/** A warning that names the options about types that are set under model coverage, which ignores them. */
function policyWarnings(policy: Policy): string[] {
  if (policy.model !== "coverage") return [];
  const set = [
    policy.maxSponsoredRatio !== null ? "max sponsored ratio" : "",
    policy.enforceAssignmentRatio ? "enforce assignment ratio" : "",
    policy.mixTail ? "mix tail" : "",
  ].filter((name) => name !== "");
  return set.length === 0
    ? []
    : [`model coverage has no rules about types: ${set.join(", ")} left aside`];
}
