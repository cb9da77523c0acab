/**
 * Finds a good choice of bundles for a group so large that its best one can't be found: few users change, and those who lose least.
 *
 * If a best choice changes the shapes of at most n users, there is one that changes only users who are among the n that lose least by
 * such a change: another one could be replaced by one of them. So few users are looked at. What they change is the base: everybody's best
 * shape, and those who lose next to nothing so that the limits are nearly kept.
 *
 * @module
 */
import { beyond } from "../../limits/kinds/group_rules.ts";
import { type GroupTerm, lossOfLimits } from "./group_terms.ts";
import type { Counts } from "../../limits/kinds/user_counts.ts";
import {
  type Base,
  countsOfShape,
  type JointChoice,
  Layers,
  type Options,
  type OwnShapes,
} from "./joint_states.ts";
import type { StateMemory } from "./state_chain.ts";

/** How many users may make each kind of change: one number after the other. */
const CHANGES = [1, 2, 4];

/** The best choice near the base that loses less than `limit`; null if none is found within these states. */
export function chooseNear(
  own: OwnShapes,
  terms: readonly GroupTerm[],
  limit: number,
  states: { mostStates: number; memory: StateMemory },
): JointChoice | null {
  const base = nearlyKept(own, terms, limit);
  let known: JointChoice | null = null, least = limit;
  const loss = base.loss + lossOfLimits(terms, base.counts);
  if (loss < least) {
    known = { loss, isBest: false, shape: base.shape };
    least = loss;
  }
  for (const times of CHANGES) {
    const layers = new Layers(own, base, cheapest(own, base, times, least), least, states);
    if (!layers.complete) break;
    const found = layers.cheapest(terms), { loss } = found;
    if (loss >= least) continue;
    known = { loss, isBest: false, shape: layers.shapesOf(found) };
    least = loss;
  }
  return known;
}

/** Everybody's best shape, or another one that loses at most `limit`, where that lets the group keep a limit better, or cheaper. */
function nearlyKept(own: OwnShapes, terms: readonly GroupTerm[], limit: number): Base {
  const { shapes, regret } = own, each = shapes.sponsored.length;
  const ofShape = Array.from(shapes.sponsored, (_, s) => countsOfShape(shapes, s));
  const changes = own.undecided(limit).flatMap(({ user, shape: [, ...others] }) =>
    others.map((to) => ({ user, to, costs: regret[user * each + to] }))
  ).sort((a, b) => a.costs - b.costs || a.user - b.user || a.to - b.to);
  const shape = own.best.slice();
  let counts = own.counts, loss = 0, state = stateOf(terms, counts);
  for (const { user, to, costs } of changes) {
    if (shape[user] !== own.best[user]) continue;
    const less = ofShape[shape[user]], more = ofShape[to];
    const moved = counts.map((n, i) => n + more[i] - less[i]) as [number, number, number, number];
    const next = stateOf(terms, moved);
    const helps = next.broken < state.broken ||
      next.broken === state.broken && next.loss + costs < state.loss;
    if (!helps || loss + costs > limit) continue;
    shape[user] = to;
    counts = moved;
    loss += costs;
    state = next;
  }
  return { shape, counts, loss };
}

/** By how much counts break the hard limits, and what they lose at all others. */
function stateOf(terms: readonly GroupTerm[], counts: Counts): { broken: number; loss: number } {
  let broken = 0, loss = 0;
  for (const term of terms) {
    const excess = beyond(term.rule, term.group, counts);
    if (excess <= 0) loss -= term.price > 0 ? term.price * excess : 0;
    else if (term.missing === Infinity) broken += excess;
    else loss += term.missing * excess;
  }
  return { broken, loss };
}

/** For each change of shape the users who lose least by it: `times` of them, and no more than `limit`. */
function cheapest(own: OwnShapes, base: Base, times: number, limit: number): Options[] {
  const { shapes, regret, users } = own, each = shapes.sponsored.length;
  /** By shape of the base and other shape: the users, those who lose least first. */
  const of: { user: number; costs: number }[][] = Array.from({ length: each * each }, () => []);
  for (let user = 0; user < users; user++) {
    const from = base.shape[user];
    for (let to = 0; to < each; to++) {
      const costs = regret[user * each + to] - regret[user * each + from];
      const list = of[from * each + to];
      if (to === from || !(costs <= limit)) continue;
      if (list.length === times && list[times - 1].costs <= costs) continue;
      let at = list.length === times ? times - 1 : list.length;
      for (; at > 0 && list[at - 1].costs > costs; at--) list[at] = list[at - 1];
      list[at] = { user, costs };
    }
  }
  const options = new Map<number, number[]>();
  of.forEach((list, change) => {
    for (const { user } of list) {
      const own = options.get(user) ?? [base.shape[user]];
      own.push(change % each);
      options.set(user, own);
    }
  });
  return [...options].map(([user, shape]) => ({ user, shape }));
}
