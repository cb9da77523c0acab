/**
 * Marks: the counts of a user's bundle (see `user_counts.ts`) that the limits of a problem's groups need.
 *
 * @module
 */
import { COUNTS, countsOfUser } from "../../limits/kinds/user_counts.ts";
import type { DualProblem } from "./dual_problem.ts";

/** How many of the counts a problem's limits use: none, the first, or all. */
export function markCount({ rules, countsSponsored }: DualProblem): number {
  return rules.others.length > 0 ? COUNTS : countsSponsored ? 1 : 0;
}

/** Int32Array, shapes × marks, row-major: the counts of a user with a bundle of each shape. */
export function marksOfShapes(problem: DualProblem): Int32Array {
  const { shapeSponsored, shapeUnsponsored } = problem;
  const marks = markCount(problem);
  const table = new Int32Array(shapeSponsored.length * marks);
  for (let s = 0; s < shapeSponsored.length; s++) {
    const counts = countsOfUser(shapeSponsored[s], shapeUnsponsored[s]);
    table.set(counts.slice(0, marks), s * marks);
  }
  return table;
}
