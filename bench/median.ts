/**
 * Medians of measurements.
 *
 * @module
 */

/** The median; of an even number the larger of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
