/**
 * Limits in an engine: the kinds of users and pairs that they distinguish, and the slots of these.
 *
 * A slot is a contract, for users and pairs that are alike in every column that a limit names. Work tables hold slots
 * in place of contracts, so that one number decides what an offer pays and counts toward; without limits a slot is a
 * contract. Limits are compiled and judged for a small drop with a user of each kind and a pair of each slot.
 *
 * @module
 */
import {
  type Attributes,
  type TextColumn,
  textColumn,
} from "../../allocator/drop/instance/attributes.ts";
import type { HeldBack } from "../../allocator/drop/before/held_back.ts";
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import type { Limits } from "../../allocator/drop/instance/limits.ts";
import { IN_PREVIOUS, type Previous } from "../../allocator/drop/instance/previous.ts";
import { compileLimits } from "../../allocator/drop/limits/limit_rows.ts";
import { compareIds, IdPool } from "../../base/ids/ids.ts";
import type { DeclaredLimits } from "../../allocator/drop/limits/declared_limits.ts";
import { type AttributeNames, placeOfUserId, USER_ID } from "./limit_columns.ts";
import { decimalOf } from "../../base/numbers/decimal_text.ts";
import { InputError, quote } from "../../base/errors.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";

/** What tells pinned pairs apart: the contract that stands for the pin; "" for other pairs. No column has this name. */
export const PINNED_AS = " pinned as";

/** What names of slots of pinned pairs begin with, and no other: in the order of bytes they come first. */
export const PIN_PREFIX = "pin_";

/** Slots are UInt16 in work tables, 65535 standing for none. */
export const MOST_SLOTS = 65_535;

/** The kinds of users and pairs that limits distinguish. */
export interface PairKinds {
  /** Kinds of users: the group, then the text of each attribute of users; null: users are not distinguished. */
  readonly users: readonly (readonly string[])[] | null;
  /** Kinds of pairs: the contract, the place of the kind of users, then the text of each attribute of pairs. */
  readonly pairs: readonly (readonly string[])[];
}

/** The slots of a drop, before its pairs are gathered. */
export interface Slots {
  /**
   * Name of each, which pairs have in place of a contract; sorted by bytes they are in the order of the contracts' ids.
   */
  readonly names: readonly string[];
  /** Uint32Array, length slots: contract. */
  readonly contract: Uint32Array;
  /** Uint32Array, length slots: the contract that stands for it in the drop that is solved, see `pins.ts`; ascending. */
  readonly worked: Uint32Array;
  /** Uint8Array, length slots: 1 for slots of pinned pairs, which contracts made for pins stand for; null: there are no pins. */
  readonly isPinned: Uint8Array | null;
  /** Slots of sponsored contracts, which come first. */
  readonly sponsored: number;
  /** By slot: contract's id, place of the kind of users, and the texts of the pairs' attributes. */
  readonly keys: readonly (readonly string[])[];
  /** Uint8Array, length slots: 1 where pairs are no previous offers; null: the drop is compared with none. */
  readonly isNew: Uint8Array | null;
}

/** The slots with the limits of a drop. Slots without a pair, as all of theirs were left out, count toward none. */
export interface LimitedSlots extends Slots {
  /** Float64Array, length slots: pairs of the drop. */
  readonly pairs: Float64Array;
  /** The drop that limits are compiled for: a user of each kind, a pair of each slot that has one, in the order of `pairOf`. */
  readonly drop: Instance;
  /** Int32Array, length slots: its pair in `drop`; −1: it has none. */
  readonly pairOf: Int32Array;
}

