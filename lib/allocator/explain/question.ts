/**
 * The input of every explanation: a drop, its prices and its offers, and what is computed from them once.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";
import { sponsoredPriceOf } from "../limits/kinds/group_rules.ts";
import type { GroupCounts } from "../limits/kinds/user_counts.ts";
import type { Prices } from "../model/allocation.ts";
import { placeIn } from "../../base/arrays/sorted_place.ts";
import type { Instance } from "../drop/instance/instance.ts";
import { chargedInstance, hasChangeCost } from "../model/change_cost.ts";
import { type Offers, offersOfUser, valueOfOffers } from "../model/offers.ts";
import { ownersOfRows, type RowUse, useOfPairs } from "../model/row_use.ts";
import { boundAt } from "../optimal/dual/bound.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "../optimal/dual/bundle_kernel.ts";
import {
  compileDualProblem,
  type DualProblem,
  worthOfShape,
  zeroPrices,
} from "../optimal/dual/dual_problem.ts";
import type { Policy } from "../model/policy.ts";
import { boundOfPrices } from "./price_bound.ts";
import { countGroups, type TypeCounts, typeCounts } from "./fits_rules.ts";
import { bestWithinBrands } from "./best_within_brands.ts";

/** An allocation to ask about. */
export interface Question {
  /** The drop. */
  readonly instance: Instance;
  /** The rules that it was allocated under. */
  readonly policy: Policy;
  /** The certificate's prices. */
  readonly prices: Prices;
  /** Whether the certificate says that users keep their own limits; absent: they have prices like all others. */
  readonly ownLimitsKept?: boolean;
  /** The offers. */
  readonly offers: Offers;
}

/** A question with what all explanations need: counts, and best bundles at the prices and without prices. */
export class Inquiry {
  /** The question; where changes cost something, scores are less that cost. */
  readonly question: Question;
  /** The drop as the dual's problem. */
  readonly problem: DualProblem;
  /** Float64Array, length contracts: units given. */
  readonly assigned: Float64Array;
  /** Counts of the users and offers of each group. */
  readonly groups: GroupCounts;
  /** What the offers use of the drop's limits; null if it has none. */
  readonly use: RowUse | null;
  /** Differences in value up to this are taken for inaccuracy of the prices. */
  readonly tolerance: number;
  /** The drop with the scores that were given. */
  readonly #given: Instance;
  readonly #atPrices: BundleKernel;
  readonly #unlimited: BundleKernel;

  /** One pass over the scores and the offers. */
  constructor(question: Question) {
    this.#given = question.instance;
    // Scores less the cost of changes, so that all values compared here include it.
    if (hasChangeCost(question.instance, question.policy)) {
      question = { ...question, instance: chargedInstance(question.instance, question.policy) };
    }
    const { instance, policy, prices, offers } = question;
    this.question = question;
    this.problem = compileDualProblem(instance, policy);
    this.assigned = new Float64Array(instance.contracts.length);
    for (const pair of offers.offerPair) this.assigned[instance.contract[pair]]++;
    this.groups = countGroups(instance, offers);
    const { limits } = instance;
    this.use = limits === undefined ? null : useOfPairs(limits.rows, offers.offerPair);
    this.tolerance = 1e-6 * this.problem.unit;
    this.#atPrices = new BundleKernel(this.problem);
    this.#atPrices.setPrices(prices);
    this.#unlimited = new BundleKernel(this.problem);
    this.#unlimited.setPrices(zeroPrices(this.problem));
  }

  /**
   * The bound that the prices prove less the objective of the offers; 0 if it is no more than rounding. One more unit of a
   * contract, a group's rule or what several users share adds at most its price plus this. One pass over the pairs.
   */
  get slack(): number {
    const { policy, prices, ownLimitsKept = false } = this.question;
    return ownLimitsKept
      ? this.#slackOf(boundOfPrices(this.#given, policy, prices, true))
      : this.#slackWithAllPrices;
  }

  /** The same for row `r` of the limits. Where users keep their own limits, the bound says nothing of the prices of these. */
  slackOfRow(r: number): number {
    const { instance, ownLimitsKept = false } = this.question;
    const isOwn = ownLimitsKept && ownersOfRows(instance.limits!.rows, instance)[r] >= 0;
    return isOwn ? this.#slackWithAllPrices : this.slack;
  }

