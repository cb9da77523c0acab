/**
 * The flow network of a drop in which each user holds offers of one type only, for given types of the users.
 *
 * @module
 */
import { FLOW_PAIRS, SMALL_PAIRS } from "../dual/drop_sizes.ts";
import type { Prices } from "../../model/allocation.ts";
import { pairCount } from "../../drop/instance/instance.ts";
import { kClasses } from "../../model/user_k.ts";
import { type DualProblem, hasTypes } from "../dual/dual_problem.ts";
import { sponsoredPriceOf } from "../../limits/kinds/group_rules.ts";
import { concaveSteps, type FlowNetwork, isNearFlow } from "./flow_network.ts";

/** The types of users. */
export const SPONSORED = 0, UNSPONSORED = 1;

/** A network with arcs of both types; a user may use those of its current type. */
export interface TypedNetwork extends FlowNetwork {
  /** Int32Array, length arcs: pair of each. */
  readonly pair: Int32Array;
  /** Uint32Array, length users: arcs `[start[u], middle[u])` of user u are sponsored, `[middle[u], start[u + 1])` are not. */
  readonly middle: Uint32Array;
  /** Uint8Array, length users: type of each. */
  readonly type: Uint8Array;
  /**
   * Float64Array, length groups: what the first offer of a user of type sponsored is worth beyond itself. Where the minimum of sponsored
   * users has a price, that user would be missed without any.
   */
  readonly premium: Float64Array;
}

/** Whether a drop is a flow problem once the type of each user is fixed. */
export function isTypedFlow(problem: DualProblem): boolean {
  const { k, rules, shapeSponsored, shapeUnsponsored } = problem;
  // With one offer per user the plain flow network is exact already.
  if (k === 1 || !hasTypes(problem) || rules.others.length > 0 || !isNearFlow(problem)) {
    return false;
  }
  return shapeSponsored.every((sponsored, s) => sponsored === 0 || shapeUnsponsored[s] === 0);
}

/** Most users per contract for a search over types: with more, prices decide well enough, however many offers each user gets. */
const MOST_USERS = 10;

/** In a drop that is not small, with at least so many pairs per user, there are too many near ties for the other searches. */
const LEAST_PAIRS_OF_USER = 64;

/** Whether a search over the users' types is worth its time. */
export function isSearchable(problem: DualProblem): boolean {
  const { instance: { cap, group } } = problem;
  return isTypedFlow(problem) && group.length <= MOST_USERS * cap.length;
}

/**
 * Whether hardly anything but types is to be decided, in a drop that is large for programs: there are more contracts than offers that
 * users may have, so few users want the same unit. Prices then prove no gap below 1e-4 or so, and need not be exact.
 */
export function areTypesAll(problem: DualProblem): boolean {
  const { instance: { cap, group }, k } = problem;
  return pairCount(problem.instance) > FLOW_PAIRS && group.length * k <= cap.length &&
    isTypedFlow(problem);
}

/** Whether that search finds a good allocation so much faster than the others that it comes first. */
export function isSearchFirst(problem: DualProblem): boolean {
  const { instance } = problem;
  const pairs = pairCount(instance);
  return areTypesAll(problem) ||
    pairs > SMALL_PAIRS && pairs >= LEAST_PAIRS_OF_USER * instance.group.length &&
      isSearchable(problem);
}

/**
 * The network of each user's best pairs of either type at `prices`, for users of types `type`, which it keeps.
 *
 * @param more of each type a user has arcs for its k best pairs and so many more
 */
