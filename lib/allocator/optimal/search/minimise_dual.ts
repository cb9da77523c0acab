/**
 * Minimises D over all prices, for the least bound that prices prove.
 *
 * @module
 */
import { BundleKeeper } from "../passes/bundle_keeper.ts";
import { DualPass, type PassTeam } from "../passes/dual_pass.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { areMostTied, type KeptBundles } from "../passes/kept_bundles.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import { LAST_NOISE, minimiseThroughNoise, type Nearness, NOISES } from "./homotopy.ts";
import type { OnProgress } from "../../../base/progress.ts";
import type { Prices } from "../../model/allocation.ts";
import { nextTurn, pauseNowAndThen } from "../../../base/pause.ts";
import { firstPoint, pointOfPrices, type PricePoint, pricesOfPoint } from "../dual/price_point.ts";
import type { SearchControl } from "./trust_region.ts";
import { isAsGood, startFromSamples } from "./warm_start.ts";
import { sharesFromPrices, soleTeam, startTeam, usefulShares } from "../passes/worker_team.ts";

/** How long the search waits for workers, in milliseconds: about as long as a pass takes them. */
const LEAST_WAIT = 10, WAIT_PER_PAIR = 6e-6;

/** Samples of fewer users are searched by this thread alone. Under limits a search takes many more passes. */
const USERS_OF_TEAM = 20_000, USERS_OF_TEAM_UNDER_LIMITS = 8_000;

/** How the dual is minimised. */
export interface DualOptions {
  /** Stop when a step promises less than this share of the bound. @default 1e-7 */
  readonly tolerance?: number;
  /** Prices of an earlier run to start from, instead of those of a sample. */
  readonly startPrices?: Prices;
  /** How many threads share the passes. Changes the time, not the result. @default 1 */
  readonly workers?: number;
  /** Aborting it stops at the next pass; the best prices so far are returned. */
  readonly signal?: AbortSignal;
  /** When to stop, in milliseconds of `performance.now()`. @default Infinity */
  readonly deadline?: number;
  /**
   * Whether there is time only for a last pass; and not even for that if another one would have to find users' bundles, as they are
   * wanted and can't be kept. @default never
   */
  readonly late?: () => boolean;
  /** Whether rough prices will do, as better ones are found otherwise: then those of samples are enough. @default false */
  readonly rough?: boolean;
  /** Whether every user's best bundle is wanted too, scores taken with the noise of the last stage. @default false */
  readonly bundles?: boolean;
  /** Called with what is being done. */
  readonly onProgress?: OnProgress;
}

/** Prices, and the bound that they prove. */
export interface DualResult {
  /** The best prices found. */
  readonly prices: Prices;
  /** D at these prices, from the original scores: an upper bound on any feasible objective. Infinity: there was no time for it. */
  readonly bound: number;
  /** Whether the search was stopped so late that there is time for nothing but to give what the prices say. */
  readonly isLate: boolean;
  /** Whether the search came to its end, and was not stopped by deadline or signal. */
  readonly finished: boolean;
  /** Every user's best bundle at these prices, where they were asked for and could be kept. */
  readonly kept?: KeptBundles;
  /** The prices as the search left them, with which users' bundles keep the minima of sponsored users where noise breaks ties. */
  readonly noisy?: Prices;
  /** What the prices tend to without noise, which may prove more; where noise decides what most users take. */
  readonly limit?: Prices;
  /** Evaluations of D, on screened views included. */
  readonly passes: number;
  /** Pairs looked at in all evaluations and screenings, as a multiple of the drop's pairs. */
  readonly fullPasses: number;
}

/**
 * Minimises D: takes prices from samples of the users or an earlier run, then Newton steps in a trust region on screened views of
 * all users, with less and less noise. Whenever it stops, the prices that it has prove their bound. It gives way to the event
 * loop between passes, so that a signal can arrive.
 *
 * @example
 * ```ts
 * import { compileDualProblem } from "../dual/dual_problem.ts";
 * import { minimiseDual } from "./minimise_dual.ts";
 * import { IdPool } from "../../../base/ids/ids.ts";
 * import { defaultPolicy } from "../../model/policy.ts";
 * import { assert } from "../../../deps/std_assert.ts";
 *
 * // Two users want the one unit of a contract: its price lies between what they would pay.
 * const instance = {
 *   users: IdPool.from(["u", "v"]), contracts: ["c"], sponsoredContracts: 0,
 *   cap: Float64Array.of(1), brand: null, brands: [], groups: ["g"], ratio: Float64Array.of(0),
 *   groupSize: Uint32Array.of(2), group: Uint32Array.of(0, 0), start: Uint32Array.of(0, 1, 2),
 *   middle: Uint32Array.of(0, 1), contract: Uint16Array.of(0, 0), score: Float64Array.of(0.25, 0.5),
 * };
 * const problem = compileDualProblem(instance, { ...defaultPolicy, model: "coverage", covW: [] });
 * const { bound, prices } = await minimiseDual(problem);
 * assert(Math.abs(bound - 0.5) < 1e-6);
 * assert(prices.contract[0] > 0.24);
 * ```
 */