  get #slackWithAllPrices(): number {
    return this.#slackOf(boundAt(this.problem, this.question.prices));
  }

  #slackOf(bound: number): number {
    const { instance, policy, offers } = this.question;
    const { rules, shortfallPrice } = this.problem;
    const value = valueOfOffers(instance, policy, offers, rules.sponsored.least, shortfallPrice);
    const slack = bound - value.objective;
    return slack > WORTH_ROUNDING * (Math.abs(bound) + Math.abs(value.score)) ? slack : 0;
  }

  /** The score of a pair, without what a change costs. */
  scoreOf(pair: number): number {
    const { score, plainScore = score } = this.question.instance;
    return plainScore[pair];
  }

  /** What giving a pair costs because it was no previous offer; 0 if it was. */
  changeCostOf(pair: number): number {
    const { instance: { score }, policy } = this.question;
    return score[pair] === this.scoreOf(pair) ? 0 : policy.changeCost;
  }

  /** The offers of user `u`, as pairs. */
  taken(u: number): Uint32Array {
    return offersOfUser(this.question.offers, u);
  }

  /** The numbers of sponsored and unsponsored pairs. */
  countsOf(pairs: ArrayLike<number>): TypeCounts {
    return typeCounts(this.question.instance, pairs);
  }

  /** What a bundle adds to the objective, without what its group's missed users cost. */
  worthOf(pairs: ArrayLike<number>): number {
    const { instance: { score, contract }, item, offerBonus, typedContracts } = this.problem;
    let sum = 0, sponsored = 0;
    for (let i = 0; i < pairs.length; i++) {
      const p = pairs[i];
      sum += score[p] + offerBonus[item[p]];
      if (contract[p] < typedContracts) sponsored++;
    }
    const shape = worthOfShape(this.problem, sponsored, pairs.length - sponsored);
    // Another tool's assignments may have a shape that nobody may have.
    return shape === -Infinity ? sum : sum + shape;
  }

  /** Value of the best bundle of user `u` if there were no caps, no limits and no pins: all prices 0. */
  unlimitedWorth(u: number): number {
    const { instance: { brand }, policy } = this.question;
    if (brand !== null && policy.maxPerBrand !== null) return bestWithinBrands(this.problem, u);
    this.#unlimited.scanUser(u);
    return Math.max(this.#unlimited.value[SPONSORED], this.#unlimited.value[UNSPONSORED]);
  }

  /**
   * Finds the best bundles of user `u` at a kernel's prices, of those that hold the user's pins. The kernel's fields hold until the
   * next scan.
   */
  scan(kernel: BundleKernel, u: number): void {
    const pinned = this.#pinsOf(u);
    if (pinned.length === 0) return kernel.scanUser(u);
    const { item } = this.problem, { netPrice, value } = kernel;
    // A bonus that nothing is worth giving up for.
    const bonus = 2 ** Math.ceil(Math.log2(4 * this.spanOf(kernel, u)));
    const usual = pinned.map((p) => netPrice[item[p]]);
    for (const p of pinned) netPrice[item[p]] -= bonus;
    kernel.scanUser(u);
    pinned.forEach((p, i) => netPrice[item[p]] = usual[i]);
    for (const kind of [UNSPONSORED, SPONSORED]) {
      value[kind] -= bonus * pinned.length;
      if (value[kind] < -bonus / 2) value[kind] = -Infinity;
    }
  }

  /** More than the distance between the values of any two bundles of user `u` at a kernel's prices. */
  spanOf({ netPrice }: BundleKernel, u: number): number {
    const { question: { instance, prices }, problem } = this, { start, score, group } = instance;
    let offer = 0;
    for (let p = start[u]; p < start[u + 1]; p++) {
      const price = netPrice[problem.item[p]];
      offer = Math.max(offer, Math.abs(score[p]) + (Number.isFinite(price) ? Math.abs(price) : 0));
    }
    for (const { name } of problem.rules.all) offer += prices[name][group[u]];
    return 2 * (problem.k + 1) * offer + 2 * Math.max(...problem.shapeWorth.map(Math.abs)) +
      Number.MIN_VALUE;
  }

  /** The pinned pairs of user `u`. */
  #pinsOf(u: number): number[] {
    const { instance } = this.question, { start, pins } = instance, own: number[] = [];
    if (pins === undefined) return own;
    for (let p = start[u]; p < start[u + 1]; p++) if (isPinned(instance, p)) own.push(p);
    return own;
  }

  /** Value of the best bundle of user `u` at a kernel's prices, including what its group pays for a sponsored user. */
  bestWorth(kernel: BundleKernel, u: number): number {
    const { sponsored, unsponsored } = this.worthByType(u, kernel);
    return Math.max(sponsored, unsponsored);
  }

  /** What group `g` pays for a sponsored user: the price of its minimum less that of its maximum. */
  sponsoredPrice(g: number): number {
    return sponsoredPriceOf(this.problem.rules, this.question.prices, g);
  }

  /**
   * Values at a kernel's prices of user `u`'s best bundle with a sponsored offer, including what the group pays for a sponsored
   * user, and of the best one without; −Infinity where there is none.
   */
  worthByType(u: number, kernel = this.#atPrices): { sponsored: number; unsponsored: number } {
    this.scan(kernel, u);
    const { value } = kernel;
    return {
      sponsored: value[SPONSORED] + this.sponsoredPrice(this.question.instance.group[u]),
      unsponsored: value[UNSPONSORED],
    };
  }
}

/** Whether a pair is pinned. */
export function isPinned({ pins }: Instance, p: number): boolean {
  // Pins are in order, and there may be millions, as of --only-new.
  return pins !== undefined && placeIn(pins.pair, p) >= 0;
}
