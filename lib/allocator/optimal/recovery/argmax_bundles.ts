/**
 * Every user's best bundle at given prices: where recovery starts.
 *
 * @module
 */
import { sponsoredPrices } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { Assignment } from "./assignment.ts";
import { keepsBrands } from "./brand_limit.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/** Gives the noise of pair (user, contract) that breaks ties between scores. */
export type TieNoise = (user: number, contract: number) => number;

/**
 * Each user's best bundle at the prices, scores taken with the noise given. With the noise that the prices were
 * found under, equal scores are spread over the contracts as the prices mean it, not all on the first.
 *
 * @param wanted Int32Array, length users: the shape that a user is to get, −1: that of its best bundle
 */
export function argmaxBundles(
  problem: DualProblem,
  prices: Prices,
  noise: TieNoise | null,
  wanted: Int32Array | null = null,
): Assignment {
  const { instance, k, shapeSponsored, shapeUnsponsored } = problem;
  const { start, middle, contract, score, group } = instance;
  const { item } = problem;
  const users = group.length;
  const kernel = new BundleKernel(problem);
  kernel.setPrices(prices);
  const sponsoredPrice = sponsoredPrices(problem.rules, prices);
  const assignment = new Assignment(problem);
  const own = { item: item.slice(0, 16), score: new Float64Array(16) };
  const whole = { item, score };
  const bundle = new Int32Array(k);
  for (let u = 0; u < users; u++) {
    const from = start[u], n = start[u + 1] - from, g = group[u];
    if (noise === null) kernel.scan(whole, from, middle[u], from + n, g, u);
    else {
      if (own.score.length < n) {
        own.item = item instanceof Uint16Array ? new Uint16Array(2 * n) : new Uint32Array(2 * n);
        own.score = new Float64Array(2 * n);
      }
      for (let p = 0; p < n; p++) {
        own.item[p] = item[from + p];
        own.score[p] = score[from + p] + noise(u, contract[from + p]);
      }
      kernel.scan(own, 0, middle[u] - from, n, g, u);
    }
    const base = noise === null ? 0 : from;
    const kind = kernel.value[SPONSORED] + sponsoredPrice[g] > kernel.value[UNSPONSORED]
      ? SPONSORED
      : UNSPONSORED;
    const shape = wanted !== null && wanted[u] >= 0 ? wanted[u] : kernel.shape[kind];
    const sponsored = shapeSponsored[shape], unsponsored = shapeUnsponsored[shape];
    let count = 0;
    for (let t = 0; t < sponsored; t++) bundle[count++] = base + kernel.sponsored.pair[t];
    for (let t = 0; t < unsponsored; t++) bundle[count++] = base + kernel.unsponsored.pair[t];
    // The kernel's lists keep to the brand limit each; a mixed bundle of both that does not stays pure.
    if (sponsored > 0 && count > sponsored && !keepsBrands(problem, bundle, count)) {
      count = sponsored;
    }
    assignment.setBundle(u, bundle, count);
  }
  return assignment;
}
