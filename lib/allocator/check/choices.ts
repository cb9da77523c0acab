/**
 * Finds each user's best bundle at given prices.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { Policy } from "../model/policy.ts";
import { largestK, limitedBrands, mayHold, UserPolicies } from "./demands.ts";

/** The brand of every offer if brands are not limited. */
const NO_BRAND = -1;

/** Doubles, or whole numbers of any size where doubles can't count them. */
export type Amount = number | bigint;

/** Amounts by index. */
interface Amounts<N extends Amount> {
  readonly length: number;
  [index: number]: N;
}

/** The terms of a bundle's value at some prices, in any unit: doubles, or whole numbers of a small unit. */
export interface ChoiceTerms<N extends Amount = number> {
  /** Score of a pair. */
  readonly score: (p: number) => N;
  /** Price of each contract. */
  readonly contract: Amounts<N>;
  /** Float64Array, by group: what the assignment ratio adds for a sponsored offer, price × (1 − share). */
  readonly sponsored: Amounts<N>;
  /** Float64Array, by group: what it adds for another offer, −price × share. */
  readonly others: Amounts<N>;
  /** Float64Array, by group: what a sponsored user adds, price of the minimum less that of the maximum. */
  readonly becoming: Amounts<N>;
  /** Float64Array, by group: what a mixed user pays. */
  readonly mixing: Amounts<N>;
  /** Bonus of a sponsored offer (coverage) or user (uniform). */
  readonly bonus: N;
  /** Worth of a number of offers under a user's policy. */
  readonly worthOfCount: (policy: Policy, offers: number) => N;
  /** What an offer pays for limits; null: the drop has none. */
  readonly limits: ((c: number, u: number, p: number, isPinned: boolean) => N) | null;
  /** Nothing. */
  readonly zero: N;
  /** Room for so many amounts. */
  readonly room: (length: number) => Amounts<N>;
}

/** Terms in doubles. */
export const IN_DOUBLES: Pick<ChoiceTerms, "zero" | "room"> = {
  zero: 0,
  room: (length) => new Float64Array(length),
};

/** Terms in whole numbers of any size. */
export const IN_ANY_SIZE: Pick<ChoiceTerms<bigint>, "zero" | "room"> = {
  zero: 0n,
  room: (length) => new Array<bigint>(length).fill(0n),
};

/** a + b: both doubles, or both whole numbers of any size. */
export function plus<N extends Amount>(a: N, b: N): N {
  return (a as number) + (b as number) as N;
}

/** a − b. */
export function minus<N extends Amount>(a: N, b: N): N {
  return (a as number) - (b as number) as N;
}

/** Uint8Array, length pairs: 1 for pinned ones; null: none is. */
function pinnedPairs({ pins, score }: Instance): Uint8Array | null {
  if (pins === undefined) return null;
  const isPinned = new Uint8Array(score.length);
  for (const pair of pins.pair) isPinned[pair] = 1;
  return isPinned;
}

/** The larger of two; null is none. */
function larger<N extends Amount>(best: N | null, value: N): N {
  return best === null || value > best ? value : best;
}

/** The best bundle of some numbers of offers. */
export interface ValuedShape<N extends Amount> {
  /** What it is worth at the prices, the group's included. */
  readonly value: N;
  /** Sponsored offers. */
  readonly sponsored: number;
  /** Other offers. */
  readonly others: number;
}

/** Finds each user's best bundle, of all that hold the user's pins. */
export class Choices<N extends Amount = number> {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #terms: ChoiceTerms<N>;
  readonly #brand: Uint32Array | null;
  readonly #first: Shortlist<N>;
  readonly #second: Shortlist<N>;
  readonly #own: UserPolicies;
  readonly #countWorth = new Map<Policy, N[]>();
  /** Uint8Array, length pairs: 1 for those that every choice must hold; null: there are none. */
  readonly #isPinned: Uint8Array | null;

