/**
 * What users would get next: their best options at the final prices, for when an offer is declined.
 *
 * @module
 */
import { COUNTS, SPONSORED_OFFERS, UNSPONSORED_OFFERS } from "../limits/kinds/user_counts.ts";
import { allowsShape, type Policy } from "../model/policy.ts";
import type { Prices } from "../model/allocation.ts";
import { chargedInstance, hasChangeCost } from "../model/change_cost.ts";
import { kOfUser } from "../model/user_k.ts";
import type { Instance } from "../drop/instance.ts";
import type { Offers } from "../model/offers.ts";
import { BundleKernel } from "../optimal/dual/bundle_kernel.ts";
import { compileDualProblem, type DualProblem } from "../optimal/dual/dual_problem.ts";

/** Alternates in CSR order by user, each user's in the order to use them. */
export interface Alternates {
  /** Uint32Array, length users + 1: alternates of user u are `pair[start[u] … start[u + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array, length alternates: pair of each. */
  readonly pair: Uint32Array;
  /** Float64Array, length alternates: score less all prices, what each is worth to the user at them. */
  readonly netValue: Float64Array;
}

/**
 * The next best offers of each user who has one, at most `most` each. An alternate is an option that the user was not given, that
 * may stand in the place of one of its offers (type, brand), and that is worth at least its price beside the others: at the
 * final prices a contract that is full costs what its next unit is worth elsewhere, so that alternates keep caps and limits in
 * expectation, and only so. Best net value first; of equal ones the better score, then the contract's place in the drop.
 */
export function findAlternates(
  instance: Instance,
  policy: Policy,
  offers: Offers,
  prices: Prices,
  most: number,
): Alternates {
  const charged = hasChangeCost(instance, policy) ? chargedInstance(instance, policy) : instance;
  const values = new NetValues(compileDualProblem(charged, policy), prices);
  const users = instance.group.length, places = new Places(instance, policy);
  const start = new Uint32Array(users + 1);
  const pair: number[] = [], netValue: number[] = [];
  for (let u = 0; u < users; u++) {
    const given = offers.offerPair.subarray(offers.offerStart[u], offers.offerStart[u + 1]);
    if (given.length > 0) {
      const found = places.openTo(u, given)
        .map((p) => ({ p, net: values.of(u, p) }))
        .filter(({ net }) => net + values.stepTo(given.length) >= 0)
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

/** What offers are worth at prices. */
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

  /** Score less the prices of contract, limits and those limits of the group that count offers, and a bonus per offer. */
  of(u: number, p: number): number {
    const { instance, item, rules } = this.#problem, g = instance.group[u];
    let value = instance.score[p] - this.#netPrice[item[p]];
    const count = instance.contract[p] < instance.sponsoredContracts
      ? SPONSORED_OFFERS
      : UNSPONSORED_OFFERS;
    for (const { name, sense, weight } of rules.others) {
      const price = this.#prices[name][g];
      if (price > 0) value -= sense * price * weight[g * COUNTS + count];
    }
    return value;
  }

  /** What the n-th offer of a user is worth beside its score. */
  stepTo(n: number): number {
    const { covMode, covW, shortfallPenalty } = this.#problem.policy;
    return covMode === "shortfall" ? shortfallPenalty : covW[n - 1] ?? 0;
  }
}

/** Which pairs may take the place of one of a user's offers. */
class Places {
  readonly #instance: Instance;
  readonly #policy: Policy;

  constructor(instance: Instance, policy: Policy) {
    this.#instance = instance;
    this.#policy = policy;
  }

  /** Pairs of user `u` that are not given and may stand in the place of one that is. */
  openTo(u: number, given: Uint32Array): number[] {
    const { start } = this.#instance;
    const kinds = this.#kindsOpen(u, given), open: number[] = [];
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (given.includes(p) || !kinds[this.#isSponsored(p) ? 1 : 0]) continue;
      if (this.#fitsBrand(p, given)) open.push(p);
    }
    return open;
  }

  #isSponsored(p: number): boolean {
    return this.#instance.contract[p] < this.#instance.sponsoredContracts;
  }

  /** Whether an unsponsored and a sponsored offer may take a place; a user stays sponsored, or not. */
  #kindsOpen(u: number, given: Uint32Array): [boolean, boolean] {
    const own = { ...this.#policy, k: kOfUser(this.#instance, this.#policy, u) };
    const sponsored = given.reduce((n, p) => n + (this.#isSponsored(p) ? 1 : 0), 0);
    const others = given.length - sponsored;
    const fits = (isSponsored: boolean) =>
      [true, false].some((gone) => {
        const s = sponsored - (gone ? 1 : 0) + (isSponsored ? 1 : 0);
        const t = others - (gone ? 0 : 1) + (isSponsored ? 0 : 1);
        if (gone ? sponsored === 0 : others === 0) return false;
        const keepsType = own.model === "coverage" || (s > 0) === (sponsored > 0);
        return keepsType && allowsShape(own, s, t);
      });
    return [fits(false), fits(true)];
  }

  /** Whether the brand has room, or gives up an offer of its own. */
  #fitsBrand(p: number, given: Uint32Array): boolean {
    const { brand, contract } = this.#instance, { maxPerBrand } = this.#policy;
    if (maxPerBrand === null || brand === null) return true;
    const same = given.reduce((n, q) => n + (brand[contract[q]] === brand[contract[p]] ? 1 : 0), 0);
    return same <= maxPerBrand;
  }
}
