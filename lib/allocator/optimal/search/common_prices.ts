/**
 * One price for many rows, for the first steps of a search.
 *
 * Where a market's minimum can't be met, the prices of all its brands have far to go, and most of the way they go together. So at first
 * the rows of a family that belong to one group and count offers of the same types have a price in common: D on fewer prices, which
 * a small sample of the users tells, in steps that cost little.
 *
 * @module
 */
import type { LimitRows } from "../../drop/instance/limits.ts";
import { type Items, loadOf } from "../../limits/items.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { PricePoint } from "../dual/price_point.ts";
import { priceBlocks } from "./price_blocks.ts";

/** A problem in which rows have prices in common. */
export interface CommonPrices {
  /** The same drop with one row for all that share a price: it counts what they count, in their units, up to the sum of their amounts. */
  readonly problem: DualProblem;
  /** Uint32Array, length limits: the row of that problem that each belongs to. */
  readonly rowOf: Uint32Array;
}

/** It is worth it where no more than this share of the rows is left. */
const FEW = 0.5;

/** The problem with prices in common; null: rows of single groups are few. */
export function commonPrices(problem: DualProblem): CommonPrices | null {
  const { items, instance: { limits } } = problem;
  const blocks = priceBlocks(problem);
  if (items === null || limits === undefined || blocks === null) return null;
  const { rowOf, count } = sharedRows(problem, items, limits.rows, blocks.groupOf);
  if (count > FEW * rowOf.length) return null;
  return { problem: { ...problem, items: merged(items, rowOf, count) }, rowOf };
}

/** Raises the prices of a point to those found in common. */
export function takeCommonPrices(
  { problem: { instance: { cap } }, rowOf }: CommonPrices,
  found: PricePoint,
  point: PricePoint,
): void {
  const first = cap.length;
  point.row.set(found.row.subarray(0, first));
  rowOf.forEach((to, r) =>
    point.row[first + r] = Math.max(point.row[first + r], found.row[first + to])
  );
  point.sponsored.set(found.sponsored);
  found.others.forEach((price, i) => point.others[i].set(price));
}

/** The rows that share prices, numbered in the order in which they come. `groupOf`: the group that each row belongs to, caps first. */
function sharedRows(
  { instance: { cap, groups }, typedContracts }: DualProblem,
  items: Items,
  { family, sense }: LimitRows,
  groupOf: Int32Array,
): { rowOf: Uint32Array; count: number } {
  const types = typesOfRows(items, typedContracts);
  const known = new Map<number, number>();
  let count = 0;
  const rowOf = Uint32Array.from(family, (own, r) => {
    const group = groupOf[cap.length + r];
    if (group < 0) return count++;
    const kind = 8 * (own * groups.length + group) + 2 * types[r] + Number(sense[r] < 0);
    const at = known.get(kind) ?? count++;
    known.set(kind, at);
    return at;
  });
  return { rowOf, count };
}

/** Uint8Array, length limits: 1 where only offers of the first contracts count, 2 where only others do, 3 where both do. */
function typesOfRows({ contract, start, row, amount }: Items, typedContracts: number): Uint8Array {
  const types = new Uint8Array(amount.length);
  for (let i = 0; i < contract.length; i++) {
    const type = contract[i] < typedContracts ? 1 : 2;
    for (let e = start[i]; e < start[i + 1]; e++) types[row[e]] |= type;
  }
  return types;
}

/** The items with `count` rows in place of theirs. All are measured in units of the rows that they stand for. */
function merged(items: Items, rowOf: Uint32Array, count: number): Items {
  const { row, coefficient, amount, highest, unit } = items;
  const sum = new Float64Array(count), least = new Float64Array(count).fill(Infinity);
  rowOf.forEach((to, r) => {
    sum[to] += amount[r] / unit[r];
    least[to] = Math.min(least[to], highest[r] * unit[r]);
  });
  return {
    ...items,
    row: row.map((r) => rowOf[r]),
    coefficient: items.load ?? coefficient.map((_, e) => loadOf(items, e)),
    amount: sum,
    highest: least,
    unit: new Float64Array(count).fill(1),
  };
}
