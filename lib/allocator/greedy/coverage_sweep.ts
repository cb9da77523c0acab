/**
 * Phase 6: fill up to k.
 *
 * @module
 */
import { place } from "./gate.ts";
import { nextOffer } from "./next_offer.ts";
import { NONE } from "./ranking.ts";
import type { GreedyState } from "./state.ts";
import type { Watch } from "./watch.ts";

/**
 * Offers whatever is still open to users with fewer than k offers, those with fewest first, until a whole pass places
 * nothing: a sponsored offer makes room for unsponsored ones in its group, also for users passed before.
 */
export function coverageSweep(state: GreedyState, ranked: Uint32Array, watch: Watch): void {
  const { count } = state;
  const users = Uint32Array.from(count.keys())
    .filter((u) => count[u] < state.stride)
    .sort((a, b) => count[a] - count[b] || a - b);
  for (let placed = true; placed;) {
    placed = false;
    for (const u of users) {
      for (let pair = 0; pair !== NONE;) {
        if (watch.isOver()) return;
        pair = nextOffer(state, ranked, u, 0);
        if (pair !== NONE) placed = place(state, u, pair) || placed;
      }
    }
  }
}
