/**
 * The greedy solver: fast, good, and without a proof. Its phases are those of the tool that Divvy replaces.
 *
 * @module
 */
import { TimeoutError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import type { Allocation } from "../model/allocation.ts";
import { convertUsers } from "./conversion.ts";
import { coverageSweep } from "./coverage_sweep.ts";
import { exchangeForLimits, serveLeasts } from "./least_deliveries.ts";
import { meetMinima } from "./minima.ts";
import { rankPairs } from "./ranking.ts";
import { releaseUsers } from "./release.ts";
import { roundRobin } from "./rounds.ts";
import { emptyState, type GreedyState } from "./state.ts";
import { sweepContracts } from "./sweeps.ts";
import { Watch } from "./watch.ts";
import type { Instance } from "../drop/instance.ts";
import { offersFromSlots, valueOfOffers } from "../model/offers.ts";
import type { Policy } from "../model/policy.ts";
import { solveTranslated } from "../pins/solve_translated.ts";
import { seededRandom } from "../../base/random.ts";

/** Options of {@link solveGreedy}. */
export interface GreedyOptions extends RunControl {
  /** Seed of the users' order in the rounds. @default 42 */
  seed?: number;
  /** α of the weight score × (1 + α·left / cap) of sponsored offers in the rounds; ≥ 0. @default 0 */
  scarcityAlpha?: number;
  /** Accepted for drop-in use; no effect: every user's whole list is searched. */
  cacheFactor?: number;
  /** Accepted for drop-in use; no effect: no cap is ever exceeded. */
  unsponOverflowPct?: number;
}

/**
 * Allocates a drop phase by phase: each group's minimum of sponsored users; what limits ask for at least; k rounds over the users in a seeded random
 * order; a sweep over sponsored contracts with room; users whom no minimum needs released to unsponsored offers worth
 * more to them; users of unsponsored type made sponsored where every offer of theirs can be replaced without loss;
 * a sweep over unsponsored contracts; a last sweep that fills up to k; and exchanges of offers for others of their type that
 * spare more at limits with a price. Every placement passes one gate, so every
 * rule and every hard limit holds whenever it stops. Minima lack as few users in all as can be (`shortfall`), unless it is
 * stopped before or other limits stand against it.
 *
 * The same instance, policy, seed and α give the same offers. Time O(pairs · k); memory 4 bytes a pair and
 * 4 · (k + 3) bytes a user beside the instance.
 *
 * @throws {RangeError} if `scarcityAlpha` is negative or not finite
 * @throws {TimeoutError} if it is stopped before there is a single offer
 *
 * @example
 * ```ts
 * import { solveGreedy } from "./greedy.ts";
 * import { IdPool } from "../../base/ids.ts";
 * import { defaultPolicy } from "../model/policy.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const allocation = solveGreedy({
 *   users: IdPool.from(["ann", "bob"]),
 *   contracts: ["shoes", "tea"],
 *   sponsoredContracts: 1,
 *   cap: Float64Array.of(1, 2),
 *   brand: null,
 *   brands: [],
 *   groups: ["all"],
 *   ratio: Float64Array.of(0.5),
 *   groupSize: Uint32Array.of(2),
 *   group: Uint32Array.of(0, 0),
 *   start: Uint32Array.of(0, 2, 4),
 *   middle: Uint32Array.of(1, 3),
 *   contract: Uint16Array.of(0, 1, 0, 1),
 *   score: Float64Array.of(0.5, 0.25, 0.75, 0.125),
 * }, defaultPolicy);
 * // bob gets the shoes (pair 2), ann the tea (pair 1).
 * assertEquals(allocation.offerPair.join(), "1,2");
 * assertEquals(allocation.score, 1);
 * ```
 */
export function solveGreedy(
  instance: Instance,
  policy: Policy,
  options: GreedyOptions = {},
): Allocation {
  const steps = greedySteps(instance, policy, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * {@link solveGreedy} with turns of the event loop between its phases and rounds: there it sees that `signal` was given while
 * it ran, and returns what it has.
 *
 * @throws {RangeError} if `scarcityAlpha` is negative or not finite
 * @throws {TimeoutError} if it is stopped before there is a single offer
 */
export async function solveGreedyInTurns(
  instance: Instance,
  policy: Policy,
  options: GreedyOptions = {},
): Promise<Allocation> {
  const translated = solveTranslated(
    instance,
    policy,
    (drop) => solveGreedyInTurns(drop, policy, options),
  );
  if (translated !== null) return await translated;
  const steps = greedySteps(instance, policy, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

type Phase = [name: string, run: () => void | Iterable<void>];

/** Only where there is a limit that offers could be wanted for. */
function leastPhase(state: GreedyState, ranked: Uint32Array, watch: Watch): Phase[] {
  if (state.limits === null || !state.limits.soft) return [];
  return [["least deliveries", () => serveLeasts(state, ranked, watch)]];
}

/** Likewise. */
function exchangePhase(state: GreedyState, watch: Watch): Phase[] {
  if (state.limits === null || !state.limits.soft) return [];
  return [["exchanges for limits", () => exchangeForLimits(state, watch)]];
}

/** Allocates; yields between phases, and between the rounds of those that have them. */
function* greedySteps(
  instance: Instance,
  policy: Policy,
  options: GreedyOptions,
): Generator<void, Allocation> {
  const { seed = 42, scarcityAlpha: alpha = 0, onProgress } = options;
  if (!(alpha >= 0 && alpha < Infinity)) {
    throw new RangeError(`scarcityAlpha is ${alpha}, expected a finite number ≥ 0`);
  }
  const watch = new Watch(options);
  const state = emptyState(instance, policy);
  const ranked = rankPairs(instance);
  const phases: Phase[] = [
    ["minima", () => meetMinima(state, ranked, watch)],
    ...leastPhase(state, ranked, watch),
    ["rounds", () => roundRobin(state, ranked, seededRandom(seed), alpha, watch)],
    ["sponsored sweep", () => sweepContracts(state, true, watch)],
    ["release", () => releaseUsers(state, ranked, watch)],
    ["conversion", () => convertUsers(state, ranked, watch)],
    ["unsponsored sweep", () => sweepContracts(state, false, watch)],
    ["coverage sweep", () => coverageSweep(state, ranked, watch)],
    ...exchangePhase(state, watch),
  ];
  for (const [i, [phase, run]] of phases.entries()) {
    onProgress?.({ phase: `greedy: ${phase}`, done: i / phases.length });
    const rounds = run();
    if (rounds !== undefined) yield* rounds;
    yield;
    watch.lookSoon();
  }

  if (watch.timedOut && !state.count.some((offers) => offers > 0)) {
    throw new TimeoutError("time ran out before greedy had placed a single offer");
  }
  const offers = offersFromSlots(instance, state.stride, state.slots, state.count);
  const value = valueOfOffers(
    instance,
    policy,
    offers,
    state.rules.sponsored.least,
    state.shortfallPrice,
  );
  return {
    solver: "greedy",
    policy,
    ...offers,
    ...value,
    bound: null,
    gap: null,
    prices: null,
    timedOut: watch.timedOut,
    warnings: [],
  };
}
