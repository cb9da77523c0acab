/**
 * The users, contracts and groups of a drop with their groups, caps and ratios, in canonical order. It is made before the pairs
 * are read, so that each pair's ids are turned into final indices at once.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import type { InputReport } from "./input_report.ts";
import { compareIds } from "../../../base/ids/ids.ts";
import { IdTable } from "../../../base/ids/id_table.ts";
import type { ContractColumns } from "./contract_columns.ts";
import type { CapsColumns, GroupRatioColumns, UserGroupColumns } from "./table_columns.ts";
import { NO_OWN_K } from "./own_k.ts";
import { MAX_CONTRACTS } from "./instance.ts";
import { sharedUint32 } from "../../../base/arrays/shared_array.ts";
import { isSorted, reorderPool, sortedOrder } from "../../../base/ids/sort_ids.ts";
import { firstRowsOfCaps, firstRowsOfGroups, firstRowsOfUsers } from "./repeated_rows.ts";

/** In {@link Directory.contractIndex}: the contract is known but has no cap, so it can't be given. Fits a signed 32-bit column. */
export const NO_CAP = 0x7fff_ffff;

/** Users, contracts and groups in canonical order. */
export interface Directory {
  /** Users that have a group, sorted by bytes. */
  readonly users: IdTable;
  /** Uint32Array, length users: index into `groups`. */
  readonly group: Uint32Array;
  /** Every group that a user has, sorted. */
  readonly groups: readonly string[];
  /** Float64Array, length groups: ratio, NaN where none is given. */
  readonly ratio: Float64Array;
  /** Int32Array, length users: most offers of each, −1 where the policy's k counts; absent: it counts for all. */
  readonly k?: Int32Array;
  /** Every contract of the caps table. */
  readonly known: IdTable;
  /** Uint32Array, by number in `known`: index into `contracts`, or {@link NO_CAP}. */
  readonly contractIndex: Uint32Array;
  /** The contracts that can be given: sponsored ones sorted, then the others sorted. */
  readonly contracts: readonly string[];
  /** How many of them are sponsored. */
  readonly sponsoredContracts: number;
  /** Float64Array, length contracts: cap, a whole number ≥ 1. */
  readonly cap: Float64Array;
  /** Uint32Array, length contracts: index into `brands`; null without brands. */
  readonly brand: Uint32Array | null;
  /** Brands, sorted; then a "" for each contract that has none. */
  readonly brands: readonly string[];
  /**
   * Int32Array, by number in `known`: index into `brands`, also of a contract that can't be given; −1: it has no brand, or one that
   * no contract has that can be given; null without brands.
   */
  readonly knownBrand: Int32Array | null;
  /** Columns to show beside contracts, each of length contracts; absent: none. */
  readonly about?: ContractColumns;
  /** Counts of the three tables; the counts that need pairs are filled in later. */
  readonly input: Pick<InputReport, "caps" | "user_groups" | "group_ratios">;
}

/**
 * The directory of three tables. Of rows about the same contract, user or group the first wins.
 *
 * @param unsponsoredCap cap of an unsponsored contract whose own is ≤ 0
 * @throws {InputError} for more contracts than {@link MAX_CONTRACTS}
 */
export function buildDirectory(
  caps: CapsColumns,
  userGroups: UserGroupColumns,
  groupRatios: GroupRatioColumns,
  unsponsoredCap: number,
): Directory {
  return directoryOf(directoryContracts(caps, unsponsoredCap), userGroups, groupRatios);
}

/** The part of a directory that the caps table gives. */
export type DirectoryContracts =
  & Omit<Directory, "users" | "group" | "groups" | "ratio" | "k" | "input">
  & { readonly input: InputReport["caps"] };

/** The directory of contracts and the other two tables; see {@link buildDirectory}. */
export function directoryOf(
  { input: capsInput, ...contracts }: DirectoryContracts,
  userGroups: UserGroupColumns,
  groupRatios: GroupRatioColumns,
): Directory {
  const { input: groupsInput, k: ownK, ...users } = usersOf(userGroups);
  const { input: ratiosInput, ratio, k: groupK } = ratiosOf(groupRatios, users.groups);
  const k = kOfUsers(users.group, ownK, groupK);
  return {
    ...contracts,
    ...users,
    ratio,
    ...(k !== undefined && { k }),
    input: { caps: capsInput, user_groups: groupsInput, group_ratios: ratiosInput },
  };
}

/**
 * The directory's contracts; see {@link buildDirectory}.
 *
 * @param file name of the caps table for messages, where it is a file
 * @throws {InputError} for more contracts than {@link MAX_CONTRACTS}
 */
export function directoryContracts(
  caps: CapsColumns,
  unsponsoredCap: number,
  file?: string,
): DirectoryContracts {
  const { known, firstRow, capOf, input } = distinctContracts(caps, unsponsoredCap);
  const id = (number: number) => caps.contracts[firstRow[number]];
  const unsponsored = (number: number) => 1 - caps.sponsored[firstRow[number]];
  const given = capOf.map((_, number) => number)
    .filter((number) => capOf[number] > 0)
    .sort((a, b) => unsponsored(a) - unsponsored(b) || compareIds(id(a), id(b)));
  if (given.length > MAX_CONTRACTS) {
    throw new InputError(
      `${file === undefined ? "" : `${file}: `}there are ${given.length} contracts that can be ` +
        `given, at most ${MAX_CONTRACTS} are possible`,
      { file, expected: `at most ${MAX_CONTRACTS} contracts` },
    );
  }
  input.contracts = given.length;
  const contractIndex = new Uint32Array(firstRow.length).fill(NO_CAP);
  given.forEach((number, index) => contractIndex[number] = index);

  return {
    known,
    contractIndex,
    contracts: given.map(id),
    sponsoredContracts: given.filter((number) => unsponsored(number) === 0).length,
    cap: Float64Array.from(given, (number) => capOf[number]),
    ...brandsOf(caps, firstRow, given),
    ...(caps.about !== undefined && caps.about.size > 0 && {
      about: new Map(Array.from(
        caps.about,
        ([name, texts]) => [name, given.map((number) => texts[firstRow[number]])],
      )),
    }),
    input,
  };
}

