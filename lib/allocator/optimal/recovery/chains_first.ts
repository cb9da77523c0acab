/**
 * Whether an allocation under limits is improved by chains of changes before it is improved along paths.
 *
 * @module
 */
import { type DualProblem, rowCount } from "../dual/dual_problem.ts";

/** With at least so many users per row many users decide each price. */
const USERS_PER_ROW = 20;

/**
 * Whether chains of changes improve an allocation sooner than paths, which come after them then: where limits count offers and many users
 * decide each price. Paths take long in graphs of so many slots, and change types one after the other.
 */
export function areChainsFirst(problem: DualProblem): boolean {
  const { items, instance: { group } } = problem;
  return items !== null && !items.weighs && group.length >= USERS_PER_ROW * rowCount(problem);
}
