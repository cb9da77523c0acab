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
