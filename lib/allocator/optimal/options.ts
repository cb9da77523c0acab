/**
 * Options of the price solver.
 *
 * @module
 */
import { DEFAULT_GAP, type Prices } from "../model/allocation.ts";
import type { Certificate } from "../model/certificate.ts";
import { gapWithoutPins, pricesWithoutPins } from "../pins/solve_pinned.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { PinnedDrop } from "../pins/pinned_drop.ts";
import type { RunControl } from "../../base/progress.ts";

/** Options of the price solver. */
export interface OptimalOptions extends RunControl {
  /**
   * Stop when the relative gap between objective and bound is at most this; up to 300,000 pairs the search goes on to the
   * optimum.
   *
   * @default 1e-6
   */
  gap?: number;
  /** Threads that share the passes over the pairs; the result is the same for any number. @default 1 */
  workers?: number;
  /** Prices, or the certificate, of an earlier run on a drop like this one, to start from. */
  startPrices?: Prices | Certificate;
  /** Start from `startPrices`, or from the prices of a sample of the users; false: start from prices 0. @default true */
  warmStart?: boolean;
  /** Counted seconds that all steps after recovery may take together (see `programs/allowance.ts`). @default no end but their own */
  work?: number;
  /** Where the drop stands in for one with pins: how it was made. @default none */
  pinned?: PinnedDrop;
}

/** The options for the drop that stands in for one with pins. */
export function optionsWithoutPins(
  instance: Instance,
  drop: PinnedDrop,
  options: OptimalOptions,
): OptimalOptions {
  const { startPrices, gap = DEFAULT_GAP } = options;
  const isPrices = startPrices !== undefined && !("contracts" in startPrices);
  return {
    ...options,
    gap: gapWithoutPins(instance, drop, gap),
    pinned: drop,
    ...(isPrices && { startPrices: pricesWithoutPins(drop, startPrices) }),
  };
}
