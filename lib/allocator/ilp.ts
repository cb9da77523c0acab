/**
 * The whole model in HiGHS: exact, for small drops, and the oracle of the tests.
 *
 * @module
 */
import { type Allocation, relativeGap } from "./allocation.ts";
import { TimeoutError, UsageError } from "../errors.ts";
import type { RunControl } from "../progress.ts";
import { type Instance, pairCount, userCount } from "./instance.ts";
import { groupRules, mostOffers, type Policy, shortfallPrice } from "./policy.ts";
import { offersFromSlots, valueOfOffers } from "./offers.ts";
import { ilpModel } from "./ilp_model.ts";
import { solveMip } from "./mip.ts";

/**
 * Most pairs that {@link solveIlp} takes. Measured: 60,000 pairs take 10 s (coverage) to 75 s (uniform) and 0.6 GB;
 * far past this limit HiGHS has no answer within minutes.
 */
export const MAX_ILP_PAIRS = 150_000;

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
  const { mip, firstPair } = ilpModel(instance, policy);
  const result = await solveMip(mip, { gap, timeout });
  if (result.values === null) {
    throw new TimeoutError(`solver ilp found no allocation within ${timeout} seconds`);
  }
  const k = mostOffers(instance, policy);
  const { slots, count } = chosenPairs(instance, k, result.values, firstPair);
  const offers = offersFromSlots(instance, k, slots, count);
  const { minSponsored } = groupRules(instance, policy);
  const value = valueOfOffers(
    instance,
    policy,
    offers,
    minSponsored,
    shortfallPrice(instance, policy),
  );
  // HiGHS sums in its own order: a bound below the objective by rounding alone is the objective.
  const bound = Math.max(result.bound, value.objective);
  const proven = Number.isFinite(bound) ? bound : null;
  return {
    solver: "ilp",
    policy,
    ...offers,
    ...value,
    bound: proven,
    gap: proven === null ? null : relativeGap(proven, value.objective),
    prices: null,
    timedOut: result.status !== "optimal",
    warnings: [],
  };
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