/** Contracts and groups in the order of their indices: what slots are made of. */
export interface SlotColumns {
  /** Ids of the contracts: the sponsored ones sorted, then the others sorted. */
  readonly contracts: readonly string[];
  /** How many of them are sponsored. */
  readonly sponsoredContracts: number;
  /** Float64Array, length contracts: cap. */
  readonly cap: Float64Array;
  /** Uint32Array, length contracts: index into `brands`; null where the caps have no brands. */
  readonly brand: Uint32Array | null;
  /** Brands, and a "" for each contract that has none. */
  readonly brands: readonly string[];
  /** Ids of the groups, sorted. */
  readonly groups: readonly string[];
  /** Float64Array, length groups: ratio, NaN where none is given. */
  readonly ratio: Float64Array;
}

/** Nobody's pairs: they stand for pairs that the engine keeps out of the drop. */
const KEPT_OUT: HeldBack = {
  users: IdPool.from([]),
  start: new Uint32Array(1),
  contract: new Uint32Array(),
  score: new Float64Array(),
  reason: new Uint8Array(),
  detail: new Int32Array(),
  bans: null,
  historyFiles: null,
};

/**
 * Slots of the kinds of pairs.
 *
 * @param worked contracts of the drop that is solved, where some are made for pins; null: there are no pins
 * @throws InputError for more kinds than slots, and for counted values that are no numbers
 */
export function slotsOf(
  columns: SlotColumns,
  { counted }: Pick<DeclaredLimits, "counted">,
  attributes: AttributeNames,
  pairs: PairKinds["pairs"],
  worked: readonly string[] | null,
): Slots {
  if (pairs.length > MOST_SLOTS) throw tooMany(attributes);
  attributes.pairs.forEach((name, i) => {
    if (counted.has(name)) { for (const key of pairs) amountOf(name, key[2 + i]); }
  });
  const place = new Map(columns.contracts.map((id, c) => [id, c]));
  const workedPlace = new Map((worked ?? columns.contracts).map((id, c) => [id, c]));
  const pinned = attributes.pairs.indexOf(PINNED_AS);
  const pinOf = (key: readonly string[]) => pinned < 0 ? "" : key[2 + pinned];
  const rank = new Map([...columns.contracts].sort(compareIds).map((id, at) => [id, at]));
  const kinds = pairs.map((key) => ({
    key,
    c: place.get(key[0])!,
    u: Number(key[1]),
    worked: workedPlace.get(pinOf(key) || key[0])!,
  })).sort((a, b) => a.worked - b.worked || a.c - b.c || a.u - b.u || compareKeys(a.key, b.key));
  let prefix = "s";
  while (columns.contracts.some((id) => id.startsWith(prefix))) prefix += "~";
  const digits = (n: number) => String(n).padStart(7, "0");
  const names = kinds.map(({ key }, s) =>
    `${pinOf(key) === "" ? prefix : PIN_PREFIX}${digits(rank.get(key[0])!)}_${digits(s)}`
  );
  const was = attributes.pairs.indexOf(IN_PREVIOUS);
  const flags = (holds: (key: readonly string[]) => boolean) =>
    Uint8Array.from(kinds, ({ key }) => holds(key) ? 1 : 0);
  const contract = Uint32Array.from(kinds, ({ c }) => c);
  return {
    names,
    contract,
    worked: Uint32Array.from(kinds, ({ worked }) => worked),
    isPinned: worked === null ? null : flags((key) => pinOf(key) !== ""),
    sponsored: contract.filter((c) => c < columns.sponsoredContracts).length,
    keys: kinds.map(({ key }) => key),
    isNew: was < 0 ? null : flags((key) => key[2 + was] !== "true"),
  };
}

/** What limits of slots are compiled for. */
export interface SlotPairs {
  /** Columns of the engine's tables that limits name. */
  readonly attributes: AttributeNames;
  /** Kinds of users. */
  readonly users: PairKinds["users"];
  /** Float64Array, length slots: pairs that were gathered. */
  readonly pairs: Float64Array;
  /** Whether bans, a cooldown or a holdout keep pairs out, so that a limit may count none. */
  readonly keepsPairsOut: boolean;
}

