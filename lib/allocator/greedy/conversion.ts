/**
 * Phase 4: users of unsponsored type become sponsored if sponsored offers can replace all of theirs.
 *
 * @module
 */
import { place } from "./gate.ts";
import { bestOpen, NO_OFFER } from "./ranking.ts";
import { Exchange } from "./exchange.ts";
import { type GreedyState, heldPairs, isUnsponsoredType, remove } from "./state.ts";
import type { Watch } from "./watch.ts";

/**
 * Converts users of unsponsored type, those with fewest offers first, if their offers don't get worth less by it. Nobody ends
 * up with fewer offers. Under model coverage users have no type, so nothing is done.
 */
export function convertUsers(state: GreedyState, ranked: Uint32Array, watch: Watch): void {
  if (state.policy.model === "coverage") return;
  const users = Uint32Array.from(state.count.keys())
    .filter((u) => isUnsponsoredType(state, u))
    .sort((a, b) => state.count[a] - state.count[b] || a - b);
  for (const u of users) {
    if (watch.isOver()) return;
    convertUser(state, ranked, u);
  }
}

/** Replaces all offers of user `u` by as many sponsored ones that are worth no less. Returns whether it did; if not, nothing changed. */
export function convertUser(state: GreedyState, ranked: Uint32Array, u: number): boolean {
  const offers = heldPairs(state, u);
  const exchange = new Exchange(state, u);
  for (const pair of offers) remove(state, u, pair);
  for (let pair = 0; pair !== NO_OFFER && state.count[u] < offers.length;) {
    pair = bestOpen(state, ranked, u, true);
    if (pair !== NO_OFFER) place(state, u, pair);
  }
  if (state.count[u] === offers.length && exchange.gain >= 0 && exchange.isAllowed) return true;
  exchange.undo();
  return false;
}
