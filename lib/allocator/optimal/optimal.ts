/**
 * The price solver: allocations of millions of pairs in seconds, each with a bound on the optimum that its prices prove.
 *
 * @module
 */
import type { Allocation } from "../model/allocation.ts";
import { allocationOf } from "./result.ts";
import { Clock } from "./clock.ts";
import { type Instance, pairCount } from "../drop/instance/instance.ts";
import { type OptimalOptions, optionsWithoutPins } from "./options.ts";
import type { Policy } from "../model/policy.ts";
import { earlyWorkers } from "./passes/worker_team.ts";
import { keepWorkers, startWorkers } from "./passes/worker_pool.ts";
import { solvePrivately } from "./private_limits.ts";
import { solveRaising } from "./raise_price.ts";
import { takeGreedyIfBetter } from "./late_greedy.ts";
import { solveTranslated } from "../pins/solve_translated.ts";
import { withCases } from "./with_cases.ts";

/**
 * Finds an allocation whose objective is within `gap` of the optimum, a bound that proves it, and prices of caps and limits.
 *
 * 1. Search (`search/`): prices of caps and limits that minimise the Lagrangian dual (`dual/`). Any prices give an upper bound on the
 *    objective. Where the drop is a flow of least cost, or nearly, the flow comes first (`flow/`).
 * 2. Recovery (`recovery/`): each user's best bundle at these prices, changed into an allocation that keeps every rule (`repair/`),
 *    and improved along cheapest paths (`changes/`).
 * 3. Core (`core/`): the users that the prices leave undecided are decided together, by HiGHS where they are few.
 *
 * These are the steps of `solve_at_price.ts`. Missed minima cost a moderate price first, and more while that leaves fewer missed
 * (`raise_price.ts`). Where prices alone leave a gap in a small drop, a proof by cases closes it (`with_cases.ts`). `docs/model.md` has
 * the mathematics.
 *
 * The gap is not always reached. Stopped by time or `signal`, it returns the best feasible allocation so far and its gap. Where the
 * result has a gap, it is the greedy solver's if that is better.
 *
 * @throws {InputError} for pins that contradict a rule, or that can't all be given
 *
 * @example
 * ```ts
 * import { solveOptimal } from "./optimal.ts";
 * import { IdPool } from "../../base/ids/ids.ts";
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
  const ofUsers = solvePrivately(instance, policy, options, solveOptimal);
  if (ofUsers !== null) return await ofUsers;
  const translated = solveTranslated(instance, policy, (drop, pinned) => {
    const own = pinned === undefined ? options : optionsWithoutPins(instance, pinned, options);
    return solveOptimal(drop, policy, own);
  });
  if (translated !== null) return await translated;
  const clock = new Clock(options, pairCount(instance), instance.limits !== undefined);
  // Workers start while the drop is compiled.
  const { workers = 1, startPrices } = options;
  const endEarly = startWorkers(earlyWorkers(instance, workers, startPrices !== undefined));
  // After the search they answer what the end of the run asks for.
  const endKeeping = workers > 1 ? keepWorkers() : () => {};
  try {
    const found = await solveRaising(instance, policy, options, clock);
    takeGreedyIfBetter(found, clock);
    return allocationOf(await withCases(found, clock, options.pinned), policy, clock);
  } finally {
    endKeeping();
    endEarly();
  }
}