/** The distinct contracts in the order of their first rows: that row, and the cap (0: it can't be given). */
interface DistinctContracts {
  readonly known: IdTable;
  readonly firstRow: Uint32Array;
  readonly capOf: readonly number[];
  readonly input: InputReport["caps"];
}

function distinctContracts(caps: CapsColumns, unsponsoredCap: number): DistinctContracts {
  const { known, firstRow, repeated } = firstRowsOfCaps(caps);
  const input: InputReport["caps"] = {
    rows: caps.contracts.length,
    blank_rows: caps.blankRows ?? 0,
    contracts: 0,
    ...repeated,
    fractional_caps: 0,
    sponsored_without_cap: 0,
    unsponsored_default_cap: 0,
  };
  const capOf = Array.from(firstRow, (row) => {
    const cap = Math.floor(caps.cap[row]);
    if (cap !== caps.cap[row]) input.fractional_caps++;
    if (cap > 0) return cap;
    if (caps.sponsored[row]) {
      input.sponsored_without_cap++;
      return 0;
    }
    input.unsponsored_default_cap++;
    return Math.max(0, unsponsoredCap);
  });
  return { known, firstRow, capOf, input };
}

/**
 * Brands of the contracts, those first named in `firstRow`; null where the table has none.
 *
 * @param given numbers of those that can be given
 */
function brandsOf(
  { brands: texts }: CapsColumns,
  firstRow: Uint32Array,
  given: readonly number[],
): Pick<Directory, "brand" | "brands" | "knownBrand"> {
  if (texts === null) return { brand: null, brands: [], knownBrand: null };
  const known = Array.from(firstRow, (row) => texts[row] ?? "");
  const brandOf = given.map((number) => known[number]);
  const named = [...new Set(brandOf)].filter((brand) => brand !== "").sort(compareIds);
  const brandIndex = new Map(named.map((brand, index) => [brand, index]));
  // A contract without a brand is a brand of its own: limits per brand do not tie such contracts together.
  const brands = [...named];
  const brand = brandOf.map((id) => id === "" ? brands.push("") - 1 : brandIndex.get(id)!);
  return {
    brand: Uint32Array.from(brand),
    brands,
    knownBrand: Int32Array.from(known, (id) => brandIndex.get(id) ?? -1),
  };
}

/** Most offers of each user: its own, or its group's; undefined where neither table says any. */
function kOfUsers(
  group: Uint32Array,
  ownK: Int32Array | undefined,
  groupK: Int32Array | undefined,
): Int32Array | undefined {
  if (ownK === undefined && groupK === undefined) return undefined;
  return Int32Array.from(group, (g, u) => {
    const own = ownK?.[u] ?? NO_OWN_K;
    return own !== NO_OWN_K ? own : groupK?.[g] ?? NO_OWN_K;
  });
}

function usersOf(rows: UserGroupColumns) {
  const { userIds, groupIds, user } = rows;
  const { firstRow, repeated } = firstRowsOfUsers(rows);
  const groupOrder = groupIds.map((_, g) => g)
    .sort((a, b) => compareIds(groupIds[a], groupIds[b]));
  const groupRank = new Uint32Array(groupIds.length);
  groupOrder.forEach((g, rank) => groupRank[g] = rank);

  // Most files are sorted; then the table that was made to find repeats serves as it is.
  const sorted = rows.userTable?.isSorted === true || isSorted(userIds);
  const order = sorted ? new Uint32Array(userIds.length).map((_, i) => i) : sortedOrder(userIds);
  const users = sorted
    ? rows.userTable ?? IdTable.fromPool(userIds)
    : IdTable.fromPool(reorderPool(userIds, order));
  const group = sharedUint32(order.length);
  for (let u = 0; u < order.length; u++) group[u] = groupRank[rows.group[firstRow[order[u]]]];
  return {
    users,
    group,
    k: rows.k && Int32Array.from(order, (number) => rows.k![firstRow[number]]),
    groups: groupOrder.map((g) => groupIds[g]),
    input: {
      rows: user.length,
      blank_rows: rows.blankRows ?? 0,
      users: userIds.length,
      users_without_pairs: 0,
      ...repeated,
    },
  };
}

function ratiosOf(rows: GroupRatioColumns, groups: readonly string[]) {
  const { known, firstRow, repeated } = firstRowsOfGroups(rows);
  const rowOf = groups.map((id) => firstRow[known.findString(id)]);
  return {
    ratio: Float64Array.from(rowOf, (row) => rows.ratio[row] ?? NaN),
    k: rows.k && Int32Array.from(rowOf, (row) => rows.k![row] ?? NO_OWN_K),
    input: {
      rows: rows.groups.length,
      blank_rows: rows.blankRows ?? 0,
      groups: known.length,
      // All of them for now; those that have users are subtracted once the users are known.
      groups_without_users: known.length,
      default_ratio_groups: 0,
      ...repeated,
      ...(rows.ofEvery !== undefined && { of_every_group: rows.ofEvery }),
    },
  };
}
