/**
 * Allocating a drop: one function over all solvers.
 *
 * @module
 */
import type { Allocation } from "./allocator/allocation.ts";
import { defaultPolicy, type Policy } from "./allocator/policy.ts";
import type { Drop } from "./drop.ts";
import { UsageError } from "./errors.ts";
import type { RunControl } from "./progress.ts";

/** Solvers by name; see {@link AllocateOptions.solver}. */
export const SOLVERS = ["greedy", "ilp"] as const;

/** Name of a solver. */
export type SolverName = typeof SOLVERS[number];

/** Rules, weights and solver of one allocation. Every field may be left out; the policy's defaults are its own. */
export interface AllocateOptions extends Partial<Policy>, RunControl {
  /**
   * `greedy`: fast, without a proof; `ilp`: the whole model in HiGHS, exact, for small drops.
   * @default "greedy"
   */
  solver?: SolverName;
  /** Seed of the greedy solver's order of users. @default 42 */
  seed?: number;
  /** The greedy solver's α: sponsored offers weigh score × (1 + α · left / cap) in its rounds. @default 0 */
  scarcityAlpha?: number;
  /** Relative gap to the proven bound at which an exact solver may stop. @default 1e-6 */
  gap?: number;
}

/**
 * Decides who gets which offers.
 *
 * @throws {UsageError} when the solver can't take the drop
 * @throws {TimeoutError} when time ran out before there was any allocation
 */
export async function allocate(drop: Drop, options: AllocateOptions = {}): Promise<Allocation> {
  const { solver = "greedy", seed, scarcityAlpha, gap, onProgress, signal, timeout } = options;
  const { instance } = drop;
  const control = { onProgress, signal, timeout };
  const policy = policyFrom(options);
  if (policy.maxPerBrand !== null && instance.brand === null) {
    throw new UsageError("a limit per brand (--max-per-brand) needs the column brand_id in caps");
  }
  if (solver === "ilp") {
    const { solveIlp } = await import("./allocator/ilp.ts");
    return solveIlp(instance, policy, { ...control, gap });
  }
  const { solveGreedy } = await import("./allocator/greedy.ts");
  return solveGreedy(instance, policy, { ...control, seed, scarcityAlpha });
}

/** The policy of the options, what they leave open as in {@link defaultPolicy}. */
function policyFrom(options: AllocateOptions): Policy {
  const given = options as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(defaultPolicy).map(([name, value]) => [name, given[name] ?? value]),
  ) as unknown as Policy;
}
