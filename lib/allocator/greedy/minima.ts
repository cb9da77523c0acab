/**
 * Phase 1: serves each group's minimum of sponsored users.
 *
 * @module
 */
import { userCount } from "../drop/instance/instance.ts";
import { place } from "./gate.ts";
import { bestOpen, NO_OFFER } from "./ranking.ts";
import { rerouteForMinima } from "./rerouting.ts";
import type { GreedyState } from "./state.ts";
import type { Watch } from "./watch.ts";

/**
 * Gives users a first sponsored offer until each group has its minimum: the groups with the largest minima first, the users of a
 * group by best sponsored score. Then units are passed on to groups that still lack users.
 */
export function meetMinima(state: GreedyState, ranked: Uint32Array, watch: Watch): void {
  const target = state.rules.sponsored.least;
  const members = candidatesByGroup(state, ranked);
  const groups = Array.from(target.keys()).filter((g) => target[g] > 0);
  groups.sort((a, b) => target[b] - target[a] || a - b);
  for (const g of groups) {
    for (const u of members[g]) {
      if (state.counts.sponsoredUsers[g] >= target[g]) break;
      if (watch.isOver()) return;
      const pair = bestOpen(state, ranked, u, true);
      if (pair !== NO_OFFER) place(state, u, pair);
    }
  }
  rerouteForMinima(state, groups, members, watch);
}

/** The users of each group who have a sponsored pair, by best sponsored score, then by user. */
function candidatesByGroup(state: GreedyState, ranked: Uint32Array): Uint32Array[] {
  const { instance } = state;
  const { group, start, middle, score } = instance;
  const users = userCount(instance);
  const from = new Uint32Array(instance.groups.length + 1);
  for (let u = 0; u < users; u++) if (start[u] < middle[u]) from[group[u] + 1]++;
  for (let g = 0; g + 1 < from.length; g++) from[g + 1] += from[g];
  const members = new Uint32Array(from[from.length - 1]);
  const next = from.slice();
  for (let u = 0; u < users; u++) if (start[u] < middle[u]) members[next[group[u]]++] = u;
  const best = (u: number) => score[ranked[start[u]]];
  return instance.groups.map((_, g) =>
    members.subarray(from[g], from[g + 1]).sort((a, b) => best(b) - best(a) || a - b)
  );
}
