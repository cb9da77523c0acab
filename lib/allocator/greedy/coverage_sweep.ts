/**
 * Phase 6: fills users up to k offers.
 *
 * @module
 */
import { place } from "./gate.ts";
import { nextOffer } from "./next_offer.ts";
import { NO_OFFER } from "./ranking.ts";
import type { GreedyState } from "./state.ts";
import type { Watch } from "./watch.ts";

/**
 * Gives open offers to users with fewer than k, those with fewest first, until a whole pass places nothing. More than one pass may
 * be needed: a sponsored offer can make room for unsponsored ones of users that came earlier.
 */
export function coverageSweep(state: GreedyState, ranked: Uint32Array, watch: Watch): void {
  const { count } = state;
  const users = Uint32Array.from(count.keys())
    .filter((u) => count[u] < state.stride)
    .sort((a, b) => count[a] - count[b] || a - b);
  for (let placed = true; placed;) {
    placed = false;
    for (const u of users) {
      for (let pair = 0; pair !== NO_OFFER;) {
        if (watch.isOver()) return;
        pair = nextOffer(state, ranked, u, 0);
        if (pair !== NO_OFFER) placed = place(state, u, pair) || placed;
      }
    }
  }
}
