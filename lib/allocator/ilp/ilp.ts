/**
 * The whole model in HiGHS: exact, for small drops, and the oracle of the tests.
 *
 * @module
 */
import { type Allocation, relativeGap } from "../model/allocation.ts";
import { TimeoutError, UsageError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { type Instance, pairCount, userCount } from "../drop/instance.ts";
import { groupRules, mostOffers, type Policy } from "../model/policy.ts";
import { type Offers, offersFromSlots, valueOfOffers } from "../model/offers.ts";
import { ilpModel, MAX_ILP_PAIRS } from "./ilp_model.ts";
import { type MipResult, solveMip } from "./mip.ts";
import { boundOnGrid, objectiveStep } from "../model/objective_grid.ts";
import { WorkingPrice } from "../limits/working_price.ts";

/** Options of {@link solveIlp}. */
export interface IlpOptions extends RunControl {
  /** Relative gap at which HiGHS may stop. @default 0 */
  gap?: number;
}

/**
 * Solves the whole model, every policy included, with HiGHS. Its bound comes from HiGHS, not from prices, so there is
 * no certificate. HiGHS runs in this thread: `signal` is looked at before it starts only, `timeout` is kept.
 *
 * @throws UsageError when the drop has more than {@link MAX_ILP_PAIRS} pairs
 * @throws TimeoutError when time ran out before there was any allocation
 */
export async function solveIlp(
  instance: Instance,
  policy: Policy,
  options: IlpOptions = {},
): Promise<Allocation> {
  const { gap = 0, timeout = Infinity, onProgress, signal } = options;
  const pairs = pairCount(instance);
  if (pairs > MAX_ILP_PAIRS) {
    throw new UsageError(
      `solver ilp takes at most ${MAX_ILP_PAIRS} pairs, this drop has ${pairs}: use solver optimal`,
    );
  }
  if (signal?.aborted) throw new TimeoutError("solver ilp was stopped before it began");
  onProgress?.({ phase: "ilp" });
  const end = performance.now() + 1000 * timeout;
  const price = new WorkingPrice(instance, policy);
  let result: IlpResult;
  do {
    const left = (end - performance.now()) / 1000;
    result = await solveAt(instance, policy, price.price, { gap, timeout: left });
    if (result.status === "stopped") break;
  } while (price.raise(result.shortfall));
  const { offers, distance, status } = result;
  const { minSponsored } = groupRules(instance, policy);
  const value = valueOfOffers(instance, policy, offers, minSponsored, price.asked);
  const bound = value.objective + price.distanceWhenAsked(distance, value.shortfall);
  const proven = Number.isFinite(bound) ? bound : null;
  return {
    solver: "ilp",
    policy,
    ...offers,
    ...value,
    bound: proven,
    gap: proven === null ? null : relativeGap(proven, value.objective),
    prices: null,
    timedOut: status !== "optimal",
    warnings: [],
  };
}

/** What HiGHS finds at a shortfall price. */
interface IlpResult {
  readonly offers: Offers;
  readonly shortfall: number;
  /** From the objective to the bound that HiGHS proved. */
  readonly distance: number;
  readonly status: MipResult["status"];
}

/** Solves the model at a shortfall price. */
async function solveAt(
  instance: Instance,
  policy: Policy,
  price: number,
  options: { gap: number; timeout: number },
): Promise<IlpResult> {
  const { mip, firstPair } = ilpModel(instance, policy, price);
  const { values, bound, status } = await solveMip(mip, {
    ...options,
    units: userCount(instance) * (1 + mostOffers(instance, policy)),
  });
  if (values === null) {
    throw new TimeoutError(
      options.timeout < Infinity
        ? `solver ilp found no allocation within ${options.timeout} seconds`
        : "solver ilp found no allocation: HiGHS gave up",
    );
  }
  const k = mostOffers(instance, policy);
  const { slots, count } = chosenPairs(instance, k, values, firstPair);
  const offers = offersFromSlots(instance, k, slots, count);
  const { minSponsored } = groupRules(instance, policy);
  const { objective, shortfall } = valueOfOffers(instance, policy, offers, minSponsored, price);
  // HiGHS sums in its own order: a bound below the objective by rounding alone is the objective.
  const proven = Math.max(bound, objective);
  const step = objectiveStep(instance, policy, price);
  const distance = boundOnGrid(proven, objective, step) - objective;
  return { offers, shortfall, distance, status };
}

/** The pairs whose column is 1, per user. */
function chosenPairs(instance: Instance, k: number, values: Float64Array, firstPair: number) {
  const users = userCount(instance);
  const slots = new Int32Array(users * k), count = new Uint16Array(users);
  for (let u = 0; u < users; u++) {
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      if (values[firstPair + p] > 0.5) slots[u * k + count[u]++] = p;
    }
  }
  return { slots, count };
}
