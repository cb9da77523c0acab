/**
 * Finds each user's best bundle at given prices.
 *
 * @module
 */
import { type Amount, minus, plus } from "./amount.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { largestK, limitedBrands, mayHold, UserPolicies } from "../rules/demands.ts";
import { type Candidate, OwnSearch, type OwnTerms } from "./own_choices.ts";

/** The brand of every offer if brands are not limited. */
const NO_BRAND = -1;

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
  /** By group: what the assignment ratio adds for a sponsored offer, price × (1 − share). */
  readonly sponsored: Amounts<N>;
  /** By group: what it adds for another offer, −price × share. */
  readonly others: Amounts<N>;
  /** By group: what a sponsored user adds, price of the minimum less that of the maximum. */
  readonly becoming: Amounts<N>;
  /** By group: what a mixed user pays. */
  readonly mixing: Amounts<N>;
  /** Bonus of a sponsored offer (coverage) or user (uniform). */
  readonly bonus: N;
  /** Worth of a number of offers under a user's policy. */
  readonly worthOfCount: (policy: Policy, offers: number) => N;
  /** What an offer pays for limits, those of single users aside if users keep them; null: the drop has none. */
  readonly limits: ((c: number, u: number, p: number, isPinned: boolean) => N) | null;
  /** The limits of single users, if users keep them; null: those have prices like all others. */
  readonly own: OwnTerms<N> | null;
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

