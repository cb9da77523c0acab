/**
 * Sorts pairs from row order into their final order: by user, then by contract, each pair once.
 *
 * @module
 */
import { type ContractIndices, contractIndices, wholeColumn } from "./contract_indices.ts";
import type { Directory } from "./directory.ts";
import { compareIds } from "../../base/ids.ts";
import type { PairChunk } from "./pair_rows.ts";
import { sharedFloat64, sharedUint32 } from "../../base/shared_array.ts";

/** Which of several rows about one pair counts: the first, the one with the largest score, or repeats are an error. */
export type Duplicates = "first" | "largest" | "error";

/** Which pairs are kept. */
export interface PairFilter {
  /** Which of several rows about one pair counts; for "error" they are counted here, and `assembleOrdered` throws. @default "first" */
  duplicates?: Duplicates;
  /** Keep only the n best pairs of each user (ties by contract id). @default all */
  topN?: number;
  /** Leave out pairs with a lower score. @default none */
  minScore?: number;
}

/** How many pairs were kept, and why others were not. */
export interface PairCounts {
  /** Pairs kept. */
  pairs: number;
  /** Rows about a pair that came before. */
  duplicates: number;
  /** Those of them with another score. */
  conflicts: number;
  /** Pairs left out for their score. */
  belowMinScore: number;
  /** Pairs left out because their user has enough better ones. */
  beyondTopN: number;
}

/** Pairs in CSR order by user of the directory; a user's pairs are sorted by contract. */
export interface OrderedPairs {
  /** Uint32Array, length users + 1: pairs of user u are `[start[u], start[u + 1])`. */
  readonly start: Uint32Array;
  /** Contract of each pair; longer than there are pairs. */
  readonly contract: ContractIndices;
  /** Float64Array: score of each pair; longer than there are pairs. */
  readonly score: Float64Array;
  /** How many there are, and what was left out. */
  readonly counts: PairCounts;
}

/** The pairs of some users, to be put in order by one thread. Its arrays are shared with the others'. */
export interface OrderTask {
  /** All rows. */
  readonly chunks: PairChunk[];
  /** First user. */
  readonly fromUser: number;
  /** End of the users. */
  readonly toUser: number;
  /** Uint32Array, length users + 1: where the rows of each user begin, of all users' rows end to end. */
  readonly start: Uint32Array;
  /** Uint32Array, length users: how many pairs of each user are kept; written. */
  readonly kept: Uint32Array;
  /** Length rows; written: from `start[fromUser]` on the contracts of the kept pairs, end to end. */
  readonly contract: ContractIndices;
  /** Float64Array, length rows; written: their scores. */
  readonly score: Float64Array;
  /** Number of contracts. */
  readonly contracts: number;
  /** Rank of each contract's id; needed with `topN`. */
  readonly rank: Uint32Array | null;
  /** Whether of several rows about one pair the largest score counts, else the first. */
  readonly largest: boolean;
  /** Least score. */
  readonly minScore: number;
  /** Most pairs of a user. */
  readonly topN: number;
}

/**
 * Puts pairs in order, in this thread. The chunks are emptied as they are used (`chunks.length` is 0 afterwards),
 * so that memory can be given back early.
 */
export function orderPairs(
  directory: Directory,
  chunks: PairChunk[],
  filter: PairFilter = {},
): OrderedPairs {
  if (isInOrder(chunks)) return orderInPlace(directory, chunks, filter);
  const tasks = orderTasks(directory, chunks, filter, 1);
  return joinOrdered(tasks, tasks.map(orderUsers));
}

/**
 * Whether the rows lie one after the other in the same memory, users in order: then they can stay there. So it is with Parquet
 * whose rows are sorted by user.
 */
export function isInOrder(chunks: readonly PairChunk[]): boolean {
  let last = -1, at = 0;
  for (const { user, runs, length, contract, score } of chunks) {
    const begin = score.byteOffset / score.BYTES_PER_ELEMENT;
    const isBeside = contract.buffer === chunks[0].contract.buffer &&
      score.buffer === chunks[0].score.buffer && begin >= at &&
      contract.byteOffset / contract.BYTES_PER_ELEMENT === begin;
    if (!isBeside) return false;
    at = begin + length;
    for (let r = 0; r < runs; r++) {
      if (user[r] < last) return false;
      last = user[r];
    }
  }
  // For a single chunk this way saves nothing.
  return chunks.length > 1;
}

