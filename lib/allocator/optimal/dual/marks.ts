/**
 * What the group rules count about a user's bundle.
 *
 * @module
 */
import type { DualProblem } from "./dual_problem.ts";

/** Mark 0: whether the user has a sponsored offer. */
export const SPONSORED_USER = 0;
/** Mark 1: how many sponsored offers. */
export const SPONSORED_OFFERS = 1;
/** Mark 2: how many unsponsored offers. */
export const UNSPONSORED_OFFERS = 2;
/** Mark 3: whether the user has both kinds. */
export const MIXED_USER = 3;

/** How many of the marks a problem's rules use: none, the first, or all four. */
export function markCount(problem: DualProblem): number {
  if (problem.hasAssignmentRatio || problem.hasMixedShare) return 4;
  return problem.countsSponsored ? 1 : 0;
}

/** Int32Array, shapes × marks, row-major: the marks of a bundle of each shape. */
export function marksOfShapes(problem: DualProblem): Int32Array {
  const { shapeSponsored, shapeUnsponsored } = problem;
  const marks = markCount(problem);
  const table = new Int32Array(shapeSponsored.length * marks);
  for (let s = 0; s < shapeSponsored.length; s++) {
    const i = shapeSponsored[s], j = shapeUnsponsored[s];
    const row = [i > 0 ? 1 : 0, i, j, i > 0 && j > 0 ? 1 : 0];
    table.set(row.slice(0, marks), s * marks);
  }
  return table;
}
