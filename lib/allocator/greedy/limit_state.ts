/**
 * The limits of a drop while offers are placed: which still have room, and how an offer changes the cost of missed ones.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitRows } from "../drop/instance/limits.ts";
import { addUse, emptyUse, excessOf, priceOfRow, type RowUse } from "../model/row_use.ts";

/** The limits and their use by the offers placed so far. */
export interface GreedyLimits {
  readonly rows: LimitRows;
  readonly use: RowUse;
  /** Float64Array, length rows: what each unit beyond the amount costs; Infinity: the row is hard. */
  readonly price: Float64Array;
  /** Whether any row may be missed at a price, so that offers are worth more or less than their score. */
  readonly soft: boolean;
  /** What the offers since it was last set to 0 have added to the cost of missed limits. */
  change: number;
}

/** The limits before any offer; null if the drop has none. */
export function emptyLimits({ limits }: Instance, shortfallPrice: number): GreedyLimits | null {
  if (limits === undefined) return null;
  const { rows } = limits;
  const price = rows.price.map((_, r) => priceOfRow(rows, r, shortfallPrice));
  return {
    rows,
    use: emptyUse(rows),
    price,
    soft: price.some((one) => one < Infinity),
    change: 0,
  };
}

/** Counts an offer of `pair` (`times` 1), or takes it away (−1). */
export function countOffer(limits: GreedyLimits, pair: number, times: 1 | -1): void {
  limits.change += costOf(limits, pair, times);
  addUse(limits.use, limits.rows, pair, times);
}

/** Whether the hard rows that `pair` adds to have room for it. */
export function hasRoom({ rows, use, price }: GreedyLimits, pair: number): boolean {
  const { item, start, row, coefficient, amount } = rows;
  for (let e = start[item[pair]], to = start[item[pair] + 1]; e < to; e++) {
    const r = row[e], adds = coefficient[e];
    if (price[r] < Infinity || adds <= 0) continue;
    if (isOver(use.used[r] + adds, use.size[r] + adds, amount[r])) return false;
  }
  return true;
}

/** Whether no hard row that `pairs` count toward is exceeded. Giving an offer up can exceed one that limits a share of all offers. */
export function isKept({ rows, use, price }: GreedyLimits, pairs: readonly number[]): boolean {
  const { item, start, row, amount } = rows;
  return pairs.every((pair) => {
    for (let e = start[item[pair]], to = start[item[pair] + 1]; e < to; e++) {
      const r = row[e];
      if (price[r] === Infinity && isOver(use.used[r], use.size[r], amount[r])) return false;
    }
    return true;
  });
}

/** Whether a row is exceeded, with half of the usual room for rounding: sums that terms were taken from again are less exact. */
function isOver(used: number, size: number, amount: number): boolean {
  return excessOf(used, size / 2, amount) > 0;
}

/** By how much one offer of `pair` more (`times` 1) or less (−1) raises the cost of missed limits; below 0 if it serves a least. */
export function costOf(
  { rows, use, price, soft }: GreedyLimits,
  pair: number,
  times: 1 | -1 = 1,
): number {
  if (!soft) return 0;
  const { item, start, row, coefficient, amount } = rows;
  let cost = 0;
  for (let e = start[item[pair]], to = start[item[pair] + 1]; e < to; e++) {
    const r = row[e], adds = times * coefficient[e];
    if (price[r] === Infinity) continue;
    const before = excessOf(use.used[r], use.size[r], amount[r]);
    const after = excessOf(
      use.used[r] + adds,
      use.size[r] + times * Math.abs(coefficient[e]),
      amount[r],
    );
    if (after !== before) cost += price[r] * (after - before);
  }
  return cost;
}

/** Whether any limit with a price is missed. */
export function isAnyBeyond({ rows, use, price }: GreedyLimits): boolean {
  return price.some((one, r) =>
    one > 0 && one < Infinity && excessOf(use.used[r], use.size[r], rows.amount[r]) > 0
  );
}
