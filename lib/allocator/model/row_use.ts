/**
 * How much of each limit row the offers use, and how far that is beyond its amount. All solvers count here.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitRows } from "../drop/instance/limits.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

/** What offers add up to in each limit row; arrays of length rows. */
export interface RowUse {
  /** Σ coefficient over the offers; for a least, whose signs are changed, minus what was given. */
  readonly used: Float64Array;
  /** Σ |coefficient| over the offers: rounding is judged relative to it. */
  readonly size: Float64Array;
}

/** No offers yet. */
export function emptyUse(rows: Pick<LimitRows, "amount">): RowUse {
  const { length } = rows.amount;
  return { used: new Float64Array(length), size: new Float64Array(length) };
}

/** Adds an offer of `pair` to the rows it counts toward, or takes it away where `times` is −1. */
export function addUse({ used, size }: RowUse, rows: LimitRows, pair: number, times: 1 | -1): void {
  const { item, start, row, coefficient } = rows;
  for (let e = start[item[pair]], to = start[item[pair] + 1]; e < to; e++) {
    used[row[e]] += times * coefficient[e];
    size[row[e]] += times * Math.abs(coefficient[e]);
  }
}

/** The use of offers, added up in order, so that equal offers give equal bits. */
export function useOfPairs(rows: LimitRows, pairs: ArrayLike<number>): RowUse {
  const use = emptyUse(rows);
  for (let o = 0; o < pairs.length; o++) addUse(use, rows, pairs[o], 1);
  return use;
}

/**
 * By how much a sum of terms is beyond an amount; 0 if it is not, or if the excess may be rounding alone: whole numbers are
 * compared exactly, others within 10⁻⁹ of Σ |terms|.
 *
 * @param used the sum
 * @param size Σ |terms|
 *
 * @example
 * ```ts
 * import { excessOf } from "./row_use.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(excessOf(501, 501, 500), 1);
 * assertEquals(excessOf(0.1 + 0.2, 0.3, 0.3), 0);
 * ```
 */
export function excessOf(used: number, size: number, amount: number): number {
  const beyond = used - amount;
  return beyond > 0 && (Number.isInteger(beyond) || beyond > COUNT_ROUNDING * size) ? beyond : 0;
}

/**
 * The hard rows that have no room for an offer of `pair` in place of the offers `held`, in the order in which the pair counts
 * toward them.
 *
 * @param use of all offers, `held` among them
 */
export function rowsWithoutRoom(
  rows: LimitRows,
  use: RowUse,
  pair: number,
  held: ArrayLike<number>,
): number[] {
  const { item, start, row, coefficient } = rows;
  const full: number[] = [];
  for (let e = start[item[pair]]; e < start[item[pair] + 1]; e++) {
    const r = row[e];
    if (coefficient[e] <= 0) continue;
    if (!hasRoom(rows, use, r, coefficient[e] - coefficientSum(rows, held, r))) full.push(r);
  }
  return full;
}

/** Whether row `r` is not hard, or has room for `more` units beside what is used. */
export function hasRoom(
  { price, amount }: Pick<LimitRows, "price" | "amount">,
  { used, size }: RowUse,
  r: number,
  more: number,
): boolean {
  return price[r] !== Infinity || more <= 0 ||
    excessOf(used[r] + more, size[r] + more, amount[r]) === 0;
}

/** What some pairs add to row `r`. */
function coefficientSum(rows: LimitRows, pairs: ArrayLike<number>, r: number): number {
  const { item, start, row, coefficient } = rows;
  let sum = 0;
  for (let o = 0; o < pairs.length; o++) {
    const i = item[pairs[o]];
    for (let e = start[i]; e < start[i + 1]; e++) if (row[e] === r) sum += coefficient[e];
  }
  return sum;
}

/** What each unit beyond the amount of row r costs: Infinity where the row is hard. */
export function priceOfRow(rows: LimitRows, r: number, shortfallPrice: number): number {
  return Number.isNaN(rows.price[r]) ? shortfallPrice : rows.price[r];
}

/** How far offers are beyond the amounts of limit rows. */
export interface RowExcess {
  /** Σ price · excess over the rows that have a price: taken off the objective. */
  readonly penalty: number;
  /** Units beyond the amounts of rows at the shortfall price: what least amounts lack. */
  readonly missed: number;
  /** Hard rows that are broken; solvers return allocations that break none. */
  readonly broken: readonly number[];
}

/** Adds up what is beyond the amounts, row by row in order. */
export function excessOfRows(
  rows: LimitRows,
  { used, size }: RowUse,
  shortfallPrice: number,
): RowExcess {
  let penalty = 0, missed = 0;
  const broken: number[] = [];
  for (let r = 0; r < rows.amount.length; r++) {
    const excess = excessOf(used[r], size[r], rows.amount[r]);
    if (excess === 0) continue;
    if (rows.price[r] === Infinity) {
      broken.push(r);
      continue;
    }
    penalty += priceOfRow(rows, r, shortfallPrice) * excess;
    if (Number.isNaN(rows.price[r])) missed += excess;
  }
  return { penalty, missed, broken };
}

/** Uint8Array, length rows: 1 where coefficients have both signs, as those of shares do. */
export function signedRows(
  { amount, row, coefficient }: Pick<LimitRows, "amount" | "row" | "coefficient">,
): Uint8Array {
  const signs = new Uint8Array(amount.length);
  coefficient.forEach((value, e) => signs[row[e]] |= value < 0 ? 1 : value > 0 ? 2 : 0);
  return signs.map((seen) => seen === 3 ? 1 : 0);
}

/** What the pairs that count toward a row are known to be: nobody's, or several users'. */
const NOBODY = -1, SEVERAL = -2;

/**
 * Int32Array, length rows: the user whose pairs alone count toward the row, such as a budget of each user's; below 0 where several
 * users' do, or nobody's.
 */
export function ownersOfRows(
  { item, start, row, amount }: Pick<LimitRows, "item" | "start" | "row" | "amount">,
  users: Pick<Instance, "start">,
): Int32Array {
  const owner = new Int32Array(amount.length).fill(NOBODY);
  for (let u = 0; u + 1 < users.start.length; u++) {
    for (let p = users.start[u]; p < users.start[u + 1]; p++) {
      for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
        const r = row[e];
        if (owner[r] === NOBODY) owner[r] = u;
        else if (owner[r] !== u) owner[r] = SEVERAL;
      }
    }
  }
  return owner;
}