/** {@link orderPairs} of rows that are {@link isInOrder}, without other memory for them. */
export function orderInPlace(
  { users, contracts }: Directory,
  chunks: PairChunk[],
  { topN = Infinity, minScore = -Infinity, duplicates }: PairFilter = {},
): OrderedPairs {
  const contract = wholeColumn(chunks[0].contract);
  const score = new Float64Array(chunks[0].score.buffer);
  const start = sharedUint32(users.length + 1);
  const rank = topN === Infinity ? null : idRank(contracts);
  const largest = duplicates === "largest";
  const columns = { contract, score, rank, contracts: contracts.length, largest, minScore, topN };
  const rows = new RowMover(columns, start);
  for (const { user, end, runs, score } of chunks) {
    const begin = score.byteOffset / score.BYTES_PER_ELEMENT;
    for (let r = 0, from = 0; r < runs; from = end[r++]) {
      rows.add(user[r], begin + from, begin + end[r]);
    }
  }
  rows.finish();
  chunks.length = 0;
  for (let u = 0; u < users.length; u++) start[u + 1] += start[u];
  return { start, contract, score, counts: rows.counts };
}

/** Tidies each user's rows and moves them to the front of their memory; users with no gap between them are moved together. */
class RowMover {
  readonly #columns: TidyColumns;
  readonly #start: Uint32Array;
  readonly #tidier: UserTidier;
  /** The user of the last rows, which more may follow; where they lie. */
  #user = -1;
  #from = 0;
  #to = 0;
  /** Rows `[left, right)` of earlier users are tidied and still to be moved to `goal`. */
  #left = 0;
  #right = 0;
  #goal = 0;

  constructor(columns: TidyColumns, start: Uint32Array) {
    this.#columns = columns;
    this.#start = start;
    this.#tidier = new UserTidier(columns);
  }

  get counts(): PairCounts {
    return this.#tidier.counts;
  }

