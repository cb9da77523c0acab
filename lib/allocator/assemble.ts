/**
 * From tables and pairs to an instance: canonical order, first of repeated pairs, filters, counts.
 *
 * @module
 */
import { InputError, quote } from "../errors.ts";
import type { InputReport } from "../drop.ts";
import type { Directory } from "./directory.ts";
import { compareIds, type IdPool } from "./ids.ts";
import type { Instance } from "./instance.ts";
import type { LeftOutRows, PairChunk } from "./pair_rows.ts";
import { sharedFloat64, sharedUint16, sharedUint32 } from "./shared_array.ts";
import { reorderPool } from "./sort_ids.ts";

/** What is filtered and filled in while a drop is put together. */
export interface AssembleOptions {
  /** Keep only the n best pairs of each user (ties by contract id). @default all */
  topN?: number;
  /** Leave out pairs with a lower score. @default none */
  minScore?: number;
  /** Ratio of groups that have none. @default an error */
  defaultRatio?: number;
  /** Names of the four sources, for messages. @default their plain words */
  names?: SourceNames;
}

/** What the four sources are called in messages. */
export interface SourceNames {
  /** The caps table. */
  caps: string;
  /** The eligible pairs. */
  elig: string;
  /** The user-groups table. */
  userGroups: string;
  /** The group-ratios table. */
  groupRatios: string;
}

const PLAIN_NAMES: SourceNames = {
  caps: "caps",
  elig: "elig",
  userGroups: "user_groups",
  groupRatios: "group_ratios",
};

/**
 * Puts pairs into canonical order and counts everything on the way. The rows' order matters in one case only:
 * of rows about the same pair the first wins, so where their scores differ (they are counted) the first in the
 * file decides.
 *
 * The chunks are emptied as they are used (`chunks.length` is 0 afterwards), so that memory can be given back early.
 *
 * @throws {InputError} where no pair is left, or a group with eligible users has no ratio
 */
