/**
 * Limits that are rules about a user's own bundle: at most so many offers of each user, or of each user and brand.
 *
 * Where every row of a limit counts offers of one user alone, nothing is shared, so nothing needs a price: a user has a k of its own,
 * or offers of each brand are limited (`maxPerBrand`), which searches know how to keep at no cost. So solvers may be given a drop that
 * says the same with these rules, and without the limit.
 *
 * @module
 */
import { sharedFloat64, sharedUint32 } from "../../base/arrays/shared_array.ts";
import { type Instance, pairCount, userCount } from "../drop/instance/instance.ts";
import type { LimitRows } from "../drop/instance/limits.ts";
import { allowsShape, bundleShapes, type Policy, shortfallPrice } from "../model/policy.ts";
import { kOfUser, largestK } from "../model/user_k.ts";

/** A drop and a policy that allow what others do, with rules about users' bundles in place of some limits. */
export interface PrivateRules {
  /** The drop, whose limits lack the private rows; all other rows stand in the same order. */
  readonly instance: Instance;
  /** The policy. */
  readonly policy: Policy;
  /** Int32Array, length rows of the given drop: the row of `instance`, −1 for the private ones. */
  readonly placeOf: Int32Array;
  /** Int32Array, length rows of the given drop: the user that a private row is about, else below 0. */
  readonly ownerOf: Int32Array;
  /** Uint8Array, length rows of the given drop: 1 for a private row that is now the user's own k. */
  readonly isOwnK: Uint8Array;
}

/** Limits of fewer users than this share are left as they are: they hardly cost a search any time. */
const MANY = 0.05;

/** A user with more limits that can be full leaves them as they are: who proves what was found would have to look at each of them. */
const MOST_OF_USER = 200;

/** No row, or no user. */
const NONE = -1;

/**
 * The same drop with private rules; null: none of its limits is one. One pass over what offers count for each limit that may be.
 *
 * A limit is, if each of its rows is hard, counts single offers of one user, and either all of the user's offers (a k of its own), or
 * the same contracts are in a row together for all users, with one amount (brands). A drop has one rule about brands, so of several
 * limits about different ones the first is taken, and none beside `maxPerBrand`.
 */
export function privateRules(instance: Instance, policy: Policy): PrivateRules | null {
  const { limits } = instance;
  if (limits === undefined) return null;
  const found = limits.families.flatMap((_, f) => {
    const rows = ownRows(instance, limits.rows, f);
    return rows === null ? [] : [rows];
  });
  const isPrivate = new Uint8Array(limits.rows.amount.length);
  const isOwnK = new Uint8Array(isPrivate.length);
  let own: Instance = instance, brands: Brands | null = null;
  for (const rows of found) {
    const withK = withOwnK(own, policy, rows);
    const next: Brands | null = withK !== null || policy.maxPerBrand !== null
      ? null
      : together(brands, brandsOf(instance, policy, rows));
    if (withK === null && next === null) continue;
    own = withK ?? own;
    brands = next ?? brands;
    for (const r of rows.list) {
      isPrivate[r] = 1;
      if (withK !== null) isOwnK[r] = 1;
    }
  }
  if (!isPrivate.includes(1)) return null;
  const ownerOf = new Int32Array(isPrivate.length).fill(NONE);
  for (const { list, owner } of found) {
    for (const r of list) if (isPrivate[r] === 1) ownerOf[r] = owner[r];
  }
  const { limits: _, ...rest } = own;
  const { rows, placeOf } = withoutPrivate(limits.rows, isPrivate);
  return {
    instance: {
      ...rest,
      ...(brands !== null && { brand: brands.of, brands: Array(brands.of.length).fill("") }),
      ...(rows !== null && { limits: { ...limits, rows } }),
    },
    policy: { ...policy, ...(brands !== null && { maxPerBrand: brands.most }) },
    placeOf,
    ownerOf,
    isOwnK,
  };
}

/** The rows of a limit that counts offers of single users. */
interface OwnRows {
  /** The rows. */
  readonly list: readonly number[];
  /** Int32Array, length rows: the user of each. */
  readonly owner: Int32Array;
  /** Uint32Array, length rows: how many pairs of the user count toward it. */
  readonly pairs: Uint32Array;
  /** Int32Array, length pairs: the row that each pair counts toward, or −1. */
  readonly rowOf: Int32Array;
  /** Length rows: the most offers, a whole number from 1. */
  readonly most: Float64Array;
}

