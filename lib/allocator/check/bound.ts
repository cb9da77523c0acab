/**
 * The bound that prices prove, recomputed in one pass over the pairs.
 *
 * @module
 */
import type { Prices } from "../model/allocation.ts";
import type { Instance } from "../drop/instance.ts";
import type { Policy } from "../model/policy.ts";
import {
  bonusOf,
  type GroupDemand,
  limitedBrands,
  mayHold,
  mostOptions,
  priceOfMissing,
  UserPolicies,
  worthOfCount,
} from "./demands.ts";
import { type Bundle, type GroupLimits, lossOfGroup } from "./joint_loss.ts";
import { LimitCosts, LimitPrices } from "./limit_prices.ts";

/** Brand of offers where brands are not limited. */
const NO_BRAND = -1;

/**
 * An upper bound on the objective of every allocation that keeps the rules, for any prices ≥ 0 with minSponsored ≤ P and 0
 * where there is no rule (Lagrangian duality): what all caps and group limits are worth at the prices, plus what each
 * user would choose if offers cost their prices and nobody else was there.
 *
 * A price of an assignment ratio or of mixed users lets a group keep that rule by a fraction of a user. Where a group has
 * one, what it loses by keeping its rules over whole users is taken off, see {@link lossOfGroup}.
 *
 * With a limit per brand, a user who mixes types may choose up to the limit of a brand in each type, which is more than the rule
 * allows where a brand has contracts of both; so the bound stays valid. Elsewhere the choice is exact.
 *
 * @param limits prices of the drop's limits, each at most what a unit beyond it costs; by default those of the rows of
 *   `prices`
 */
export function boundFromPrices(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  prices: Prices,
  limits: LimitPrices | null = LimitPrices.ofRows(instance, prices.limit),
): ProvenBound {
  const shared = worthOfLimits(instance, demands, prices, limits);
  const choices = new Choices(instance, policy, demands, prices, limits);
  let users = 0, size = shared.size;
  for (let u = 0; u < instance.group.length; u++) {
    const best = choices.bestOf(u);
    users += best;
    size += Math.abs(best);
  }
  const loss = lossOfGroups(instance, policy, demands, prices, choices);
  // Missed minima are part of what groups lose, at prices that leave few digits for anything else.
  return { bound: shared.worth + users - loss, size: size + loss };
}

/** A bound, and how large what was added up for it is. */
export interface ProvenBound {
  /** The upper bound. */
  bound: number;
  /** Σ |terms|: the rounding of the bound is relative to it. */
  size: number;
}

/** What groups lose by keeping their rules over whole users. */
function lossOfGroups(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  prices: Prices,
  choices: Choices,
): number {
  const members = new Map<number, number[]>();
  demands.forEach((_, g) => {
    if (prices.assignmentRatio[g] > 0 || prices.mixedShare[g] > 0) members.set(g, []);
  });
  if (members.size === 0) return 0;
  instance.group.forEach((g, u) => members.get(g)?.push(u));
  const missing = priceOfMissing(instance, policy);
  let loss = 0;
  for (const [g, users] of members) {
    const { least, most, share, mixed } = demands[g];
    const limits: GroupLimits = {
      least: { limit: least, price: prices.minSponsored[g] },
      most: { limit: most ?? Infinity, price: prices.maxSponsored[g] },
      share: { limit: share ?? 0, price: prices.assignmentRatio[g] },
      mixed: { limit: mixed ?? Infinity, price: prices.mixedShare[g] },
      missing,
    };
    loss += lossOfGroup(users.map((u) => choices.bundlesOf(u)), limits);
  }
  return loss;
}

/** Σ price × limit over all caps, group rules and limits; a minimum or a least counts against. */
export function worthOfLimits(
  instance: Instance,
  demands: readonly GroupDemand[],
  prices: Prices,
  limits: LimitPrices | null,
): { worth: number; size: number } {
  let worth = 0, size = 0;
  const add = (term: number) => {
    worth += term;
    size += Math.abs(term);
  };
  for (let c = 0; c < instance.cap.length; c++) add(prices.contract[c] * instance.cap[c]);
  demands.forEach(({ least, most, mixed }, g) => {
    add(-prices.minSponsored[g] * least);
    if (most !== null) add(prices.maxSponsored[g] * most);
    if (mixed !== null) add(prices.mixedShare[g] * mixed);
  });
  limits?.eachWorth(add);
  return { worth, size };
}

