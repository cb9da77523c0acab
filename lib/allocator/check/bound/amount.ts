/**
 * Amounts in whichever type can count them.
 *
 * @module
 */

/** Doubles, or whole numbers of any size where doubles can't count them. */
export type Amount = number | bigint;

/** a + b: both doubles, or both whole numbers of any size. */
export function plus<N extends Amount>(a: N, b: N): N {
  return (a as number) + (b as number) as N;
}

/** a − b. */
export function minus<N extends Amount>(a: N, b: N): N {
  return (a as number) - (b as number) as N;
}