  /** Choices at the prices in `terms`. */
  constructor(instance: Instance, policy: Policy, terms: ChoiceTerms<N>) {
    this.#instance = instance;
    this.#isPinned = pinnedPairs(instance);
    this.#policy = policy;
    this.#terms = terms;
    this.#brand = limitedBrands(instance, policy);
    this.#own = new UserPolicies(instance, policy);
    const most = largestK(instance, policy);
    this.#first = new Shortlist(terms.room(most), terms.room(most), policy.maxPerBrand ?? Infinity);
    this.#second = new Shortlist(
      terms.room(most),
      terms.room(most),
      policy.maxPerBrand ?? Infinity,
    );
  }

  /** Value of the best bundle of user `u`. */
  bestOf(u: number): N {
    return this.#policy.model === "coverage" ? this.#bestOfAny(u) : this.#bestByType(u);
  }

  /** Model coverage: offers of both types compete for the same k places. */
  #bestOfAny(u: number): N {
    const { start, middle } = this.#instance;
    const list = this.#first;
    list.clear();
    this.#consider(list, u, start[u], middle[u], this.#terms.bonus);
    this.#consider(list, u, middle[u], start[u + 1], this.#terms.zero);
    const own = this.#own.of(u), worth = this.#worthsOf(own);
    let best: N | null = null, sum = this.#terms.zero;
    for (let n = 0; n <= list.length && n <= own.k; n++) {
      if (n > 0) sum = plus(sum, list.values[n - 1]);
      if (n < list.pinned) continue;
      best = larger(best, plus(sum, worth[n] ??= this.#terms.worthOfCount(own, n)));
    }
    return best!;
  }

  /** Worth of each number of offers under a user's policy, as far as it was asked for. */
  #worthsOf(policy: Policy): N[] {
    let worth = this.#countWorth.get(policy);
    if (worth === undefined) this.#countWorth.set(policy, worth = []);
    return worth;
  }

  /** Model uniform: the best over all numbers of sponsored and unsponsored offers that the policy allows. */
  #bestByType(u: number): N {
    let best: N | null = null;
    this.#eachShape(u, (value) => {
      best = larger(best, value);
    });
    return best!;
  }

  /** The best bundle of user `u` with each number of sponsored and unsponsored offers that it may hold. */
  bundlesOf(u: number): ValuedShape<N>[] {
    const bundles: ValuedShape<N>[] = [];
    this.#eachShape(u, (value, sponsored, others) => bundles.push({ value, sponsored, others }));
    return bundles;
  }

  #eachShape(u: number, visit: (value: N, sponsored: number, others: number) => void): void {
    const { start, middle, group } = this.#instance;
    const terms = this.#terms, g = group[u];
    const sponsored = this.#first, others = this.#second;
    sponsored.clear();
    others.clear();
    // A sponsored offer adds 1 − share to the balance of the assignment ratio, another one takes share off it.
    this.#consider(sponsored, u, start[u], middle[u], terms.sponsored[g]);
    this.#consider(others, u, middle[u], start[u + 1], terms.others[g]);
    const own = this.#own.of(u), worth = this.#worthsOf(own);
    const becoming = plus(terms.bonus, terms.becoming[g]);
    let sumSponsored = terms.zero;
    for (let s = 0; s <= sponsored.length; s++) {
      if (s > 0) sumSponsored = plus(sumSponsored, sponsored.values[s - 1]);
      let sum = s > 0 ? plus(sumSponsored, becoming) : sumSponsored;
      for (let t = 0; t <= others.length && s + t <= own.k; t++) {
        if (t > 0) sum = plus(sum, others.values[t - 1]);
        if (!mayHold(own, s, t) || s < sponsored.pinned || t < others.pinned) continue;
        const value = plus(sum, worth[s + t] ??= terms.worthOfCount(own, s + t));
        visit(s > 0 && t > 0 ? minus(value, terms.mixing[g]) : value, s, t);
      }
    }
  }

  /** Offers pairs `[from, to)` of user `u` to a list, at score − price − what limits cost + `extra`. */
  #consider(list: Shortlist<N>, u: number, from: number, to: number, extra: N): void {
    const { contract } = this.#instance;
    const { score, contract: price, limits } = this.#terms;
    for (let p = from; p < to; p++) {
      const c = contract[p];
      const value = plus(minus(score(p), price[c]), extra);
      const isPinned = this.#isPinned !== null && this.#isPinned[p] === 1;
      const net = limits === null ? value : minus(value, limits(c, u, p, isPinned));
      list.offer(net, this.#brand === null ? NO_BRAND : this.#brand[c], isPinned);
    }
  }
}

/**
 * The best k values offered, best first, with at most `limit` of a brand. If a new value is one too many, of its brand or of all, the
 * least of those is dropped: then the first n are the best n for every n (greedy choice in a matroid). Pinned values come before all
 * others, whatever they are.
 */
class Shortlist<N extends Amount> {
  /** Values, best first. */
  readonly values: Amounts<N>;
  /** How many there are. */
  length = 0;
  /** How many were pinned; they are the first ones. */
  pinned = 0;
  /** What values are compared by: the value, Infinity for pinned ones. */
  readonly #ranks: Amounts<N>;
  readonly #brands: Int32Array;
  readonly #limit: number;

  constructor(values: Amounts<N>, ranks: Amounts<N>, limit: number) {
    this.values = values;
    this.#ranks = ranks;
    this.#brands = new Int32Array(values.length);
    this.#limit = limit;
  }

  clear(): void {
    this.length = 0;
    this.pinned = 0;
  }

  offer(value: N, brand: number, isPinned: boolean): void {
    // Whole numbers of any size are compared with a double's Infinity too.
    const rank = isPinned ? Infinity as N : value, ranks = this.#ranks;
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
