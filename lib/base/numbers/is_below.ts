/**
 * Comparing bounds that are sums of doubles.
 *
 * @module
 */
import { WORTH_ROUNDING } from "./rounding.ts";

/** Whether a bound is below another by more than rounding. */
export function isBelow(bound: number, other: number): boolean {
  return other - bound > WORTH_ROUNDING * Math.abs(other);
}
