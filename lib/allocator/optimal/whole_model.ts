/**
 * The whole model of a tiny drop in HiGHS: where so much ties that even a part of the core has too many bundles, a
 * column per pair is fewer.
 *
 * @module
 */
import { ilpModel } from "../ilp_model.ts";
import { solveMip } from "../mip.ts";
import type { Assignment } from "./assignment.ts";

/** Improves `assignment` in place, within the time, and returns an upper bound on every feasible objective. */
export async function solveWhole(assignment: Assignment, deadline: number): Promise<number> {
  const { instance, policy } = assignment.problem;
  const before = assignment.objective();
  const { mip, firstPair } = ilpModel(instance, policy);
  const { values, bound } = await solveMip(mip, {
    timeout: (deadline - performance.now()) / 1000,
  });
  if (values === null) return bound;
  const kept: Int32Array[] = [];
  for (let u = 0; u < assignment.count.length; u++) {
    kept.push(assignment.bundleOf(u));
    const pairs: number[] = [];
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      if (values[firstPair + p] > 0.5) pairs.push(p);
    }
    assignment.setBundle(u, Int32Array.from(pairs), pairs.length);
  }
  // HiGHS keeps to its tolerances only: what it gives must be feasible and better by our own count.
  if (!assignment.isFeasible() || !(assignment.objective() >= before)) {
    kept.forEach((pairs, u) => assignment.setBundle(u, pairs, pairs.length));
  }
  return Math.max(bound, assignment.objective());
}