export function assemble(
  directory: Directory,
  chunks: PairChunk[],
  leftOut: LeftOutRows,
  options: AssembleOptions = {},
): { instance: Instance; input: InputReport } {
  const { topN = Infinity, minScore = -Infinity, names = PLAIN_NAMES } = options;
  const pairs = groupByUser(directory.users.length, chunks);
  const counts = tidyPairs(directory, pairs, minScore, topN);
  if (counts.pairs === 0) throw nothingLeft(directory, leftOut, counts, minScore, names);

  const { users: pool, order, start, middle } = usersWithPairs(directory, pairs, counts.pairs);
  const groups = groupsWithUsers(directory, order, options.defaultRatio, names);
  const { caps, user_groups, group_ratios } = directory.input;
  const instance: Instance = {
    users: pool,
    contracts: directory.contracts,
    sponsoredContracts: directory.sponsoredContracts,
    cap: directory.cap,
    brand: directory.brand,
    brands: directory.brands,
    groups: groups.ids,
    ratio: groups.ratio,
    groupSize: groups.size,
    group: groups.group,
    start,
    middle,
    contract: fitted(pairs.contract, counts.pairs, sharedUint16),
    score: fitted(pairs.score, counts.pairs, sharedFloat64),
  };
  const input: InputReport = {
    caps,
    elig: {
      rows: leftOut.rows,
      pairs: counts.pairs,
      users: order.length,
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
    user_groups: { ...user_groups, users_without_pairs: directory.users.length - order.length },
    group_ratios: {
      ...group_ratios,
      groups_without_users: group_ratios.groups - groups.withRatio,
      default_ratio_groups: groups.withDefault,
    },
  };
  return { instance, input };
}

/** Pairs in CSR order by user; `start` has one more entry than there are users of the directory. */
interface PairsByUser {
  start: Uint32Array;
  contract: Uint16Array;
  score: Float64Array;
}

/** Counting sort of the rows by user; rows of a user keep their order. */
function groupByUser(users: number, chunks: PairChunk[]): PairsByUser {
  const start = sharedUint32(users + 1);
  let rows = 0;
  for (const { user, length } of chunks) {
    for (let i = 0; i < length; i++) start[user[i] + 1]++;
    rows += length;
  }
  for (let u = 0; u < users; u++) start[u + 1] += start[u];
  const next = start.slice(0, users);
  const contract = sharedUint16(rows), score = sharedFloat64(rows);
  // Reversed, so that each chunk can be let go of once its rows are placed.
  chunks.reverse();
  while (chunks.length > 0) {
    const chunk = chunks.pop()!;
    for (let i = 0; i < chunk.length; i++) {
      const at = next[chunk.user[i]]++;
      contract[at] = chunk.contract[i];
      score[at] = chunk.score[i];
    }
  }
  return { start, contract, score };
}

interface PairTidyCounts {
  pairs: number;
  duplicates: number;
  conflicts: number;
  belowMinScore: number;
  beyondTopN: number;
}

/**
 * Sorts each user's pairs by contract, keeps the first of equal ones and what the filters let through, and closes
 * the gaps, all in place.
 */
function tidyPairs(
  directory: Directory,
  pairs: PairsByUser,
  minScore: number,
  topN: number,
): PairTidyCounts {
  const { start, contract, score } = pairs;
  const counts = { pairs: 0, duplicates: 0, conflicts: 0, belowMinScore: 0, beyondTopN: 0 };
  const rank = topN === Infinity ? null : idRank(directory.contracts);
  const sorter = new PairSorter(directory.contracts.length, counts);
  let write = 0;
  for (let u = 0, from = 0; u + 1 < start.length; u++) {
    const to = start[u + 1], first = write;
    const distinct = sorter.sort(contract, score, from, to);
    for (let p = from; p < from + distinct; p++) {
      if (score[p] < minScore) {
        counts.belowMinScore++;
        continue;
      }
      contract[write] = contract[p];
      score[write] = score[p];
      write++;
    }
    if (rank !== null && write - first > topN) {
      counts.beyondTopN += write - first - topN;
      write = keepBest(contract, score, first, write, topN, rank);
    }
    start[u + 1] = write;
    from = to;
  }
  counts.pairs = write;
  return counts;
}

/**
 * Sorts a user's pairs by contract and drops all but the first of equal ones. A bit per contract marks those that the user
 * has; going through the bits in order gives them sorted, in time proportional to pairs plus contracts / 32.
 */
class PairSorter {
  readonly #bits: Uint32Array;
  /** Score of each contract that is marked. */
  readonly #score: Float64Array;
  readonly #counts: PairTidyCounts;

  constructor(contracts: number, counts: PairTidyCounts) {
    this.#bits = new Uint32Array((contracts >>> 5) + 1);
    this.#score = new Float64Array(contracts);
    this.#counts = counts;
  }

  /** Leaves the distinct pairs of `[from, to)` sorted at `from`; returns how many there are. */
  sort(contract: Uint16Array, score: Float64Array, from: number, to: number): number {
    const bits = this.#bits, scoreOf = this.#score, counts = this.#counts;
    let lowest = bits.length, highest = -1;
    for (let p = from; p < to; p++) {
      const c = contract[p], word = c >>> 5, bit = 1 << (c & 31);
      if ((bits[word] & bit) !== 0) {
        counts.duplicates++;
        if (scoreOf[c] !== score[p]) counts.conflicts++;
        continue;
      }
      bits[word] |= bit;
      scoreOf[c] = score[p];
      if (word < lowest) lowest = word;
      if (word > highest) highest = word;
    }
    let write = from;
    for (let word = lowest; word <= highest; word++) {
      let rest = bits[word];
      bits[word] = 0;
      while (rest !== 0) {
        const bit = rest & -rest, c = (word << 5) + 31 - Math.clz32(bit);
        rest ^= bit;
        contract[write] = c;
        score[write] = scoreOf[c];
        write++;
      }
    }
    return write - from;
  }
}

/** Keeps the `n` best of pairs `[from, to)` in their order; returns where they end. */
function keepBest(
  contract: Uint16Array,
  score: Float64Array,
  from: number,
  to: number,
  n: number,
  rank: Uint32Array,
): number {
  const order = Array.from({ length: to - from }, (_, i) => from + i)
    .sort((a, b) => score[b] - score[a] || rank[contract[a]] - rank[contract[b]])
    .slice(0, n)
    .sort((a, b) => a - b);
  let write = from;
  for (const p of order) {
    contract[write] = contract[p];
    score[write] = score[p];
    write++;
  }
  return write;
}

/** Rank of each contract's id among all (indices are in id order within a type only). */
function idRank(contracts: readonly string[]): Uint32Array {
  const rank = new Uint32Array(contracts.length);
  contracts.map((_, c) => c)
    .sort((a, b) => compareIds(contracts[a], contracts[b]))
    .forEach((c, i) => rank[c] = i);
  return rank;
}

/** Users that have a pair, with their pairs' bounds. */
function usersWithPairs(directory: Directory, pairs: PairsByUser, total: number) {
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

/** Groups that have a user with a pair, renumbered, with ratios. */
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
    const some = missing.slice(0, 5).map((g) => quote(directory.groups[g])).join(", ");
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
    const groups = missing.length === 1 ? "group has" : "groups have";
    throw new InputError(
      `${names.groupRatios}: ${missing.length} ${groups} eligible users and no ` +
        `sponsorship_ratio: ${some}${more} (--default-ratio fills it in)`,
      { file: names.groupRatios, column: "group_id", expected: "a ratio for every group" },
    );
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

/** The first `length` elements: a view, or a copy where a view would hold on to much more than that. */
function fitted<T extends Uint16Array | Float64Array>(
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

/** Why no pair is left: each reason with its count and one sample. */
function nothingLeft(
  directory: Directory,
  leftOut: LeftOutRows,
  counts: PairTidyCounts,
  minScore: number,
  names: SourceNames,
): InputError {
  const reasons: string[] = [];
  if (leftOut.unknownContractRows > 0) {
    reasons.push(
      `${leftOut.unknownContractRows} have a contract_address that is not in ${names.caps}` +
        mismatch(leftOut.unknownContracts.pool, directory.known.pool, names.elig, names.caps),
    );
  }
  if (leftOut.withoutGroupRows > 0) {
    reasons.push(
      `${leftOut.withoutGroupRows} have a user_id that is not in ${names.userGroups}` +
        mismatch(
          leftOut.usersWithoutGroup.pool,
          directory.users.pool,
          names.elig,
          names.userGroups,
        ),
    );
  }
  if (leftOut.withoutCapRows > 0) {
    reasons.push(`${leftOut.withoutCapRows} have a contract without capacity`);
  }
  if (counts.belowMinScore > 0) {
    reasons.push(`${counts.belowMinScore} have a score below ${minScore}`);
  }
  const why = leftOut.rows === 0
    ? "it has no rows"
    : `of ${leftOut.rows} rows ${reasons.join(", ")}`;
  return new InputError(`${names.elig}: no pair is left: ${why}`, { file: names.elig });
}

/** One sample of each side of two sets of ids that do not meet; says so where they differ only by case. */
function mismatch(strangers: IdPool, known: IdPool, where: string, there: string): string {
  if (known.length === 0) return ` (${there} has no rows)`;
  const stranger = strangers.at(0), lower = stranger.toLowerCase();
  for (let i = 0; i < known.length; i++) {
    const id = known.at(i);
    if (id.toLowerCase() === lower) {
      return ` (${where} has ${quote(stranger)}, ${there} ${quote(id)}: they differ only by case)`;
    }
  }
  return ` (${where} has for example ${quote(stranger)}, ${there} ${quote(known.at(0))})`;
}
