/**
 * The exact bound of prices, on the grid that objectives lie on.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { floorOf } from "./decimal.ts";
import type { GroupDemand } from "../rules/demands.ts";
import { exactBound } from "./exact_bound.ts";
import type { Scale } from "./exact_scale.ts";
import type { DividedPrices } from "../bound/own_limits.ts";
import type { Settled } from "./settled.ts";
import { EXACT_POWERS, Units } from "./units.ts";
import { wideBound } from "./wide_bound.ts";

/** The bound of prices in units, rounded down to the grid that objectives lie on. */
export function boundOnSteps(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  claimed: DividedPrices & { prices: Prices },
  scale: Scale,
  decimals: number,
  settled?: Settled,
): bigint {
  const units = new Units(decimals), { step, ofScores, perUser } = scale;
  const bound = decimals > scale.decimals
    ? wideBound(instance, policy, demands, claimed, units, settled)
    : exactBound(instance, policy, demands, claimed, units, {
      // Whether every score is whole units, so that nobody needs to look.
      isExact: ofScores !== null && ofScores <= decimals && Math.abs(decimals) <= EXACT_POWERS,
      perUser,
      settled,
    });
  if (step === null || step >= decimals) return bound;
  const grid = 10n ** BigInt(decimals - step);
  return floorOf(bound, grid) * grid;
}