export function typedNetwork(
  problem: DualProblem,
  prices: Prices,
  type: Uint8Array,
  more: number,
): TypedNetwork {
  const most = problem.k + more;
  const { instance: { contract, cap, group }, middle: between, item, offerBonus } = problem;
  const { score, start: from } = problem.instance;
  const users = group.length;
  const value = (p: number) => score[p] + offerBonus[item[p]];
  const premium = Float64Array.from(
    problem.instance.groups,
    (_, g) => sponsoredPriceOf(problem.rules, prices, g) > 0 ? problem.shortfallPrice : 0,
  );
  const pair: number[] = [];
  const start = new Uint32Array(users + 1), middle = new Uint32Array(users);
  for (let u = 0; u < users; u++) {
    addBest(pair, problem, prices, most, [from[u], between[u]]);
    middle[u] = pair.length;
    addBest(pair, problem, prices, most, [between[u], from[u + 1]]);
    start[u + 1] = pair.length;
  }
  const arcs = pair.length, contractOf = new Uint32Array(arcs), valueOf = new Float64Array(arcs);
  for (let i = 0; i < arcs; i++) {
    contractOf[i] = contract[pair[i]];
    valueOf[i] = value(pair[i]);
  }
  const network: TypedNetwork = {
    users,
    k: problem.k,
    start,
    middle,
    first: start.slice(0, users),
    end: start.slice(1),
    type,
    contract: contractOf,
    value: valueOf,
    pair: new Int32Array(pair),
    cap: Int32Array.from(cap, (most) => Math.min(most, users + 1)),
    ...typedSteps(problem, premium),
    premium,
    scale: 1,
    whole: false,
  };
  for (let u = 0; u < users; u++) setType(network, u, type[u]);
  return network;
}

/** Sets the type of user `u`. */
export function setType(
  { start, middle, first, end, kind, type }: TypedNetwork,
  u: number,
  to: number,
): void {
  type[u] = to;
  first[u] = to === SPONSORED ? start[u] : middle[u];
  end[u] = to === SPONSORED ? middle[u] : start[u + 1];
  kind[u] = kind[u] - kind[u] % 2 + to;
}

/** Appends to `pair` the pairs of `[from, to)` with the highest net values, at most `most`, in their order. */
function addBest(
  pair: number[],
  { instance: { contract, score }, item, offerBonus }: DualProblem,
  prices: Prices,
  most: number,
  [from, to]: readonly [number, number],
): void {
  const net = new Float64Array(to - from);
  for (let p = from; p < to; p++) {
    net[p - from] = score[p] + offerBonus[item[p]] - prices.contract[contract[p]];
  }
  const least = to - from <= most ? -Infinity : net.toSorted()[to - from - most];
  let ties = most - net.reduce((more, own) => own > least ? more + 1 : more, 0);
  for (let p = from; p < to; p++) {
    if (net[p - from] > least || net[p - from] === least && ties-- > 0) pair.push(p);
  }
}

/**
 * The steps of each kind of user, made concave (`concaveSteps`): `2 · (2 · class + needed) + type` for the classes of users with the same
 * k, and whether the group's sponsored users have a premium.
 */
function typedSteps(
  problem: DualProblem,
  premium: Float64Array,
): Pick<FlowNetwork, "step" | "kind"> {
  const { instance: { group }, policy, k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  const { values, classOf } = kClasses(problem.instance, policy) ?? { values: [k], classOf: null };
  const step = new Float64Array(values.length * 4 * (k + 2)).fill(-Infinity);
  const set = (kind: number, own: number, type: number, first: number) => {
    const worth = new Float64Array(k + 1);
    for (let s = 0; s < shapeWorth.length; s++) {
      const counts = [shapeSponsored[s], shapeUnsponsored[s]], n = counts[type];
      if (counts[1 - type] === 0) worth[n] = shapeWorth[s] + (n > 0 ? first : 0);
    }
    const base = kind * (k + 2);
    step[base] = Infinity;
    concaveSteps(worth, Math.min(own, k)).forEach((gain, n) => step[base + n + 1] = gain);
  };
  values.forEach((own, of) => {
    for (const needed of [0, 1]) {
      const kind = 2 * (2 * of + needed);
      set(kind + SPONSORED, own, SPONSORED, needed * problem.shortfallPrice);
      set(kind + UNSPONSORED, own, UNSPONSORED, 0);
    }
  });
  const kindOf = (g: number, u: number) => 2 * (2 * (classOf?.[u] ?? 0) + (premium[g] > 0 ? 1 : 0));
  return { step, kind: Uint16Array.from(group, kindOf) };
}
