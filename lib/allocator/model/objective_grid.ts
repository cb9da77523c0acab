/**
 * The grid that all objectives lie on: if scores and weights are decimals of few digits, so is every objective. Then a bound
 * less than one step above an objective proves that objective optimal.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";
import { POWERS_OF_TEN } from "../../base/numbers/powers_of_ten.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitRows } from "../drop/instance/limits.ts";
import type { Policy } from "./policy.ts";
import { priceOfRow } from "./row_use.ts";

/** Relative difference of doubles that differ only in their last bits. */
const FEW_BITS = 4 * Number.EPSILON;

/** A bound this near to the next step (in steps) may be that step with other last bits, so it proves nothing. */
const WITHIN = 1e-3;

/** Most decimals that a number of the grid may have. */
export const MOST_DECIMALS = 12;

/** The decimals of a number, at least `from`; more than {@link MOST_DECIMALS} if it is no decimal of few digits. */
export function decimalsOf(value: number, from: number): number {
  let decimals = from;
  for (; decimals <= MOST_DECIMALS; decimals++) {
    const power = POWERS_OF_TEN[decimals], scaled = Math.round(value * power);
    // The quotient of two whole numbers below 2^53 is the double nearest to that decimal. A product of decimals (7 × 0.001)
    // may be a bit or two off, which is no more than the rounding of sums.
    const off = Math.abs(scaled / power - value);
    if (Math.abs(scaled) < 2 ** 53 && off <= FEW_BITS * Math.abs(value)) break;
  }
  return decimals;
}

/**
 * The step of the grid, a power of ten; 0 if some number is no decimal of few digits, or the step would be below `least`: that is
 * known sooner.
 */
export function objectiveStep(
  { score, limits }: Instance,
  policy: Policy,
  shortfallPrice: number,
  least = 0,
): number {
  const most = Math.min(MOST_DECIMALS, -Math.ceil(Math.log10(least)));
  let decimals = 0;
  const fits = (value: number): boolean => {
    decimals = decimalsOf(value, decimals);
    return decimals <= most;
  };
  for (let p = 0; p < score.length; p++) if (!fits(score[p])) return 0;
  const { covW, covMode, shortfallPenalty, sponsoredBonus } = policy;
  const weights = covMode === "shortfall" ? [shortfallPenalty] : covW;
  if (![...weights, sponsoredBonus, shortfallPrice].every(fits)) return 0;
  if (limits !== undefined) {
    // A penalty is a price times a sum of coefficients, so it has the decimals of both together.
    const ofPenalties = penaltyDecimals(limits.rows, shortfallPrice);
    if (ofPenalties > MOST_DECIMALS) return 0;
    decimals = Math.max(decimals, ofPenalties);
  }
  return 10 ** -decimals;
}

/** Most decimals of the penalties of limits; more than {@link MOST_DECIMALS} if one is no decimal of few digits. */
function penaltyDecimals(rows: LimitRows, shortfallPrice: number): number {
  const ofRow = Uint8Array.from(rows.amount, (amount) => decimalsOf(amount, 0));
  const { row, coefficient } = rows;
  for (let e = 0; e < row.length; e++) {
    if (rows.price[row[e]] === Infinity) continue;
    ofRow[row[e]] = decimalsOf(coefficient[e], ofRow[row[e]]);
  }
  let most = 0;
  for (let r = 0; r < ofRow.length; r++) {
    if (rows.price[r] === Infinity) continue;
    most = Math.max(most, ofRow[r] + decimalsOf(priceOfRow(rows, r, shortfallPrice), 0));
  }
  return most;
}

/** A bound on objectives that lie on a grid: `objective` itself if no point of the grid lies above it within the bound. */
export function boundOnGrid(bound: number, objective: number, step: number): number {
  // A step as small as the rounding of sums says nothing.
  const isStep = step > WORTH_ROUNDING * Math.abs(objective);
  return isStep && bound < objective + step * (1 - WITHIN) ? objective : bound;
}
