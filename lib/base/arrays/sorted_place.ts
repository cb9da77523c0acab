/**
 * Looking numbers up in sorted ones.
 *
 * @module
 */

/**
 * The index of a value in the ascending stretch [from, to) of an array, or −1; of equal values that of any. A binary search.
 *
 * @example
 * ```ts
 * import { placeIn } from "./sorted_place.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const primes = Uint32Array.of(2, 3, 5, 7);
 * assertEquals(placeIn(primes, 5), 2);
 * assertEquals(placeIn(primes, 4), -1);
 * assertEquals(placeIn(primes, 2, 1), -1);
 * ```
 */
export function placeIn(
  sorted: Float64Array | Uint32Array,
  value: number,
  from = 0,
  to = sorted.length,
): number {
  let low = from, high = to - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] === value) return middle;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/**
 * The index of the first value of the ascending stretch [0, to) of an array that is greater than `value`; `to` if there is none. A
 * binary search.
 *
 * @example
 * ```ts
 * import { firstAbove } from "./sorted_place.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * const primes = Float64Array.of(2, 3, 5, 7);
 * assertEquals(firstAbove(primes, 4), 2);
 * assertEquals(firstAbove(primes, 5), 3);
 * assertEquals(firstAbove(primes, 7), 4);
 * ```
 */
export function firstAbove(
  sorted: Float64Array | Uint32Array,
  value: number,
  to = sorted.length,
): number {
  let low = 0, high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