/** Which pairs are pinned; null: none is. */
function pinnedPairs({ pins, score }: Instance): Uint8Array | null {
  if (pins === undefined) return null;
  const isPinned = new Uint8Array(score.length);
  for (const pair of pins.pair) isPinned[pair] = 1;
  return isPinned;
}

/** Finds what each user would choose at the prices. */
class Choices {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #demands: readonly GroupDemand[];
  readonly #prices: Prices;
  readonly #brand: Uint32Array | null;
  readonly #first: Shortlist;
  readonly #second: Shortlist;
  readonly #own: UserPolicies;
  readonly #countWorth = new Map<Policy, number[]>();
  readonly #mostOptions: number;
  readonly #costs: LimitCosts | null;
  /** Uint8Array, length pairs: 1 for those that every choice must hold; null: there are none. */
  readonly #isPinned: Uint8Array | null;

  constructor(
    instance: Instance,
    policy: Policy,
    demands: readonly GroupDemand[],
    prices: Prices,
    limits: LimitPrices | null,
  ) {
    this.#costs = limits === null ? null : new LimitCosts(instance, limits);
    this.#instance = instance;
    this.#isPinned = pinnedPairs(instance);
    this.#policy = policy;
    this.#demands = demands;
    this.#prices = prices;
    this.#brand = limitedBrands(instance, policy);
    this.#own = new UserPolicies(instance, policy);
    this.#mostOptions = mostOptions(instance);
    const own = instance.k ?? new Int32Array(0);
    const largestK = own.reduce((most, k) => Math.max(most, k), policy.k);
    const most = Math.min(largestK, this.#mostOptions);
    this.#first = new Shortlist(most, policy.maxPerBrand ?? Infinity);
    this.#second = new Shortlist(most, policy.maxPerBrand ?? Infinity);
  }

  /** Value of the best bundle of user `u`. */
  bestOf(u: number): number {
    return this.#policy.model === "coverage" ? this.#bestOfAny(u) : this.#bestByType(u);
  }

  /** Model coverage: offers of both types compete for the same k places. */
  #bestOfAny(u: number): number {
    const { start, middle } = this.#instance;
    const list = this.#first;
    list.clear();
    this.#consider(list, u, start[u], middle[u], bonusOf(this.#policy, 1));
    this.#consider(list, u, middle[u], start[u + 1], 0);
    const worth = this.#worthOf(this.#own.of(u));
    let best = -Infinity, sum = 0;
    for (let n = 0; n <= list.length && n < worth.length; n++) {
      if (n > 0) sum += list.values[n - 1];
      if (n >= list.pinned) best = Math.max(best, sum + worth[n]);
    }
    return best;
  }

  /** Worth of each number of offers under a user's policy. */
  #worthOf(policy: Policy): number[] {
    let worth = this.#countWorth.get(policy);
    if (worth === undefined) {
      const most = Math.min(policy.k, this.#mostOptions);
      worth = Array.from({ length: most + 1 }, (_, n) => worthOfCount(policy, n));
      this.#countWorth.set(policy, worth);
    }
    return worth;
  }

