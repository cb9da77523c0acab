/**
 * The grid that all objectives lie on: where scores and weights are decimals of few digits, so is every objective, and a
 * bound less than a step above one is that one.
 *
 * @module
 */
import type { DualProblem } from "./dual_problem.ts";

/** Most decimals looked for. */
const MOST_DECIMALS = 12;

/** The step between objectives, a power of ten; 0 where numbers are not decimals of few digits. */
export function objectiveStep(problem: DualProblem): number {
  const { instance: { score }, policy, shortfallPrice } = problem;
  let decimals = 0;
  const fits = (value: number): boolean => {
    for (; decimals <= MOST_DECIMALS; decimals++) {
      const scaled = Math.round(value * 10 ** decimals);
      // The quotient of two whole numbers below 2^53 is the double nearest to that decimal.
      if (Math.abs(scaled) < 2 ** 53 && scaled / 10 ** decimals === value) return true;
    }
    return false;
  };
  for (let p = 0; p < score.length; p++) if (!fits(score[p])) return 0;
  const { covW, covMode, shortfallPenalty, sponsoredBonus } = policy;
  const weights = covMode === "shortfall" ? [shortfallPenalty] : covW;
  if (![...weights, sponsoredBonus, shortfallPrice].every(fits)) return 0;
  return 10 ** -decimals;
}
