/**
 * Phases 3 and 5: sweeps over contracts with units left, which go to users of the contract's type.
 *
 * @module
 */
import { userCount } from "../drop/instance/instance.ts";
import { bestFirst } from "./best_first.ts";
import { allows, allowsType, place } from "./gate.ts";
import { type GreedyState, isUnsponsoredType } from "./state.ts";
import type { Watch } from "./watch.ts";

/**
 * Gives the units left of one type's contracts, those with most units first, to the users who may have them, by score. Users of
 * the other type are left out.
 */
export function sweepContracts(state: GreedyState, sponsored: boolean, watch: Watch): void {
  const { instance, left } = state;
  const first = sponsored ? 0 : instance.sponsoredContracts;
  const last = sponsored ? instance.sponsoredContracts : instance.contracts.length;
  const open = Uint32Array.from({ length: last - first }, (_, i) => first + i)
    .filter((c) => left[c] > 0)
    .sort((a, b) => left[b] - left[a] || a - b);
  const candidates = candidatesByContract(state, sponsored, watch);
  for (const c of open) {
    const { pairs, users } = candidates(c);
    for (const i of bestFirst(instance.score, pairs)) {
      if (watch.isOver()) return;
      if (left[c] === 0) break;
      place(state, users[i], pairs[i]);
    }
  }
}

/**
 * For each contract of one type, the pairs that the gate allows now, with their users, in user order. What the gate refuses now it
 * refuses during the whole sweep: a sweep only takes units and room, it frees none. Those of the first users only, once time is out.
 */
function candidatesByContract(
  state: GreedyState,
  sponsored: boolean,
  watch: Watch,
): (c: number) => { pairs: Uint32Array; users: Uint32Array } {
  const { instance } = state;
  const from = new Uint32Array(instance.contracts.length + 1);
  forEachCandidate(state, sponsored, watch, (_, pair) => from[instance.contract[pair] + 1]++);
  for (let c = 0; c + 1 < from.length; c++) from[c + 1] += from[c];
  const pairs = new Uint32Array(from[from.length - 1]);
  const users = new Uint32Array(pairs.length);
  const next = from.slice();
  forEachCandidate(state, sponsored, watch, (u, pair) => {
    const at = next[instance.contract[pair]]++;
    pairs[at] = pair;
    users[at] = u;
  });
  return (c) => ({
    pairs: pairs.subarray(from[c], from[c + 1]),
    users: users.subarray(from[c], from[c + 1]),
  });
}

function forEachCandidate(
  state: GreedyState,
  sponsored: boolean,
  watch: Watch,
  visit: (u: number, pair: number) => void,
): void {
  const { instance } = state;
  for (let u = 0; u < userCount(instance); u++) {
    if (watch.isOver()) return;
    if (isOfOtherType(state, u, sponsored) || !allowsType(state, u, sponsored)) continue;
    const from = sponsored ? instance.start[u] : instance.middle[u];
    const to = sponsored ? instance.middle[u] : instance.start[u + 1];
    for (let pair = from; pair < to; pair++) if (allows(state, u, pair)) visit(u, pair);
  }
}

/** Whether user `u` already has the other type (which means nothing under model coverage). */
function isOfOtherType(state: GreedyState, u: number, sponsored: boolean): boolean {
  if (state.policy.model === "coverage") return false;
  return sponsored ? isUnsponsoredType(state, u) : state.sponsored[u] > 0;
}
