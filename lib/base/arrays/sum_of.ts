/**
 * Sums over lists.
 *
 * @module
 */

/** Σ of a number of each item, in their order. */
export function sumOf<T>(items: Iterable<T>, of: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}
