/**
 * Round widths for the classes of histograms.
 *
 * @module
 */

/** Below this, a power of ten may be too small for a double. */
const SMALLEST = 1e-300;

/**
 * The least of 1, 2 and 5 × 10^n that is not below `width`; 1 for a width of 0.
 *
 * @example
 * ```ts
 * import { roundWidth } from "./round_width.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 *
 * assertEquals([0, 0.3, 17, 50].map(roundWidth), [1, 0.5, 20, 50]);
 * ```
 */
export function roundWidth(width: number): number {
  if (!(width > SMALLEST)) return 1;
  const power = 10 ** Math.floor(Math.log10(width)), factor = width / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}
