/**
 * Drops in memory: arrays of objects for small inputs, typed arrays for large ones.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { checkId, fieldFault, isColumn } from "../../base/given_field.ts";
import { columnsToShow, type ContractColumns } from "./instance/contract_columns.ts";
import type { CapsColumns, GroupRatioColumns, UserGroupColumns } from "./instance/table_columns.ts";
import { IdPool } from "../../base/ids/ids.ts";
import { IdTable } from "../../base/ids/id_table.ts";
import type { BanInput, HistoryColumns, HistoryInput, PinInput } from "./applied/before_input.ts";
import { isK, K_EXPECTED, NO_OWN_K } from "./instance/own_k.ts";
import type { LimitInput } from "./instance/limit_family.ts";
import type { PairColumns } from "./pairs/pair_rows.ts";
import type { PreviousInput } from "./instance/previous.ts";

/**
 * What limits select by or count of a user, contract, group or pair. It stands here and not beside the other fields: those that
 * are not known are passed over, as columns of files are.
 */
export type AttributeValues = Readonly<Record<string, string | number | boolean | null>>;

/** A user and the group it belongs to. */
export interface UserInput {
  /** Id. */
  id: string;
  /** Id of the group. */
  group: string;
  /** Most offers that the user gets, a whole number from 1. @default the group's k, or the policy's */
  k?: number;
  /** What limits may name, such as city or segment. */
  attributes?: AttributeValues;
}

/** Users as columns. */
export interface UserColumns {
  /** Distinct ids. */
  ids: readonly string[] | IdPool;
  /** Length users: index into the drop's `groups`. */
  group: Uint32Array;
  /** Length users: most offers of each; 0: the group's k, or the policy's. @default nobody has an own k */
  k?: Uint16Array;
  /** Columns of length users that limits may name. */
  attributes?: Readonly<Record<string, ArrayLike<string | number>>>;
}

/** A contract. */
export interface ContractInput {
  /** Id. */
  id: string;
  /** How many users may get it; floored, see `Drop.from` for caps ≤ 0. */
  cap: number;
  /** Whether it is sponsored. */
  sponsored: boolean;
  /** Brand, for policies that limit offers of one brand. */
  brand?: string;
  /** What limits may name, such as category or cost. */
  attributes?: AttributeValues;
}

/** A group and its ratio. */
export interface GroupInput {
  /** Id. */
  id: string;
  /** Least share of its users that must be sponsored, in [0, 1]. */
  ratio: number;
  /** Most offers that each of its users gets, a whole number from 1. @default the policy's k */
  k?: number;
  /** What limits may name, such as region. */
  attributes?: AttributeValues;
}

/** An eligible pair. */
export interface PairInput {
  /** Id of the user. */
  user: string;
  /** Id of the contract. */
  contract: string;
  /** Score, a finite number. */
  score: number;
  /** What limits may name, such as expected_cost or weight. */
  attributes?: AttributeValues;
}

/** Eligible pairs as columns, all of the same length. */
export interface PairArrays {
  /** Index into `users`. */
  user: Uint32Array;
  /** Index into `contracts`. */
  contract: Uint16Array | Uint32Array;
  /** Score, a finite number. */
  score: Float64Array;
  /** Columns of the same length that limits may name. */
  attributes?: Readonly<Record<string, ArrayLike<string | number>>>;
}

/** A drop in memory. */
export interface DropInput {
  /** Users with their groups. */
  users: readonly UserInput[] | UserColumns;
  /** Contracts. */
  contracts: readonly ContractInput[];
  /** Groups. @default every group that a user names has `defaultRatio`, which must be given then; columns of users need them */
  groups?: readonly GroupInput[];
  /** Eligible pairs. */
  pairs: readonly PairInput[] | PairArrays;
  /** Limits beyond caps and the groups' rules. @default none */
  limits?: readonly LimitInput[];
  /** Assignments of earlier drops. @default none */
  history?: readonly HistoryInput[] | HistoryColumns;
  /** Pairs that must be given. @default none */
  pins?: readonly PinInput[];
  /** Pairs that must not be given. @default none */
  bans?: readonly BanInput[];
  /** Previous offers, from which changes are counted: those of an allocation, or a table of assignments. @default none */
  previous?: PreviousInput;
}

