/**
 * A block of users with those of their pairs that still matter.
 *
 * @module
 */
import { grown } from "../../../base/arrays/number_list.ts";
import { release } from "../../../base/arrays/shared_array.ts";
import type { DualProblem } from "./dual_problem.ts";
import {
  type PairCells,
  PairCellsBuilder,
  type PairItems,
  PairItemsBuilder,
  releaseItems,
} from "./pair_items.ts";
import type { PairColumns } from "./top_list.ts";

/** Sums over users are made block by block, so that their bits do not depend on how many workers share the blocks. */
export const BLOCKS = 64;

/** First user of block `block` of `users` users; block `BLOCKS` begins at the end. */
export function blockStart(users: number, block: number): number {
  return Math.floor((users * block) / BLOCKS);
}

/** Users of one block and their pairs in CSR order: all of them, or what sampling and screening left. */
export interface PairBlock extends PairColumns {
  /** Uint32Array, length users: which user of the instance each is. */
  readonly user: Uint32Array;
  /** Uint32Array, length users: group of each. */
  readonly group: Uint32Array;
  /** Uint32Array, length users + 1: pairs of user i are `[start[i], start[i + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array, length users: the first unsponsored pair of user i. */
  readonly middle: Uint32Array;
  /** Uint16Array or Uint32Array, length pairs: item. */
  readonly item: Uint16Array | Uint32Array;
  /** Float64Array, length pairs: score, noise added. */
  readonly score: Float64Array;
  /** Uint32Array, length pairs: which pair of the instance each is; null: pair p is pair p. */
  readonly pair: Uint32Array | null;
  /** The items of its pairs, side by side, where nearly every pair has its own and they were put together; else null. */
  readonly ownItems: PairItems | null;
  /** Their cells and numbers, where these tell all of them; else null. */
  readonly ownCells: PairCells | null;
  /** Σ over frozen users, who are left out: the worth of their bundles, prices aside. */
  readonly frozenValue: number;
}

/** How many pairs a block holds. */
export function pairsIn({ start }: PairBlock): number {
  return start[start.length - 1] - start[0];
}

/** Releases the memory of a block that is not {@link wholeBlock}. Nothing may use the block afterwards. */
export function releaseBlock(block: PairBlock): void {
  const { user, group, start, middle, item, score, pair, ownItems, ownCells } = block;
  for (const column of [user, group, start, middle, item, score]) release(column);
  if (pair !== null) release(pair);
  if (ownItems !== null) releaseItems(ownItems);
  if (ownCells !== null) releaseItems(ownCells);
}

/** Users `[from, to)` of a problem with all their pairs, without a copy of any pair. */
export function wholeBlock(
  { instance, middle, item }: DualProblem,
  from: number,
  to: number,
): PairBlock {
  const user = new Uint32Array(to - from);
  for (let i = 0; i < user.length; i++) user[i] = from + i;
  return {
    user,
    group: instance.group.subarray(from, to),
    start: instance.start.subarray(from, to + 1),
    middle: middle.subarray(from, to),
    item,
    score: instance.score,
    pair: null,
    ownItems: null,
    ownCells: null,
    frozenValue: 0,
  };
}

/** A copy of some users, whose array becomes the block's own, with all their pairs and their scores as the drop has them. */
export function copiedBlock(
  { instance, middle, item }: DualProblem,
  user: Uint32Array,
): PairBlock & { readonly pair: Uint32Array } {
  const start = new Uint32Array(user.length + 1);
  for (let i = 0; i < user.length; i++) {
    start[i + 1] = start[i] + instance.start[user[i] + 1] - instance.start[user[i]];
  }
  const pairs = start[user.length], pair = new Uint32Array(pairs), score = new Float64Array(pairs);
  const own = item instanceof Uint16Array ? new Uint16Array(pairs) : new Uint32Array(pairs);
  user.forEach((u, i) => {
    for (let p = instance.start[u], at = start[i]; at < start[i + 1]; p++, at++) {
      pair[at] = p;
      own[at] = item[p];
      score[at] = instance.score[p];
    }
  });
  return {
    user,
    group: user.map((u) => instance.group[u]),
    start,
    middle: user.map((u, i) => start[i] + middle[u] - instance.start[u]),
    item: own,
    score,
    pair,
    ownItems: null,
    ownCells: null,
    frozenValue: 0,
  };
}

