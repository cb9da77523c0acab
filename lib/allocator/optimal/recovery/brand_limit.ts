/**
 * Checks the brand limit (at most maxPerBrand offers of one brand per user) on a bundle.
 *
 * @module
 */
import type { DualProblem } from "../dual/dual_problem.ts";

/** Whether the first `n` of `pairs` hold at most `maxPerBrand` of each brand. */
export function keepsBrands(problem: DualProblem, pairs: Int32Array, n: number): boolean {
  const { policy: { maxPerBrand }, instance: { brand, contract } } = problem;
  if (maxPerBrand === null || brand === null) return true;
  for (let t = 0; t < n; t++) {
    let same = 0;
    for (let s = 0; s < n; s++) {
      if (brand[contract[pairs[s]]] === brand[contract[pairs[t]]]) same++;
    }
    if (same > maxPerBrand) return false;
  }
  return true;
}