/** The rows of family `f`; null: one of them is not hard, counts something else than offers, or counts those of several users. */
function ownRows(instance: Instance, rows: LimitRows, f: number): OwnRows | null {
  const { family, sense, price, amount, item, start, row, coefficient } = rows;
  const list: number[] = [];
  for (let r = 0; r < family.length; r++) {
    if (family[r] !== f) continue;
    if (sense[r] < 0 || price[r] !== Infinity || !isMost(amount[r])) return null;
    list.push(r);
  }
  if (list.length < Math.max(1, MANY * userCount(instance))) return null;
  const owner = new Int32Array(family.length).fill(NONE), pairs = new Uint32Array(family.length);
  const rowOf = new Int32Array(pairCount(instance)).fill(NONE);
  for (let u = 0; u < userCount(instance); u++) {
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
        const r = row[e];
        if (family[r] !== f) continue;
        if (coefficient[e] !== 1 || rowOf[p] !== NONE) return null;
        if (owner[r] !== NONE && owner[r] !== u) return null;
        owner[r] = u;
        rowOf[p] = r;
        pairs[r]++;
      }
    }
  }
  const full = new Uint32Array(userCount(instance));
  for (const r of list) if (pairs[r] > amount[r] && ++full[owner[r]] > MOST_OF_USER) return null;
  return { list, owner, pairs, rowOf, most: amount };
}

/** Whether an amount is a whole number from 1, which numbers of offers are compared with exactly. */
function isMost(amount: number): boolean {
  return Number.isInteger(amount) && amount >= 1;
}

/**
 * The drop in which users have the rows' amounts as a k of their own; null: some row counts a part of the user's offers alone, or a
 * k means more than the most offers: what lacking offers cost, which types go together, or the default shortfall price.
 */
function withOwnK(instance: Instance, policy: Policy, rows: OwnRows): Instance | null {
  const { list, owner, pairs, most } = rows, { start } = instance;
  if (policy.covMode === "shortfall" || mixesTypes(policy)) return null;
  if (list.some((r) => pairs[r] < start[owner[r] + 1] - start[owner[r]])) return null;
  const k = Int32Array.from(instance.group, (_, u) => kOfUser(instance, policy, u));
  for (const r of list) k[owner[r]] = Math.min(k[owner[r]], most[r]);
  const own = { ...instance, k };
  return shortfallPrice(own, policy) === shortfallPrice(instance, policy) ? own : null;
}

/** Whether the policy lets any user have offers of both types, where types matter. */
function mixesTypes(policy: Policy): boolean {
  return policy.model === "uniform" &&
    bundleShapes(policy).some(({ sponsored, unsponsored }) =>
      sponsored > 0 && unsponsored > 0 && allowsShape(policy, sponsored, unsponsored)
    );
}

/** Contracts by brand, of each of which a user gets so many offers at most. */
interface Brands {
  /** Uint32Array, length contracts: the brand of each, the number of its first contract. */
  readonly of: Uint32Array;
  readonly most: number;
}

/** The brands that rows limit offers of; null: what they count together differs from user to user, or so does the amount. */
function brandsOf(instance: Instance, policy: Policy, rows: OwnRows): Brands | null {
  const { contract, contracts, sponsoredContracts } = instance, { rowOf, pairs } = rows;
  // Of rows that can't be full nothing need be said.
  const binding = rows.list.filter((r) => pairs[r] > rows.most[r]);
  const most = binding.length === 0 ? largestK(instance, policy) : rows.most[binding[0]];
  if (binding.some((r) => rows.most[r] !== most)) return null;
  const of = sharedUint32(contracts.length);
  for (let c = 0; c < of.length; c++) of[c] = c;
  const firstOf = (c: number) => {
    while (of[c] !== c) c = of[c] = of[of[c]];
    return c;
  };
  const first = new Int32Array(rows.most.length).fill(NONE);
  for (let p = 0; p < rowOf.length; p++) {
    const r = rowOf[p];
    if (r === NONE) continue;
    if (first[r] === NONE) first[r] = contract[p];
    const a = firstOf(first[r]), b = firstOf(contract[p]);
    // The smaller number stays, so that each brand is named by its first contract.
    if (a !== b) of[Math.max(a, b)] = Math.min(a, b);
  }
  for (let c = 0; c < of.length; c++) of[c] = firstOf(c);
  if (mixesTypes(policy) && of.some((b, c) => b < sponsoredContracts && c >= sponsoredContracts)) {
    return null;
  }
  return saySame(instance, rows, { of, most }) ? { of, most } : null;
}