  /** Model uniform: every number of sponsored and unsponsored offers that the policy lets a user hold. */
  #bestByType(u: number): number {
    let best = -Infinity;
    this.#eachShape(u, (value) => {
      if (value > best) best = value;
    });
    return best;
  }

  /** The best bundle of user `u` with each number of sponsored and unsponsored offers that it may hold. */
  bundlesOf(u: number): Bundle[] {
    const bundles: Bundle[] = [];
    this.#eachShape(u, (value, sponsored, others) => bundles.push({ value, sponsored, others }));
    return bundles;
  }

  #eachShape(u: number, visit: (value: number, sponsored: number, others: number) => void): void {
    const { start, middle, group } = this.#instance;
    const { minSponsored, maxSponsored, assignmentRatio, mixedShare } = this.#prices;
    const g = group[u];
    const share = this.#demands[g].share ?? 0;
    const sponsored = this.#first, others = this.#second;
    sponsored.clear();
    others.clear();
    // An assignment brings 1 − share, or takes share, of what the assignment-ratio rule needs.
    this.#consider(sponsored, u, start[u], middle[u], assignmentRatio[g] * (1 - share));
    this.#consider(others, u, middle[u], start[u + 1], -assignmentRatio[g] * share);
    const own = this.#own.of(u), worth = this.#worthOf(own);
    const becoming = bonusOf(this.#policy, 1) + minSponsored[g] - maxSponsored[g];
    let sumSponsored = 0;
    for (let s = 0; s <= sponsored.length; s++) {
      if (s > 0) sumSponsored += sponsored.values[s - 1];
      let sum = sumSponsored + (s > 0 ? becoming : 0);
      for (let t = 0; t <= others.length && s + t <= own.k; t++) {
        if (t > 0) sum += others.values[t - 1];
        if (!mayHold(own, s, t) || s < sponsored.pinned || t < others.pinned) continue;
        const mixing = s > 0 && t > 0 ? mixedShare[g] : 0;
        visit(sum + worth[s + t] - mixing, s, t);
      }
    }
  }

  /** Offers pairs `[from, to)` of user `u` to a list, at score − price − what limits cost + `extra`. */
  #consider(list: Shortlist, u: number, from: number, to: number, extra: number): void {
    const { contract, score } = this.#instance;
    const price = this.#prices.contract;
    for (let p = from; p < to; p++) {
      const c = contract[p];
      const value = score[p] - price[c] + extra;
      const isPinned = this.#isPinned !== null && this.#isPinned[p] === 1;
      const net = this.#costs === null ? value : value - this.#costs.of(c, u, p, isPinned);
      const brand = this.#brand === null ? NO_BRAND : this.#brand[c];
      list.offer(net, brand, isPinned);
    }
  }
}

/**
 * The best k values seen, best first, at most `limit` of a brand. Where a new value would be one too many, of its brand
 * or of all, the least of those is dropped: then the first n are the best n for every n (a matroid's greedy choice). Pinned
 * values come before all others, whatever they are.
 */
class Shortlist {
  /** Values, best first. */
  readonly values: Float64Array;
  /** How many there are. */
  length = 0;
  /** How many of them are pinned, the first ones. */
  pinned = 0;
  /** What they are compared by: pinned ones are Infinity. */
  readonly #ranks: Float64Array;
  readonly #brands: Int32Array;
  readonly #limit: number;

  constructor(k: number, limit: number) {
    this.values = new Float64Array(k);
    this.#ranks = new Float64Array(k);
    this.#brands = new Int32Array(k);
    this.#limit = limit;
  }

  clear(): void {
    this.length = 0;
    this.pinned = 0;
  }

  offer(value: number, brand: number, isPinned: boolean): void {
    const rank = isPinned ? Infinity : value, ranks = this.#ranks;
    if (isPinned) this.pinned++;
    const full = this.length === ranks.length;
    if (full && rank <= ranks[this.length - 1]) return;
    let gone = full ? this.length - 1 : this.length;
    if (brand !== NO_BRAND) {
      let same = 0, last = -1;
      for (let i = 0; i < this.length; i++) {
        if (this.#brands[i] !== brand) continue;
        same++;
        last = i;
      }
      if (same >= this.#limit) {
        if (last < 0 || rank <= ranks[last]) return;
        gone = last;
      }
    }
    if (gone === this.length) this.length++;
    let at = gone;
    for (; at > 0 && ranks[at - 1] < rank; at--) {
      ranks[at] = ranks[at - 1];
      this.values[at] = this.values[at - 1];
      this.#brands[at] = this.#brands[at - 1];
    }
    ranks[at] = rank;
    this.values[at] = value;
    this.#brands[at] = brand;
  }
}
