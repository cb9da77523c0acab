/**
 * Allocating a drop: one function over all solvers.
 *
 * @module
 */
import type { Allocation, Prices } from "../allocator/model/allocation.ts";
import type { Certificate } from "../allocator/model/certificate.ts";
import { type Policy, policyFrom } from "../allocator/model/policy.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { TimeoutError } from "../base/errors.ts";
import { checkBrands, checkStartPrices, POLICY_OPTIONS } from "./policy_options.ts";
import type { RunControl } from "../base/progress.ts";
import { displaying } from "../report/display.ts";
import {
  aFlag,
  aNumber,
  anything,
  checkDrop,
  checkOptions,
  ofKind,
  type OptionRule,
  RUN_CONTROL,
} from "../base/validate.ts";

/** Name of a solver; see {@link AllocateOptions.solver}. */
export type SolverName = "optimal" | "greedy" | "ilp" | "pulp" | "or" | "both";

/** Every {@link SolverName}. */
export const SOLVERS: readonly SolverName[] = ["optimal", "greedy", "ilp", "pulp", "or", "both"];

/** Rules, weights and solver of one allocation. Every field may be left out; the policy's defaults are its own. */
export interface AllocateOptions extends Partial<Policy>, RunControl {
  /**
   * `optimal`: prices, recovery, proof. `greedy`: fast, without a proof. `ilp`: the whole model in HiGHS, exact, for
   * small drops. Names of the replaced tool: `pulp` is optimal under model coverage, `or` optimal under model
   * uniform, `both` the first of pulp, or, greedy that gives a result.
   * @default "optimal"
   */
  solver?: SolverName;
  /** Relative gap to the proven bound at which `optimal` and `ilp` may stop. @default 1e-6 */
  gap?: number;
  /** Threads of `optimal`; the result is the same for any number. @default 1 */
  workers?: number;
  /** Prices, or the certificate, of an earlier run on a drop like this one, for `optimal` to start from. */
  startPrices?: Prices | Certificate;
  /** Whether `optimal` starts from `startPrices` or prices of a sample; false: from nothing. @default true */
  warmStart?: boolean;
  /** Seed of the greedy solver's order of users. @default 42 */
  seed?: number;
  /** The greedy solver's α: sponsored offers weigh score × (1 + α · left / cap) in its rounds. @default 0 */
  scarcityAlpha?: number;
}

/**
 * Decides who gets which offers. In a notebook the allocation shows itself.
 *
 * @throws {UsageError} for an option that is not known or out of range, when the solver can't take the drop, or brands
 * are limited and the drop has none
 * @throws {TimeoutError} when time ran out before there was any allocation
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
export async function allocate(drop: Drop, options: AllocateOptions = {}): Promise<Allocation> {
  checkAllocate(drop, options);
  const allocation = await solved(drop, options);
  return displaying(allocation, async () => {
    const { reportFacts } = await import("../report/facts/facts.ts");
    const { allocationBundle } = await import("../report/notebook.ts");
    return allocationBundle(reportFacts(drop, allocation));
  });
}

/** What each option of {@link allocate} may be. */
const OPTIONS: Readonly<Record<keyof AllocateOptions, OptionRule>> = {
  ...POLICY_OPTIONS,
  ...RUN_CONTROL,
  solver: ofKind({ type: "choice", choices: SOLVERS }),
  gap: aNumber({ min: 0 }),
  workers: aNumber({ min: 1, max: 256, whole: true }),
  // Looked at beside the drop.
  startPrices: anything,
  warmStart: aFlag,
  seed: aNumber({ min: 0, whole: true }),
  scarcityAlpha: aNumber({ min: 0 }),
};

function checkAllocate(drop: Drop, options: AllocateOptions): void {
  checkDrop(drop);
  checkOptions("allocate", options, OPTIONS);
  checkBrands(drop.instance, policyFrom(options));
  if (options.startPrices !== undefined) checkStartPrices(drop.instance, options.startPrices);
}

/** What the solver that is asked for finds. */
async function solved(drop: Drop, options: AllocateOptions): Promise<Allocation> {
  const { solver = "optimal" } = options;
  const policy = policyFrom(options);
  switch (solver) {
    case "pulp":
      return await optimal(drop, { ...policy, model: "coverage" }, options);
    case "or":
      return await optimal(drop, { ...policy, model: "uniform" }, options);
    case "both":
      return await firstResult(drop, options);
    case "ilp": {
      const { solveIlp } = await import("../allocator/ilp/ilp.ts");
      return await solveIlp(drop.instance, policy, options);
    }
    case "greedy": {
      const { solveGreedyInTurns } = await import("../allocator/greedy/greedy.ts");
      return await solveGreedyInTurns(drop.instance, policy, options);
    }
    default:
      return await optimal(drop, policy, options);
  }
}

async function optimal(drop: Drop, policy: Policy, options: AllocateOptions): Promise<Allocation> {
  const { solveOptimal } = await import("../allocator/optimal/optimal.ts");
  return solveOptimal(drop.instance, policy, options);
}

/** The first of pulp, or and greedy that gives a result in the time there is. */
async function firstResult(drop: Drop, options: AllocateOptions): Promise<Allocation> {
  for (const solver of ["pulp", "or"] as const) {
    try {
      return await solved(drop, { ...options, solver });
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  }
  return await solved(drop, { ...options, solver: "greedy" });
}
