/**
 * Puts a drop together from its tables and pairs: canonical order, one of repeated pairs, filters, counts.
 *
 * @module
 */
import { RepeatedPairs } from "./pairs/repeated_pairs.ts";
import { optionInWords } from "../../base/option_words.ts";
import { COLUMN_NAMES, noPairLeft, type SourceNames, type UnknownId } from "./no_pair_left.ts";
import { noRatio } from "./without_ratio.ts";
import type { InputError } from "../../base/errors.ts";
import { type AppliedBefore, applyBeforeAtOnce, type Before } from "./applied/apply_before.ts";
import type { InputReport } from "./instance/input_report.ts";
import { type ContractIndices, contractIndices } from "./instance/contract_indices.ts";
import type { Directory } from "./instance/directory.ts";
import type { IdPool } from "../../base/ids/ids.ts";
import type { Instance } from "./instance/instance.ts";
import type { ScoreScaling } from "./instance/score_scaling.ts";
import { orderPairs } from "./pairs/order_pairs.ts";
import { refuseOverflow } from "./score_overflow.ts";
import type { OrderedPairs, PairCounts, PairFilter } from "./pairs/tidy_pairs.ts";
import type { LeftOutRows, PairChunk } from "./pairs/pair_rows.ts";
import { sharedFloat64, sharedUint32 } from "../../base/arrays/shared_array.ts";
import { reorderPool } from "../../base/ids/sort_ids.ts";

/** What is filtered out and filled in while a drop is put together. */
export interface AssembleOptions extends PairFilter {
  /** Ratio of groups that have none. @default an error */
  defaultRatio?: number;
  /** Names of the four sources, for messages. @default their plain words */
  names?: SourceNames;
  /** What history, pins and bans did to the pairs. @default nothing */
  before?: Pick<AppliedBefore, "pins" | "heldBack" | "scaling" | "report"> | null;
}

const PLAIN_NAMES: SourceNames = {
  caps: "caps",
  elig: "elig",
  userGroups: "user_groups",
  groupRatios: "group_ratios",
};

/**
 * Puts pairs into canonical order and counts everything on the way. The order of rows matters in one case only: of several
 * rows about one pair the first counts, unless `duplicates` is "largest". Rows that differ in their score are counted.
 *
 * The chunks are emptied as they are used (`chunks.length` is 0 afterwards), so that memory can be given back early.
 *
 * @param before history, pins and bans, to be applied to the pairs; null: there are none
 * @throws {InputError} what {@link assembleOrdered} and `applyBefore` throw
 */
export function assemble(
  directory: Directory,
  chunks: PairChunk[],
  leftOut: LeftOutRows,
  options: AssembleOptions = {},
  before: Before | null = null,
): { instance: Instance; input: InputReport } {
  if (before === null) {
    return assembleOrdered(directory, orderPairs(directory, chunks, options), leftOut, options);
  }
  const pairs = orderPairs(directory, chunks, { duplicates: options.duplicates });
  const applied = applyBeforeAtOnce(directory, pairs, before, options);
  return assembleOrdered(directory, applied.pairs, leftOut, { ...options, before: applied });
}

/**
 * {@link assemble} from pairs that are in order already.
 *
 * @throws {InputError} where no pair is left, a group with eligible users has no ratio, scores are so large that sums would
 *   overflow, or pairs are repeated and `duplicates` is "error"
 */
