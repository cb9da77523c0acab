/**
 * Between phases 3 and 4: sponsored users whom no minimum needs exchange their offers for unsponsored ones worth more to them.
 *
 * The rounds give everybody a sponsored offer first. Where sponsored units are scarce, most users are then left with one offer,
 * and, being sponsored, can't take unsponsored ones. Units given back here serve other sponsored users in the sweep that
 * follows.
 *
 * @module
 */
import { adds, beyond, hasRule } from "../limits/kinds/group_rules.ts";
import { userCount } from "../drop/instance/instance.ts";
import { place } from "./gate.ts";
import { bestOpen, NO_OFFER } from "./ranking.ts";
import { Exchange } from "./exchange.ts";
import { type GreedyState, heldPairs, remove, worthOf } from "./state.ts";
import { sweepContracts } from "./sweeps.ts";
import type { Watch } from "./watch.ts";

/** Most passes over the users; the first finds most of the gain. */
const PASSES = 2;

/**
 * Releases sponsored users whose group has more of them than its minimum, those who gain most first, and offers the units that they
 * give back to sponsored users. A second pass follows, because that can make room under limits of the group that count
 * offers. A user's new offers are always worth more than its old ones, coverage and bonus counted.
 */
export function releaseUsers(state: GreedyState, ranked: Uint32Array, watch: Watch): void {
  if (state.policy.model === "coverage") return;
  for (let pass = 0; pass < PASSES; pass++) {
    if (!releaseOnce(state, ranked, watch)) return;
    sweepContracts(state, true, watch);
  }
}

/** One pass. Returns whether it released anybody. */
function releaseOnce(state: GreedyState, ranked: Uint32Array, watch: Watch): boolean {
  const gain = new Float64Array(userCount(state.instance));
  for (let u = 0; u < gain.length; u++) {
    if (watch.isOver()) return false;
    if (isSpare(state, u)) gain[u] = possibleGain(state, ranked, u);
  }
  const gaining = Uint32Array.from(gain.keys()).filter((u) => gain[u] > 0)
    .sort((a, b) => gain[b] - gain[a] || a - b);
  let released = false;
  for (const u of gaining) {
    if (watch.isOver()) break;
    if (isSpare(state, u)) released = release(state, ranked, u) || released;
  }
  return released;
}

/** Whether user `u` is sponsored and its group's limits probably allow it not to be. */
function isSpare(state: GreedyState, u: number): boolean {
  const sponsored = state.sponsored[u];
  if (sponsored === 0) return false;
  const g = state.instance.group[u];
  const { sponsored: { least }, others } = state.rules;
  if (state.counts.sponsoredUsers[g] <= least[g]) return false;
  // A quick test, with a tolerance of one offer: the gate decides.
  const without = state.count[u] - sponsored, counts = state.counts.of(g);
  return others.every((rule) =>
    !rule.countsOffers || !hasRule(rule, g) ||
    beyond(rule, g, counts) - rule.sense * adds(rule, g, sponsored, without) <= 1
  );
}

/** At most what user `u` could gain: the best k unsponsored offers with units left, less what it holds. */
function possibleGain(state: GreedyState, ranked: Uint32Array, u: number): number {
  const { middle, start, contract, score } = state.instance;
  const { left, coverage, stride } = state;
  let worth = 0, count = 0;
  for (let i = middle[u]; i < start[u + 1] && count < stride; i++) {
    if (left[contract[ranked[i]]] === 0) continue;
    worth += score[ranked[i]];
    count++;
  }
  return worth + coverage[count] - worthOf(state, u);
}

/** Exchanges all offers of user `u` for unsponsored ones if that is a gain. Returns whether it did. */
function release(state: GreedyState, ranked: Uint32Array, u: number): boolean {
  const exchange = new Exchange(state, u);
  for (const pair of heldPairs(state, u)) remove(state, u, pair);
  // The gate checks the group's limits at each placement, so they hold once at least one offer is placed.
  for (let pair = 0; pair !== NO_OFFER;) {
    pair = bestOpen(state, ranked, u, false);
    if (pair !== NO_OFFER) place(state, u, pair);
  }
  if (state.count[u] > 0 && exchange.gain > 0 && exchange.isAllowed) return true;
  exchange.undo();
  return false;
}
