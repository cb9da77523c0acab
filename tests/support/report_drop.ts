/** A small drop whose report is known by hand, and a larger random one. */
import type { Allocation, Prices } from "../../lib/allocator/model/allocation.ts";
import { IdPool } from "../../lib/base/ids/ids.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import { offersFromSlots, valueOfOffers } from "../../lib/allocator/model/offers.ts";
import { groupRules } from "../../lib/allocator/limits/kinds/group_rules.ts";
import { defaultPolicy, type Policy, shortfallPrice } from "../../lib/allocator/model/policy.ts";
import { Drop, type InputReport } from "../../lib/allocator/drop/drop.ts";
import { randomInstance, type RandomInstanceOptions } from "./random_instance.ts";

/** Counts of inputs that nothing was left out of. */
export function cleanInput(instance: Instance): InputReport {
  const users = instance.group.length, pairs = instance.score.length;
  const none = { blank_rows: 0, duplicate_rows: 0, conflicting_duplicate_rows: 0 };
  return {
    caps: {
      rows: instance.contracts.length,
      contracts: instance.contracts.length,
      fractional_caps: 0,
      sponsored_without_cap: 0,
      unsponsored_default_cap: 0,
      ...none,
    },
    elig: {
      rows: pairs,
      blank_rows: 0,
      pairs,
      users,
      duplicate_pairs: 0,
      conflicting_duplicate_pairs: 0,
      pairs_without_group: 0,
      users_without_group: 0,
      pairs_with_unknown_contract: 0,
      unknown_contracts: 0,
      pairs_without_cap: 0,
      pairs_below_min_score: 0,
      pairs_beyond_top_n: 0,
    },
    user_groups: { rows: users, users, users_without_pairs: 0, ...none },
    group_ratios: {
      rows: instance.groups.length,
      groups: instance.groups.length,
      groups_without_users: 0,
      default_ratio_groups: 0,
      ...none,
    },
  };
}

/**
 * Five users in two groups; sponsored s1 (cap 1) and s2 (cap 4), unsponsored t1 (cap 2) and t2 (cap 9); k = 2.
 *
 * ann and bob of g1 both want s1, whose single unit is ann's; bob's other option is t1. cy, dee and eve make up g2,
 * and two of them must be sponsored, but only cy can be: she has s2, the others no sponsored option.
 */
export function smallDrop(): Drop {
  const pairs: [user: number, contract: number, score: number][] = [
    [0, 0, 0.9],
    [0, 2, 0.95],
    [1, 0, 0.8],
    [1, 2, 0.3],
    [2, 1, 0.2],
    [2, 3, 0.6],
    [3, 2, 0.5],
    [3, 3, 0.4],
    [4, 3, 0.1],
  ];
  const instance: Instance = {
    users: IdPool.from(["ann", "bob", "cy", "dee", "eve"]),
    contracts: ["s1", "s2", "t1", "t2"],
    sponsoredContracts: 2,
    cap: Float64Array.of(1, 4, 2, 9),
    brand: null,
    brands: [],
    groups: ["g1", "g2"],
    ratio: Float64Array.of(1, 0.5),
    groupSize: Uint32Array.of(2, 3),
    group: Uint32Array.of(0, 0, 1, 1, 1),
    start: Uint32Array.of(0, 2, 4, 6, 8, 9),
    middle: Uint32Array.of(1, 3, 5, 6, 8),
    contract: Uint16Array.from(pairs, (p) => p[1]),
    score: Float64Array.from(pairs, (p) => p[2]),
  };
  return new Drop(instance, cleanInput(instance));
}

/** Model uniform, two offers per user, nothing added to the scores. */
export const smallPolicy: Policy = { ...defaultPolicy, k: 2, covW: [], sponsoredBonus: 0 };

/** ann: s1; bob: t1; cy: s2; dee: t1, t2; eve: t2. With made-up prices and a bound 0.01 above the objective. */
export function smallAllocation(): Allocation {
  const { instance } = smallDrop();
  const offers = {
    offerStart: Uint32Array.of(0, 1, 2, 3, 5, 6),
    offerPair: Uint32Array.of(0, 3, 4, 6, 7, 8),
  };
  const value = valueOfOffers(
    instance,
    smallPolicy,
    offers,
    groupRules(instance, smallPolicy).sponsored.least,
    shortfallPrice(instance, smallPolicy),
  );
  const prices: Prices = {
    contract: Float64Array.of(0.5, 0, 0.05, 0),
    minSponsored: Float64Array.of(0.25, 10),
    maxSponsored: new Float64Array(2),
    assignmentRatio: new Float64Array(2),
    mixedShare: new Float64Array(2),
  };
  const bound = value.objective + 0.01;
  return {
    solver: "optimal",
    policy: smallPolicy,
    ...offers,
    ...value,
    bound,
    gap: 0.01 / Math.abs(bound),
    prices,
    timedOut: false,
    warnings: [],
  };
}

/** A random drop, allocated user by user: simple, and the same whatever the solvers become. */
export function randomDrop(
  options: RandomInstanceOptions,
  policy: Policy = defaultPolicy,
): { drop: Drop; allocation: Allocation } {
  const instance = randomInstance(options);
  return { drop: new Drop(instance, cleanInput(instance)), allocation: firstFit(instance, policy) };
}

/** Users in order; each takes what is open of its best open option's type, sponsored first for every other user. */
function firstFit(instance: Instance, policy: Policy): Allocation {
  const { start, middle, contract, score, cap, group } = instance;
  const left = cap.slice();
  const slots = new Uint32Array(group.length * policy.k), count = new Uint32Array(group.length);
  const take = (u: number, from: number, to: number) => {
    const pairs = Array.from({ length: to - from }, (_, i) => from + i)
      .filter((p) => left[contract[p]] > 0)
      .sort((a, b) => score[b] - score[a] || a - b).slice(0, policy.k);
    for (const p of pairs) {
      left[contract[p]]--;
      slots[u * policy.k + count[u]++] = p;
    }
  };
  for (let u = 0; u < group.length; u++) {
    if (u % 2 === 0) take(u, start[u], middle[u]);
    if (count[u] === 0) take(u, middle[u], start[u + 1]);
  }
  const offers = offersFromSlots(instance, policy.k, slots, count);
  const { sponsored: { least: minSponsored } } = groupRules(instance, policy);
  const price = shortfallPrice(instance, policy);
  return {
    solver: "greedy",
    policy,
    ...offers,
    ...valueOfOffers(instance, policy, offers, minSponsored, price),
    bound: null,
    gap: null,
    prices: null,
    timedOut: false,
    warnings: [],
  };
}