  /** Adds rows `[from, to)` of a user, behind all others. */
  add(user: number, from: number, to: number): void {
    if (user !== this.#user) {
      this.#finishUser();
      this.#user = user;
      this.#from = from;
      this.#to = to;
    } else if (from === this.#to) this.#to = to;
    else {
      // Moved beside the user's other rows.
      this.#columns.contract.copyWithin(this.#to, from, to);
      this.#columns.score.copyWithin(this.#to, from, to);
      this.#to += to - from;
    }
  }

  /** Moves what is left. */
  finish(): void {
    this.#finishUser();
    this.#move();
  }

  #finishUser(): void {
    if (this.#user < 0) return;
    const kept = this.#tidier.tidy(this.#from, this.#to);
    if (this.#from !== this.#right) {
      this.#move();
      this.#left = this.#from;
    }
    this.#right = this.#from + kept;
    this.#start[this.#user + 1] = kept;
  }

  #move(): void {
    const { contract, score } = this.#columns, left = this.#left, right = this.#right;
    if (left !== this.#goal) {
      contract.copyWithin(this.#goal, left, right);
      score.copyWithin(this.#goal, left, right);
    }
    this.#goal += right - left;
  }
}

/** Splits the work into `parts` tasks of about as many rows each. Any number of them gives the same pairs. */
export function orderTasks(
  { users, contracts }: Directory,
  chunks: PairChunk[],
  { topN = Infinity, minScore = -Infinity, duplicates = "first" }: PairFilter,
  parts: number,
): OrderTask[] {
  const start = sharedUint32(users.length + 1);
  for (const { user, end, runs } of chunks) {
    for (let r = 0, from = 0; r < runs; from = end[r++]) start[user[r] + 1] += end[r] - from;
  }
  for (let u = 0; u < users.length; u++) start[u + 1] += start[u];
  const rows = start[users.length];
  const all = {
    chunks,
    start,
    kept: sharedUint32(users.length),
    contract: contractIndices(contracts.length, rows),
    score: sharedFloat64(rows),
    contracts: contracts.length,
    rank: topN === Infinity ? null : idRank(contracts),
    largest: duplicates === "largest",
    minScore,
    topN,
  };
  const tasks: OrderTask[] = [];
  for (let part = 1, fromUser = 0; part <= parts; part++) {
    let toUser = part === parts ? users.length : fromUser;
    while (toUser < users.length && start[toUser] < rows * part / parts) toUser++;
    tasks.push({ ...all, fromUser, toUser });
    fromUser = toUser;
  }
  return tasks;
}

/**
 * Does a task: puts its users' rows together, sorts and filters those of a user as soon as they are all there (in a file
 * grouped by user they are still in the nearest cache then), and closes the gaps that are left. Empties the chunks.
 */
export function orderUsers(task: OrderTask): PairCounts {
  const { chunks, fromUser, toUser, start, kept, contract, score } = task;
  const next = start.slice(fromUser, toUser), users = next.length;
  const tidier = new UserTidier(task);
  // Reversed, so that each chunk's memory can be freed once its rows are placed.
  chunks.reverse();
  while (chunks.length > 0) {
    const { user, end, runs, contract: rowContract, score: rowScore } = chunks.pop()!;
    for (let r = 0, i = 0; r < runs; i = end[r++]) {
      const u = user[r] - fromUser;
      if (u < 0 || u >= users) continue;
      const to = end[r];
      let at = next[u];
      for (; i < to; i++, at++) {
        contract[at] = rowContract[i];
        score[at] = rowScore[i];
      }
      next[u] = at;
      if (at === start[user[r] + 1]) kept[user[r]] = tidier.tidy(start[user[r]], at);
    }
  }
  closeGaps(task);
  return tidier.counts;
}

/** Joins what the tasks left: moves each part behind the one before and sets `start`. */
export function joinOrdered(tasks: OrderTask[], counts: PairCounts[]): OrderedPairs {
  const { start, kept, contract, score } = tasks[0];
  const total = { pairs: 0, duplicates: 0, conflicts: 0, belowMinScore: 0, beyondTopN: 0 };
  for (const [i, { fromUser }] of tasks.entries()) {
    const from = start[fromUser], to = from + counts[i].pairs;
    if (from > total.pairs) {
      contract.copyWithin(total.pairs, from, to);
      score.copyWithin(total.pairs, from, to);
    }
    for (const key of Object.keys(total) as (keyof PairCounts)[]) total[key] += counts[i][key];
  }
  for (let u = 0; u < kept.length; u++) start[u + 1] = start[u] + kept[u];
  return { start, contract, score, counts: total };
}

/** The columns that a user's pairs are tidied in, and the rules for it. */
type TidyColumns = Pick<
  OrderTask,
  "contract" | "score" | "contracts" | "largest" | "rank" | "minScore" | "topN"
>;

/** Sorts a user's pairs by contract, keeps one of equal ones and what the filters let through, in place. */
class UserTidier {
  readonly counts: PairCounts = {
    pairs: 0,
    duplicates: 0,
    conflicts: 0,
    belowMinScore: 0,
    beyondTopN: 0,
  };
  readonly #columns: TidyColumns;
  readonly #sorter: PairSorter;

  constructor(columns: TidyColumns) {
    this.#columns = columns;
    this.#sorter = new PairSorter(columns.contracts, columns.largest, this.counts);
  }

  /** Leaves a user's pairs `[from, end)` at `from`; returns how many they are. */
  tidy(from: number, end: number): number {
    const { contract, score, rank, minScore, topN } = this.#columns, { counts } = this;
    let to = from + this.#sorter.sort(contract, score, from, end);
    if (minScore > -Infinity) {
      const all = to;
      to = keepFrom(contract, score, from, all, minScore);
      counts.belowMinScore += all - to;
    }
    if (rank !== null && to - from > topN) {
      counts.beyondTopN += to - from - topN;
      to = keepBest(contract, score, from, to, topN, rank);
    }
    counts.pairs += to - from;
    return to - from;
  }
}

/** Closes the gaps between the kept pairs of a task's users; users with no gap between them are moved together. */
function closeGaps({ fromUser, toUser, start, kept, contract, score }: OrderTask): void {
  let write = start[fromUser], from = write;
  for (let u = fromUser; u < toUser; u++) {
    const to = start[u] + kept[u];
    if (to === start[u + 1] && u + 1 < toUser) continue;
    if (write < from) {
      contract.copyWithin(write, from, to);
      score.copyWithin(write, from, to);
    }
    write += to - from;
    from = start[u + 1];
  }
}

/**
 * Sorts a user's pairs by contract and drops all but the first of equal ones, or all but the one with the largest score. A bit per contract marks
 * those that the user has, and a bit per 32 contracts those bits; going through the bits in order gives them sorted, in time
 * proportional to pairs plus contracts / 1,024.
 */
class PairSorter {
  readonly #bits: Uint32Array;
  readonly #tops: Uint32Array;
  /** Score of each contract that is marked. */
  readonly #score: Float64Array;
  readonly #counts: PairCounts;
  readonly #largest: boolean;

  constructor(contracts: number, largest: boolean, counts: PairCounts) {
    this.#largest = largest;
    this.#bits = new Uint32Array((contracts >>> 5) + 1);
    this.#tops = new Uint32Array((contracts >>> 10) + 1);
    this.#score = new Float64Array(contracts);
    this.#counts = counts;
  }

  /** Leaves the distinct pairs of `[from, to)` sorted at `from`; returns how many there are. */
  sort(contract: ContractIndices, score: Float64Array, from: number, to: number): number {
    if (isSorted(contract, from, to)) return to - from;
    const bits = this.#bits, tops = this.#tops, scoreOf = this.#score, counts = this.#counts;
    const { duplicates, conflicts } = counts;
    let lowest = tops.length, highest = -1;
    for (let p = from; p < to; p++) {
      const c = contract[p], word = c >>> 5, bit = 1 << (c & 31), has = bits[word];
      if ((has & bit) !== 0) {
        counts.duplicates++;
        if (scoreOf[c] !== score[p]) counts.conflicts++;
        if (this.#largest && score[p] > scoreOf[c]) scoreOf[c] = score[p];
        continue;
      }
      bits[word] = has | bit;
      scoreOf[c] = score[p];
      if (has !== 0) continue;
      const top = word >>> 5;
      tops[top] |= 1 << (word & 31);
      if (top < lowest) lowest = top;
      if (top > highest) highest = top;
    }
    if (this.#largest && counts.duplicates > duplicates) {
      // The largest is known only now; the count must not depend on the order of rows.
      counts.conflicts = conflicts;
      for (let p = from; p < to; p++) {
        if (score[p] !== scoreOf[contract[p]]) counts.conflicts++;
      }
    }
    let write = from;
    for (let top = lowest; top <= highest; top++) {
      let words = tops[top];
      tops[top] = 0;
      while (words !== 0) {
        const lowestWord = words & -words, word = (top << 5) + 31 - Math.clz32(lowestWord);
        words ^= lowestWord;
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
    }
    return write - from;
  }
}

/** Whether contracts `[from, to)` are sorted and distinct. */
function isSorted(contract: ContractIndices, from: number, to: number): boolean {
  for (let p = from + 1; p < to; p++) if (contract[p - 1] >= contract[p]) return false;
  return true;
}

/** Keeps the pairs `[from, to)` with at least a score in their order; returns where they end. */
function keepFrom(
  contract: ContractIndices,
  score: Float64Array,
  from: number,
  to: number,
  least: number,
): number {
  let write = from;
  for (let p = from; p < to; p++) {
    if (score[p] < least) continue;
    contract[write] = contract[p];
    score[write] = score[p];
    write++;
  }
  return write;
}

/** Keeps the `n` best of pairs `[from, to)` in their order; returns where they end. */
function keepBest(
  contract: ContractIndices,
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
export function idRank(contracts: readonly string[]): Uint32Array {
  const rank = new Uint32Array(contracts.length);
  contracts.map((_, c) => c)
    .sort((a, b) => compareIds(contracts[a], contracts[b]))
    .forEach((c, i) => rank[c] = i);
  return rank;
}
