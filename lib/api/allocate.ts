/**
 * Allocating a drop: one function over all solvers.
 *
 * @module
 */
import { type Policy, policyFrom } from "../allocator/model/policy.ts";
import { type AllocatedDrop, allocatedDrop } from "./allocated_drop.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { UsageError } from "../base/errors.ts";
import { checkSolve, SOLVE_OPTIONS } from "./policy_options.ts";
import {
  DEFAULT_SOLVER,
  SOLVER_NAMES,
  type SolverName,
  type SolverOptions,
  solveWith,
} from "./solvers.ts";
import { shownInNotebook } from "./in_notebook.ts";
import { aFlag, aNumber, checkDrop, ofKind, type OptionRule } from "../base/validate.ts";

/** Rules, weights and solver of one allocation. Every field may be left out; defaults of the policy's fields are `defaultPolicy`'s. */
export interface AllocateOptions extends Partial<Policy>, SolverOptions {
  /**
   * `optimal`: prices, recovery, proof. `greedy`: fast, without a proof. `ilp`: the whole model in HiGHS, exact, for
   * small drops. Names of the replaced tool: `pulp` is optimal under model coverage, `or` optimal under model
   * uniform, `both` the first of pulp, or, greedy that gives a result.
   * @default "optimal"
   */
  solver?: SolverName;
}

/**
 * Decides who gets which offers. In a notebook the allocation shows itself.
 *
 * @throws {UsageError} for an unknown option or one out of range, where the solver can't take the drop, and where brands are
 * limited and the drop has none
 * @throws {TimeoutError} where time ran out before there was any allocation
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { assert, assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "all" }, { id: "bob", group: "all" }],
 *   contracts: [{ id: "tea", cap: 1, sponsored: true }],
 *   groups: [{ id: "all", ratio: 0.5 }],
 *   pairs: [
 *     { user: "ann", contract: "tea", score: 0.25 },
 *     { user: "bob", contract: "tea", score: 0.5 },
 *   ],
 * });
 * const { score, gap } = await allocate(drop);
 * assertEquals(score, 0.5);
 * assert(gap! <= 1e-6);
 * ```
 */
export async function allocate(
  drop: Drop,
  options: AllocateOptions = {},
): Promise<AllocatedDrop> {
  checkAllocate(drop, options);
  const allocation = allocatedDrop(
    drop.instance,
    await solveWith(options.solver ?? DEFAULT_SOLVER, drop.instance, policyFrom(options), options),
  );
  return shownInNotebook(allocation, async ({ allocationBundle }) => {
    const { reportFacts } = await import("../report/facts/facts.ts");
    return await allocationBundle(reportFacts(drop, allocation), allocation.offers());
  });
}

/** Rules for the options of {@link allocate}. */
const OPTIONS: Readonly<Record<keyof AllocateOptions, OptionRule>> = {
  ...SOLVE_OPTIONS,
  solver: ofKind({ type: "choice", choices: SOLVER_NAMES }),
  warmStart: aFlag,
  seed: aNumber({ min: 0, whole: true }),
  scarcityAlpha: aNumber({ min: 0 }),
};

function checkAllocate(drop: Drop, options: AllocateOptions): void {
  checkDrop(drop);
  const { heldOut } = drop.instance;
  if (heldOut?.solver === "random" && heldOut.offers === undefined) {
    throw new UsageError(
      "users held out must get their random offers first: allocate what serveHoldout(drop, policy) returns",
    );
  }
  checkSolve("allocate", drop.instance, options, OPTIONS);
}
