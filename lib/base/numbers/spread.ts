/**
 * What simple hash functions of whole numbers are made of.
 *
 * @module
 */

/**
 * A whole number times a prime near 2³² / golden ratio, modulo 2³², as Int32: numbers that follow one another lie far apart, above all in
 * their upper bits (Fibonacci hashing; Knuth, "The Art of Computer Programming", volume 3, 6.4). Loops over all pairs write it out:
 * there a call into another module takes three times as long as the hash.
 *
 * @example
 * ```ts
 * import { spread } from "./spread.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals([0, 1, 2].map(spread), [0, -1640531535, 1013904226]);
 * ```
 */
export function spread(n: number): number {
  return Math.imul(n, 0x9e3779b1);
}
