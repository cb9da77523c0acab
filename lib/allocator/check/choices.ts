/**
 * Finds each user's best bundle at given prices.
 *
 * @module
 */
import type { Instance } from "../drop/instance.ts";
import type { Policy } from "../model/policy.ts";
import { limitedBrands, mayHold, mostOptions, UserPolicies } from "./demands.ts";
import type { Bundle } from "./joint_loss.ts";

/** The brand of every offer if brands are not limited. */
const NO_BRAND = -1;

/** The terms of a bundle's value at some prices, in any unit: doubles, or whole numbers of a small unit. */
export interface ChoiceTerms {
  /** Score of a pair. */
  readonly score: (p: number) => number;
  /** Price of each contract. */
  readonly contract: Float64Array;
  /** Float64Array, by group: what the assignment ratio adds for a sponsored offer, price × (1 − share). */
  readonly sponsored: Float64Array;
  /** Float64Array, by group: what it adds for another offer, −price × share. */
  readonly others: Float64Array;
  /** Float64Array, by group: what a sponsored user adds, price of the minimum less that of the maximum. */
  readonly becoming: Float64Array;
  /** Float64Array, by group: what a mixed user pays. */
  readonly mixing: Float64Array;
  /** Bonus of a sponsored offer (coverage) or user (uniform). */
  readonly bonus: number;
  /** Worth of a number of offers under a user's policy. */
  readonly worthOfCount: (policy: Policy, offers: number) => number;
  /** What an offer pays for limits; null: the drop has none. */
  readonly limits: ((c: number, u: number, p: number, isPinned: boolean) => number) | null;
}

/** Uint8Array, length pairs: 1 for pinned ones; null: none is. */
function pinnedPairs({ pins, score }: Instance): Uint8Array | null {
  if (pins === undefined) return null;
  const isPinned = new Uint8Array(score.length);
  for (const pair of pins.pair) isPinned[pair] = 1;
  return isPinned;
}

/** Finds each user's best bundle, of all that hold the user's pins. */
export class Choices {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #terms: ChoiceTerms;
  readonly #brand: Uint32Array | null;
  readonly #first: Shortlist;
  readonly #second: Shortlist;
  readonly #own: UserPolicies;
  readonly #countWorth = new Map<Policy, number[]>();
  readonly #mostOptions: number;
  /** Uint8Array, length pairs: 1 for those that every choice must hold; null: there are none. */
  readonly #isPinned: Uint8Array | null;

  /** Choices at the prices in `terms`. */
  constructor(instance: Instance, policy: Policy, terms: ChoiceTerms) {
    this.#instance = instance;
    this.#isPinned = pinnedPairs(instance);
    this.#policy = policy;
    this.#terms = terms;
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
    this.#consider(list, u, start[u], middle[u], this.#terms.bonus);
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
      worth = Array.from({ length: most + 1 }, (_, n) => this.#terms.worthOfCount(policy, n));
      this.#countWorth.set(policy, worth);
    }
    return worth;
  }

  /** Model uniform: the best over all numbers of sponsored and unsponsored offers that the policy allows. */
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
    const terms = this.#terms, g = group[u];
    const sponsored = this.#first, others = this.#second;
    sponsored.clear();
    others.clear();
    // A sponsored offer adds 1 − share to the balance of the assignment ratio, another one takes share off it.
    this.#consider(sponsored, u, start[u], middle[u], terms.sponsored[g]);
    this.#consider(others, u, middle[u], start[u + 1], terms.others[g]);
    const own = this.#own.of(u), worth = this.#worthOf(own);
    const becoming = terms.bonus + terms.becoming[g];
    let sumSponsored = 0;
    for (let s = 0; s <= sponsored.length; s++) {
      if (s > 0) sumSponsored += sponsored.values[s - 1];
      let sum = sumSponsored + (s > 0 ? becoming : 0);
      for (let t = 0; t <= others.length && s + t <= own.k; t++) {
        if (t > 0) sum += others.values[t - 1];
        if (!mayHold(own, s, t) || s < sponsored.pinned || t < others.pinned) continue;
        const mixing = s > 0 && t > 0 ? terms.mixing[g] : 0;
        visit(sum + worth[s + t] - mixing, s, t);
      }
    }
  }

  /** Offers pairs `[from, to)` of user `u` to a list, at score − price − what limits cost + `extra`. */
  #consider(list: Shortlist, u: number, from: number, to: number, extra: number): void {
    const { contract } = this.#instance;
    const { score, contract: price, limits } = this.#terms;
    for (let p = from; p < to; p++) {
      const c = contract[p];
      const value = score(p) - price[c] + extra;
      const isPinned = this.#isPinned !== null && this.#isPinned[p] === 1;
      const net = limits === null ? value : value - limits(c, u, p, isPinned);
      list.offer(net, this.#brand === null ? NO_BRAND : this.#brand[c], isPinned);
    }
  }
}

/**
 * The best k values offered, best first, with at most `limit` of a brand. If a new value is one too many, of its brand or of all, the
 * least of those is dropped: then the first n are the best n for every n (greedy choice in a matroid). Pinned values come before all
 * others, whatever they are.
 */
class Shortlist {
  /** Values, best first. */
  readonly values: Float64Array;
  /** How many there are. */
  length = 0;
  /** How many were pinned; they are the first ones. */
  pinned = 0;
  /** What values are compared by: the value, Infinity for pinned ones. */
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
