/**
 * Scenarios: the same drop solved again with changed caps, ratios, limits, pins, bans or policy.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import { type Allocation, countedAt, type Prices } from "../model/allocation.ts";
import type { Certificate } from "../model/certificate.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Scenario } from "./scenario.ts";
import { amountsUnder, policyUnder } from "./scenario_amounts.ts";
import { limitsUnder, withKeptColumns } from "./scenario_limits.ts";
import { withBans, withScenarioPins } from "./scenario_pairs.ts";
import { keepWorkers } from "../optimal/passes/worker_pool.ts";
import { solveOptimal } from "../optimal/optimal.ts";
import { type Policy, shortfallPrice } from "../model/policy.ts";
import { serveHeldOut } from "../model/random_offers.ts";

export type { Scenario };

/** A scenario solved. */
export interface SolvedScenario {
  /** The change. */
  readonly scenario: Scenario;
  /** The changed drop; it shares columns that did not change with the original. */
  readonly instance: Instance;
  /** The best allocation found, with its bound. */
  readonly allocation: Allocation;
  /** Seconds that the solver took. */
  readonly seconds: number;
}

/** Options of {@link whatIf}. */
export interface WhatIfOptions extends RunControl {
  /** Prices or certificate of an earlier run, to start the first scenario from. @default none */
  startPrices?: Prices | Certificate;
  /** Proven relative gap at which each scenario may stop. @default 1e-6 */
  gap?: number;
  /** Threads. @default 1 */
  workers?: number;
}

/**
 * The drop and the policy under a scenario, ready to be solved: random offers to users held out are drawn under it, and their
 * units taken off its caps, as `allocate` does.
 *
 * @throws {UsageError} for a group, contract, user, brand or limit that the drop does not have, options that need a column or list
 *   that it does not have, a pin that is not eligible, and bans that leave no pair
 *
 * @example
 * ```ts
 * import { applyScenario } from "./whatif.ts";
 * import { IdPool } from "../../base/ids/ids.ts";
 * import { defaultPolicy } from "../model/policy.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const drop = {
 *   users: IdPool.from(["u"]), contracts: ["s"], sponsoredContracts: 1, cap: Float64Array.of(10),
 *   brand: null, brands: [], groups: ["g"], ratio: Float64Array.of(0.5), groupSize: Uint32Array.of(1),
 *   group: Uint32Array.of(0), start: Uint32Array.of(0, 1), middle: Uint32Array.of(1),
 *   contract: Uint16Array.of(0), score: Float64Array.of(0.25),
 * };
 * const changed = applyScenario(drop, defaultPolicy, {
 *   name: "more", ratioScale: 0.5, capScale: { sponsored: 1.25 }, k: 4,
 * });
 * assertEquals(changed.instance.cap[0], 12);
 * assertEquals(changed.instance.ratio[0], 0.25);
 * assertEquals(changed.policy.k, 4);
 * assertEquals(drop.cap[0], 10);
 * ```
 */
export function applyScenario(
  instance: Instance,
  policy: Policy,
  scenario: Scenario,
): { instance: Instance; policy: Policy } {
  const changed = changedBy(instance, policy, scenario);
  return { ...changed, instance: serveHeldOut(changed.instance, changed.policy) };
}

/**
 * The drop and the policy under a scenario, to judge allocations by: users held out have no random offers, which are among the
 * assignments.
 *
 * @throws {UsageError} as {@link applyScenario}
 */
export function changedBy(
  instance: Instance,
  policy: Policy,
  scenario: Scenario,
): { instance: Instance; policy: Policy } {
  const { brand, previous } = instance;
  const rules = policyUnder(policy, scenario, {
    hasBrands: brand !== null,
    hasPrevious: previous !== undefined,
  });
  const { amounts, isChanged } = amountsUnder(instance, scenario);
  const banned = withBans(
    isChanged ? { ...withKeptColumns(instance), ...amounts } : instance,
    scenario,
  );
  const limits = limitsUnder(banned, scenario, isChanged);
  const changed = { ...banned, ...(limits !== undefined && { limits }) };
  return { instance: withScenarioPins(changed, scenario), policy: rules };
}

/**
 * {@link applyScenario} for a scenario that is to be solved: where minima came first before the change, they do after it. A
 * shortfall price that was enough before, such as that of a certificate, may be less than what a bundle is worth with another k
 * or other weights; the default takes its place then.
 *
 * @throws {UsageError} as {@link applyScenario}
 */
