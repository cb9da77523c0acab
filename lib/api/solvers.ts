/**
 * The solvers, each under its name: the command line's choices and help, the library's validation and what runs follow from
 * this one list.
 *
 * @module
 */
import type { Allocation, Prices } from "../allocator/model/allocation.ts";
import type { Certificate } from "../allocator/model/certificate.ts";
import type { Model, Policy } from "../allocator/model/policy.ts";
import type { Instance } from "../allocator/drop/instance.ts";
import { TimeoutError } from "../base/errors.ts";
import type { RunControl } from "../base/progress.ts";

/** Name of a solver: the three, and names of the replaced tool. */
export type SolverName = "optimal" | "greedy" | "ilp" | "pulp" | "or" | "both";

/** How a solver works; each takes what it knows of. */
export interface SolverOptions extends RunControl {
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

/** A solver. */
export interface Solver {
  /** Its name. */
  readonly name: SolverName;
  /** One clause for help texts. */
  readonly help: string;
  /** The model that it always takes; null: the policy's. */
  readonly model: Model | null;
  /** Whether its prices prove a bound, so that there is a certificate; null: that depends. */
  readonly certifies: boolean | null;
  /** Whether a signal stops it with the best so far. */
  readonly isStoppable: boolean;
  /** Allocates. Its code is loaded when it is first asked for. */
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
    isStoppable: true,
    solve: solveOptimally,
  },
  {
    name: "greedy",
    help: "fast, without",
    model: null,
    certifies: false,
    isStoppable: true,
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
    // HiGHS can't be stopped for its best so far.
    isStoppable: false,
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
    isStoppable: true,
    solve: solveOptimally,
  },
  {
    name: "or",
    help: "optimal, model uniform",
    model: "uniform",
    certifies: true,
    isStoppable: true,
    solve: solveOptimally,
  },
  {
    name: "both",
    help: "the first of pulp, or, greedy with a result",
    model: null,
    certifies: null,
    isStoppable: true,
    solve: firstResult,
  },
];

/** Their names. */
export const SOLVER_NAMES: readonly SolverName[] = SOLVERS.map(({ name }) => name);

/** The solver of a name. */
export function solverOf(name: SolverName): Solver {
  return SOLVERS.find((solver) => solver.name === name)!;
}

/** Allocates with a solver, under its model where it has one. */
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
  return await solveOptimal(instance, policy, options);
}

/** The first of pulp, or and greedy that gives a result in the time there is. */
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
