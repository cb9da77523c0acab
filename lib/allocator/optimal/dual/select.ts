/**
 * Order statistics without sorting.
 *
 * @module
 */

/**
 * Rearranges `values[from … to)` so that the `rank`-th largest (from 0) stands at `from + rank`, none before it is
 * smaller and none after it is larger (Hoare's "Find", CACM 1961). Expected time linear.
 *
 * @example
 * ```ts
 * import { selectLargest } from "./select.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * const values = Float64Array.of(3, 1, 4, 1, 5);
 * selectLargest(values, 0, 5, 1);
 * assertEquals(values[1], 4);
 * ```
 */
export function selectLargest(values: Float64Array, from: number, to: number, rank: number): void {
  let low = from, high = to - 1;
  const target = from + rank;
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
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else return;
  }
}
