/**
 * Sparse sets: sets of small whole numbers that are cheap to go through and to empty.
 *
 * @module
 */

/**
 * Whole numbers from 0 up to a limit, each once, in the order in which they were added. After Briggs and Torczon, "An efficient
 * representation for sparse sets" (1993).
 *
 * @example
 * ```ts
 * import { SparseSet } from "./sparse_set.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const set = new SparseSet(8);
 * for (const i of [5, 2, 5]) set.add(i);
 * assertEquals([...set.list.subarray(0, set.count)], [5, 2]);
 * ```
 */
export class SparseSet {
  /** Int32Array: the numbers are its first `count`. */
  readonly list: Int32Array;
  /** How many there are. */
  count = 0;
  readonly #has: Uint8Array;

  /** An empty set of numbers below `limit`. */
  constructor(limit: number) {
    this.list = new Int32Array(limit);
    this.#has = new Uint8Array(limit);
  }

  /** Adds a number, if it is not there. */
  add(i: number): void {
    if (this.#has[i] === 1) return;
    this.#has[i] = 1;
    this.list[this.count++] = i;
  }

  /** Removes all numbers. */
  clear(): void {
    for (let n = 0; n < this.count; n++) this.#has[this.list[n]] = 0;
    this.count = 0;
  }
}