/**
 * The slots with the limits compiled for those that have a pair, and the kinds of users that have one, as limits of one
 * machine are for the pairs and users that are left.
 *
 * @throws InputError for what `compileLimits` throws
 */
export function limitedSlots(
  slots: Slots,
  columns: SlotColumns,
  limits: DeclaredLimits,
  { attributes, users: all, pairs, keepsPairsOut }: SlotPairs,
): LimitedSlots {
  const { contract, keys, isNew } = slots, kind = keys.map((key) => Number(key[1]));
  const order = keys.map((_, s) => s).filter((s) => pairs[s] > 0)
    .sort((a, b) => kind[a] - kind[b] || contract[a] - contract[b] || a - b);
  const withPairs = [...new Set(order.map((s) => kind[s]))];
  const placeOf = new Map(withPairs.map((u, place) => [u, place]));
  const users = all === null ? null : withPairs.map((u) => all[u]);
  const drop = {
    ...dropOf(
      columns,
      users ?? [[columns.groups[0]]],
      order.map((s) => ({ c: contract[s], u: placeOf.get(kind[s])! })),
      placeOfUserId(attributes),
    ),
    ...(isNew !== null && { previous: previousOf(order, isNew, users?.length ?? 1) }),
    ...(keepsPairsOut && { heldBack: KEPT_OUT }),
  };
  const texts = attributesOf(columns, limits, attributes, users, order.map((s) => keys[s]));
  const pairOf = new Int32Array(keys.length).fill(-1);
  order.forEach((s, p) => pairOf[s] = p);
  const compiled = compileLimits(drop, limits.families, texts);
  return { ...slots, pairs, drop: { ...drop, limits: compiled }, pairOf };
}

/** What the small drop knows of previous offers. */
function previousOf(order: readonly number[], isNew: Uint8Array, users: number): Previous {
  return {
    given: Uint8Array.from(order, (s) => 1 - isNew[s]),
    lost: new Uint8Array(users),
    usersOutside: 0,
  };
}

/** The problem in which offers of slots that are no previous offers cost something. */
export function withChangeCost(problem: DualProblem, slots: Slots | null): DualProblem {
  const isNew = slots?.isNew ?? null, { changeCost } = problem.policy;
  if (isNew === null || changeCost === 0) return problem;
  return {
    ...problem,
    offerBonus: problem.offerBonus.map((bonus, s) => bonus - changeCost * isNew[s]),
  };
}

/** The rows of the limits, with slots as their items. */
export function rowsOfSlots({ drop, pairOf, contract }: LimitedSlots): Limits {
  const { families, attributes, rows } = drop.limits!;
  const start = new Uint32Array(pairOf.length + 1), row: number[] = [], coefficient: number[] = [];
  pairOf.forEach((p, s) => {
    if (p >= 0) {
      const item = rows.item[p];
      for (let e = rows.start[item]; e < rows.start[item + 1]; e++) {
        row.push(rows.row[e]);
        coefficient.push(rows.coefficient[e]);
      }
    }
    start[s + 1] = row.length;
  });
  const own = {
    item: Uint32Array.of(0),
    contract,
    start,
    row: Uint32Array.from(row),
    coefficient: Float64Array.from(coefficient),
  };
  return { families, attributes, rows: { ...rows, ...own } };
}

/** Float64Array, length items of the limits of `drop`: the pairs of the slots that are of each. */
export function pairsOfItems({ drop, pairOf, pairs }: LimitedSlots): Float64Array {
  const { item, start } = drop.limits!.rows, sums = new Float64Array(start.length - 1);
  pairOf.forEach((p, s) => p >= 0 && (sums[item[p]] += pairs[s]));
  return sums;
}

