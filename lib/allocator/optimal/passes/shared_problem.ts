/**
 * What workers see of a problem.
 *
 * @module
 */
import { IdPool } from "../../../base/ids/ids.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/** Whether workers can see the drop. */
export function canShare({ instance }: Pick<DualProblem, "instance">): boolean {
  if (typeof Worker === "undefined" || typeof SharedArrayBuffer === "undefined") return false;
  const { score, contract, start } = instance;
  const inSharedMemory = [score, contract, start].every(({ buffer }) =>
    buffer instanceof SharedArrayBuffer
  );
  if (!inSharedMemory) return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}

/** The problem without ids and other parts that passes don't need: each worker would get a copy of them. */
export function problemOfPasses(problem: DualProblem): DualProblem {
  const { instance } = problem;
  return {
    ...problem,
    instance: {
      ...instance,
      users: IdPool.from([]),
      contracts: [],
      brands: [],
      groups: [],
      pins: undefined,
      heldBack: undefined,
      scaling: undefined,
      previous: undefined,
      heldOut: undefined,
      plainScore: undefined,
      limits: undefined,
    },
  };
}
