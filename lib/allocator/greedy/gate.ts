/**
 * The gate: decides whether a user may get an offer. Every new offer passes it.
 *
 * @module
 */
import { adds, beyond, hasRule } from "../limits/kinds/group_rules.ts";
import { type Counts, countsOfUser } from "../limits/kinds/user_counts.ts";
import { costOf, hasRoom } from "./limit_state.ts";
import { add, type GreedyState, holds, isSponsored } from "./state.ts";

/** Gives `pair` to user `u` if every rule allows it. Returns whether it did. */
export function place(state: GreedyState, u: number, pair: number): boolean {
  if (!allows(state, u, pair)) return false;
  add(state, u, pair);
  return true;
}

/** Whether every rule would still hold if user `u` got `pair`. */
export function allows(state: GreedyState, u: number, pair: number): boolean {
  return allowsType(state, u, isSponsored(state, pair)) && isOpen(state, u, pair);
}

/** Whether the rules about the pair itself allow it: its cap, no offer twice, brands, limits. */
export function isOpen(state: GreedyState, u: number, pair: number): boolean {
  return state.left[state.instance.contract[pair]] > 0 &&
    !holds(state, u, pair) &&
    brandAllows(state, u, pair) &&
    limitsAllow(state, u, pair);
}

/** Whether the rules about the user and its group allow one more offer of a type; they are the same for all such offers. */
export function allowsType(state: GreedyState, u: number, sponsored: boolean): boolean {
  return bundleAllows(state, u, sponsored) &&
    (!sponsored || maximumAllows(state, u)) &&
    groupAllows(state, u, sponsored);
}

/** Whether the user has fewer than k offers, and the policy allows the mix of types that one more makes. */
function bundleAllows(state: GreedyState, u: number, sponsored: boolean): boolean {
  const { stride, shapes, kClass } = state;
  if (state.count[u] >= stride) return false;
  const ofSponsored = state.sponsored[u] + (sponsored ? 1 : 0);
  const ofOthers = state.count[u] + 1 - ofSponsored;
  const shape = ofSponsored * (stride + 1) + ofOthers;
  return shapes[kClass === null ? 0 : kClass[u]][shape] === 1;
}

/** Whether the user is sponsored already, or its group may have one more sponsored user. */
function maximumAllows(state: GreedyState, u: number): boolean {
  const g = state.instance.group[u];
  return state.sponsored[u] > 0 || state.counts.sponsoredUsers[g] < state.rules.sponsored.most[g];
}

/** Whether every other limit of the group has room for what the user counts with one more offer. */
function groupAllows(state: GreedyState, u: number, sponsored: boolean): boolean {
  const { rules: { others: rules }, gates, instance: { group, ratio } } = state;
  if (rules.length === 0 && gates.length === 0) return true;
  const g = group[u], ofSponsored = state.sponsored[u], ofOthers = state.count[u] - ofSponsored;
  const newSponsored = ofSponsored + (sponsored ? 1 : 0);
  const newOthers = ofOthers + (sponsored ? 0 : 1);
  const counts = countsAfter(
    state.counts.of(g),
    countsOfUser(ofSponsored, ofOthers),
    countsOfUser(newSponsored, newOthers),
  );
  return rules.every((rule) => {
    const change = adds(rule, g, newSponsored, newOthers) - adds(rule, g, ofSponsored, ofOthers);
    return rule.sense * change <= 0 || !hasRule(rule, g) || beyond(rule, g, counts) <= 0;
  }) && gates.every((gate) => gate({ sponsored, ratio: ratio[g], counts }));
}

/** The counts of a group once those of one of its users change. */
function countsAfter(all: Counts, before: Counts, after: Counts): Counts {
  const at = (m: number) => all[m] + after[m] - before[m];
  return [at(0), at(1), at(2), at(3)];
}

/** Whether hard limits have room, and the offer brings more than it adds to the cost of limits that may be missed. */
export function limitsAllow(state: GreedyState, u: number, pair: number): boolean {
  const { limits } = state;
  if (limits === null) return true;
  if (!hasRoom(limits, pair)) return false;
  const cost = costOf(limits, pair);
  return cost <= 0 || gainOf(state, u, pair) > cost;
}

/** What an offer adds to the objective, limits aside: score, coverage, bonus, and the shortfall price if the group lacks the user. */
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

/** Whether the user has fewer than maxPerBrand offers of the pair's brand. */
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
