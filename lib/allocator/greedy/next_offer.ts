/**
 * Chooses the offer that a user takes next.
 *
 * @module
 */
import { costOf } from "./limit_state.ts";
import { bestOpen, NO_OFFER, weightOf } from "./ranking.ts";
import { type GreedyState, isUnsponsoredType } from "./state.ts";

/**
 * The offer that user `u` takes next, or NO_OFFER. A user of unsponsored type takes unsponsored offers only. Everybody else takes a
 * sponsored offer if one is open, else an unsponsored one if the gate allows it: a user without offers becomes unsponsored by
 * it, a sponsored one mixed. Under model coverage types don't matter, and the better offer is taken.
 */
export function nextOffer(
  state: GreedyState,
  ranked: Uint32Array,
  u: number,
  alpha: number,
): number {
  if (state.policy.model === "coverage") return betterOffer(state, ranked, u, alpha);
  if (!isUnsponsoredType(state, u)) {
    const pair = bestOpen(state, ranked, u, true, alpha);
    if (pair !== NO_OFFER) return pair;
  }
  return bestOpen(state, ranked, u, false);
}

/** The better of the best sponsored offer, its bonus counted, and the best unsponsored one. */
function betterOffer(state: GreedyState, ranked: Uint32Array, u: number, alpha: number): number {
  const sponsored = bestOpen(state, ranked, u, true, alpha);
  const other = bestOpen(state, ranked, u, false);
  if (sponsored === NO_OFFER || other === NO_OFFER) return Math.max(sponsored, other);
  const worth = weightOf(state, sponsored, alpha) + state.policy.sponsoredBonus;
  const cost = (pair: number) => state.limits === null ? 0 : costOf(state.limits, pair);
  return worth - cost(sponsored) >= state.instance.score[other] - cost(other) ? sponsored : other;
}
