/**
 * The next best options of each user at the final prices, to offer when the user declines an offer.
 *
 * @module
 */
import { COUNTS, SPONSORED_OFFERS, UNSPONSORED_OFFERS } from "../limits/kinds/user_counts.ts";
import type { Policy } from "../model/policy.ts";
import { barredItems, bonusOfOffer, typesThatFit } from "../model/replacements.ts";
import type { Prices } from "../model/allocation.ts";
import { chargedInstance, hasChangeCost } from "../model/change_cost.ts";
import { ownersOfRows, rowsWithoutRoom, type RowUse, useOfPairs } from "../model/row_use.ts";
import { kOfUser } from "../model/user_k.ts";
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitRows } from "../drop/instance/limits.ts";
import { type Offers, offersOfUser } from "../model/offers.ts";
import { sharedPrices } from "../optimal/columns/own_limits.ts";
import { BundleKernel } from "../optimal/dual/bundle_kernel.ts";
import { compileDualProblem, type DualProblem } from "../optimal/dual/dual_problem.ts";

/** Alternates in CSR order by user, each user's in the order to use them. */
export interface Alternates {
  /** Uint32Array, length users + 1: alternates of user u are `pair[start[u] … start[u + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array, length alternates: pair of each. */
  readonly pair: Uint32Array;
  /** Float64Array, length alternates: the net value of each, its score less all prices that it pays. */
  readonly netValue: Float64Array;
}

/**
 * At most `most` alternates for each user who has an offer. An alternate is a pair of the user that
 * - is not an offer,
 * - could replace one of the user's offers by the rules on types and brands, and by hard limits of this user alone (a budget of
 *   each user's),
 * - could be an offer at all: no cap of 0 and no hard limit forbids every one like it,
 * - is worth at least its price. At the final prices a full contract costs what its next unit is worth to others, so giving
 *   alternates keeps caps and limits on average. It does not guarantee them: nothing is reserved.
 *
 * Sorted by net value, highest first; equal ones by score, highest first, then by the contract's place in the drop.
 *
 * @param prices the final prices of the run that made `offers`
 */
export function findAlternates(
  instance: Instance,
  policy: Policy,
  offers: Offers,
  prices: Prices,
  most: number,
): Alternates {
  const charged = hasChangeCost(instance, policy) ? chargedInstance(instance, policy) : instance;
  const users = instance.group.length, own = OwnRows.of(instance, offers);
  const values = new NetValues(compileDualProblem(charged, policy), own?.without(prices) ?? prices);
  const replacements = new Replacements(instance, policy, own);
  const start = new Uint32Array(users + 1);
  const pair: number[] = [], netValue: number[] = [];
  for (let u = 0; u < users; u++) {
    const given = offersOfUser(offers, u);
    if (given.length > 0) {
      const found = replacements.allowedFor(u, given)
        .map((p) => ({ p, net: values.of(u, p) }))
        .filter(({ net }) => net + values.bonusOfOffer(given.length) >= 0)
        .sort((a, b) => b.net - a.net || instance.score[b.p] - instance.score[a.p] || a.p - b.p);
      for (const { p, net } of found.slice(0, most)) {
        pair.push(p);
        netValue.push(net);
      }
    }
    start[u + 1] = pair.length;
  }
  return { start, pair: Uint32Array.from(pair), netValue: Float64Array.from(netValue) };
}

/** Net values of pairs at given prices. */
class NetValues {
  readonly #problem: DualProblem;
  readonly #netPrice: Float64Array;
  readonly #prices: Prices;

  constructor(problem: DualProblem, prices: Prices) {
    const kernel = new BundleKernel(problem);
    kernel.setPrices(prices);
    this.#problem = problem;
    this.#netPrice = kernel.netPrice;
    this.#prices = prices;
  }

  /**
   * Net value of pair `p` of user `u`: its score less the prices of its contract, of the limits of the drop and of the group's
   * limits that count offers.
   */
  of(u: number, p: number): number {
    const { instance, item, rules } = this.#problem, g = instance.group[u];
    const score = instance.score[p], ofLimits = this.#netPrice[item[p]];
    let value = score - ofLimits, size = Math.max(Math.abs(score), Math.abs(ofLimits));
    const count = instance.contract[p] < instance.sponsoredContracts
      ? SPONSORED_OFFERS
      : UNSPONSORED_OFFERS;
    for (const { name, sense, weight } of rules.others) {
      const price = this.#prices[name][g];
      if (price === 0) continue;
      const own = sense * price * weight[g * COUNTS + count];
      value -= own;
      size = Math.max(size, Math.abs(own));
    }
    // A pair that is worth just its price is worth 0, whatever rounding leaves.
    return withoutRounding(value, size);
  }

