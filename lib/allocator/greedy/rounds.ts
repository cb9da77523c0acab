/**
 * Phase 2: rounds in which each user takes at most one offer.
 *
 * @module
 */
import { userCount } from "../drop/instance/instance.ts";
import { type Random, shuffle } from "../../base/numbers/random.ts";
import { place } from "./gate.ts";
import { nextOffer } from "./next_offer.ts";
import { NO_OFFER } from "./ranking.ts";
import type { GreedyState } from "./state.ts";
import type { Watch } from "./watch.ts";

/** k rounds over the users, each in a new random order. A user takes at most one offer a round. Yields after each round. */
export function* roundRobin(
  state: GreedyState,
  ranked: Uint32Array,
  random: Random,
  alpha: number,
  watch: Watch,
): Generator<void, void> {
  const order = Uint32Array.from({ length: userCount(state.instance) }, (_, u) => u);
  for (let round = 0; round < state.stride; round++) {
    shuffle(order, random);
    for (const u of order) {
      if (watch.isOver()) return;
      // Users whom an earlier phase served already get nothing in this round.
      if (state.count[u] > round) continue;
      const pair = nextOffer(state, ranked, u, alpha);
      if (pair !== NO_OFFER) place(state, u, pair);
    }
    yield;
    watch.lookSoon();
  }
}
