/**
 * Limits of single users, such as hours a week: rows toward which only one user's offers count.
 *
 * With a price on such a row a user may keep it by a fraction of an offer, so the bound that prices prove is above what any allocation
 * is worth. Nothing needs to be shared here: the best bundle that keeps a user's own limits is found outright, user by user, and only
 * what users share is left to prices.
 *
 * @module
 */
import type { Items } from "../../limits/items.ts";
import type { Prices } from "../../model/allocation.ts";
import { ownersOfRows } from "../../model/row_use.ts";
import { belowDeclared, type DualProblem } from "../dual/dual_problem.ts";

/** The rows of single users, and the problem without them. */
export interface OwnLimits {
  /** Uint8Array, length rows of limits: 1 where only one user's offers count. */
  readonly isOwn: Uint8Array;
  /** The problem whose offers count toward the other rows alone. Rows keep their places. */
  readonly shared: DualProblem;
}

/** Prices that prove a bound where users keep their own limits. */
export interface OwnProof {
  /** Those of what users share, and beside them those of single users' limits at which the bound of all prices was found. */
  readonly prices: Prices;
  /** The bound, with limits as they were declared. */
  readonly bound: number;
}

/** The proof of prices of what users share. `all`: prices of single users' limits too. */
export function ownProof(
  { isOwn, shared }: OwnLimits,
  { prices, bound }: { prices: Prices; bound: number },
  all: Prices,
): OwnProof {
  const limit = prices.limit!.map((price, r) => isOwn[r] === 1 ? all.limit![r] : price);
  return { prices: { ...prices, limit }, bound: bound + belowDeclared(shared, prices) };
}

/** Limits of single users matter if at least this share of the users has one with a price. */
const PRICED = 0.05;

/** The limits of single users; null: there are none, or their prices say that they hardly matter. */
export function ownLimits(problem: DualProblem, { limit }: Prices): OwnLimits | null {
  const { items, instance } = problem;
  if (items === null || limit === undefined) return null;
  const enough = Math.max(1, PRICED * instance.group.length);
  // Nearly all drops have fewer prices, and need not look for owners.
  if (limit.reduce((count, price) => price > 0 ? count + 1 : count, 0) < enough) return null;
  const owner = ownersOfRows(items, instance),
    isOwn = Uint8Array.from(owner, (u) => u >= 0 ? 1 : 0);
  const priced = new Set(owner.filter((u, r) => u >= 0 && limit[r] > 0));
  if (priced.size < enough) return null;
  return { isOwn, shared: { ...problem, items: withoutRows(items, isOwn) } };
}

function withoutRows(items: Items, isOwn: Uint8Array): Items {
  const kept: number[] = [], start = new Uint32Array(items.start.length);
  for (let i = 0; i + 1 < start.length; i++) {
    for (let e = items.start[i]; e < items.start[i + 1]; e++) {
      if (isOwn[items.row[e]] === 0) kept.push(e);
    }
    start[i + 1] = kept.length;
  }
  const places = Uint32Array.from(kept);
  const of = (column: Float64Array) => Float64Array.from(places, (e) => column[e]);
  return {
    ...items,
    start,
    row: Uint32Array.from(places, (e) => items.row[e]),
    coefficient: of(items.coefficient),
    load: items.load && of(items.load),
    coarse: items.coarse && of(items.coarse),
  };
}
