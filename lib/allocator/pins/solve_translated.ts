/**
 * Solves drops with a change cost or with pins by way of a stand-in drop without.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { Allocation } from "../model/allocation.ts";
import { hasChangeCost, solveCharged } from "../model/change_cost.ts";
import type { Policy } from "../model/policy.ts";
import type { PinnedDrop } from "./pinned_drop.ts";
import { solvePinned } from "./solve_pinned.ts";

/**
 * Solves the stand-in of a drop and translates the result back; null if the drop has neither a change cost nor pins.
 *
 * @param solve solves the stand-in (with pins and a change cost: one whose pins are still to be treated); `pinned`: how it stands
 *   for the pins
 * @throws {InputError} for pins that contradict a rule, or that can't all be given
 */
export function solveTranslated(
  instance: Instance,
  policy: Policy,
  solve: (instance: Instance, pinned?: PinnedDrop) => Promise<Allocation>,
): Promise<Allocation> | null {
  if (hasChangeCost(instance, policy)) return solveCharged(instance, policy, (drop) => solve(drop));
  if (instance.pins === undefined) return null;
  return solvePinned(instance, policy, (drop) => solve(drop.instance, drop));
}
