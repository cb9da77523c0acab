/**
 * Amounts of limits lowered to what offers can add up to.
 *
 * Where every offer counts a multiple of some g toward a hard limit, as all offers of a contract do toward a budget of its own, the sum
 * is a multiple of g: of 15, offers of 4 use 12. With 12 for an amount nothing is lost, and bounds are lower, as prices let a limit be
 * kept by a fraction of an offer (Chvátal, "Edmonds polytopes and a hierarchy of combinatorial problems", 1973).
 *
 * @module
 */
import { decimalsOf, MOST_DECIMALS } from "../model/objective_grid.ts";
import type { LimitRows } from "../drop/instance/limits.ts";

/** Numbers are counted in steps of a decimal as long as they are below this, so that no sum of two is rounded. */
const MOST_WHOLE = 2 ** 50;

/**
 * Float64Array, length rows: the amounts, those of hard limits lowered where that loses nothing.
 *
 * @param tolerance length rows: an excess up to this counts as none
 */
export function wholeAmounts(limits: LimitRows, tolerance: Float64Array): Float64Array {
  const { amount, price, sense } = limits;
  const decimals = decimalsOfRows(limits), divisor = divisorsOf(limits, decimals);
  return amount.map((own, r) => {
    if (price[r] !== Infinity || sense[r] < 0 || !(divisor[r] > 0)) return own;
    const scale = 10 ** decimals[r], most = (own + tolerance[r]) * scale;
    if (!(Math.abs(most) < MOST_WHOLE)) return own;
    return Math.min(own, Math.floor(most / divisor[r]) * divisor[r] / scale);
  });
}

/** Uint8Array, length rows: decimals of what offers count. */
function decimalsOfRows({ row, coefficient, amount }: LimitRows): Uint8Array {
  const decimals = new Uint8Array(amount.length);
  for (let e = 0; e < row.length; e++) {
    decimals[row[e]] = decimalsOf(coefficient[e], decimals[row[e]]);
  }
  return decimals;
}

/** Float64Array, length rows: the greatest common divisor of what offers count, in steps of the row's decimals; NaN: there is none. */
function divisorsOf({ row, coefficient, amount }: LimitRows, decimals: Uint8Array): Float64Array {
  const divisor = new Float64Array(amount.length);
  for (let e = 0; e < row.length; e++) {
    const r = row[e], whole = Math.abs(Math.round(coefficient[e] * 10 ** decimals[r]));
    const isCounted = decimals[r] <= MOST_DECIMALS && whole < MOST_WHOLE;
    divisor[r] = isCounted ? greatestDivisor(divisor[r], whole) : NaN;
  }
  return divisor;
}

/** The greatest common divisor of two whole numbers (Euclid); NaN if one is. */
function greatestDivisor(a: number, b: number): number {
  if (Number.isNaN(a)) return NaN;
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