export function assembleOrdered(
  directory: Directory,
  pairs: OrderedPairs,
  leftOut: LeftOutRows,
  options: AssembleOptions,
): { instance: Instance; input: InputReport } {
  refuseUnfit(directory, pairs, leftOut, options);
  const { names = PLAIN_NAMES, before = null } = options, { counts } = pairs, { k } = directory;
  const { users, order, start, middle } = usersWithPairs(directory, pairs, counts.pairs);
  const groups = groupsWithUsers(directory, order, options.defaultRatio, names);
  const instance: Instance = {
    users,
    contracts: directory.contracts,
    sponsoredContracts: directory.sponsoredContracts,
    cap: directory.cap,
    brand: directory.brand,
    brands: directory.brands,
    ...(directory.about !== undefined && { about: directory.about }),
    groups: groups.ids,
    ratio: groups.ratio,
    groupSize: groups.size,
    group: groups.group,
    start,
    middle,
    contract: fitted(
      pairs.contract,
      counts.pairs,
      (length) => contractIndices(directory.contracts.length, length),
    ),
    score: fitted(pairs.score, counts.pairs, sharedFloat64),
    ...(before?.pins && { pins: before.pins }),
    ...(before?.heldBack && { heldBack: before.heldBack }),
    ...(before?.scaling && { scaling: scalingOfUsers(before.scaling, order) }),
    ...(k !== undefined && { k: Int32Array.from(order, (user) => k[user]) }),
  };
  const input = reportOf(directory, pairs, leftOut, order.length, groups);
  return { instance, input: { ...input, ...before?.report } };
}

/** Refuses repeated pairs where `duplicates` is "error", a drop without a pair, and scores whose sums would overflow. */
function refuseUnfit(
  directory: Directory,
  pairs: OrderedPairs,
  leftOut: LeftOutRows,
  options: AssembleOptions,
): void {
  const { minScore = -Infinity, names = PLAIN_NAMES, before } = options, { counts } = pairs;
  if (options.duplicates === "error" && counts.duplicates > 0) {
    const { user, contract } = counts.repeated!, fields = names.fields ?? COLUMN_NAMES;
    const ids = { user: directory.users.pool.at(user), contract: directory.contracts[contract] };
    throw new RepeatedPairs(names.elig, counts.duplicates, {
      ...ids,
      words: `${fields.user} ${ids.user} with ${fields.contract} ${ids.contract}`,
    }, `each once (${optionInWords("duplicates")} is error)`);
  }
  if (counts.pairs === 0) {
    const heldBack = before?.heldBack?.reason.length ?? 0;
    throw nothingLeft(directory, leftOut, counts, minScore, names, heldBack);
  }
  refuseOverflow(directory, pairs, names);
}

/** What was read and left out. */
function reportOf(
  { input: { caps, user_groups, group_ratios }, users }: Directory,
  { counts }: OrderedPairs,
  leftOut: LeftOutRows,
  usersWithPairs: number,
  groups: { readonly withRatio: number; readonly withDefault: number },
): InputReport {
  return {
    caps,
    elig: {
      rows: leftOut.rows,
      blank_rows: leftOut.blankRows,
      pairs: counts.pairs,
      users: usersWithPairs,
      duplicate_pairs: counts.duplicates,
      conflicting_duplicate_pairs: counts.conflicts,
      pairs_without_group: leftOut.withoutGroupRows,
      users_without_group: leftOut.usersWithoutGroup.length,
      pairs_with_unknown_contract: leftOut.unknownContractRows,
      unknown_contracts: leftOut.unknownContracts.length,
      pairs_without_cap: leftOut.withoutCapRows,
      pairs_below_min_score: counts.belowMinScore,
      pairs_beyond_top_n: counts.beyondTopN,
    },
    user_groups: { ...user_groups, users_without_pairs: users.length - usersWithPairs },
    group_ratios: {
      ...group_ratios,
      groups_without_users: group_ratios.groups - groups.withRatio,
      default_ratio_groups: groups.withDefault,
    },
  };
}

/** The scaling with one factor for each user that has a pair. */
function scalingOfUsers(scaling: ScoreScaling, order: Uint32Array): ScoreScaling {
  const { userFactor } = scaling;
  if (userFactor === null) return scaling;
  return { ...scaling, userFactor: Float64Array.from(order, (u) => userFactor[u]) };
}

