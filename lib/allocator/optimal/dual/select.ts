/**
 * Order statistics without sorting.
 *
 * @module
 */

/**
 * Rearranges `values` so that the `rank`-th largest (from 0) stands at `rank`, none before it is smaller and none after it is
 * larger (Hoare's "Find", CACM 1961). Expected time linear.
 *
 * @example
 * ```ts
 * import { selectLargest } from "./select.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * const values = Float64Array.of(3, 1, 4, 1, 5);
 * selectLargest(values, 1);
 * assertEquals(values[1], 4);
 * ```
 */
export function selectLargest(values: Float64Array, rank: number): void {
  let low = 0, high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1];
    let i = low, j = high;
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i > j) break;
      const v = values[i];
      values[i++] = values[j];
      values[j--] = v;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
}

/** How many times as many numbers as are wanted are held before the larger ones are left out. */
const ROOM = 8;

/**
 * Finds the `rank`-th smallest (from 0) of numbers that come one after the other, and holds few of them.
 *
 * @example
 * ```ts
 * import { Smallest } from "./select.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * const smallest = new Smallest(1);
 * for (const number of [3, 1, 4, 1, 5]) if (number < smallest.limit) smallest.add(number);
 * assertEquals(smallest.last(), 1);
 * ```
 */
export class Smallest {
  /** Numbers from here on need not be added. */
  limit = Infinity;
  readonly #rank: number;
  readonly #numbers: Float64Array;
  #count = 0;

  /** For the `rank`-th smallest number. */
  constructor(rank: number) {
    this.#rank = rank;
    this.#numbers = new Float64Array(ROOM * (rank + 1));
  }

  /** Adds a number. */
  add(number: number): void {
    this.#numbers[this.#count++] = number;
    if (this.#count === this.#numbers.length) this.#leaveOut();
  }

  /** The `rank`-th smallest number; Infinity if there are no more than `rank`. */
  last(): number {
    if (this.#count > this.#rank) this.#leaveOut();
    return this.limit;
  }

  /** Leaves out what is larger than the one sought. */
  #leaveOut(): void {
    const all = this.#numbers.subarray(0, this.#count), first = this.#count - 1 - this.#rank;
    selectLargest(all, first);
    this.limit = all[first];
    all.copyWithin(0, first);
    this.#count = this.#rank + 1;
  }
}
