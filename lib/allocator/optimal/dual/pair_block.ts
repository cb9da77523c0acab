/**
 * A block of users and the pairs of theirs that still matter.
 *
 * @module
 */
import type { Instance } from "../../drop/instance.ts";
import type { PairColumns } from "./top_list.ts";

/** Users of one block and their pairs in CSR order: all of them, or what sampling and screening left. */
export class PairBlock implements PairColumns {
  /** Uint32Array, length users: which user of the instance each is. */
  readonly user: Uint32Array;
  /** Uint32Array, length users: group of each. */
  readonly group: Uint32Array;
  /** Uint32Array, length users + 1: pairs of user i are `[start[i], start[i + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array, length users: the first unsponsored pair of user i. */
  readonly middle: Uint32Array;
  /** Uint16Array, length pairs: contract. */
  readonly contract: Uint16Array;
  /** Float64Array, length pairs: score, noise added. */
  readonly score: Float64Array;
  /** Uint32Array, length pairs: which pair of the instance each is; null: pair p is pair p. */
  readonly pair: Uint32Array | null;
  /** Σ over users left out of what their settled bundles are worth at no price. */
  readonly frozenValue: number;

  /** A block of the columns given. */
  constructor(
    user: Uint32Array,
    group: Uint32Array,
    start: Uint32Array,
    middle: Uint32Array,
    contract: Uint16Array,
    score: Float64Array,
    pair: Uint32Array | null,
    frozenValue: number,
  ) {
    this.user = user;
    this.group = group;
    this.start = start;
    this.middle = middle;
    this.contract = contract;
    this.score = score;
    this.pair = pair;
    this.frozenValue = frozenValue;
  }

  /** How many pairs it holds. */
  get pairs(): number {
    return this.start[this.start.length - 1] - this.start[0];
  }
}

/** Users `[from, to)` of an instance with all their pairs, without a copy of any pair. */
export function wholeBlock(instance: Instance, from: number, to: number): PairBlock {
  return new PairBlock(
    Uint32Array.from({ length: to - from }, (_, i) => from + i),
    instance.group.subarray(from, to),
    instance.start.subarray(from, to + 1),
    instance.middle.subarray(from, to),
    instance.contract,
    instance.score,
    null,
    0,
  );
}

/** Grows a block user by user; pairs of the last user can be taken back. */
export class BlockBuilder {
  /** Contract of each pair so far, with room at the end. */
  contract: Uint16Array = new Uint16Array(1024);
  /** Score of each pair so far. */
  score: Float64Array = new Float64Array(1024);
  /** Pair of the instance that each is. */
  pair: Uint32Array = new Uint32Array(1024);
  /** How many pairs there are. */
  pairs = 0;

  #user: number[] = [];
  #group: number[] = [];
  #start: number[] = [];
  #middle: number[] = [];

  /** Forgets all users, keeps the memory. */
  clear(): void {
    this.pairs = 0;
    this.#user = [];
    this.#group = [];
    this.#start = [];
    this.#middle = [];
  }

  /** Makes room for `count` more pairs. */
  reserve(count: number): void {
    const needed = this.pairs + count;
    if (needed <= this.pair.length) return;
    const length = Math.max(needed, 2 * this.pair.length);
    const contract = new Uint16Array(length), score = new Float64Array(length);
    const pair = new Uint32Array(length);
    contract.set(this.contract);
    score.set(this.score);
    pair.set(this.pair);
    this.contract = contract;
    this.score = score;
    this.pair = pair;
  }

  /** Ends a user whose pairs are `[from, pairs)`. */
  addUser(user: number, group: number, from: number, middle: number): void {
    this.#user.push(user);
    this.#group.push(group);
    this.#start.push(from);
    this.#middle.push(middle);
  }

  /** The block of all users added, in memory of its exact size. */
  finish(frozenValue: number): PairBlock {
    const { pairs } = this;
    this.#start.push(pairs);
    return new PairBlock(
      new Uint32Array(this.#user),
      new Uint32Array(this.#group),
      new Uint32Array(this.#start),
      new Uint32Array(this.#middle),
      this.contract.slice(0, pairs),
      this.score.slice(0, pairs),
      this.pair.slice(0, pairs),
      frozenValue,
    );
  }
}
