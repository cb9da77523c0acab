/**
 * The brand limit of a bundle: at most maxPerBrand offers of one brand per user.
 *
 * @module
 */
import type { BundleKernel } from "../dual/bundle_kernel.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/**
 * Writes the user's best pairs of a shape, as the kernel has them, to `pairs`. Returns how many they are. The kernel's lists keep to
 * the brand limit each; a mixed bundle of both that does not is left with its sponsored offers.
 */
export function takeKeepingBrands(kernel: BundleKernel, shape: number, pairs: Int32Array): number {
  const { problem } = kernel, sponsored = problem.shapeSponsored[shape];
  const n = kernel.takeShape(shape, pairs);
  return sponsored > 0 && n > sponsored && !keepsBrands(problem, pairs, n) ? sponsored : n;
}

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