/**
 * Caps of contracts.
 *
 * @param show attributes to show beside them, see {@link columnsToShow}
 * @throws {InputError} for a blank id, a cap that is not finite, `sponsored` that is neither true nor false, or a brand that is no text
 */
export function capsOfContracts(
  contracts: readonly ContractInput[],
  show?: readonly string[],
): CapsColumns {
  contracts.forEach(({ id, cap, sponsored, brand }, i) => {
    checkId(id, `contracts[${i}]`, "id");
    if (typeof sponsored !== "boolean") {
      throw fieldFault(`contracts[${i}]`, "sponsored", sponsored, "true or false");
    }
    if (!Number.isFinite(cap)) throw fieldFault(`contracts[${i}]`, "cap", cap, "a finite number");
    // Left out and null are no brand.
    if (typeof (brand ?? "") !== "string") {
      throw fieldFault(`contracts[${i}]`, "brand", brand, "a text");
    }
  });
  return {
    contracts: contracts.map(({ id }) => id),
    sponsored: Uint8Array.from(contracts, ({ sponsored }) => sponsored ? 1 : 0),
    cap: Float64Array.from(contracts, ({ cap }) => cap),
    brands: contracts.some(({ brand }) => brand !== undefined)
      ? contracts.map(({ brand }) => brand ?? "")
      : null,
    about: attributesToShow(contracts, show),
  };
}

/** Attributes of contracts that are shown beside them; "brand_id" is their brand. */
function attributesToShow(
  contracts: readonly ContractInput[],
  show?: readonly string[],
): ContractColumns {
  const there = new Set<string>();
  for (const { brand, attributes } of contracts) {
    if (brand !== undefined) there.add("brand_id");
    for (const name in attributes) there.add(name);
  }
  return new Map(
    columnsToShow(show, [...there], "contracts").map((name) => [
      name,
      contracts.map(({ brand, attributes }) =>
        String((name === "brand_id" ? brand : undefined) ?? attributes?.[name] ?? "")
      ),
    ]),
  );
}

/**
 * Ratios of groups.
 *
 * @throws {InputError} for a blank id or a ratio outside [0, 1]
 */
export function ratiosOfGroups(groups: readonly GroupInput[]): GroupRatioColumns {
  groups.forEach(({ id, ratio }, i) => {
    checkId(id, `groups[${i}]`, "id");
    if (typeof ratio !== "number" || !(ratio >= 0 && ratio <= 1)) {
      throw fieldFault(`groups[${i}]`, "ratio", ratio, "a number from 0 to 1");
    }
  });
  return {
    groups: groups.map(({ id }) => id),
    ratio: Float64Array.from(groups, ({ ratio }) => ratio),
    ...kOfRows("groups", groups),
  };
}

/**
 * Users with their groups.
 *
 * @throws {InputError} for a blank id, an id given twice as a column, or an index out of range
 */
export function userGroupsOf(
  users: readonly UserInput[] | UserColumns,
  groups: readonly GroupInput[],
): UserGroupColumns {
  if (isArray(users)) {
    const userIds = new IdTable(), groupIds = new IdTable();
    const user = new Uint32Array(users.length), group = new Uint32Array(users.length);
    users.forEach((row, i) => {
      checkId(row.id, `users[${i}]`, "id");
      checkId(row.group, `users[${i}]`, "group");
      user[i] = userIds.internString(row.id);
      group[i] = groupIds.internString(row.group);
    });
    return {
      userIds: userIds.pool,
      groupIds: groupIds.pool.toArray(),
      user,
      group,
      ...kOfRows("users", users),
    };
  }
  const { k } = users;
  checkColumns("users", users, ["ids", "group", ...(k === undefined ? [] : ["k"] as const)]);
  const userIds = users.ids instanceof IdPool ? users.ids : poolOf(users.ids);
  checkLengths("users", {
    ids: userIds.length,
    group: users.group.length,
    ...(k !== undefined && { k: k.length }),
  });
  if (IdTable.fromPool(userIds).length !== userIds.length) {
    throw new InputError("users.ids: an id occurs twice, expected distinct ids");
  }
  checkIndices("users.group", users.group, groups.length, "groups");
  // Plain arrays may have anything.
  const bad = k?.findIndex((own) => own !== 0 && !isK(own)) ?? -1;
  if (bad >= 0) throw fieldFault(`users.k[${bad}]`, "k", k![bad], `${K_EXPECTED}, or 0 for none`);
  return {
    userIds,
    groupIds: groups.map(({ id }) => id),
    user: Uint32Array.from({ length: userIds.length }, (_, i) => i),
    group: users.group,
    ...(k !== undefined && { k: Int32Array.from(k, (own) => own === 0 ? NO_OWN_K : own) }),
  };
}

