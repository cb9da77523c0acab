/**
 * The cost of changes: what offers that were none before take from the objective.
 *
 * An offer's cost is its own, like its score. So a drop with a change cost is the drop whose scores are less by it where a
 * pair was no offer before; solvers know nothing else, and what they find is put in the drop's own terms.
 *
 * @module
 */
import { sharedFloat64 } from "../../base/shared_array.ts";
import type { Instance } from "../drop/instance.ts";
import type { Allocation } from "./allocation.ts";
import type { Policy } from "./policy.ts";
import { translatedAllocation } from "./translated_allocation.ts";

/** Whether offers that were none before cost something. */
export function hasChangeCost(instance: Instance, policy: Policy): boolean {
  return policy.changeCost > 0 && instance.previous !== undefined;
}

/** Pairs up to which scores are rounded to the digits that they are meant to have; beyond, nothing is proven so closely. */
const ROUNDED_PAIRS = 200_000;

/** The drop whose scores are less by the change cost where a pair was no offer before. */
export function chargedInstance(instance: Instance, { changeCost }: Policy): Instance {
  const { score: plain, previous, ...rest } = instance;
  const { given } = previous!, score = sharedFloat64(plain.length);
  const isRounded = plain.length <= ROUNDED_PAIRS;
  for (let p = 0; p < plain.length; p++) {
    if (given[p] === 1) score[p] = plain[p];
    else {
      const charged = plain[p] - changeCost;
      // 0.3 − 0.02 is 0.27999999999999997 in doubles: decimals stay decimals.
      score[p] = isRounded ? Number(charged.toPrecision(15)) : charged;
    }
  }
  return { ...rest, score, plainScore: instance.plainScore ?? plain };
}

/** Room for rounding, relative to what is summed. */
const ROUNDING = 1e-12;

/** Solves a drop with a change cost; what is found is put in the drop's own terms. */
export async function solveCharged(
  instance: Instance,
  policy: Policy,
  solve: (charged: Instance) => Promise<Allocation>,
): Promise<Allocation> {
  const found = await solve(chargedInstance(instance, policy));
  return translatedAllocation(instance, policy, found, null, (bound, value) => {
    const { objective, score, changeCost = 0 } = value;
    const room = ROUNDING * (Math.abs(objective) + Math.abs(score) + Math.abs(changeCost));
    return bound <= objective + room ? objective : bound;
  });
}
