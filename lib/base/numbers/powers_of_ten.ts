/**
 * Powers of ten, looked up where they are needed for each of many numbers.
 *
 * @module
 */

/** The highest power of ten, of those up to which all are doubles. */
const HIGHEST = 22;

/** Float64Array: 10⁰ … 10²². */
export const POWERS_OF_TEN: Float64Array = Float64Array.from(
  { length: HIGHEST + 1 },
  (_, n) => 10 ** n,
);