/** The users that have a pair, and where the pairs of each begin and change their type. */
function usersWithPairs(directory: Directory, pairs: OrderedPairs, total: number) {
  const all = directory.users.length;
  let users = 0;
  for (let u = 0; u < all; u++) if (pairs.start[u + 1] > pairs.start[u]) users++;
  const order = new Uint32Array(users);
  const start = sharedUint32(users + 1), middle = sharedUint32(users);
  let n = 0;
  for (let u = 0; u < all; u++) {
    const from = pairs.start[u], to = pairs.start[u + 1];
    if (from === to) continue;
    let first = from;
    while (first < to && pairs.contract[first] < directory.sponsoredContracts) first++;
    order[n] = u;
    start[n] = from;
    middle[n] = first;
    n++;
  }
  start[users] = total;
  const pool: IdPool = users === all
    ? directory.users.pool
    : reorderPool(directory.users.pool, order);
  return { users: pool, order, start, middle };
}

/** The groups that have a user with a pair, renumbered, with their ratios. */
function groupsWithUsers(
  directory: Directory,
  order: Uint32Array,
  defaultRatio: number | undefined,
  names: SourceNames,
) {
  const sizes = new Uint32Array(directory.groups.length);
  for (let u = 0; u < order.length; u++) sizes[directory.group[order[u]]]++;
  const used = directory.groups.map((_, g) => g).filter((g) => sizes[g] > 0);
  const missing = used.filter((g) => Number.isNaN(directory.ratio[g]));
  if (missing.length > 0 && defaultRatio === undefined) {
    throw noRatio(missing.map((g) => directory.groups[g]), names);
  }
  const newIndex = new Uint32Array(directory.groups.length);
  used.forEach((g, i) => newIndex[g] = i);
  const group = sharedUint32(order.length);
  for (let u = 0; u < order.length; u++) group[u] = newIndex[directory.group[order[u]]];
  return {
    ids: used.map((g) => directory.groups[g]),
    ratio: Float64Array.from(
      used,
      (g) => Number.isNaN(directory.ratio[g]) ? defaultRatio! : directory.ratio[g],
    ),
    size: Uint32Array.from(used, (g) => sizes[g]),
    group,
    withRatio: used.length - missing.length,
    withDefault: missing.length,
  };
}

/** The first `length` elements: a view, or a copy where the view would keep much more memory alive. */
function fitted<T extends ContractIndices | Float64Array>(
  array: T,
  length: number,
  allocate: (length: number) => T,
): T {
  if (length === array.length) return array;
  const view = array.subarray(0, length) as T;
  if (length > 0.8 * array.length) return view;
  const copy = allocate(length);
  copy.set(view);
  return copy;
}

/** Why no pair is left. */
function nothingLeft(
  directory: Directory,
  leftOut: LeftOutRows,
  counts: PairCounts,
  minScore: number,
  names: SourceNames,
  heldBack: number,
): InputError {
  return noPairLeft(names, {
    rows: leftOut.rows,
    contracts: {
      rows: leftOut.unknownContractRows,
      ...unknownId(leftOut.unknownContracts.pool, directory.known.pool),
    },
    users: {
      rows: leftOut.withoutGroupRows,
      ...unknownId(leftOut.usersWithoutGroup.pool, directory.users.pool),
    },
    withoutCap: leftOut.withoutCapRows,
    heldBack,
    belowMinScore: counts.belowMinScore,
    minScore,
  });
}

/** The first of the ids that a table lacks, beside an id that it has. */
function unknownId(unknown: IdPool, known: IdPool): UnknownId {
  if (unknown.length === 0 || known.length === 0) return { missing: "", known: null, alike: null };
  const missing = unknown.at(0), lower = missing.toLowerCase();
  for (let i = 0; i < known.length; i++) {
    const id = known.at(i);
    if (id.toLowerCase() === lower) return { missing, known: id, alike: id };
  }
  return { missing, known: known.at(0), alike: null };
}
