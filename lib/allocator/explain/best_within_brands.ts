/**
 * The best bundle of a user where the policy limits offers of each brand, whatever their types.
 *
 * @module
 */
import { type DualProblem, mayHaveShape } from "../optimal/dual/dual_problem.ts";

/** Worth of the pairs of one brand, the best first. */
interface BrandPairs {
  readonly sponsored: number[];
  readonly unsponsored: number[];
}

/**
 * The value of the best bundle of user `u` at prices of 0 that has at most `policy.maxPerBrand` offers of each brand, whatever their
 * types. A kernel's lists keep that limit each, and a mixed bundle of both may break it.
 *
 * Brand after brand, the best sum for every number of sponsored and unsponsored offers is extended by the best of the brand (dynamic
 * programming, Bellman 1957).
 *
 * @param problem of a drop with brands, under a policy with `maxPerBrand`
 */
export function bestWithinBrands(problem: DualProblem, u: number): number {
  const { k, shapeSponsored, shapeUnsponsored, shapeWorth, policy } = problem;
  // best[i][j]: of i sponsored and j unsponsored offers.
  let best = sums(k);
  best[0][0] = 0;
  for (const { sponsored, unsponsored } of pairsByBrand(problem, u)) {
    const next = sums(k);
    for (let i = 0; i <= k; i++) {
      for (let j = 0; j <= k - i; j++) {
        let first = best[i][j];
        for (let a = 0; a <= Math.min(sponsored.length, policy.maxPerBrand!, k - i - j); a++) {
          if (a > 0) first += sponsored[a - 1];
          let sum = first;
          const most = Math.min(unsponsored.length, policy.maxPerBrand! - a, k - i - j - a);
          for (let b = 0; b <= most; b++) {
            if (b > 0) sum += unsponsored[b - 1];
            next[i + a][j + b] = Math.max(next[i + a][j + b], sum);
          }
        }
      }
    }
    best = next;
  }
  let value = -Infinity;
  for (let s = 0; s < shapeWorth.length; s++) {
    if (!mayHaveShape(problem, u, s)) continue;
    value = Math.max(value, best[shapeSponsored[s]][shapeUnsponsored[s]] + shapeWorth[s]);
  }
  return value;
}

/** Sums by numbers of sponsored and unsponsored offers; −Infinity: there are none. */
function sums(k: number): number[][] {
  return Array.from({ length: k + 1 }, () => new Array<number>(k + 1).fill(-Infinity));
}

function pairsByBrand(problem: DualProblem, u: number): Iterable<BrandPairs> {
  const { middle, item, offerBonus, instance: { start, contract, score, brand } } = problem;
  const found = new Map<number, BrandPairs>();
  for (let p = start[u]; p < start[u + 1]; p++) {
    const own = brand![contract[p]];
    const pairs = found.get(own) ?? { sponsored: [], unsponsored: [] };
    found.set(own, pairs);
    (p < middle[u] ? pairs.sponsored : pairs.unsponsored).push(score[p] + offerBonus[item[p]]);
  }
  for (const pairs of found.values()) {
    for (const list of [pairs.sponsored, pairs.unsponsored]) list.sort((a, b) => b - a);
  }
  return found.values();
}
