/**
 * Deterministic noise on scores, which breaks ties while the dual is minimised.
 *
 * @module
 */

/**
 * A number in [−1, 1) that looks random and depends on the user and the contract alone: the finaliser of MurmurHash3
 * (Austin Appleby, public domain) over both.
 *
 * @example
 * ```ts
 * import { noise } from "./noise.ts";
 * import { assert, assertEquals } from "../../../deps/std_assert.ts";
 * assertEquals(noise(3, 5), noise(3, 5));
 * assert(noise(3, 5) !== noise(3, 6));
 * ```
 */
export function noise(user: number, contract: number): number {
  let h = Math.imul(user, 0x9e3779b1) ^ Math.imul(contract + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) / 2147483648;
}
