/**
 * The gate: the one place that decides whether a user may get an offer. Every placement passes it.
 *
 * @module
 */
import { costOf, hasRoom } from "./limit_state.ts";
import { add, type GreedyState, holds, isSponsored } from "./state.ts";

/** Relative room for rounding in comparisons of ratio × offers. */
const ROUNDING = 1e-9;

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
    (sponsored ? maximumAllows(state, u) : assignmentRatioAllows(state, u)) &&
    mixedShareAllows(state, u, sponsored);
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
  return state.sponsored[u] > 0 || state.sponsoredUsers[g] < state.rules.maxSponsored[g];
}

/** A user who would become mixed must find room in the group's share of mixed users. */
function mixedShareAllows(state: GreedyState, u: number, sponsored: boolean): boolean {
  const s = state.sponsored[u], t = state.count[u] - s;
  const becomesMixed = sponsored ? s === 0 && t > 0 : s > 0 && t === 0;
  const g = state.instance.group[u];
  return !becomesMixed || state.mixedUsers[g] < state.rules.maxMixed[g];
}

/**
 * One unsponsored assignment more must leave the group's share of sponsored assignments at its ratio r.
 * hard: S ≥ (r − slack)·(T + 1), equality allowed. moving: U + 1 ≤ ((1 − r) / r)·S + slack·max(1, T), the budget that
 * grows with the sponsored ones; whatever it allows, the hard guard's inequality allows too.
 */
function assignmentRatioAllows(state: GreedyState, u: number): boolean {
  const g = state.instance.group[u];
  const least = state.rules.assignmentRatio[g];
  if (Number.isNaN(least)) return true;
  const sponsored = state.groupSponsored[g], total = state.groupOffers[g];
  if (state.policy.assignmentRatioGuard === "moving") {
    const ratio = state.instance.ratio[g];
    if (ratio === 0) return true;
    const budget = ((1 - ratio) / ratio) * sponsored + state.policy.ratioSlack * Math.max(1, total);
    return total - sponsored + 1 <= budget * (1 + ROUNDING);
  }
  const required = least * (total + 1);
  return sponsored >= required * (1 - ROUNDING);
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
  const isLacking = state.sponsoredUsers[g] < state.rules.minSponsored[g];
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
