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
import { argmaxBundles } from "../recovery/argmax_bundles.ts";
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
  /** Those of what users share, and beside them those of single users' limits, which bound what their bundles can be worth. */
  readonly prices: Prices;
  /** The bound, with limits as they were declared. */
  readonly bound: number;
}

/** The proof of prices of what users share. `own`: by row, those of single users' limits. */
export function ownProof(
  { isOwn, shared }: OwnLimits,
  { prices, bound }: { prices: Prices; bound: number },
  own: Float64Array,
): OwnProof {
  const limit = prices.limit!.map((price, r) => isOwn[r] === 1 ? own[r] : price);
  return { prices: { ...prices, limit }, bound: bound + belowDeclared(shared, prices) };
}

/** Prices with 0 for limits of single users. */
export function sharedPrices(isOwn: Uint8Array, prices: Prices): Prices {
  return { ...prices, limit: prices.limit?.map((price, r) => isOwn[r] === 1 ? 0 : price) };
}

/** Limits of single users matter if they hold back at least this share of the users. */
const HELD_BACK = 0.05;

/** The limits of single users; null: there are none, or their prices say that they hardly matter. */
export function ownLimits(problem: DualProblem, { limit }: Prices): OwnLimits | null {
  return limit === undefined ? null : apart(problem, ownersOfMany(problem, (r) => limit[r] > 0));
}

/** The limits of single users as they are declared; null: too few users have any for them to matter. */
export function declaredOwnLimits(problem: DualProblem): OwnLimits | null {
  return apart(problem, ownersOfMany(problem, () => true));
}

/** Whether limits of single users matter: many users' best bundles break one, at these prices of what users share. */
export function doOwnLimitsMatter(problem: DualProblem, prices: Prices, noise: number): boolean {
  const { limits } = argmaxBundles(problem, prices, noise);
  return ownersOfMany(problem, (r) => limits!.excess(r) > 0) !== null;
}

/** Int32Array, length rows: the owner of each; null: those among some rows are the own limits of too few users. */
function ownersOfMany(
  { items, instance }: DualProblem,
  isAmong: (r: number) => boolean,
): Int32Array | null {
  if (items === null) return null;
  const enough = Math.max(1, HELD_BACK * instance.group.length);
  // Nearly all drops have fewer such rows, and need not look for owners.
  if (items.amount.reduce((count, _, r) => isAmong(r) ? count + 1 : count, 0) < enough) return null;
  const owner = ownersOfRows(items, instance);
  const heldBack = new Set(owner.filter((u, r) => u >= 0 && isAmong(r)));
  return heldBack.size < enough ? null : owner;
}

/** The rows that have an owner, and the problem without them. */
function apart(problem: DualProblem, owner: Int32Array | null): OwnLimits | null {
  if (owner === null) return null;
  const isOwn = Uint8Array.from(owner, (u) => u >= 0 ? 1 : 0);
  return { isOwn, shared: { ...problem, items: withoutRows(problem.items!, isOwn) } };
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
