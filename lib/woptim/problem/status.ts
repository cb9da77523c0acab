/**
 * Whether the total can meet everybody's interval, and what follows for the bounds.
 *
 * @module
 */
import { compareWithSum, decimalOf } from "../exact/decimal.ts";
import { ExactSum } from "../exact/exact_sum.ts";

/**
 * `feasible`: Σ lower ≤ total ≤ Σ upper. `total_too_high`: total is above Σ upper. `total_too_low`: total is
 * below Σ lower.
 */
export type SplitStatus = "feasible" | "total_too_high" | "total_too_low";

/** How the total stands to the bounds. */
export interface Standing {
  status: SplitStatus;
  /** Units by which the total passes Σ upper or falls short of Σ lower; 0 if feasible. */
  amount: number;
}

/**
 * Compares the total with the sums of the bounds, exactly: no sum is rounded. What is written in decimals has no
 * exact double, so where only that decides, the total counts as equal to a sum if it is so
 * either for the doubles (2⁻²³ and 2⁻²⁴ twice) or for the decimals they print as (0.8 and 0.7 + 0.1); or, where some
 * of them are what divisions or sums came to, if it is so up to the rounding of a sum of doubles (1 and three times 1/3; 0.1 + 0.2
 * as doubles add up, and 0.1 and 0.2).
 */
export function standingOf(total: number, lower: Float64Array, upper: Float64Array): Standing {
  // A sum with an open bound in it is infinite, and no total passes it.
  if (upper.every(Number.isFinite) && ExactSum.compare(total, upper) > 0) {
    const above = excessOver(total, upper);
    if (above > 0) return { status: "total_too_high", amount: above };
  }
  if (lower.every(Number.isFinite) && ExactSum.compare(total, lower) < 0) {
    const below = excessOver(total, lower);
    if (below < 0) return { status: "total_too_low", amount: -below };
  }
  return { status: "feasible", amount: 0 };
}

/** total − Σ values; 0 where doubles and decimals differ about its sign. */
function excessOver(total: number, values: Float64Array): number {
  const excess = ExactSum.of(values, total, -1).value();
  let size = Math.abs(total);
  for (let i = 0; i < values.length; i++) size += Math.abs(values[i]);
  // A decimal and the double nearest to it differ by at most half an epsilon of its size.
  if (excess === 0 || Math.abs(excess) > size * Number.EPSILON) return excess;
  const isComputed = Math.abs(excess) <= summingError(size - Math.abs(total), values.length) &&
    (isRounded(total) || values.some(isRounded));
  if (isComputed) return 0;
  return compareWithSum(total, values) === Math.sign(excess) ? excess : 0;
}

/**
 * How far a sum of doubles may be from the exact one, `size` being the sum of their absolute values. Source: Higham, "Accuracy
 * and Stability of Numerical Algorithms", 2nd ed. (2002), §4.2.
 */
export function summingError(size: number, terms: number): number {
  return Math.max(0, terms - 1) * (Number.EPSILON / 2) * size;
}

/** Whether a number is taken for the rounded result of a division or a sum: its decimal does not end within 15 digits. */
export function isRounded(value: number): boolean {
  if (Number.isInteger(value) || !Number.isFinite(value)) return false;
  const { digits } = decimalOf(value);
  return (digits < 0n ? -digits : digits) >= 10n ** 15n;
}
