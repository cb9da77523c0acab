/**
 * Which offer a user takes next.
 *
 * @module
 */
import { costOf } from "./limit_state.ts";
import { bestOpen, NONE, weightOf } from "./ranking.ts";
import { type GreedyState, isUnsponsoredType } from "./state.ts";

/**
 * The offer that user `u` takes next, or NONE. A user of unsponsored type stays so. Everybody else takes a sponsored
 * offer where one is open, and an unsponsored one where the gate allows it: as a user without a type, who becomes
 * unsponsored, or in the tail of a mixed bundle. Under model coverage types mean nothing and the better offer wins.
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
    if (pair !== NONE) return pair;
  }
  return bestOpen(state, ranked, u, false);
}

/** The better of the best sponsored offer, its bonus counted, and the best unsponsored one. */
function betterOffer(state: GreedyState, ranked: Uint32Array, u: number, alpha: number): number {
  const sponsored = bestOpen(state, ranked, u, true, alpha);
  const other = bestOpen(state, ranked, u, false);
  if (sponsored === NONE || other === NONE) return Math.max(sponsored, other);
  const worth = weightOf(state, sponsored, alpha) + state.policy.sponsoredBonus;
  const cost = (pair: number) => state.limits === null ? 0 : costOf(state.limits, pair);
  return worth - cost(sponsored) >= state.instance.score[other] - cost(other) ? sponsored : other;
}
