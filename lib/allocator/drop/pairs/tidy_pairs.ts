/**
 * Tidies a user's pairs: sorts them by contract, keeps one of repeated ones, and filters them.
 *
 * @module
 */
import { compareIds } from "../../../base/ids/ids.ts";
import type { ContractIndices } from "../instance/contract_indices.ts";
import type { Directory } from "../instance/directory.ts";

/** Which of several rows about the same pair counts: the first, or the one with the largest score; or such rows are an error. */
export type Duplicates = "first" | "largest" | "error";

/** Which pairs are kept. */
export interface PairFilter {
  /** Which of several rows about one pair counts; for "error" they are counted here, and `assembleOrdered` throws. @default "first" */
  duplicates?: Duplicates;
  /** Keep only the n pairs of each user with the highest scores (ties by contract id). @default all */
  topN?: number;
  /** Leave out pairs with a lower score. @default none */
  minScore?: number;
}

/** How many pairs were kept, and why others were not. */
export interface PairCounts {
  /** Pairs kept. */
  pairs: number;
  /** Rows about a pair that an earlier row was about. */
  duplicates: number;
  /** Of the duplicates, those with another score than the row that counts. */
  conflicts: number;
  /** Pairs left out for their score. */
  belowMinScore: number;
  /** Pairs left out because their user has `topN` better ones. */
  beyondTopN: number;
  /** A pair that comes again: of the first user who has one, the first by contract, as indices; null where there are none. */
  repeated: RepeatedPair | null;
}

/** A pair that several rows are about. */
export interface RepeatedPair {
  /** Index of the user in the directory. */
  readonly user: number;
  /** Index of the contract. */
  readonly contract: number;
}

/** That of two repeated pairs whose user comes first. */
export function firstRepeated(a: RepeatedPair | null, b: RepeatedPair | null): RepeatedPair | null {
  return a === null || b !== null && b.user < a.user ? b : a;
}

/** Pairs in CSR order by user of the directory; a user's pairs are sorted by contract. */
export interface OrderedPairs {
  /** Uint32Array, length users + 1: pairs of user u are `[start[u], start[u + 1])`. */
  readonly start: Uint32Array;
  /** Contract of each pair; may be longer than the number of pairs. */
  readonly contract: ContractIndices;
  /** Float64Array: score of each pair; may be longer than the number of pairs. */
  readonly score: Float64Array;
  /** How many pairs there are, and how many were left out. */
  readonly counts: PairCounts;
}

/** The columns that a user's pairs are tidied in, and the rules for it. */
export interface TidyColumns {
  /** Contract of each pair. */
  readonly contract: ContractIndices;
  /** Float64Array: score of each pair. */
  readonly score: Float64Array;
  /** Number of contracts. */
  readonly contracts: number;
  /** Rank of each contract's id; needed with `topN`. */
  readonly rank: Uint32Array | null;
  /** Whether of several rows about a pair the largest score counts; else the first. */
  readonly largest: boolean;
  /** Least score. */
  readonly minScore: number;
  /** Most pairs of a user. */
  readonly topN: number;
}

/** The rules of a filter, for {@link UserTidier}. */
export function tidyColumns(
  { contracts }: Directory,
  { topN = Infinity, minScore = -Infinity, duplicates = "first" }: PairFilter,
): Omit<TidyColumns, "contract" | "score"> {
  return {
    contracts: contracts.length,
    rank: topN === Infinity ? null : idRank(contracts),
    largest: duplicates === "largest",
    minScore,
    topN,
  };
}

/** Sorts a user's pairs by contract, keeps one of repeated ones and those that the filter keeps, in place. */
export class UserTidier {
  readonly counts: PairCounts = {
    pairs: 0,
    duplicates: 0,
    conflicts: 0,
    belowMinScore: 0,
    beyondTopN: 0,
    repeated: null,
  };
  readonly #columns: TidyColumns;
  readonly #sorter: PairSorter;

  constructor(columns: TidyColumns) {
    this.#columns = columns;
    this.#sorter = new PairSorter(columns.contracts, columns.largest, this.counts);
  }

  /** Tidies pairs `[from, end)` of a user; the kept ones begin at `from`. Returns their number. */
  tidy(user: number, from: number, end: number): number {
    const { contract, score, rank, minScore, topN } = this.#columns, { counts } = this;
    let to = from + this.#sorter.sort(contract, score, from, end);
    const again = this.#sorter.repeated;
    if (again < Infinity) {
      counts.repeated = firstRepeated(counts.repeated, { user, contract: again });
    }
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

/**
 * Sorts a user's pairs by contract and keeps of repeated ones the first, or the one with the largest score. One bit per contract
 * marks the user's contracts, and one bit per 32 contracts marks the words that have such bits. Reading the bits in order gives
 * the contracts sorted, in time proportional to pairs + contracts / 1,024.
 */
class PairSorter {
  readonly #bits: Uint32Array;
  readonly #tops: Uint32Array;
  /** Float64Array, length contracts: score of each marked contract. */
  readonly #score: Float64Array;
  readonly #counts: PairCounts;
  readonly #largest: boolean;
  /** The first contract that came again in what was sorted last; Infinity: none did. */
  repeated = Infinity;

  constructor(contracts: number, largest: boolean, counts: PairCounts) {
    this.#largest = largest;
    this.#bits = new Uint32Array((contracts >>> 5) + 1);
    this.#tops = new Uint32Array((contracts >>> 10) + 1);
    this.#score = new Float64Array(contracts);
    this.#counts = counts;
  }

  /** Sorts `[from, to)`; the distinct pairs begin at `from`. Returns their number. */
  sort(contract: ContractIndices, score: Float64Array, from: number, to: number): number {
    this.repeated = Infinity;
    if (isSorted(contract, from, to)) return to - from;
    const bits = this.#bits, tops = this.#tops, scoreOf = this.#score, counts = this.#counts;
    const { duplicates, conflicts } = counts;
    let lowest = tops.length, highest = -1;
    for (let p = from; p < to; p++) {
      const c = contract[p], word = c >>> 5, bit = 1 << (c & 31), has = bits[word];
      if ((has & bit) !== 0) {
        counts.duplicates++;
        this.repeated = Math.min(this.repeated, c);
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
      // Which score is the largest is known only now. The count must not depend on the order of the rows.
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

/** Whether contracts `[from, to)` are strictly increasing. */
function isSorted(contract: ContractIndices, from: number, to: number): boolean {
  for (let p = from + 1; p < to; p++) if (contract[p - 1] >= contract[p]) return false;
  return true;
}

/** Keeps the pairs `[from, to)` whose score is at least `least`, in their order; returns where they end. */
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

/** Keeps the `n` pairs of `[from, to)` with the highest scores, in their order; returns where they end. */
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

/** Rank of each contract's id among all ids. (The order of indices is that of ids within a type only.) */
export function idRank(contracts: readonly string[]): Uint32Array {
  const rank = new Uint32Array(contracts.length);
  contracts.map((_, c) => c)
    .sort((a, b) => compareIds(contracts[a], contracts[b]))
    .forEach((c, i) => rank[c] = i);
  return rank;
}
