/**
 * The grid that all objectives lie on: where scores and weights are decimals of few digits, so is every objective, and a
 * bound less than a step above one is that one.
 *
 * @module
 */
import type { Instance } from "../drop/instance.ts";
import type { LimitRows } from "../drop/limits.ts";
import type { Policy } from "./policy.ts";
import { priceOfRow } from "./row_use.ts";

/** Relative distance of doubles that differ in their last bits. */
const FEW_BITS = 4 * Number.EPSILON;

/** A bound so near to the next step, in steps, may be that step in other last bits. */
const WITHIN = 1e-3;

/** Most decimals looked for. */
const MOST_DECIMALS = 12;

/** Decimals that a number has, at least `from`; one more than are looked for where it is no decimal of few digits. */
function decimalsOf(value: number, from: number): number {
  let decimals = from;
  for (; decimals <= MOST_DECIMALS; decimals++) {
    const scaled = Math.round(value * 10 ** decimals);
    // The quotient of two whole numbers below 2^53 is the double nearest to that decimal; a product of decimals
    // (7 × 0.001) is a bit or two beside it, which adds up to no more than the rounding of sums.
    const beside = Math.abs(scaled / 10 ** decimals - value);
    if (Math.abs(scaled) < 2 ** 53 && beside <= FEW_BITS * Math.abs(value)) break;
  }
  return decimals;
}

/** The step between objectives, a power of ten; 0 where numbers are not decimals of few digits. */
export function objectiveStep(
  { score, limits }: Instance,
  policy: Policy,
  shortfallPrice: number,
): number {
  let decimals = 0;
  const fits = (value: number): boolean => {
    decimals = decimalsOf(value, decimals);
    return decimals <= MOST_DECIMALS;
  };
  for (let p = 0; p < score.length; p++) if (!fits(score[p])) return 0;
  const { covW, covMode, shortfallPenalty, sponsoredBonus } = policy;
  const weights = covMode === "shortfall" ? [shortfallPenalty] : covW;
  if (![...weights, sponsoredBonus, shortfallPrice].every(fits)) return 0;
  if (limits !== undefined) {
    // A penalty is a price times a sum of coefficients: its decimals are those of both together.
    const ofPenalties = penaltyDecimals(limits.rows, shortfallPrice);
    if (ofPenalties > MOST_DECIMALS) return 0;
    decimals = Math.max(decimals, ofPenalties);
  }
  return 10 ** -decimals;
}

/** Decimals that the penalties of limits have at most; more than are looked for where one is no decimal. */
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

/** A bound on objectives that lie on a grid: down to `objective` where no other objective lies between. */
export function boundOnGrid(bound: number, objective: number, step: number): number {
  // A step that rounding of the sums could be mistaken for is none.
  const isStep = step > 1e-12 * Math.abs(objective);
  return isStep && bound < objective + step * (1 - WITHIN) ? objective : bound;
}
