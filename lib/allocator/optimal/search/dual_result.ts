/**
 * What `minimiseDual` takes and returns.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { OnProgress } from "../../../base/progress.ts";

/** How the dual is minimised. */
export interface DualOptions {
  /** Stop when a step promises less than this share of the bound. @default 1e-7 */
  readonly tolerance?: number;
  /** Prices of an earlier run to start from, in place of a sample's. */
  readonly startPrices?: Prices;
  /** How many workers share the passes; 1: none. Changes the time only. @default 1 */
  readonly workers?: number;
  /** Aborting it stops at the next pass; the best prices so far are returned. */
  readonly signal?: AbortSignal;
  /** When to stop, in milliseconds of `performance.now()`. @default Infinity */
  readonly deadline?: number;
  /** Told what is being done. */
  readonly onProgress?: OnProgress;
}

/** Prices, and the bound that they prove. */
export interface DualResult {
  /** The best prices found. */
  readonly prices: Prices;
  /** D at these prices, from the original scores: an upper bound on any feasible objective. */
  readonly bound: number;
  /** Whether it stopped of itself, not at the deadline or by the signal. */
  readonly finished: boolean;
  /** Evaluations of D, on screened views included. */
  readonly passes: number;
  /** Pairs looked at over all evaluations and screenings, in multiples of the drop's pairs. */
  readonly fullPasses: number;
}