/** The error for more kinds of pairs than an engine has slots. */
export function tooMany(attributes: Pick<AttributeNames, "users">): InputError {
  const most = `an engine takes at most ${MOST_SLOTS}`;
  return new InputError(
    placeOfUserId(attributes) < 0
      ? `--limits tell more kinds of pairs apart (contracts × what limits name of users and pairs) than ${MOST_SLOTS}: ${most}`
      : `--limits name user_id, so that each pair is of its own kind, and there are more than ${MOST_SLOTS}: ${most}; ` +
        "-k and --max-per-brand are kept at any size, or solve without --engine",
  );
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (let i = 2; i < a.length; i++) {
    const by = compareIds(a[i], b[i]);
    if (by !== 0) return by;
  }
  return 0;
}

/**
 * A drop with a user of each kind, and the pairs given, by user.
 *
 * @param idAt the place of the users' ids among the attributes of users; −1: they are numbered
 */
function dropOf(
  columns: SlotColumns,
  users: readonly (readonly string[])[],
  pairs: readonly { c: number; u: number }[],
  idAt: number,
): Instance {
  const groupAt = new Map(columns.groups.map((id, g) => [id, g]));
  const start = new Uint32Array(users.length + 1), middle = new Uint32Array(users.length);
  for (const { u, c } of pairs) {
    start[u + 1]++;
    if (c < columns.sponsoredContracts) middle[u]++;
  }
  for (let u = 0; u < users.length; u++) {
    start[u + 1] += start[u];
    middle[u] += start[u];
  }
  const { contracts, sponsoredContracts, cap, brand, brands, groups, ratio } = columns;
  const group = Uint32Array.from(users, ([id]) => groupAt.get(id)!);
  const groupSize = new Uint32Array(groups.length);
  for (const g of group) groupSize[g]++;
  return {
    users: IdPool.from(users.map((kind, u) => idAt < 0 ? String(u) : kind[1 + idAt])),
    contracts,
    sponsoredContracts,
    cap,
    brand,
    brands,
    groups,
    ratio,
    group,
    groupSize,
    start,
    middle,
    contract: Uint32Array.from(pairs, ({ c }) => c),
    score: new Float64Array(pairs.length),
  };
}

function attributesOf(
  { contracts, groups }: SlotColumns,
  { caps, soldOut, groupRatios, counted }: DeclaredLimits,
  names: AttributeNames,
  users: PairKinds["users"],
  pairs: readonly (readonly string[])[],
): Attributes {
  const texts = (list: readonly string[], rows: readonly (readonly string[])[], first: number) =>
    new Map(list.map((name, i) => {
      const cells = rows.map((row) => row[first + i]);
      return [name, textColumn(names.fractions?.has(name) ? cells.map(fractionText) : cells)];
    }));
  const elig = texts(names.pairs, pairs, 2);
  const userGroups = users === null ? new Map<string, TextColumn>() : texts(names.users, users, 1);
  userGroups.delete(USER_ID);
  const eligNumbers = new Map<string, Float64Array>();
  elig.delete(IN_PREVIOUS);
  elig.delete(PINNED_AS);
  names.pairs.forEach((name, i) => {
    if (!counted.has(name)) return;
    eligNumbers.set(name, Float64Array.from(pairs, (row) => amountOf(name, row[2 + i])));
  });
  return {
    caps: caps.columns(contracts),
    soldOut: soldOut(contracts),
    user_groups: userGroups,
    group_ratios: groupRatios.columns(groups),
    elig,
    eligNumbers,
  };
}

/** A number as one machine writes it, of the text that an engine gives: `inf`, or digits of its own. */
function fractionText(text: string): string {
  return text === "" ? "" : String(Number(text.replace(/^(-?)inf$/i, "$1Infinity")));
}

/** @throws InputError for what is no number of at least 0 */
function amountOf(name: string, text: string): number {
  const value = decimalOf(text);
  if (value >= 0 && value < Infinity) return value;
  throw new InputError(
    `elig: ${name} is ${quote(text)}, which a limit counts, expected a number of at least 0`,
    { file: "elig", column: name, value: text, expected: "a number of at least 0" },
  );
}
