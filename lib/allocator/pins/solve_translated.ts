/**
 * Solving a drop with a change cost or with pins: a drop without stands for it.
 *
 * @module
 */
import type { Instance } from "../drop/instance.ts";
import type { Allocation } from "../model/allocation.ts";
import { hasChangeCost, solveCharged } from "../model/change_cost.ts";
import type { Policy } from "../model/policy.ts";
import type { PinnedDrop } from "./pinned_drop.ts";
import { solvePinned } from "./solve_pinned.ts";

/**
 * What the drop that stands for this one comes to, in this one's terms; null where it stands for itself.
 *
 * @param solve solves a drop that is nearer to one without either; `pinned` says what became of pins, where there are any
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
