/**
 * The greedy solver: fast, and without a bound. Its phases are those of the tool that Divvy replaces.
 *
 * @module
 */
import { TimeoutError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { type Allocation, CUT_SHORT } from "../model/allocation.ts";
import { convertUsers } from "./conversion.ts";
import { coverageSweep } from "./coverage_sweep.ts";
import { exchangeForLimits, serveLeasts } from "./least_deliveries.ts";
import { meetMinima } from "./minima.ts";
import { rankPairs } from "./ranking.ts";
import { releaseUsers } from "./release.ts";
import { roundRobin } from "./rounds.ts";
import { emptyState } from "./state.ts";
import { sweepContracts } from "./sweeps.ts";
import { Watch } from "./watch.ts";
import type { Instance } from "../drop/instance/instance.ts";
import { valuedOffers } from "../model/offers.ts";
import type { Policy } from "../model/policy.ts";
import { solveTranslated } from "../pins/solve_translated.ts";
import { seededRandom } from "../../base/numbers/random.ts";

/** Options of {@link solveGreedy}. */
export interface GreedyOptions extends RunControl {
  /** Seed of the order of users in the rounds. @default 42 */
  seed?: number;
  /** α of the weight score × (1 + α·left / cap) of sponsored offers in the rounds; ≥ 0. @default 0 */
  scarcityAlpha?: number;
}

/**
 * Allocates a drop in phases:
 *
 * 1. each group's minimum of sponsored users, and then the least amounts of limits;
 * 2. k rounds over the users, in a seeded random order;
 * 3. a sweep over sponsored contracts with units left; then users whom no minimum needs as sponsored ones are released to
 *    unsponsored offers worth more to them;
 * 4. users of unsponsored type become sponsored if all their offers can be replaced without loss;
 * 5. a sweep over unsponsored contracts;
 * 6. a last sweep that fills users up to k, and exchanges of offers that lower the cost of missed limits.
 *
 * Every new offer passes one gate, so every rule and hard limit holds whenever it stops. The total shortfall of minima is as
 * small as possible, unless the run is stopped early or other limits prevent it.
 *
 * The same instance, policy, seed and α give the same offers. Time O(pairs · k); memory 4 bytes a pair and
 * 4 · (k + 3) bytes per user in addition to the instance.
 *
 * @throws {RangeError} if `scarcityAlpha` is negative or not finite
 * @throws {TimeoutError} if it is stopped before there is a single offer
 *
 * @example
 * ```ts
 * import { solveGreedy } from "./greedy.ts";
 * import { IdPool } from "../../base/ids/ids.ts";
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
 * {@link solveGreedy} that gives way to the event loop between phases and rounds. So `signal` can stop it while it runs; it then
 * returns what it has. Pins and change costs are handled here too.
 *
 * @throws {RangeError} if `scarcityAlpha` is negative or not finite
 * @throws {TimeoutError} if it is stopped before there is a single offer
 * @throws {InputError} for pins that contradict a rule, or that it can't all give
 */
export async function solveGreedyAsync(
  instance: Instance,
  policy: Policy,
  options: GreedyOptions = {},
): Promise<Allocation> {
  const translated = solveTranslated(
    instance,
    policy,
    (drop) => solveGreedyAsync(drop, policy, options),
  );
  if (translated !== null) return await translated;
  const steps = greedySteps(instance, policy, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** What is said if there was nothing to return when the run ended. */
const NOTHING = `solver greedy had placed no offer: ${CUT_SHORT}`;

type Phase = [name: string, run: () => void | Iterable<void>];

/** Runs the phases; yields after each, and between the rounds of a phase that has rounds. */
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
  const ranked = rankPairs(instance, watch);
  if (watch.timedOut) throw new TimeoutError(NOTHING);
  // Only where limits may be missed at a price can an offer lower the cost of limits.
  const ifSoft = (phase: Phase): Phase[] => state.limits?.soft === true ? [phase] : [];
  const phases: Phase[] = [
    ["minima", () => meetMinima(state, ranked, watch)],
    ...ifSoft(["least deliveries", () => serveLeasts(state, ranked, watch)]),
    ["rounds", () => roundRobin(state, ranked, seededRandom(seed), alpha, watch)],
    ["sponsored sweep", () => sweepContracts(state, true, watch)],
    ["release", () => releaseUsers(state, ranked, watch)],
    ["conversion", () => convertUsers(state, ranked, watch)],
    ["unsponsored sweep", () => sweepContracts(state, false, watch)],
    ["coverage sweep", () => coverageSweep(state, ranked, watch)],
    ...ifSoft(["exchanges for limits", () => exchangeForLimits(state, watch)]),
  ];
  for (const [i, [phase, run]] of phases.entries()) {
    // Without time a phase would place nothing, but look at all pairs before it knows.
    if (watch.isOver()) break;
    onProgress?.({ phase: `greedy: ${phase}`, done: i / phases.length });
    const rounds = run();
    if (rounds !== undefined) yield* rounds;
    yield;
    watch.lookSoon();
  }

  if (watch.timedOut && !state.count.some((offers) => offers > 0)) {
    throw new TimeoutError(NOTHING);
  }
  const { stride: k, slots, count, rules, shortfallPrice } = state;
  const held = { k, slots, count };
  return {
    solver: "greedy",
    policy,
    ...valuedOffers(instance, policy, held, rules.sponsored.least, shortfallPrice),
    bound: null,
    gap: null,
    prices: null,
    timedOut: watch.timedOut,
    warnings: [],
  };
}
