/**
 * The order of numbers, for those that come in few ascending stretches.
 *
 * @module
 */

/**
 * Uint32Array: the places of the numbers in ascending order, the earlier first among equals. Ascending stretches are merged two by two,
 * so the fewer there are, the sooner it is done (natural merge sort; Knuth, "The Art of Computer Programming", vol. 3, 5.2.4).
 *
 * @example
 * ```ts
 * import { orderOf } from "./order_of.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * assertEquals([...orderOf(Float64Array.of(3, 5, 1, 3))], [2, 0, 3, 1]);
 * ```
 */
export function orderOf(numbers: Float64Array): Uint32Array {
  const { length } = numbers, starts = [0];
  let order = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    order[i] = i;
    if (i > 0 && numbers[i] < numbers[i - 1]) starts.push(i);
  }
  for (let spare = new Uint32Array(length); starts.length > 1;) {
    let stretches = 0;
    for (let s = 0; s < starts.length; s += 2) {
      const middle = starts[s + 1] ?? length, end = starts[s + 2] ?? length;
      starts[stretches++] = starts[s];
      for (let a = starts[s], b = middle, to = a; to < end; to++) {
        const isFirst = b === end || a < middle && numbers[order[a]] <= numbers[order[b]];
        spare[to] = order[isFirst ? a++ : b++];
      }
    }
    starts.length = stretches;
    [order, spare] = [spare, order];
  }
  return order;
}
