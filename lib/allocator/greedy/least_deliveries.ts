/**
 * Serves limits with a least amount: by placing offers between phases 1 and 2, while everybody still has room, and by exchanging
 * offers at the end.
 *
 * @module
 */
import { userCount } from "../drop/instance/instance.ts";
import { bestFirst } from "./best_first.ts";
import { Exchange } from "./exchange.ts";
import { allows, place } from "./gate.ts";
import { costOf, type GreedyLimits, isAnyBeyond } from "./limit_state.ts";
import { type GreedyState, heldPairs, holds, isSponsored, remove } from "./state.ts";
import type { Watch } from "./watch.ts";

/**
 * Places offers that limits lack, best first, if score and lower shortfall together are worth more than the offer that the user
 * would have in their place.
 */
export function serveLeasts(state: GreedyState, ranked: Uint32Array, watch: Watch): void {
  const { limits } = state;
  if (limits === null) return;
  const { pairs, users, worth } = candidates(state, limits, ranked, watch);
  for (const i of bestFirst(worth, Uint32Array.from(pairs.keys()))) {
    if (watch.isOver()) return;
    // Others may have served the least in the meantime.
    if (costOf(limits, pairs[i]) < 0) place(state, users[i], pairs[i]);
  }
}

/**
 * Open offers that serve an unmet least and are worth it: score plus what they take off the cost of limits. None once time is out, as
 * those of all users must be known to take the best.
 */
function candidates(
  state: GreedyState,
  limits: GreedyLimits,
  ranked: Uint32Array,
  watch: Watch,
): { pairs: number[]; users: number[]; worth: Float64Array } {
  const { start, score } = state.instance;
  const pairs: number[] = [], users: number[] = [], worth: number[] = [];
  for (let u = 0; u < userCount(state.instance); u++) {
    const otherwise = leastOfBest(state, ranked, u);
    for (let pair = start[u]; pair < start[u + 1]; pair++) {
      if (watch.isOver()) return { pairs: [], users: [], worth: new Float64Array() };
      const spared = -costOf(limits, pair);
      if (spared <= 0 || score[pair] + spared <= otherwise || !allows(state, u, pair)) continue;
      pairs.push(pair);
      users.push(u);
      worth.push(score[pair] + spared);
    }
  }
  return { pairs, users, worth: Float64Array.from(worth) };
}

/** The score of the user's k-th best pair, whose place one more offer would take; −Infinity if it has fewer pairs. */
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

/** Most passes over the users; the first finds most of the gain. */
const PASSES = 3;

/**
 * Exchanges offers for others of the same type that lower the cost of limits by more than they are worth less, as long as limits
 * with a price are missed. The type stays the same, so no limit of a group changes.
 */
export function exchangeForLimits(state: GreedyState, watch: Watch): void {
  const { limits, instance } = state;
  if (limits === null) return;
  for (let pass = 0, exchanged = true; exchanged && pass < PASSES; pass++) {
    exchanged = false;
    if (!isAnyBeyond(limits)) return;
    for (let u = 0; u < userCount(instance); u++) {
      for (let pair = instance.start[u]; pair < instance.start[u + 1]; pair++) {
        if (watch.isOver()) return;
        if (state.count[u] > 0) exchanged = exchangeOne(state, limits, u, pair) || exchanged;
      }
    }
  }
}

/** Gives user `u` `pair` in exchange for the offer with the largest gain, if any is a gain. Returns whether it did. */
function exchangeOne(state: GreedyState, limits: GreedyLimits, u: number, pair: number): boolean {
  const { score, contract } = state.instance;
  if (state.left[contract[pair]] === 0 || holds(state, u, pair)) return false;
  let best = -1, most = 0;
  const own = costOf(limits, pair);
  for (const held of heldPairs(state, u)) {
    if (isSponsored(state, held) !== isSponsored(state, pair)) continue;
    // An estimate: it ignores that both offers may count toward the same limit. The exchange itself decides.
    const gain = score[pair] - own - score[held] - costOf(limits, held, -1);
    if (gain > most) [best, most] = [held, gain];
  }
  if (best < 0) return false;
  const exchange = new Exchange(state, u);
  remove(state, u, best);
  if (place(state, u, pair) && exchange.gain > 0 && exchange.isAllowed) return true;
  exchange.undo();
  return false;
}
