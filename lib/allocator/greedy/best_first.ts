/**
 * Yields candidates from best to worst, and sorts them only as far as they are asked for.
 *
 * @module
 */

/**
 * Indices into `pairs` by score descending, ties in the given order. With a heap, so that taking m of n candidates costs
 * O(n + m log n).
 *
 * @param score Float64Array: score of each pair
 *
 * @example
 * ```ts
 * import { bestFirst } from "./best_first.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const order = [...bestFirst(Float64Array.of(0.5, 0.25, 0.75), Uint32Array.of(1, 2, 0))];
 * assertEquals(order.join(), "1,2,0");
 * ```
 */
export function* bestFirst(score: Float64Array, pairs: Uint32Array): Generator<number> {
  const heap = new Uint32Array(pairs.length);
  // The scores of the heap's items, in the same order: a comparison needs no look-up.
  const key = new Float64Array(pairs.length);
  for (let i = 0; i < pairs.length; i++) {
    heap[i] = i;
    key[i] = score[pairs[i]];
  }
  const isBefore = (x: number, a: number, y: number, b: number) => x > y || (x === y && a < b);
  const sink = (at: number, length: number) => {
    const item = heap[at], itemKey = key[at];
    for (let child = 2 * at + 1; child < length; child = 2 * at + 1) {
      const next = child + 1;
      if (next < length && isBefore(key[next], heap[next], key[child], heap[child])) child = next;
      if (!isBefore(key[child], heap[child], itemKey, item)) break;
      heap[at] = heap[child];
      key[at] = key[child];
      at = child;
    }
    heap[at] = item;
    key[at] = itemKey;
  };
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(at, heap.length);
  for (let length = heap.length; length > 0;) {
    const best = heap[0];
    length--;
    heap[0] = heap[length];
    key[0] = key[length];
    sink(0, length);
    yield best;
  }
}
