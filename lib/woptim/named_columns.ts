/**
 * The columns of a problem given as objects, checked, as a caller would give them.
 *
 * @module
 */
import { columnsOf } from "./check_problem.ts";
import type { SplitColumns, SplitProblem } from "./problem.ts";

/** Columns of people and their names. */
export interface NamedSplitColumns extends SplitColumns {
  readonly names: readonly string[];
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly target: Float64Array;
}

/**
 * Columns of a problem given as objects, to be split again and again with some of them changed.
 *
 * @throws {InputError} for the first fault
 */
export function namedColumnsOf(problem: SplitProblem): NamedSplitColumns {
  const { step, group, groups, ...columns } = columnsOf(problem);
  return {
    ...columns,
    ...(step !== undefined &&
      { step: step.map((size) => size === undefined ? null : `${size.n}/${size.d}`) }),
    ...(groups !== undefined && {
      group: Array.from(group!, (g) => g < 0 ? null : groups.names[g]),
      groups: problem.groups,
    }),
  };
}
