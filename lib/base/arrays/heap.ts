/**
 * A binary heap in a given order.
 *
 * @module
 */

/**
 * A binary heap: the item that comes before all others is on top.
 *
 * @example
 * ```ts
 * import { Heap } from "./heap.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const heap = new Heap<number>((a, b) => a < b, [3, 1]);
 * heap.push(2);
 * assertEquals([heap.top, heap.pop(), heap.pop(), heap.size], [1, 1, 2, 1]);
 * ```
 */
export class Heap<T> {
  readonly #items: T[];
  readonly #isBefore: (a: T, b: T) => boolean;

  /**
   * A heap in the order that `isBefore` gives. The place of an item may change by {@link settleTop} only.
   *
   * @param items its first items; the heap keeps them in this array
   */
  constructor(isBefore: (a: T, b: T) => boolean, items: T[] = []) {
    this.#isBefore = isBefore;
    this.#items = items;
    for (let at = (items.length >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** Number of items. */
  get size(): number {
    return this.#items.length;
  }

  /** The first item; there must be one. */
  get top(): T {
    return this.#items[0];
  }

  /** Adds an item. */
  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(item, items[parent])) break;
      items[at] = items[parent];
      at = parent;
    }
    items[at] = item;
  }

  /** Removes and returns the first item; undefined if there is none. */
  pop(): T | undefined {
    const items = this.#items, top = items[0], last = items.pop();
    if (items.length > 0 && last !== undefined) {
      items[0] = last;
      this.#sink(0);
    }
    return top;
  }

  /** Finds the top's new place, after something was done to it that puts it further back. */
  settleTop(): void {
    this.#sink(0);
  }

  #sink(at: number): void {
    const items = this.#items, item = items[at];
    for (let child; (child = 2 * at + 1) < items.length; at = child) {
      if (child + 1 < items.length && this.#isBefore(items[child + 1], items[child])) child++;
      if (!this.#isBefore(items[child], item)) break;
      items[at] = items[child];
    }
    items[at] = item;
  }
}
