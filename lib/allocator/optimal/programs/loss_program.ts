/**
 * Programs for HiGHS whose costs are losses against the bound of given prices (see `priced_rows.ts`), and their solution.
 *
 * @module
 */
import type { MipBuilder } from "../../ilp/mip.ts";
import { solveAside } from "../../ilp/mip_thread.ts";
import type { Allowance } from "./allowance.ts";

/** A program whose costs are losses: a solution's objective is the present one, plus the losses of `start`, less its own losses. */
export interface LossProgram {
  readonly mip: MipBuilder;
  /** The present assignment as a solution, length columns of the program. */
  readonly start: Float64Array;
  /** The largest sum of a solution's columns, slack aside. */
  readonly units: number;
}

/** How a program of losses is solved; see `MipOptions`. */
export interface LossSearch {
  readonly allowance: Allowance;
  readonly nodes?: number;
  readonly presolve?: boolean;
  readonly heuristics?: boolean;
  /** Solutions that are better by less than this are not looked for. */
  readonly step?: number;
  /** The objective at which to stop: better ones are not looked for. @default Infinity */
  readonly target?: number;
  /** How near the bound an objective will do; see `MipOptions`. */
  readonly enough?: { readonly gap: number; readonly leftOut: number };
}

/** The result of a program of losses. */
interface LossResult {
  /** Values of its columns; null if it found none. */
  readonly values: Float64Array | null;
  /** Upper bound on the objective over the choices of the program, with HiGHS's tolerance added. */
  readonly bound: number;
  /** Whether HiGHS came to its end. */
  readonly solved: boolean;
}

/**
 * Solves a program of losses. The work is taken off the allowance. A large program has a thread of its own, as HiGHS may take a second
 * between two questions whether it is late.
 *
 * @param objective the objective of the solution that the program starts from
 */
export async function solveLosses(
  { mip, start, units }: LossProgram,
  objective: number,
  search: LossSearch,
): Promise<LossResult> {
  const { allowance, nodes, presolve, heuristics, step, target = Infinity, enough } = search;
  let now = 0;
  for (let column = 0; column < start.length; column++) now += mip.cost[column] * start[column];
  const options = {
    work: allowance.left,
    isLate: allowance.isLate,
    nodes,
    presolve,
    heuristics,
    step,
    ...(target < Infinity && { target: target - objective + now }),
    ...(enough && { enough: { ...enough, leftOut: enough.leftOut - objective + now } }),
    start,
    units,
  };
  const result = await solveAside(mip, options);
  allowance.spend(result.work);
  const solved = result.status === "optimal";
  return { values: result.values, bound: objective + (result.bound - now), solved };
}