export function scenarioToSolve(
  instance: Instance,
  policy: Policy,
  scenario: Scenario,
): ReturnType<typeof applyScenario> {
  const changed = applyScenario(instance, policy, scenario);
  const isWorthMore = scenario.k !== undefined || scenario.policy !== undefined;
  return isWorthMore && !asksForPrice(scenario) && !asksForLess(instance, policy) &&
      asksForLess(changed.instance, changed.policy)
    ? { ...changed, policy: { ...changed.policy, shortfallPrice: null } }
    : changed;
}

/** Whether a scenario has a shortfall price of its own. */
function asksForPrice({ policy }: Scenario): boolean {
  return policy?.shortfallPrice !== undefined;
}

/** Whether a policy asks for a lower shortfall price than the default, at which a bundle may be worth more than a minimum. */
function asksForLess(instance: Instance, policy: Policy): boolean {
  return policy.shortfallPrice !== null &&
    policy.shortfallPrice < shortfallPrice(instance, { ...policy, shortfallPrice: null });
}

/**
 * Solves scenarios one after the other, each from the prices of the previous one. To compare with the unchanged drop, let the
 * first scenario change nothing. All scenarios are checked before the first is solved. Stopped by time or `signal`, it returns
 * the scenarios solved by then; the last may have a larger gap.
 *
 * Minima come first under each, unless the policy or a scenario asks for a lower shortfall price than the default; and the
 * objectives of all that miss some are counted at one price, so that they can be compared.
 *
 * @throws {UsageError} as {@link applyScenario}
 */
export async function whatIf(
  instance: Instance,
  policy: Policy,
  scenarios: readonly Scenario[],
  options: WhatIfOptions = {},
): Promise<SolvedScenario[]> {
  const { startPrices, gap, workers, timeout = Infinity, signal, onProgress } = options;
  const begun = performance.now();
  const secondsLeft = () => timeout - (performance.now() - begun) / 1000;
  const isStopped = () => signal?.aborted === true || secondsLeft() <= 0;
  const changed = scenarios.map((scenario) => scenarioToSolve(instance, policy, scenario));
  const solve = async (i: number, rules: Policy, prices: WhatIfOptions["startPrices"]) => {
    onProgress?.({ phase: "scenarios", done: i / scenarios.length, detail: scenarios[i].name });
    const control = { startPrices: prices, gap, workers, signal, timeout: secondsLeft() };
    return await solveOptimal(changed[i].instance, rules, control);
  };
  const solved: SolvedScenario[] = [];
  let prices = startPrices;
  const endKeeping = keepWorkers();
  try {
    for (const [i, scenario] of scenarios.entries()) {
      if (i > 0 && isStopped()) break;
      const from = performance.now();
      const allocation = await solve(i, changed[i].policy, prices);
      const seconds = (performance.now() - from) / 1000;
      solved.push({ scenario, instance: changed[i].instance, allocation, seconds });
      prices = allocation.prices ?? prices;
    }
    for (const [i, price] of asksForLess(instance, policy) ? [] : countedLower(solved)) {
      const { allocation, seconds } = solved[i], from = performance.now();
      const again = isStopped() ? countedAt(allocation, price) : await solve(
        i,
        { ...changed[i].policy, shortfallPrice: price },
        allocation.prices ?? prices,
      );
      const more = (performance.now() - from) / 1000;
      solved[i] = { ...solved[i], allocation: again, seconds: seconds + more };
    }
  } finally {
    endKeeping();
  }
  return solved;
}

/** The scenarios that miss something at a lower shortfall price than the highest, with that price; none where one asks for its own. */
function countedLower(solved: readonly SolvedScenario[]): [scenario: number, price: number][] {
  if (solved.some(({ scenario }) => asksForPrice(scenario))) return [];
  const missing = solved.map(({ allocation: { shortfall, limitShortfall = 0 } }) =>
    shortfall + limitShortfall
  );
  const prices = solved.map(({ allocation }) => allocation.shortfallPrice);
  const most = Math.max(...prices.filter((_, i) => missing[i] > 0));
  return [...solved.keys()].filter((i) => missing[i] > 0 && prices[i] < most)
    .map((i) => [i, most]);
}

/** `count` values from `from` to `to`, both included, in equal steps, each rounded to 12 digits. */
export function sweep(from: number, to: number, count: number): number[] {
  if (count === 1) return [from];
  return Array.from(
    { length: count },
    (_, i) => Number((from + (to - from) * i / (count - 1)).toPrecision(12)),
  );
}
