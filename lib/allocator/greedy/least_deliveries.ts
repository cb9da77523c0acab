/**
 * Between phases 1 and 2: limits that ask for a least are served while everybody still has room.
 *
 * @module
 */
import { userCount } from "../drop/instance.ts";
import { bestFirst } from "./best_first.ts";
import { allows, place } from "./gate.ts";
import { costOf, type GreedyLimits } from "./limit_state.ts";
import type { GreedyState } from "./state.ts";
import type { Watch } from "./watch.ts";

/**
 * Places offers that limits lack, best first, where what they spare is worth more than the offer that the user would have
 * in their place.
 */
export function serveLeasts(state: GreedyState, ranked: Uint32Array, watch: Watch): void {
  const { limits } = state;
  if (limits === null) return;
  const { pairs, users, worth } = candidates(state, limits, ranked);
  for (const i of bestFirst(worth, Uint32Array.from(pairs.keys()))) {
    if (watch.isOver()) return;
    // Others may have served the least in the meantime.
    if (costOf(limits, pairs[i]) < 0) place(state, users[i], pairs[i]);
  }
}

/** Offers that serve an unmet least and are open, with what they are worth. */
function candidates(
  state: GreedyState,
  limits: GreedyLimits,
  ranked: Uint32Array,
): { pairs: number[]; users: number[]; worth: Float64Array } {
  const { start, score } = state.instance;
  const pairs: number[] = [], users: number[] = [], worth: number[] = [];
  for (let u = 0; u < userCount(state.instance); u++) {
    const otherwise = leastOfBest(state, ranked, u);
    for (let pair = start[u]; pair < start[u + 1]; pair++) {
      const spared = -costOf(limits, pair);
      if (spared <= 0 || score[pair] + spared <= otherwise || !allows(state, u, pair)) continue;
      pairs.push(pair);
      users.push(u);
      worth.push(score[pair] + spared);
    }
  }
  return { pairs, users, worth: Float64Array.from(worth) };
}

/** The score of the user's k-th best pair, which an offer more would take the place of; −Infinity where there are fewer. */
function leastOfBest({ instance, stride }: GreedyState, ranked: Uint32Array, u: number): number {
  const { start, middle, score } = instance;
  const to = start[u + 1];
  if (to - start[u] < stride) return -Infinity;
  let least = Infinity;
  for (let n = 0, i = start[u], j = middle[u]; n < stride; n++) {
    const isFirst = j === to || (i < middle[u] && score[ranked[i]] >= score[ranked[j]]);
    least = score[ranked[isFirst ? i++ : j++]];
  }
  return least;
}