/** The k that rows give, −1 where they give none; nothing where none of them does. */
function kOfRows(where: string, rows: readonly { k?: number }[]): { k?: Int32Array } {
  if (rows.every(({ k }) => k === undefined)) return {};
  rows.forEach(({ k }, i) => {
    if (k !== undefined && !isK(k)) throw fieldFault(`${where}[${i}]`, "k", k, K_EXPECTED);
  });
  return { k: Int32Array.from(rows, ({ k = NO_OWN_K }) => k) };
}

/**
 * Eligible pairs as columns, with the ids that they name; these are looked up later.
 *
 * @throws {InputError} for a score that is not finite, a blank id, or an index out of range
 */
export function pairsOf(
  pairs: readonly PairInput[] | PairArrays,
  userIds: IdPool,
  contracts: readonly ContractInput[],
): PairColumns {
  if (isArray(pairs)) return pairsOfObjects(pairs);
  checkColumns("pairs", pairs, ["user", "contract", "score"]);
  const { user, contract, score } = pairs;
  checkLengths("pairs", { user: user.length, contract: contract.length, score: score.length });
  checkIndices("pairs.user", user, userIds.length, "users");
  checkIndices("pairs.contract", contract, contracts.length, "contracts");
  const bad = score.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw fieldFault(`pairs.score[${bad}]`, "score", score[bad], "a finite number");
  return { userIds, contractIds: contracts.map(({ id }) => id), user, contract, score };
}

function pairsOfObjects(pairs: readonly PairInput[]): PairColumns {
  const userIds = new IdTable(), contractIds = new IdTable();
  const user = new Uint32Array(pairs.length), contract = new Uint32Array(pairs.length);
  const score = new Float64Array(pairs.length);
  pairs.forEach((pair, i) => {
    checkId(pair.user, `pairs[${i}]`, "user");
    checkId(pair.contract, `pairs[${i}]`, "contract");
    if (!Number.isFinite(pair.score)) {
      throw fieldFault(`pairs[${i}]`, "score", pair.score, "a finite number");
    }
    user[i] = userIds.internString(pair.user);
    contract[i] = contractIds.internString(pair.contract);
    score[i] = pair.score;
  });
  return { userIds: userIds.pool, contractIds: contractIds.pool.toArray(), user, contract, score };
}

/** Array.isArray, which does not narrow readonly arrays. */
export function isArray<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}

function poolOf(ids: readonly string[]): IdPool {
  ids.forEach((id, i) => checkId(id, `users.ids[${i}]`, "id"));
  return IdPool.from(ids);
}

/** Checks that columns are there; which numbers they may have is checked elsewhere. */
function checkColumns<T extends object>(
  where: string,
  columns: T,
  names: readonly (keyof T & string)[],
): void {
  for (const name of names) {
    const column: unknown = columns[name];
    if (column instanceof IdPool || isColumn(column)) continue;
    throw fieldFault(where, name, column, "a column: an array, with one value for each row");
  }
}

function checkLengths(where: string, lengths: Record<string, number>): void {
  if (new Set(Object.values(lengths)).size === 1) return;
  const found = Object.entries(lengths).map(([name, length]) => `${name} ${length}`).join(", ");
  throw new InputError(`${where}: columns have different lengths: ${found}`, { file: where });
}

function checkIndices(
  where: string,
  indices: Uint16Array | Uint32Array,
  below: number,
  what: string,
): void {
  for (let i = 0; i < indices.length; i++) {
    // Plain arrays may have anything.
    if (typeof indices[i] !== "number" || indices[i] >>> 0 !== indices[i] || indices[i] >= below) {
      throw fieldFault(`${where}[${i}]`, "index", indices[i], `an index into the ${below} ${what}`);
    }
  }
}