export async function minimiseDual(
  problem: DualProblem,
  options: DualOptions = {},
): Promise<DualResult> {
  const { tolerance = 1e-7, startPrices, signal, deadline = Infinity, workers = 1, onProgress } =
    options;
  const { unit } = problem;
  const control: SearchControl = {
    stop: () => signal?.aborted === true || performance.now() >= deadline,
    pause: pauseNowAndThen(),
  };
  const isLate = () => control.stop() && options.late?.() === true;
  const progress = (done: number) => onProgress?.({ phase: "prices", done });
  progress(0);
  // Workers start while this thread solves the sample.
  const shares = (startPrices === undefined ? usefulShares : sharesFromPrices)(problem, workers);
  const passes = new Passes(problem, shares < 2 ? null : startTeam(problem, shares));
  try {
    let point = firstPoint(problem);
    let nearness: Nearness = "far";
    const sample = async () => {
      const noise = NOISES[0] * unit;
      if (await startFromSamples(problem, passes.forUsers, point, noise, control)) {
        nearness = "near";
      }
    };
    if (startPrices === undefined) await sample();
    else if (isLate()) return await passes.end(pointOfPrices(problem, startPrices), options, true);
    if (isLate()) return await passes.end(point, options, true);
    const pass = await passes.waitForTeam();
    if (startPrices !== undefined) {
      const given = pointOfPrices(problem, startPrices);
      if (isAsGood(pass, given, point)) {
        point = given;
        if (point.row.some((price) => price > 0)) nearness = "close";
      } else await sample();
    }
    let limit: PricePoint | null = null;
    if (options.rough !== true || nearness === "far") {
      limit = await minimiseThroughNoise(pass, point, nearness, tolerance, control, progress);
    }
    const finished = !control.stop();
    const found = { ...await passes.end(point, options, isLate()), finished };
    return limit !== null && found.kept !== undefined && areMostTied(found.kept)
      ? { ...found, limit: pricesOfPoint(problem, limit) }
      : found;
  } finally {
    await passes.close();
  }
}

/** The passes of a search: on this thread alone until workers are up, then shared with them. */
class Passes {
  readonly #problem: DualProblem;
  /** The team, once it is there; null: this thread stays alone. */
  readonly #starting: Promise<PassTeam | null> | null;
  readonly #alone: DualPass;
  #pass: DualPass;
  #isUp = false;

  constructor(problem: DualProblem, starting: Promise<PassTeam | null> | null) {
    this.#problem = problem;
    this.#starting = starting;
    this.#pass = this.#alone = new DualPass(problem, soleTeam(problem));
    starting?.then((team) => this.#isUp = team !== null, () => {});
  }

  /** The pass for a sample of this many users. */
  readonly forUsers = async (users: number): Promise<DualPass> => {
    const { items } = this.#problem;
    if (users < (items === null ? USERS_OF_TEAM : USERS_OF_TEAM_UNDER_LIMITS)) return this.#pass;
    if (items !== null) return await this.waitForTeam();
    // A turn of the event loop, so that the workers can say that they are up; if they are not, this thread goes on alone.
    await nextTurn();
    return this.#isUp ? await this.withTeam(0) : this.#pass;
  };

  /** The pass that {@link withTeam} gives, which waits about as long for the workers as a pass takes them. */
  waitForTeam(): Promise<DualPass> {
    return this.withTeam(LEAST_WAIT + WAIT_PER_PAIR * pairCount(this.#problem.instance));
  }

  /** The pass that is shared with the workers, if they are up within `ms` milliseconds; this thread's own where they are not. */
  async withTeam(ms: number): Promise<DualPass> {
    if (this.#starting === null) return this.#pass;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = ms === 0
      ? nextTurn()
      : new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
    const team = await Promise.race([this.#starting, late.then(() => null)]);
    clearTimeout(timer);
    if (team !== null && this.#pass === this.#alone) {
      this.#pass = new DualPass(this.#problem, team, this.#alone);
    }
    return this.#pass;
  }

  /**
   * The result at a point, after a last pass over the whole drop without noise, which keeps every user's bundle if that is
   * wanted. Too late, there is no bound unless that pass tells all that is wanted.
   */
  async end(
    point: PricePoint,
    { bundles = false }: DualOptions,
    isLate: boolean,
  ): Promise<DualResult> {
    const problem = this.#problem, finished = false;
    if (isLate && !(bundles && BundleKeeper.isFor(problem))) {
      const prices = pricesOfPoint(problem, point);
      return { prices, bound: Infinity, isLate, finished, ...this.counts() };
    }
    // Workers that came late can still help where this pass goes over the whole drop.
    const knowsMost = bundles && !isLate && this.#pass.isFirstViewEnough(point);
    const pass = knowsMost ? this.#pass : await this.withTeam(0);
    const { found, kept } = isLate
      ? pass.evaluateAtOnce(point)
      : pass.evaluateWhole(point, bundles ? LAST_NOISE * problem.unit : null);
    return {
      prices: pricesOfPoint(problem, found.point),
      bound: found.value,
      isLate,
      finished,
      ...(kept !== null && { kept, noisy: pricesOfPoint(problem, point) }),
      ...this.counts(),
    };
  }

  /** How many passes there were, and how many over all pairs they come to. */
  counts(): Pick<DualResult, "passes" | "fullPasses"> {
    const all = this.#pass === this.#alone ? [this.#pass] : [this.#alone, this.#pass];
    const sum = (count: (one: DualPass) => number) =>
      all.reduce((total, one) => total + count(one), 0);
    return {
      passes: sum((one) => one.passes),
      fullPasses: sum((one) => one.pairsSeen) / Math.max(1, pairCount(this.#problem.instance)),
    };
  }

  /** Sends the workers away; those that are not up yet once they are. */
  async close(): Promise<void> {
    const closing = this.#starting?.then((team) => team?.close());
    if (this.#isUp) await closing;
  }
}
