/**
 * What an offer counts toward beside its cap, as the price solver sees it.
 *
 * Pairs that count alike share an item (see `drop/limit_rows.ts`), and a user's choice looks at prices of items, not of
 * contracts. Rows are measured in units of their own, so that prices of money and of heads can be searched for with the same
 * steps: a unit is the power of two next to what an offer typically counts, so that nothing is rounded by it.
 *
 * @module
 */
import { sharedFloat64 } from "../../base/shared_array.ts";
import type { LimitRows } from "../drop/limits.ts";

/** Items and their rows. Rows are those of limits; the caps are known apart. */
export interface Items {
  /** Uint32Array, length pairs: item of each pair. */
  readonly item: Uint32Array;
  /** Uint32Array, length items: contract of each item. */
  readonly contract: Uint32Array;
  /** Uint32Array, length items + 1: rows of item i are `row[start[i] … start[i + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array: the rows. */
  readonly row: Uint32Array;
  /** Float64Array: what an offer of the item adds to the row, no more than all of a least. */
  readonly coefficient: Float64Array;
  /** Float64Array: the same in the row's unit, rounded so that sums over all users are exact in any order. */
  readonly load: Float64Array;
  /** Float64Array: the same, rounded so that sums of products of two are exact too. */
  readonly bend: Float64Array;
  /** Float64Array, length rows: Σ coefficient · offers is at most this. */
  readonly amount: Float64Array;
  /** Float64Array, length rows: what a unit beyond it costs; Infinity: the limit is hard. */
  readonly highest: Float64Array;
  /** Float64Array, length rows: the row's unit, a power of two. */
  readonly unit: Float64Array;
  /** Uint8Array, length rows: 1 where amount and coefficients are whole numbers. */
  readonly whole: Uint8Array;
  /** Uint8Array, length rows: 1 where every offer counts as one (or minus one), so that units can pass from hand to hand. */
  readonly counts: Uint8Array;
  /** Whether there are others: limits toward which offers weigh. */
  readonly weighs: boolean;
  /** The most that an offer counts in all its rows together, in their units. */
  readonly most: number;
  /** Most rows of an item. */
  readonly mostRows: number;
  /** Whether (nearly) every pair is an item of its own. */
  readonly byPair: boolean;
}

/** Bits that sums of loads keep of a coefficient, and of products of two. */
const LOAD_BITS = 28, BEND_BITS = 6;

/** Items of compiled limits, with the shortfall price P where a limit has no price of its own. */
export function itemsOf(limits: LimitRows, shortfallPrice: number): Items {
  const { item, contract, start, row, amount, price } = limits;
  const rows = amount.length, coefficient = usefulCoefficients(limits);
  const unit = unitsOf({ ...limits, coefficient });
  const whole = Uint8Array.from(amount, (value) => Number.isInteger(value) ? 1 : 0);
  const counts = new Uint8Array(rows).fill(1);
  const load = sharedFloat64(row.length), bend = sharedFloat64(row.length);
  for (let e = 0; e < row.length; e++) {
    const value = coefficient[e] / unit[row[e]];
    if (!Number.isInteger(coefficient[e])) whole[row[e]] = 0;
    if (Math.abs(coefficient[e]) !== 1) counts[row[e]] = 0;
    load[e] = Math.round(value * 2 ** LOAD_BITS) / 2 ** LOAD_BITS;
    bend[e] = Math.round(value * 2 ** BEND_BITS) / 2 ** BEND_BITS;
  }
  let most = 0, mostRows = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    let sum = 0;
    for (let e = start[i]; e < start[i + 1]; e++) sum += Math.abs(coefficient[e] / unit[row[e]]);
    most = Math.max(most, sum);
    mostRows = Math.max(mostRows, start[i + 1] - start[i]);
  }
  const highest = sharedFloat64(rows);
  highest.set(price.map((own) => Number.isNaN(own) ? shortfallPrice : own));
  return {
    item,
    contract,
    start,
    row,
    coefficient,
    load,
    bend,
    amount,
    highest,
    unit,
    whole,
    counts,
    weighs: counts.includes(0),
    most,
    mostRows,
    byPair: contract.length > item.length / 4,
  };
}

/**
 * What offers count toward the rows, no more than all of a least: what is beyond changes nothing that is missed, and programs
 * are tighter without it. Shares, whose amounts are 0, are as they are.
 */
function usefulCoefficients(
  { coefficient, row, amount, sense }: Pick<LimitRows, "coefficient" | "row" | "amount" | "sense">,
): Float64Array {
  const useful = sharedFloat64(coefficient.length);
  for (let e = 0; e < useful.length; e++) {
    const r = row[e], isLeast = sense[r] < 0 && amount[r] < 0;
    useful[e] = isLeast ? Math.max(coefficient[e], amount[r]) : coefficient[e];
  }
  return useful;
}

/** The power of two next to the mean |coefficient| of each row's items. */
function unitsOf(
  { row, coefficient, amount }: Pick<LimitRows, "row" | "coefficient" | "amount">,
): Float64Array {
  const sum = new Float64Array(amount.length), count = new Float64Array(amount.length);
  for (let e = 0; e < row.length; e++) {
    sum[row[e]] += Math.abs(coefficient[e]);
    count[row[e]]++;
  }
  return sum.map((total, r) =>
    count[r] === 0 || total === 0 ? 1 : 2 ** Math.round(Math.log2(total / count[r]))
  );
}

/** Whether any row may be missed at the shortfall price. */
export function hasShortfallPrice(limits: { rows: LimitRows } | undefined): boolean {
  return limits !== undefined && limits.rows.price.some(Number.isNaN);
}
