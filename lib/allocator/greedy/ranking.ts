/**
 * Each user's offers from best to worst, and the search for the best one that is open.
 *
 * @module
 */
import { type Instance, pairCount, userCount } from "../drop/instance/instance.ts";
import { allowsType, isOpen } from "./gate.ts";
import { costOf } from "./limit_state.ts";
import type { GreedyState } from "./state.ts";
import type { Watch } from "./watch.ts";

/** The result of a search that found no open offer. */
export const NO_OFFER = -1;

/** Lists up to this long are sorted by insertion, which is faster for them; longer ones by the platform's sort. */
const SHORT = 64;

/**
 * The pairs of every user in the instance's ranges (sponsored, then the others), each range by score descending, ties in the
 * instance's order. As soon as `watch` says so, the rest is left out.
 *
 * @returns Uint32Array, length pairs
 */
export function rankPairs(instance: Instance, watch?: Watch): Uint32Array {
  const { start, middle, score } = instance;
  const ranked = new Uint32Array(pairCount(instance));
  for (let u = 0; u < userCount(instance) && !watch?.isOver(start[u + 1] - start[u]); u++) {
    rankRange(ranked, score, start[u], middle[u]);
    rankRange(ranked, score, middle[u], start[u + 1]);
  }
  return ranked;
}

function rankRange(ranked: Uint32Array, score: Float64Array, from: number, to: number): void {
  if (to - from > SHORT) {
    for (let p = from; p < to; p++) ranked[p] = p;
    ranked.subarray(from, to).sort((a, b) => score[b] - score[a] || a - b);
    return;
  }
  for (let p = from; p < to; p++) {
    let at = p;
    for (; at > from && score[ranked[at - 1]] < score[p]; at--) ranked[at] = ranked[at - 1];
    ranked[at] = p;
  }
}

/**
 * User `u`'s best open offer of one type, or {@link NO_OFFER}. The weight of a sponsored offer is score × (1 + α·left / cap), so that of
 * two alike the one with more units left is taken; the weight of others is their score. What the offer adds to the cost of
 * missed limits is taken off.
 */
export function bestOpen(
  state: GreedyState,
  ranked: Uint32Array,
  u: number,
  sponsored: boolean,
  alpha = 0,
): number {
  if (!allowsType(state, u, sponsored)) return NO_OFFER;
  const { start, middle, score } = state.instance;
  const from = sponsored ? start[u] : middle[u];
  const to = sponsored ? middle[u] : start[u + 1];
  // Limits with a price can make an offer worth more than its score: then the search may not end early.
  const priced = state.limits?.soft === true ? state.limits : null;
  let best = NO_OFFER, bestWeight = -Infinity;
  for (let i = from; i < to; i++) {
    const pair = ranked[i];
    // Neither this pair nor a later one of the user can weigh more than this.
    const ceiling = score[pair] > 0 ? score[pair] * (1 + alpha) : score[pair];
    if (priced === null && best !== NO_OFFER && ceiling <= bestWeight) break;
    if (!isOpen(state, u, pair)) continue;
    const ownWeight = sponsored && alpha > 0 ? weightOf(state, pair, alpha) : score[pair];
    const weight = priced === null ? ownWeight : ownWeight - costOf(priced, pair);
    if (weight > bestWeight) {
      best = pair;
      bestWeight = weight;
    }
  }
  return best;
}

/** Score × (1 + α·left / cap), with left / cap at most 1. */
export function weightOf(state: GreedyState, pair: number, alpha: number): number {
  const c = state.instance.contract[pair];
  // A cap can be 0 here if pins used all of it.
  const headroom = Math.min(1, Math.max(0, state.left[c] / Math.max(1, state.instance.cap[c])));
  return state.instance.score[pair] * (1 + alpha * headroom);
}
