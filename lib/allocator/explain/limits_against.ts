/**
 * The limits that keep a pair from becoming an offer.
 *
 * @module
 */
import { type LimitRows, nameOfRow } from "../drop/instance/limits.ts";
import type { Items } from "../limits/items.ts";
import { excessOf, hasRoom, priceOfRow, type RowUse } from "../model/row_use.ts";
import type { Inquiry } from "./question.ts";

/** What an offer of each item adds to the rows that it counts toward, as limits and the dual's problem have it. */
export type Entries = Pick<Items, "item" | "start" | "row" | "coefficient">;

/** A row of a limit that a pair counts toward and that has a price, or no room that costs nothing. */
export interface LimitAgainst {
  /** Name of the limit. */
  limit: string;
  /** The values that the row is for, as `brand_id=31, group_id=north`; "" where the limit has only one row. */
  row: string;
  /** Its price per unit; 0 for a row that has no room, or none that costs nothing, but no price either. */
  price: number;
  /** What an offer of the pair counts; below 0 in an at-least row, which is a reason for the offer, and there at most its whole amount. */
  counts: number;
}

/**
 * The rows that pair `p` counts toward and that have a price, or no room for it that costs nothing: hard ones without room first,
 * which no price changes, then the highest charge.
 */
export function limitsAgainst(inquiry: Inquiry, p: number): LimitAgainst[] {
  const full: LimitAgainst[] = [], priced: LimitAgainst[] = [];
  const { limits } = inquiry.question.instance;
  eachRow(inquiry.problem.items, p, (r, counts) => {
    // A pair whose amount of the column is 0 neither takes from a row nor adds to it.
    if (counts === 0) return;
    const price = inquiry.question.prices.limit?.[r] ?? 0;
    const fits = hasRoom(limits!.rows, inquiry.use!, r, counts);
    if (price === 0 && fits && !costs(limits!.rows, inquiry.use!, r, counts)) return;
    const { limit } = limits!.families[limits!.rows.family[r]];
    (fits ? priced : full).push({ limit, row: nameOfRow(limits!, r), price, counts });
  });
  return [full, priced].flatMap((rows) =>
    rows.sort((a, b) => b.price * b.counts - a.price * a.counts)
  );
}

/** Whether `more` units take a row beyond its amount that may be exceeded. */
function costs({ amount }: LimitRows, { used, size }: RowUse, r: number, more: number): boolean {
  return more > 0 && excessOf(used[r] + more, size[r] + more, amount[r]) > 0;
}

/** The sum of price · count over the rows of pair `p`; below 0 where at-least rows outweigh the others. */
export function limitCharge(inquiry: Inquiry, p: number): number {
  const { limit } = inquiry.question.prices;
  let charge = 0;
  if (limit !== undefined) {
    eachRow(inquiry.problem.items, p, (r, counts) => charge += limit[r] * counts);
  }
  return charge;
}

/** What pair `p` pays by the prices of the rows that it takes from, whatever it adds to others. */
export function limitPrice(inquiry: Inquiry, p: number): number {
  const { limit } = inquiry.question.prices;
  let price = 0;
  if (limit !== undefined) {
    eachRow(inquiry.problem.items, p, (r, counts) => price += limit[r] * Math.max(0, counts));
  }
  return price;
}

/** Whether the pairs `after` may replace the pairs `before` without breaking a hard limit, or breaking it more. */
export function fitsLimits(
  inquiry: Inquiry,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): boolean {
  const { question: { instance: { limits } }, use } = inquiry;
  return [...changesOf(inquiry, before, after)]
    .every(([r, more]) => hasRoom(limits!.rows, use!, r, more));
}

/** What limits that may be missed cost more if the pairs `after` replace the pairs `before`; below 0: they cost less. */
export function costOfLimits(
  inquiry: Inquiry,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): number {
  const { question: { instance: { limits } }, use, problem } = inquiry;
  let cost = 0;
  for (const [r, more] of changesOf(inquiry, before, after)) {
    const price = priceOfRow(limits!.rows, r, problem.shortfallPrice);
    if (price === Infinity) continue;
    const { used, size } = use!, amount = limits!.rows.amount[r];
    const beyond = excessOf(used[r] + more, size[r] + Math.abs(more), amount);
    cost += price * (beyond - excessOf(used[r], size[r], amount));
  }
  return cost;
}

/** By how much each row changes if the pairs `after` replace the pairs `before`. */
function changesOf(
  inquiry: Inquiry,
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): Map<number, number> {
  const { limits } = inquiry.question.instance, change = new Map<number, number>();
  const add = (pairs: ArrayLike<number>, sign: 1 | -1) => {
    for (let i = 0; i < pairs.length; i++) {
      eachRow(limits?.rows ?? null, pairs[i], (r, counts) => {
        change.set(r, (change.get(r) ?? 0) + sign * counts);
      });
    }
  };
  add(before, -1);
  add(after, 1);
  return change;
}

/**
 * Calls `take` with each row that pair `p` counts toward and what it counts there, with the row's sign.
 *
 * @param entries those of the limits: what an offer adds; or those of the dual's problem, where toward a least it is at most the whole
 *   amount, as the price is for no more
 */
function eachRow(
  entries: Entries | null,
  p: number,
  take: (r: number, counts: number) => void,
): void {
  if (entries === null) return;
  const { item, start, row, coefficient } = entries;
  for (let e = start[item[p]]; e < start[item[p] + 1]; e++) take(row[e], coefficient[e]);
}