/** Some of a user's pairs, and what each of them is worth beside its score. */
interface Part<N extends Amount> {
  readonly from: number;
  readonly to: number;
  readonly extra: N;
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
    const shortlist = () =>
      new Shortlist(terms.room(most), terms.room(most), policy.maxPerBrand ?? Infinity);
    this.#first = shortlist();
    this.#second = shortlist();
  }

  /** Value of the best bundle of user `u`. */
  bestOf(u: number): N {
    let best: N | null = null;
    const { own } = this.#terms;
    if (own?.limits.of(u) !== undefined) {
      const search = this.#searchOf(u, own), all = this.#atOwnPrices(u, own);
      for (const shape of all) {
        // Those that follow are worth no more.
        if (best !== null && shape.value <= best) break;
        best = this.#keeping(u, search, shape, best) ?? best;
      }
      return best ?? all[0].value;
    }
    this.#eachShape(u, (value) => {
      best = larger(best, value);
    });
    return best!;
  }

  /** The best bundle of user `u` with each number of sponsored and unsponsored offers that it may hold. */
  bundlesOf(u: number): ValuedShape<N>[] {
    const { own } = this.#terms;
    if (own?.limits.of(u) !== undefined) {
      const search = this.#searchOf(u, own), all = this.#atOwnPrices(u, own);
      // Here the search may settle less. What a bundle loses against the user's best one must not look larger by that.
      const most = this.bestOf(u);
      const kept = all.flatMap((shape) => {
        const value = this.#keeping(u, search, shape, null);
        return value === null ? [] : [{ ...shape, value: value > most ? most : value }];
      });
      // Where pins break a limit there are no allocations.
      return kept.length === 0 ? all : kept;
    }
    const bundles: ValuedShape<N>[] = [];
    this.#eachShape(u, (value, sponsored, others) => bundles.push({ value, sponsored, others }));
    return bundles;
  }

  /**
   * The value of the best bundle of a shape that keeps the user's own limits, if it is more than `least`; that at the prices if
   * it was not found.
   */
  #keeping(u: number, search: OwnSearch<N>, shape: ValuedShape<N>, least: N | null): N | null {
    const { sponsored, others } = shape;
    const found = search.best({
      numbers: this.#policy.model === "coverage" ? [sponsored] : [sponsored, others],
      rest: this.#besideOffers(u, sponsored, others),
    }, least);
    return search.isOver ? shape.value : found;
  }

  /** The best bundle of each shape at the prices of the user's own limits, those of the highest value first. */
  #atOwnPrices(u: number, own: OwnTerms<N>): ValuedShape<N>[] {
    const bundles: ValuedShape<N>[] = [];
    let worth = this.#terms.zero;
    for (const { index } of own.limits.of(u)!) worth = plus(worth, own.worth(index));
    this.#eachShape(u, (value, sponsored, others) => {
      bundles.push({ value: plus(value, worth), sponsored, others });
    }, own);
    return bundles.sort((a, b) => Number(minus(b.value, a.value)));
  }

  /** The search for bundles that keep the user's own limits. */
  #searchOf(u: number, own: OwnTerms<N>): OwnSearch<N> {
    const limits = own.limits.of(u)!;
    const lists = this.#lists(u).map((parts) =>
      parts.flatMap(({ from, to, extra }) =>
        Array.from({ length: to - from }, (_, i): Candidate<N> => {
          const p = from + i, c = this.#instance.contract[p], isPinned = this.#isPinned?.[p] === 1;
          const value = this.#netOf(c, u, p, isPinned, extra);
          return {
            ...own.limits.countsOf(limits, c, u, p),
            value,
            atPrices: minus(value, own.cost(c, u, p, isPinned)),
            brand: this.#brandOf(c),
            isPinned,
          };
        })
      )
    );
    const { zero } = this.#terms, mostOfBrand = this.#policy.maxPerBrand ?? Infinity;
    return new OwnSearch(limits, own, lists, { zero, mostOfBrand });
  }

  /** Worth of each number of offers under a user's policy, as far as it was asked for. */
  #worthsOf(policy: Policy): N[] {
    let worth = this.#countWorth.get(policy);
    if (worth === undefined) this.#countWorth.set(policy, worth = []);
    return worth;
  }

  /** The user's pairs, with what each is worth beside its score: those that compete for the same places in a list. */
  #lists(u: number): Part<N>[][] {
    const { start, middle, group } = this.#instance, g = group[u];
    const { bonus, zero, sponsored, others } = this.#terms;
    const first = { from: start[u], to: middle[u] }, second = { from: middle[u], to: start[u + 1] };
    // Model coverage: offers of both types compete for the same k places.
    if (this.#policy.model === "coverage") {
      return [[{ ...first, extra: bonus }, { ...second, extra: zero }]];
    }
    // A sponsored offer adds 1 − share to the balance of the assignment ratio, another one takes share off it.
    return [[{ ...first, extra: sponsored[g] }], [{ ...second, extra: others[g] }]];
  }

  /** What a bundle of a shape is worth besides its offers. */
  #besideOffers(u: number, sponsored: number, others: number): N {
    const { bonus, becoming, mixing, zero, worthOfCount } = this.#terms;
    const own = this.#own.of(u), g = this.#instance.group[u];
    const worth = worthOfCount(own, sponsored + others);
    if (this.#policy.model === "coverage" || sponsored === 0) return worth;
    const value = plus(worth, plus(bonus, becoming[g]));
    return minus(value, others > 0 ? mixing[g] : zero);
  }

  /** Visits the shapes that the policy allows with the value of the best bundle of each; under coverage all offers count as of one type. */
  #eachShape(
    u: number,
    visit: (value: N, sponsored: number, others: number) => void,
    paid: OwnTerms<N> | null = null,
  ): void {
    const terms = this.#terms;
    const sponsored = this.#first, others = this.#second;
    sponsored.clear();
    others.clear();
    const [first, second] = this.#lists(u);
    for (const part of first) this.#consider(sponsored, u, part, paid);
    const own = this.#own.of(u), worth = this.#worthsOf(own);
    if (second === undefined) return this.#eachNumber(own, worth, visit);
    for (const part of second) this.#consider(others, u, part, paid);
    const g = this.#instance.group[u];
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

  /** Visits numbers of offers of the first list alone. */
  #eachNumber(own: Policy, worth: N[], visit: (value: N, offers: number, none: number) => void) {
    const list = this.#first;
    let sum = this.#terms.zero;
    for (let n = 0; n <= list.length && n <= own.k; n++) {
      if (n > 0) sum = plus(sum, list.values[n - 1]);
      if (n >= list.pinned) visit(plus(sum, worth[n] ??= this.#terms.worthOfCount(own, n)), n, 0);
    }
  }

  /** Offers pairs of user `u` to a list, at what they are worth less what they pay for own limits, if those are `paid`. */
  #consider(
    list: Shortlist<N>,
    u: number,
    { from, to, extra }: Part<N>,
    paid: OwnTerms<N> | null,
  ): void {
    const { contract } = this.#instance;
    for (let p = from; p < to; p++) {
      const c = contract[p];
      const isPinned = this.#isPinned !== null && this.#isPinned[p] === 1;
      const net = this.#netOf(c, u, p, isPinned, extra);
      const value = paid === null ? net : minus(net, paid.cost(c, u, p, isPinned));
      list.offer(value, this.#brandOf(c), isPinned);
    }
  }

  /** Score − price − what limits cost + `extra` of a pair. */
  #netOf(c: number, u: number, p: number, isPinned: boolean, extra: N): N {
    const { score, contract: price, limits } = this.#terms;
    const value = plus(minus(score(p), price[c]), extra);
    return limits === null ? value : minus(value, limits(c, u, p, isPinned));
  }

  #brandOf(c: number): number {
    return this.#brand === null ? NO_BRAND : this.#brand[c];
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
