/**
 * Finds the best bundle of each user of a block, in JavaScript.
 *
 * @module
 */
import { type BundleKernel, SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import { noise } from "../dual/noise.ts";
import type { PairBlock } from "../dual/pair_block.ts";

/**
 * Does what `UserScan.takeBest` does, to the same bits, at the prices that `kernel` has; but calls `each` with the shape of a user's
 * bundle, whose pairs of the block are the first ones of the kernel's lists.
 *
 * @param sponsored Float64Array, length groups: the sponsored prices
 */
export function takeBest(
  kernel: BundleKernel,
  block: PairBlock,
  sponsored: Float64Array,
  amplitude: number,
  wanted: Int32Array | null,
  each: (user: number, shape: number, lead: number, worth: number, ahead: number) => void,
): void {
  const { user, group, start } = block, { value, shape } = kernel;
  let score = new Float64Array(64);
  for (let i = 0; i < user.length; i++) {
    const u = user[i], count = start[i + 1] - start[i];
    if (amplitude > 0 && score.length < count) score = new Float64Array(2 * count);
    scanUser(kernel, block, i, amplitude, score);
    const ofSponsored = value[SPONSORED] + sponsored[group[i]];
    const isSponsored = ofSponsored > value[UNSPONSORED];
    const kind = isSponsored ? SPONSORED : UNSPONSORED, best = shape[kind];
    const own = wanted !== null && wanted[u] >= 0 ? wanted[u] : best;
    const lead = own === best ? Math.min(kernel.leadOfShape(kind), kernel.leadOfPairs(own)) : 0;
    const worth = isSponsored ? ofSponsored : value[UNSPONSORED];
    each(u, own, lead, worth, Math.abs(ofSponsored - value[UNSPONSORED]));
  }
}

/** Finds the best bundles of the `i`-th user, scores taken with noise up to ±`amplitude`, which are written to `score`. */
function scanUser(
  kernel: BundleKernel,
  block: PairBlock,
  i: number,
  amplitude: number,
  score: Float64Array,
): void {
  const { contract } = kernel.problem.instance, { user, group, start, middle, item, pair } = block;
  const u = user[i], from = start[i], n = start[i + 1] - from;
  if (!(amplitude > 0)) return kernel.scan(block, from, middle[i], from + n, group[i], u);
  for (let p = 0; p < n; p++) {
    const original = pair === null ? from + p : pair[from + p];
    score[p] = block.score[from + p] + amplitude * noise(u, contract[original]);
  }
  const pairs = { item: item.subarray(from, from + n), score };
  kernel.scan(pairs, 0, middle[i] - from, n, group[i], u);
  for (const list of [kernel.sponsored, kernel.unsponsored]) {
    for (let t = 0; t < list.pair.length; t++) if (list.pair[t] >= 0) list.pair[t] += from;
  }
}
