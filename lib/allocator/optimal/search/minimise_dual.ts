/**
 * Minimises D over all prices, for the least bound that prices prove.
 *
 * @module
 */
import { DualPass, type PassTeam, wholeCapacities } from "../dual/dual_pass.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { DualOptions, DualResult } from "./dual_result.ts";
import { minimiseThroughNoise, type Nearness, NOISES } from "./homotopy.ts";
import { pauseNowAndThen } from "../../../base/pause.ts";
import { passBoard } from "../dual/pass_board.ts";
import { PassShare } from "../dual/pass_share.ts";
import { firstPoint, pointOfPrices, type PricePoint, pricesOfPoint } from "../dual/price_point.ts";
import type { SearchControl } from "./trust_region.ts";
import { isAsGood, startFromSamples } from "./warm_start.ts";
import { startTeam, usefulShares } from "../dual/worker_team.ts";

/** A team without workers: everything is done on this thread. */
function soleTeam(problem: DualProblem): PassTeam {
  const board = passBoard(problem, 1);
  const share = new PassShare(problem, board, 0);
  return { board, run: (command) => share.run(command), close: () => {} };
}

/**
 * A search from given prices on fewer pairs than this ends before workers have started, so it does without them.
 */
const PAIRS_WORTH_WAITING = 10_000_000;

/** Samples of fewer users are searched by this thread alone. */
const USERS_OF_TEAM = 20_000;

/** How many shares to split the passes into; the result is the same for any number. */
function sharesFor(problem: DualProblem, workers: number, hasPrices: boolean): number {
  const isShort = hasPrices && problem.instance.score.length < PAIRS_WORTH_WAITING;
  return isShort ? 1 : usefulShares(problem, workers);
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
 * import { IdPool } from "../../../base/ids.ts";
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
  const passes = new Passes(
    problem,
    startTeam(problem, sharesFor(problem, workers, startPrices !== undefined)),
  );
  try {
    let point = firstPoint(problem);
    let nearness: Nearness = "far";
    const sample = async () => {
      const noise = NOISES[0] * unit;
      if (await startFromSamples(problem, passes.forUsers, point, noise, control)) {
        nearness = "near";
      }
    };
    const withoutBound = (point: PricePoint): DualResult => (
      {
        prices: pricesOfPoint(problem, point),
        bound: Infinity,
        finished: false,
        ...passes.counts(),
      }
    );
    if (startPrices === undefined) await sample();
    else if (isLate()) return withoutBound(pointOfPrices(problem, startPrices));
    if (isLate()) return withoutBound(point);
    const pass = await passes.withTeam();
    if (startPrices !== undefined) {
      const given = pointOfPrices(problem, startPrices);
      if (isAsGood(pass, given, point)) {
        point = given;
        if (point.row.some((price) => price > 0)) nearness = "close";
      } else await sample();
    }
    await minimiseThroughNoise(pass, point, nearness, tolerance, control, progress);
    const finished = !control.stop();
    if (isLate()) return withoutBound(point);
    pass.useWhole();
    const last = pass.evaluate(point, wholeCapacities(problem), 0);
    return {
      prices: pricesOfPoint(problem, last.point),
      bound: last.value,
      finished,
      ...passes.counts(),
    };
  } finally {
    await passes.close(isLate());
  }
}

/** The passes of a search: on this thread alone until workers are up, then shared with them. */
class Passes {
  readonly #problem: DualProblem;
  readonly #starting: Promise<PassTeam | null>;
  readonly #alone: DualPass;
  #pass: DualPass;
  #isUp = false;

  constructor(problem: DualProblem, starting: Promise<PassTeam | null>) {
    this.#problem = problem;
    this.#starting = starting;
    this.#pass = this.#alone = new DualPass(problem, soleTeam(problem));
    starting.then((team) => this.#isUp = team !== null, () => {});
  }

  /** The pass for a sample of so many users. */
  readonly forUsers = async (users: number): Promise<DualPass> => {
    if (users < USERS_OF_TEAM) return this.#pass;
    // A turn of the event loop, so that the workers can say that they are up; if they are not, this thread goes on alone.
    await new Promise((resolve) => setTimeout(resolve, 0));
    return this.#isUp ? await this.withTeam() : this.#pass;
  };

  /** The pass that is shared with the workers, once they are up; this thread's own where there are none. */
  async withTeam(): Promise<DualPass> {
    const team = await this.#starting;
    if (team !== null && this.#pass === this.#alone) this.#pass = new DualPass(this.#problem, team);
    return this.#pass;
  }

  /** How many passes there were. */
  counts(): Pick<DualResult, "passes" | "fullPasses"> {
    const all = this.#pass === this.#alone ? [this.#pass] : [this.#alone, this.#pass];
    return passesOf(all, this.#problem.instance.score.length);
  }

  /** Stops the workers. @param isLate then those that are not up yet are not waited for */
  async close(isLate: boolean): Promise<void> {
    const closing = this.#starting.then((team) => team?.close());
    if (this.#isUp || !isLate) await closing;
  }
}

/** How many passes there were, and how many over all pairs they come to. */
function passesOf(
  all: readonly DualPass[],
  pairs: number,
): Pick<DualResult, "passes" | "fullPasses"> {
  const sum = (count: (one: DualPass) => number) =>
    all.reduce((total, one) => total + count(one), 0);
  return {
    passes: sum((one) => one.passes),
    fullPasses: sum((one) => one.pairsSeen) / Math.max(1, pairs),
  };
}
