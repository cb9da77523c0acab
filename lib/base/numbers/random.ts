/**
 * Seeded random numbers: the same seed gives the same numbers on every platform.
 *
 * @module
 */

/** A source of uniform random numbers. */
export interface Random {
  /** A number in [0, 1) with 32 random bits. */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
}

/**
 * The generator sfc32 (Chris Doty-Humphrey's "small fast counting" generator of PractRand), seeded by a whole number.
 *
 * @example
 * ```ts
 * import { seededRandom } from "./random.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const random = seededRandom(42);
 * assertEquals([1, 2, 3, 4].map(() => random.below(100)), [90, 3, 75, 96]);
 * ```
 */
export function seededRandom(seed: number): Random {
  let a = seed | 0;
  let b = Math.floor(seed / 4294967296) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const bits = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) bits();
  const next = () => bits() / 4294967296;
  return { next, below: (below) => Math.floor(next() * below) };
}

/**
 * Whole numbers from 0 in an order that looks random, another one for each `n`, and the same whatever else is among them.
 *
 * @example
 * ```ts
 * import { shuffledBy } from "./random.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(shuffledBy([7, 2, 5], 1), shuffledBy([5, 7, 2], 1));
 * ```
 */
export function shuffledBy(numbers: readonly number[], n: number): number[] {
  return [...numbers].sort((a, b) => mixed(a, n) - mixed(b, n) || a - b);
}

/** 32 bits that look random. */
function mixed(a: number, b: number): number {
  let hash = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Shuffles `values` in place (Fisher–Yates). */
export function shuffle(values: Uint32Array, random: Random): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const value = values[i];
    values[i] = values[j];
    values[j] = value;
  }
}