/** Whether of each user's pairs of one brand all count toward one row, or they are no more than the user may have anyway. */
function saySame({ start, contract, contracts }: Instance, rows: OwnRows, brands: Brands): boolean {
  const { rowOf } = rows;
  const user = new Int32Array(contracts.length).fill(NONE);
  const row = new Int32Array(contracts.length), count = new Uint32Array(contracts.length);
  for (let u = 0; u + 1 < start.length; u++) {
    for (let p = start[u]; p < start[u + 1]; p++) {
      const b = brands.of[contract[p]];
      if (user[b] !== u) {
        user[b] = u;
        row[b] = rowOf[p];
        count[b] = 0;
      }
      count[b]++;
      if (row[b] !== rowOf[p]) return false;
      const isLimited = rowOf[p] !== NONE && rows.most[rowOf[p]] === brands.most;
      if (!isLimited && count[b] > brands.most) return false;
    }
  }
  return true;
}

/** One rule for both; null: there is none. */
function together(known: Brands | null, next: Brands | null): Brands | null {
  if (known === null || next === null) return next;
  if (known.of.some((brand, c) => brand !== next.of[c])) return null;
  return known.most < next.most ? known : next;
}

/** The rows without the private ones; null: no row is left. Items that then count alike become one. */
function withoutPrivate(
  limits: LimitRows,
  isPrivate: Uint8Array,
): { rows: LimitRows | null; placeOf: Int32Array } {
  let left = 0;
  const placeOf = Int32Array.from(isPrivate, (own) => own === 1 ? NONE : left++);
  if (left === 0) return { rows: null, placeOf };
  const kept = <A extends { filter(is: (value: number, r: number) => boolean): A }>(column: A) =>
    column.filter((_, r) => isPrivate[r] === 0);
  const { cells: _, ...rows } = limits;
  return {
    rows: {
      ...rows,
      family: kept(limits.family),
      sense: kept(limits.sense),
      key: limits.key.filter((_, r) => isPrivate[r] === 0),
      amount: kept(limits.amount),
      declared: kept(limits.declared),
      price: kept(limits.price),
      ...itemsLeft(limits, placeOf),
    },
    placeOf,
  };
}

/** The items with their entries in rows that are left; those that are the same are one. */
function itemsLeft(
  limits: LimitRows,
  placeOf: Int32Array,
): Pick<LimitRows, "item" | "contract" | "start" | "row" | "coefficient"> {
  const items = limits.contract.length, number = new Uint32Array(items);
  const known = new Map<string, number>();
  const contract: number[] = [], start = [0], row: number[] = [], coefficient: number[] = [];
  for (let i = 0; i < items; i++) {
    let name = `${limits.contract[i]}`;
    const from = row.length;
    for (let e = limits.start[i]; e < limits.start[i + 1]; e++) {
      const r = placeOf[limits.row[e]];
      if (r === NONE) continue;
      row.push(r);
      coefficient.push(limits.coefficient[e]);
      name += ` ${r} ${limits.coefficient[e]}`;
    }
    const before = known.get(name);
    number[i] = before ?? contract.length;
    if (before === undefined) {
      known.set(name, contract.push(limits.contract[i]) - 1);
      start.push(row.length);
    } else row.length = coefficient.length = from;
  }
  const item = sharedUint32(limits.item.length);
  for (let p = 0; p < item.length; p++) item[p] = number[limits.item[p]];
  const columns = {
    start: sharedUint32(start.length),
    row: sharedUint32(row.length),
    coefficient: sharedFloat64(coefficient.length),
  };
  columns.start.set(start);
  columns.row.set(row);
  columns.coefficient.set(coefficient);
  return { item, contract: Uint32Array.from(contract), ...columns };
}
