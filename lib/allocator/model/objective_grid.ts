/**
 * The grid that all objectives lie on: where scores and weights are decimals of few digits, so is every objective, and a
 * bound less than a step above one is that one.
 *
 * @module
 */
import type { Instance } from "../drop/instance.ts";
import type { Policy } from "./policy.ts";

/** Relative distance of doubles that differ in their last bits. */
const FEW_BITS = 4 * Number.EPSILON;

/** A bound so near to the next step, in steps, may be that step in other last bits. */
const WITHIN = 1e-3;

/** Most decimals looked for. */
const MOST_DECIMALS = 12;

/** The step between objectives, a power of ten; 0 where numbers are not decimals of few digits. */
export function objectiveStep(
  { score }: Instance,
  policy: Policy,
  shortfallPrice: number,
): number {
  let decimals = 0;
  const fits = (value: number): boolean => {
    for (; decimals <= MOST_DECIMALS; decimals++) {
      const scaled = Math.round(value * 10 ** decimals);
      // The quotient of two whole numbers below 2^53 is the double nearest to that decimal; a product of decimals
      // (7 × 0.001) is a bit or two beside it, which adds up to no more than the rounding of sums.
      const beside = Math.abs(scaled / 10 ** decimals - value);
      if (Math.abs(scaled) < 2 ** 53 && beside <= FEW_BITS * Math.abs(value)) return true;
    }
    return false;
  };
  for (let p = 0; p < score.length; p++) if (!fits(score[p])) return 0;
  const { covW, covMode, shortfallPenalty, sponsoredBonus } = policy;
  const weights = covMode === "shortfall" ? [shortfallPenalty] : covW;
  if (![...weights, sponsoredBonus, shortfallPrice].every(fits)) return 0;
  return 10 ** -decimals;
}

/** A bound on objectives that lie on a grid: down to `objective` where no other objective lies between. */
export function boundOnGrid(bound: number, objective: number, step: number): number {
  // A step that rounding of the sums could be mistaken for is none.
  const isStep = step > 1e-12 * Math.abs(objective);
  return isStep && bound < objective + step * (1 - WITHIN) ? objective : bound;
}
