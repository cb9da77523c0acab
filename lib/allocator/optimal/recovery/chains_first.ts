/**
 * Whether an allocation under limits is improved by chains of changes before it is improved along paths.
 *
 * @module
 */
import { type DualProblem, rowCount } from "../dual/dual_problem.ts";

/** With at least so many users per row many users decide each price. */
const USERS_PER_ROW = 20;

/** With more rows than this, and as many users, the graph of slots is so large that one search along all its ways takes seconds. */
const MANY_ROWS = 5000;

/**
 * Whether chains of changes improve an allocation sooner than paths, which come after them then: where limits count offers and many users
 * decide each price, or there are many rows. Paths take long in graphs of so many slots, and change types one after the other.
 */
export function areChainsFirst(problem: DualProblem): boolean {
  const { items, instance: { group } } = problem;
  if (items === null || items.weighs) return false;
  const rows = rowCount(problem), users = group.length;
  return users >= USERS_PER_ROW * rows || (rows > MANY_ROWS && users >= rows);
}
