/**
 * The gate: the one place that decides whether a user may get an offer. Every placement passes it.
 *
 * @module
 */
import { adds, beyond, hasRule } from "../limits/kinds/group_rules.ts";
import { type Counts, countsOfUser } from "../limits/kinds/user_counts.ts";
import { costOf, hasRoom } from "./limit_state.ts";
import { add, type GreedyState, holds, isSponsored } from "./state.ts";

/** Gives `pair` to user `u` if every rule allows it; says whether it did. */
export function place(state: GreedyState, u: number, pair: number): boolean {
  if (!allows(state, u, pair)) return false;
  add(state, u, pair);
  return true;
}

/** Whether every rule would still hold if user `u` got `pair`. */
export function allows(state: GreedyState, u: number, pair: number): boolean {
  return allowsType(state, u, isSponsored(state, pair)) && isOpen(state, u, pair);
}

/** The rules about the pair itself: its cap, no offer twice, brands, limits. */
export function isOpen(state: GreedyState, u: number, pair: number): boolean {
  return state.left[state.instance.contract[pair]] > 0 &&
    !holds(state, u, pair) &&
    brandAllows(state, u, pair) &&
    limitsAllow(state, u, pair);
}

/** The rules about the user and the group, the same for all offers of one type. */
export function allowsType(state: GreedyState, u: number, sponsored: boolean): boolean {
  return bundleAllows(state, u, sponsored) &&
    (!sponsored || maximumAllows(state, u)) &&
    groupAllows(state, u, sponsored);
}

/** At most k offers, and only mixes of the two types that the policy knows. */
function bundleAllows(state: GreedyState, u: number, sponsored: boolean): boolean {
  const { stride, shapes, kClass } = state;
  if (state.count[u] >= stride) return false;
  const s = state.sponsored[u] + (sponsored ? 1 : 0);
  const t = state.count[u] + 1 - s;
  return shapes[kClass === null ? 0 : kClass[u]][s * (stride + 1) + t] === 1;
}

/** No user is counted as sponsored past the group's maximum, mixed or not. */
function maximumAllows(state: GreedyState, u: number): boolean {
  const g = state.instance.group[u];
  return state.sponsored[u] > 0 || state.counts.sponsoredUsers[g] < state.rules.sponsored.most[g];
}

/** Every other limit of the group has room for what one offer more makes the user count. */
function groupAllows(state: GreedyState, u: number, sponsored: boolean): boolean {
  const { rules: { others }, gates, instance: { group, ratio } } = state;
  if (others.length === 0 && gates.length === 0) return true;
  const g = group[u], s = state.sponsored[u], t = state.count[u] - s;
  const more = sponsored ? 1 : 0, counts = withOffer(state, g, s, t, more);
  return others.every((rule) => {
    const change = rule.sense * (adds(rule, g, s + more, t + 1 - more) - adds(rule, g, s, t));
    return change <= 0 || !hasRule(rule, g) || beyond(rule, g, counts) <= 0;
  }) && gates.every((gate) => gate({ sponsored, ratio: ratio[g], counts }));
}

/** What group `g` counts once a user with `s` sponsored and `t` other offers has one more, sponsored (`more` 1) or not (0). */
function withOffer(state: GreedyState, g: number, s: number, t: number, more: number): Counts {
  const before = countsOfUser(s, t), after = countsOfUser(s + more, t + 1 - more);
  const all = state.counts.of(g), at = (m: number) => all[m] + after[m] - before[m];
  return [at(0), at(1), at(2), at(3)];
}

/** Hard limits have room, and limits that may be missed cost less than the offer brings. */
export function limitsAllow(state: GreedyState, u: number, pair: number): boolean {
  const { limits } = state;
  if (limits === null) return true;
  if (!hasRoom(limits, pair)) return false;
  const cost = costOf(limits, pair);
  return cost <= 0 || gainOf(state, u, pair) > cost;
}

/** What an offer brings to the objective, limits aside: score, coverage, bonus, and a user less that the group's minimum lacks. */
function gainOf(state: GreedyState, u: number, pair: number): number {
  const { instance, coverage, count, policy } = state;
  const g = instance.group[u];
  let gain = instance.score[pair] + coverage[count[u] + 1] - coverage[count[u]];
  if (!isSponsored(state, pair)) return gain;
  const isFirst = state.sponsored[u] === 0;
  if (isFirst || policy.model === "coverage") gain += policy.sponsoredBonus;
  const isLacking = state.counts.sponsoredUsers[g] < state.rules.sponsored.least[g];
  return isFirst && isLacking ? gain + state.shortfallPrice : gain;
}

/** At most maxPerBrand offers of one brand. */
function brandAllows(state: GreedyState, u: number, pair: number): boolean {
  const { maxPerBrand } = state.policy;
  const { brand, contract } = state.instance;
  if (maxPerBrand === null || brand === null) return true;
  let same = 0;
  const from = u * state.stride;
  for (let i = from; i < from + state.count[u]; i++) {
    if (brand[contract[state.slots[i]]] === brand[contract[pair]]) same++;
  }
  return same < maxPerBrand;
}