/**
 * Users and pairs to append to a block: the columns of {@link PairBlock}, with `start` and `middle` counted from the first of
 * these pairs.
 */
export type BlockPiece = Omit<
  { [name in keyof PairBlock]: NonNullable<PairBlock[name]> },
  "ownItems" | "ownCells" | "frozenValue"
>;

/** Builds a block user by user, or by pieces. Pairs of the last user can be taken back by lowering `pairs`. */
export class BlockBuilder {
  /** Item of each pair so far, with room at the end. */
  item: Uint16Array | Uint32Array;
  /** Score of each pair so far. */
  score: Float64Array = new Float64Array(1024);
  /** Pair of the instance that each is. */
  pair: Uint32Array = new Uint32Array(1024);
  /** How many pairs there are. */
  pairs = 0;
  /** The items of its pairs, where they are put together. */
  readonly ownItems: PairItemsBuilder = new PairItemsBuilder();
  /** Their cells and numbers, where these are put together. */
  readonly ownCells: PairCellsBuilder = new PairCellsBuilder();

  #users = 0;
  #user: Uint32Array = new Uint32Array(64);
  #group: Uint32Array = new Uint32Array(64);
  #start: Uint32Array = new Uint32Array(64);
  #middle: Uint32Array = new Uint32Array(64);

  /** A builder whose items have the type of the problem's. */
  constructor({ item }: DualProblem) {
    this.item = item instanceof Uint16Array ? new Uint16Array(1024) : new Uint32Array(1024);
  }

  /** Removes all users, and keeps the memory. */
  clear(): void {
    this.pairs = 0;
    this.#users = 0;
    this.ownItems.clear();
    this.ownCells.clear();
  }

  /** Makes room for `count` more pairs. */
  reserve(count: number): void {
    const needed = this.pairs + count;
    if (needed <= this.pair.length) return;
    const length = Math.max(needed, 2 * this.pair.length);
    this.item = grown(this.item, length);
    this.score = grown(this.score, length);
    this.pair = grown(this.pair, length);
  }

  #reserveUsers(count: number): void {
    const needed = this.#users + count;
    if (needed <= this.#user.length) return;
    const length = Math.max(needed, 2 * this.#user.length);
    this.#user = grown(this.#user, length);
    this.#group = grown(this.#group, length);
    this.#start = grown(this.#start, length);
    this.#middle = grown(this.#middle, length);
  }

  /** Appends users and their pairs. */
  append({ user, group, start, middle, item, score, pair }: BlockPiece): void {
    this.reserve(pair.length);
    this.#reserveUsers(user.length);
    this.item.set(item, this.pairs);
    this.score.set(score, this.pairs);
    this.pair.set(pair, this.pairs);
    this.#user.set(user, this.#users);
    this.#group.set(group, this.#users);
    for (let i = 0; i < user.length; i++) {
      this.#start[this.#users + i] = this.pairs + start[i];
      this.#middle[this.#users + i] = this.pairs + middle[i];
    }
    this.#users += user.length;
    this.pairs += pair.length;
  }

  /** Ends a user whose pairs are `[from, pairs)`. */
  addUser(user: number, group: number, from: number, middle: number): void {
    this.#reserveUsers(1);
    const at = this.#users++;
    this.#user[at] = user;
    this.#group[at] = group;
    this.#start[at] = from;
    this.#middle[at] = middle;
  }

  /** The block of all users added, in memory of its exact size. */
  finish(frozenValue: number): PairBlock {
    const { pairs, ownItems, ownCells } = this, users = this.#users;
    const start = new Uint32Array(users + 1);
    start.set(this.#start.subarray(0, users));
    start[users] = pairs;
    return {
      user: this.#user.slice(0, users),
      group: this.#group.slice(0, users),
      start,
      middle: this.#middle.slice(0, users),
      item: this.item.slice(0, pairs),
      score: this.score.slice(0, pairs),
      pair: this.pair.slice(0, pairs),
      ownItems: pairs > 0 && ownItems.pairs === pairs ? ownItems.finish() : null,
      ownCells: pairs > 0 && ownCells.pairs === pairs ? ownCells.finish() : null,
      frozenValue,
    };
  }
}
