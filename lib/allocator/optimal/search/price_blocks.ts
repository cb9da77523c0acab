/**
 * Which prices belong to one group of users alone.
 *
 * Rows that only users of one group count toward (a brand in a market) meet those of other groups in nothing but the prices that
 * all share, such as those of caps. So they can have a trust region of their own.
 *
 * @module
 */
import { cellsOf } from "../../drop/instance/limits.ts";
import type { Items } from "../../limits/items.ts";
import { type DualProblem, rowCount } from "../dual/dual_problem.ts";

/** The group of each row that belongs to one. */
export interface PriceBlocks {
  /** Int32Array, length rows: the only group whose users count toward the row; −1: several. */
  readonly groupOf: Int32Array;
  /** Int32Array: the groups that have rows of their own, ascending. */
  readonly groups: Int32Array;
}

/** Not seen yet; seen in several groups. */
const UNSEEN = -2, SHARED = -1;

/** The blocks of a problem; null: fewer than two groups have rows of their own. */
export function priceBlocks(problem: DualProblem): PriceBlocks | null {
  const { items } = problem;
  if (items === null) return null;
  let known = knownBlocks.get(items.row);
  if (known === undefined) {
    known = blocksOf(problem, items);
    knownBlocks.set(items.row, known);
  }
  return known;
}

/** Found once for the rows of a drop's items, and the groups of its items once for all rows that they are given. */
const knownBlocks = new WeakMap<Uint32Array, PriceBlocks | null>();
const knownGroups = new WeakMap<DualProblem["item"], Int32Array>();

function blocksOf(problem: DualProblem, items: Items): PriceBlocks | null {
  const { instance: { cap } } = problem, cells = cellsOf(items);
  const { start, row } = cells ?? items, count = start.length - 1;
  const groupOf = new Int32Array(rowCount(problem)).fill(UNSEEN);
  groupOf.fill(SHARED, 0, cap.length);
  const groupOfItem = groupsOfItems(problem, cells?.cell ?? null, count);
  for (let i = 0; i < count; i++) {
    const own = groupOfItem[i];
    if (own === UNSEEN) continue;
    for (let e = start[i]; e < start[i + 1]; e++) {
      const r = cap.length + row[e];
      groupOf[r] = groupOf[r] === UNSEEN || groupOf[r] === own ? own : SHARED;
    }
  }
  const has = new Uint8Array(problem.instance.groups.length);
  for (let r = 0; r < groupOf.length; r++) {
    if (groupOf[r] === UNSEEN) groupOf[r] = SHARED;
    if (groupOf[r] >= 0) has[groupOf[r]] = 1;
  }
  const groups = Int32Array.from(has.keys()).filter((g) => has[g] === 1);
  return groups.length < 2 ? null : { groupOf, groups };
}

/** Int32Array: the only group with a pair of each item or, where these are given, of each cell of items. */
function groupsOfItems(
  { instance: { start, group }, item }: DualProblem,
  cellOf: Uint32Array | null,
  count: number,
): Int32Array {
  const known = knownGroups.get(cellOf ?? item);
  if (known !== undefined) return known;
  const groupOf = new Int32Array(count).fill(UNSEEN);
  // Cells that know no groups are all shared after a few users.
  for (let u = 0, left = count; u < group.length && left > 0; u++) {
    const own = group[u];
    for (let p = start[u], end = start[u + 1]; p < end; p++) {
      const at = cellOf === null ? item[p] : cellOf[item[p]], seen = groupOf[at];
      if (seen === own || seen === SHARED) continue;
      groupOf[at] = seen === UNSEEN ? own : SHARED;
      if (seen !== UNSEEN) left--;
    }
  }
  // Where nearly every pair has an item of its own that would be memory for each pair.
  if (2 * count < item.length) knownGroups.set(cellOf ?? item, groupOf);
  return groupOf;
}
