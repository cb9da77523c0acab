/** What one machine makes of a drop, for the results of engines to be compared with. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { pairCount } from "../../lib/allocator/drop/instance/instance.ts";
import type { Allocation } from "../../lib/allocator/model/allocation.ts";
import type { Policy } from "../../lib/allocator/model/policy.ts";
import { Clock } from "../../lib/allocator/optimal/clock.ts";
import { type OptimalOptions, optionsWithoutPins } from "../../lib/allocator/optimal/options.ts";
import { solveRaising } from "../../lib/allocator/optimal/raise_price.ts";
import { allocationOf } from "../../lib/allocator/optimal/result.ts";
import { solveTranslated } from "../../lib/allocator/pins/solve_translated.ts";

/** Solutions of drops so far, by their policy and gap: tests compare several runs with one. */
const SOLVED = new WeakMap<Instance, Map<string, Promise<Allocation>>>();

/**
 * The allocation of one machine without a proof by cases: that takes ten times as long as the rest, and changes neither offers nor
 * the bounds of prices and of HiGHS, with which engines are compared.
 */
export function solveHere(instance: Instance, policy: Policy, gap = 1e-6): Promise<Allocation> {
  let solved = SOLVED.get(instance);
  if (solved === undefined) SOLVED.set(instance, solved = new Map());
  const key = JSON.stringify([policy, gap]);
  let found = solved.get(key);
  if (found === undefined) solved.set(key, found = solveWithoutCases(instance, policy, { gap }));
  return found;
}

async function solveWithoutCases(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions,
): Promise<Allocation> {
  const translated = solveTranslated(instance, policy, (drop, pinned) => {
    const own = pinned === undefined ? options : optionsWithoutPins(instance, pinned, options);
    return solveWithoutCases(drop, policy, own);
  });
  if (translated !== null) return await translated;
  const clock = new Clock(options, pairCount(instance));
  return allocationOf(await solveRaising(instance, policy, options, clock), policy, clock);
}
