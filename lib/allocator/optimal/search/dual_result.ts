/**
 * The options and the result of `minimiseDual`.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { KeptBundles } from "../dual/kept_bundles.ts";
import type { OnProgress } from "../../../base/progress.ts";

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
  /** Told what is being done. */
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
  /** Evaluations of D, on screened views included. */
  readonly passes: number;
  /** Pairs looked at in all evaluations and screenings, as a multiple of the drop's pairs. */
  readonly fullPasses: number;
}