  /** What the n-th offer of a user adds to the objective besides its score. */
  bonusOfOffer(n: number): number {
    return bonusOfOffer(this.#problem.policy, n);
  }
}

/** Which pairs may replace one of a user's offers. */
class Replacements {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #own: OwnRows | null;
  /** Uint8Array, by item: 1 for those that nobody can have. */
  readonly #barred: Uint8Array;
  /** By pair: its item. */
  readonly #item: ArrayLike<number>;

  constructor(instance: Instance, policy: Policy, own: OwnRows | null) {
    this.#instance = instance;
    this.#barred = barredItems(instance);
    this.#item = instance.limits?.rows.item ?? instance.contract;
    this.#policy = policy;
    this.#own = own;
  }

  /** Pairs of user `u` that are no offers and may replace one of the offers `given`. */
  allowedFor(u: number, given: Uint32Array): number[] {
    const { start } = this.#instance;
    const allowsType = this.#typesAllowed(u, given), allowed: number[] = [];
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (given.includes(p) || !allowsType[this.#isSponsored(p) ? 1 : 0]) continue;
      if (this.#barred[this.#item[p]] === 1) continue;
      if (this.#fitsBrand(p, given) && (this.#own?.fit(p, given) ?? true)) allowed.push(p);
    }
    return allowed;
  }

  #isSponsored(p: number): boolean {
    return this.#instance.contract[p] < this.#instance.sponsoredContracts;
  }

  /** Whether an unsponsored, and whether a sponsored offer may replace one of the offers `given`. */
  #typesAllowed(u: number, given: Uint32Array): [boolean, boolean] {
    const own = { ...this.#policy, k: kOfUser(this.#instance, this.#policy, u) };
    const sponsored = given.reduce((n, p) => n + (this.#isSponsored(p) ? 1 : 0), 0);
    return typesThatFit(own, sponsored, given.length - sponsored);
  }

  /** Whether the user may have pair `p` under the limit on offers of one brand, if need be in place of an offer of that brand. */
  #fitsBrand(p: number, given: Uint32Array): boolean {
    const { brand, contract } = this.#instance, { maxPerBrand } = this.#policy;
    if (maxPerBrand === null || brand === null) return true;
    const same = given.reduce((n, q) => n + (brand[contract[q]] === brand[contract[p]] ? 1 : 0), 0);
    return same <= maxPerBrand;
  }
}

/** Hard limits of single users: each user keeps its own whatever they cost, so their prices are no matter. */
class OwnRows {
  readonly #rows: LimitRows;
  readonly #use: RowUse;
  /** Uint8Array, length rows: 1 for these limits. */
  readonly #isOwn: Uint8Array;

  /** Those of a drop whose offers use some of them; null: it has none. */
  static of(instance: Instance, { offerPair }: Offers): OwnRows | null {
    const rows = instance.limits?.rows;
    if (rows === undefined) return null;
    const isOwn = Uint8Array.from(
      ownersOfRows(rows, instance),
      (owner, r) => owner >= 0 && rows.price[r] === Infinity ? 1 : 0,
    );
    return isOwn.includes(1) ? new OwnRows(rows, useOfPairs(rows, offerPair), isOwn) : null;
  }

  private constructor(rows: LimitRows, use: RowUse, isOwn: Uint8Array) {
    this.#rows = rows;
    this.#use = use;
    this.#isOwn = isOwn;
  }

  /** Whether pair `p` may take the place of one of the offers `given`. */
  fit(p: number, given: Uint32Array): boolean {
    return given.some((q) =>
      rowsWithoutRoom(this.#rows, this.#use, p, [q]).every((r) => this.#isOwn[r] === 0)
    );
  }

  /** Prices with those of these limits left out. */
  without(prices: Prices): Prices {
    return sharedPrices(this.#isOwn, prices);
  }
}
