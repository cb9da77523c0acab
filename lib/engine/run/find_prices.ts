/**
 * The search for prices: first ones from a sample, an earlier run or the state of this one, then refined by passes.
 *
 * @module
 */
import { DEFAULT_GAP, type Prices } from "../../allocator/model/allocation.ts";
import { pricesOfCertificate } from "../../allocator/model/certificate_prices.ts";
import { type DualProblem, zeroPrices } from "../../allocator/optimal/dual/dual_problem.ts";
import type { Run } from "./begin_run.ts";
import type { EngineOptions } from "./options.ts";
import { refine, type Refined, slackness } from "./refine.ts";
import { hurriedUsers, Sample } from "./sample.ts";

/** The share of the time limit that the search for prices may take; the rest is for the assignments. */
const PRICE_SHARE = 0.6;

/** Prices, and how to find better ones. */
export interface FoundPrices {
  readonly whole: DualProblem;
  readonly refined: Refined;
  readonly sampled: number;
  /** Whether the share of the time limit that the search may take was over when it ended. */
  readonly timedOut: boolean;
  /** Prices at which what users choose is nearer to what there is; null where none are found. */
  readonly further: () => Promise<Refined | null>;
}

/** Further passes, at most, and what part of the slackness they are to leave. */
const FURTHER_PASSES = 12, FURTHER_LEFT = 0.25;

/**
 * Prices of a sample, or of an earlier run, corrected until they are those of all users.
 */
export async function findPrices(
  problem: DualProblem,
  { wanted, of }: { wanted: number; of: number },
  { engine, state, clock, options }: Run,
): Promise<FoundPrices> {
  const { passes: mostPasses = 30, gap = DEFAULT_GAP } = options;
  const deadline = clock.begun + PRICE_SHARE * timeLimit(options);
  const size = performance.now() < deadline ? wanted : hurriedUsers(wanted);
  const sample = await Sample.draw(problem, engine, size, of, options);
  // The unit of scores follows from pairs, which only the sample has.
  const whole: DualProblem = { ...problem, unit: sample.problem.unit };
  const start = state.now.prices ?? givenPrices(problem, options) ??
    await sample.minimise(null, null, {
      ...options,
      // Without these prices there is no good result, and repairing it takes longer than finding them.
      deadline: size <= hurriedUsers(wanted) ? Infinity : deadline,
    });
  options.signal?.throwIfAborted();
  clock.lap("sample");

  const refining = {
    ...options,
    tolerance: gap,
    mostPasses: state.now.refined ? 1 : mostPasses,
    deadline,
    onBest: ({ prices, result, passes }: Refined) =>
      state.set({ prices, bound: result.bound, passes }),
  };
  const refined = await refine(whole, engine, sample, start, refining);
  const timedOut = performance.now() >= deadline;
  await state.set({ refined: true });
  clock.lap("refine");
  const further = async () => {
    const left = slackness(whole, refined) / Math.abs(refined.result.bound);
    const next = await refine(whole, engine, sample, refined.prices, {
      ...refining,
      from: refined,
      even: FURTHER_LEFT * left,
      // A run that goes on from final prices made one pass, and may make as many more as any other.
      mostPasses: Math.min(mostPasses, refined.passes + FURTHER_PASSES),
    });
    return slackness(whole, next) / Math.abs(next.result.bound) < EVENER * left ? next : null;
  };
  const sampled = sample.problem.instance.group.length;
  return { whole, refined, sampled, timedOut, further };
}

/** The prices that a run is to start from; null: those of its sample. A sample corrects them as it does its own. */
function givenPrices(
  problem: DualProblem,
  { startPrices, warmStart = true }: EngineOptions,
): Prices | null {
  if (!warmStart) return zeroPrices(problem);
  return startPrices === undefined
    ? null
    : pricesOfCertificate(problem.instance, startPrices).prices;
}

/** Prices are evener where at most this part of the slackness is left. */
const EVENER = 0.8;

/** The time limit in milliseconds. */
export function timeLimit({ timeout = Infinity }: EngineOptions): number {
  return 1000 * timeout;
}
