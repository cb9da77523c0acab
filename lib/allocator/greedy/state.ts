/**
 * The offers that the greedy solver has placed so far, with the counts that the gate needs.
 *
 * @module
 */
import type { Gate, LimitKind } from "../limits/kinds/kind.ts";
import { LIMIT_KINDS } from "../limits/kinds/list.ts";
import { GroupCounts } from "../limits/kinds/user_counts.ts";
import { type Instance, userCount } from "../drop/instance/instance.ts";
import { type GroupRules, groupRules } from "../limits/kinds/group_rules.ts";
import {
  bundleShapes,
  coverageValue,
  mostOffers,
  type Policy,
  shortfallPrice,
} from "../model/policy.ts";
import { kClasses } from "../model/user_k.ts";
import { countOffer, emptyLimits, type GreedyLimits } from "./limit_state.ts";

/** Offers placed so far. All counts follow from `slots`; {@link add} and {@link remove} keep them up to date. */
export interface GreedyState {
  readonly instance: Instance;
  readonly policy: Policy;
  readonly rules: GroupRules;
  /** Stricter rules that only this solver keeps, see `LimitKind.gate`. */
  readonly gates: readonly Gate[];
  /** For each k a Uint8Array, (stride + 1)²: 1 at i·(stride + 1) + j if a user may hold i sponsored and j other offers. */
  readonly shapes: readonly Uint8Array[];
  /** Index into `shapes` for each user; null: all users have the same k. */
  readonly kClass: Uint16Array | null;
  /** Float64Array, length stride + 1: worth of having 0…stride offers, scores aside. */
  readonly coverage: Float64Array;
  /** Slots per user: the most offers that any user can get. */
  readonly stride: number;
  /** Uint32Array, users × stride: pairs held by user u in `[u·stride, u·stride + count[u])`. */
  readonly slots: Uint32Array;
  /** Uint32Array, length users: offers held. */
  readonly count: Uint32Array;
  /** Uint32Array, length users: sponsored offers held. */
  readonly sponsored: Uint32Array;
  /** Float64Array, length contracts: units left. */
  readonly left: Float64Array;
  /** The counts of each group's users. */
  readonly counts: GroupCounts;
  /** The shortfall price P. */
  readonly shortfallPrice: number;
  /** The drop's limits and their use; null: it has none. */
  readonly limits: GreedyLimits | null;
}

/** The state before any offer is placed. */
export function emptyState(instance: Instance, policy: Policy): GreedyState {
  const users = userCount(instance);
  const groups = instance.groups.length;
  const stride = mostOffers(instance, policy);
  const classes = kClasses(instance, policy);
  const shapes = (classes?.values ?? [policy.k]).map((k) => {
    const shape = new Uint8Array((stride + 1) ** 2);
    for (const { sponsored, unsponsored } of bundleShapes({ ...policy, k }, stride)) {
      shape[sponsored * (stride + 1) + unsponsored] = 1;
    }
    return shape;
  });
  const price = shortfallPrice(instance, policy);
  return {
    instance,
    policy,
    rules: groupRules(instance, policy),
    gates: LIMIT_KINDS.flatMap((kind: LimitKind) => kind.gate?.(policy) ?? []),
    shapes,
    kClass: classes?.classOf ?? null,
    coverage: coverageValue(policy, stride),
    stride,
    slots: new Uint32Array(users * stride),
    count: new Uint32Array(users),
    sponsored: new Uint32Array(users),
    left: Float64Array.from(instance.cap),
    counts: new GroupCounts(groups),
    shortfallPrice: price,
    limits: emptyLimits(instance, price),
  };
}

/** Whether a pair's contract is sponsored. */
export function isSponsored(state: GreedyState, pair: number): boolean {
  return state.instance.contract[pair] < state.instance.sponsoredContracts;
}

/** Whether user `u` holds offers, none of them sponsored. */
export function isUnsponsoredType(state: GreedyState, u: number): boolean {
  return state.count[u] > 0 && state.sponsored[u] === 0;
}

/** Whether user `u` holds `pair`. */
export function holds(state: GreedyState, u: number, pair: number): boolean {
  const from = u * state.stride;
  for (let i = from; i < from + state.count[u]; i++) {
    if (state.slots[i] === pair) return true;
  }
  return false;
}

/** A copy of the pairs that user `u` holds. A plain array: short ones cost less than typed arrays. */
export function heldPairs(state: GreedyState, u: number): number[] {
  const pairs: number[] = [];
  const from = u * state.stride, to = from + state.count[u];
  for (let i = from; i < to; i++) pairs.push(state.slots[i]);
  return pairs;
}

/** The worth of user `u`'s offers under model uniform: scores, coverage and the bonus of a sponsored user. */
export function worthOf(state: GreedyState, u: number): number {
  const { slots, stride, count, instance, policy } = state;
  let worth = state.coverage[count[u]];
  for (let i = u * stride; i < u * stride + count[u]; i++) worth += instance.score[slots[i]];
  return worth + (state.sponsored[u] > 0 ? policy.sponsoredBonus : 0);
}

/** Gives `pair` to user `u`. Only the gate may call this for a new offer; see `place`. */
export function add(state: GreedyState, u: number, pair: number): void {
  state.slots[u * state.stride + state.count[u]] = pair;
  recount(state, u, pair, 1);
}

/** Takes `pair` away from user `u`, who holds it. */
export function remove(state: GreedyState, u: number, pair: number): void {
  const last = u * state.stride + state.count[u] - 1;
  let at = last;
  while (state.slots[at] !== pair) at--;
  state.slots[at] = state.slots[last];
  recount(state, u, pair, -1);
}

/** Updates all counts for one offer more (`by` 1) or less (−1). */
function recount(state: GreedyState, u: number, pair: number, by: 1 | -1): void {
  const g = state.instance.group[u], { counts, sponsored, count } = state;
  counts.change(g, sponsored[u], count[u] - sponsored[u], -1);
  state.left[state.instance.contract[pair]] -= by;
  if (state.limits !== null) countOffer(state.limits, pair, by);
  count[u] += by;
  if (isSponsored(state, pair)) sponsored[u] += by;
  counts.change(g, sponsored[u], count[u] - sponsored[u], 1);
}
