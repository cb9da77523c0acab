/**
 * The list of solvers, from which the command line's choices and help, the library's validation and the dispatch follow.
 *
 * @module
 */
import type { Allocation, Prices } from "../allocator/model/allocation.ts";
import type { Certificate } from "../allocator/model/certificate.ts";
import type { Model, Policy } from "../allocator/model/policy.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { TimeoutError } from "../base/errors.ts";
import type { RunControl } from "../base/progress.ts";

/** How many threads a solver may have. */
export const WORKERS_RANGE = { min: 1, max: 256, whole: true } as const;

/** Names of the three solvers, and the names that the replaced tool had for its own. */
export type SolverName = "optimal" | "greedy" | "ilp" | "pulp" | "or" | "both";

/** Options of the solvers; each solver ignores those of the others. */
export interface SolverOptions extends RunControl {
  /** Relative gap to the proven bound at which `optimal` and `ilp` may stop. @default 1e-6 */
  gap?: number;
  /** Threads of `optimal`; the result is the same for any number. @default 1 */
  workers?: number;
  /** Prices or certificate of an earlier run on a similar drop, from which `optimal` starts. */
  startPrices?: Prices | Certificate;
  /** Whether `optimal` starts from `startPrices` or from prices of a sample; false: from prices of 0. @default true */
  warmStart?: boolean;
  /** Seed of the greedy solver's order of users. @default 42 */
  seed?: number;
  /** The greedy solver's α: sponsored offers weigh score × (1 + α · left / cap) in its rounds. @default 0 */
  scarcityAlpha?: number;
}

/** A solver. */
export interface Solver {
  /** Its name. */
  readonly name: SolverName;
  /** A few words for help texts. */
  readonly help: string;
  /** The model that it always uses; null: the policy's. */
  readonly model: Model | null;
  /** Whether its prices prove a bound, so that there is a certificate; null: it depends on the run. */
  readonly certifies: boolean | null;
  /** Allocates. The solver's code is loaded when it is first used. */
  readonly solve: (
    instance: Instance,
    policy: Policy,
    options: SolverOptions,
  ) => Promise<Allocation>;
}

/** Every solver, the default first. */
export const SOLVERS: readonly Solver[] = [
  {
    name: "optimal",
    help: "with proof",
    model: null,
    certifies: true,
    solve: solveOptimally,
  },
  {
    name: "greedy",
    help: "fast, no proof",
    model: null,
    certifies: false,
    solve: async (instance, policy, options) => {
      const { solveGreedyAsync } = await import("../allocator/greedy/greedy.ts");
      return await solveGreedyAsync(instance, policy, options);
    },
  },
  {
    name: "ilp",
    help: "HiGHS, small drops",
    model: null,
    certifies: false,
    solve: async (instance, policy, options) => {
      const { solveIlp } = await import("../allocator/ilp/ilp.ts");
      return await solveIlp(instance, policy, options);
    },
  },
  {
    name: "pulp",
    help: "optimal, model coverage",
    model: "coverage",
    certifies: true,
    solve: solveOptimally,
  },
  {
    name: "or",
    help: "optimal, model uniform",
    model: "uniform",
    certifies: true,
    solve: solveOptimally,
  },
  {
    name: "both",
    help: "the first of pulp, or, greedy with a result",
    model: null,
    certifies: null,
    solve: firstResult,
  },
];

/** Their names. */
export const SOLVER_NAMES: readonly SolverName[] = SOLVERS.map(({ name }) => name);

/** The solver where none is named. */
export const DEFAULT_SOLVER: SolverName = SOLVERS[0].name;

/** The solver with this name. */
export function solverOf(name: SolverName): Solver {
  return SOLVERS.find((solver) => solver.name === name)!;
}

/** Allocates with a solver, under its own model if it has one. */
export async function solveWith(
  name: SolverName,
  instance: Instance,
  policy: Policy,
  options: SolverOptions,
): Promise<Allocation> {
  const { model, solve } = solverOf(name);
  return await solve(instance, { ...policy, model: model ?? policy.model }, options);
}

async function solveOptimally(
  instance: Instance,
  policy: Policy,
  options: SolverOptions,
): Promise<Allocation> {
  const { solveOptimal } = await import("../allocator/optimal/optimal.ts");
  const { closedInDigits } = await import("./wide_range.ts");
  const { startPrices: _, onProgress: __, timeout = Infinity, ...rest } = options;
  const begun = performance.now();
  const left = () => Math.max(0, timeout - (performance.now() - begun) / 1000);
  const found = await solveOptimal(instance, policy, options);
  return await closedInDigits(instance, found, {
    solve: (drop, policy) => solveOptimal(drop, policy, { ...rest, timeout: left() }),
    stop: () => left() === 0,
  });
}

/** The result of the first of pulp, or and greedy that has one before time runs out. */
async function firstResult(
  instance: Instance,
  policy: Policy,
  options: SolverOptions,
): Promise<Allocation> {
  for (const name of ["pulp", "or"] as const) {
    try {
      return await solveWith(name, instance, policy, options);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  }
  return await solveWith("greedy", instance, policy, options);
}
