/**
 * The cost of changes: what new offers take from the objective.
 *
 * The cost is per offer, as the score is. So solvers get a drop in which the score of each pair that is no previous offer is lower
 * by the change cost, and their result is translated back.
 *
 * @module
 */
import { sharedFloat64 } from "../../base/arrays/shared_array.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Allocation } from "./allocation.ts";
import type { Policy } from "./policy.ts";
import { translatedAllocation } from "./translated_allocation.ts";
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";

/** Whether new offers cost something. */
export function hasChangeCost(instance: Instance, policy: Policy): boolean {
  return policy.changeCost > 0 && instance.previous !== undefined;
}

/** Up to this many pairs, charged scores are rounded to 15 digits. Larger drops are not proven so closely that it matters. */
const ROUNDED_PAIRS = 200_000;

/** The drop in which the score of each pair that is no previous offer is lower by the change cost. */
export function chargedInstance(instance: Instance, { changeCost }: Policy): Instance {
  const { score: plain, previous, ...rest } = instance;
  const { given } = previous!, score = sharedFloat64(plain.length);
  const isRounded = plain.length <= ROUNDED_PAIRS;
  for (let p = 0; p < plain.length; p++) {
    if (given[p] === 1) score[p] = plain[p];
    else {
      const charged = plain[p] - changeCost;
      // 0.3 − 0.02 is 0.27999999999999997 in doubles; rounded it stays a short decimal, as exact proofs need.
      score[p] = isRounded ? Number(charged.toPrecision(15)) : charged;
    }
  }
  return { ...rest, score, plainScore: instance.plainScore ?? plain };
}

/** Solves a drop with a change cost, and translates the result back to it. */
export async function solveCharged(
  instance: Instance,
  policy: Policy,
  solve: (charged: Instance) => Promise<Allocation>,
): Promise<Allocation> {
  const found = await solve(chargedInstance(instance, policy));
  return translatedAllocation(instance, policy, found, null, (bound, value) => {
    const { objective, score, changeCost = 0 } = value;
    const room = WORTH_ROUNDING * (Math.abs(objective) + Math.abs(score) + Math.abs(changeCost));
    return bound <= objective + room ? objective : bound;
  });
}
