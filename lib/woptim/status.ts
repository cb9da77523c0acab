/**
 * Whether the total can meet everybody's interval, and what follows for the bounds.
 *
 * @module
 */
import { compareWithSum } from "./decimal.ts";
import { ExactSum } from "./exact_sum.ts";

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
 * Compares the total with the sums of the bounds, exactly: no sum is rounded, and where only the rounding of
 * decimals to binary could tip the scales, the decimals decide (0.8 is not above 0.7 + 0.1).
 */
export function standingOf(total: number, lower: Float64Array, upper: Float64Array): Standing {
  const above = excessOver(total, upper);
  if (above > 0) return { status: "total_too_high", amount: above };
  const below = excessOver(total, lower);
  if (below < 0) return { status: "total_too_low", amount: -below };
  return { status: "feasible", amount: 0 };
}

/** total − Σ values; its sign is exact. */
function excessOver(total: number, values: Float64Array): number {
  const excess = ExactSum.of(values, total, -1).value();
  let size = Math.abs(total);
  for (let i = 0; i < values.length; i++) size += Math.abs(values[i]);
  // A decimal and the double nearest to it differ by at most half an epsilon of its size.
  if (Math.abs(excess) > size * Number.EPSILON) return excess;
  const sign = compareWithSum(total, values);
  return sign === 0 ? 0 : sign * Math.max(Math.abs(excess), Number.MIN_VALUE);
}
