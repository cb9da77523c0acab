/**
 * What every explanation starts from: a drop, its prices, and who got what.
 *
 * @module
 */
import type { Prices } from "../allocation.ts";
import type { Instance } from "../instance.ts";
import type { Offers } from "../offers.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "../optimal/bundle_kernel.ts";
import { compileDualProblem, type DualProblem, zeroPrices } from "../optimal/dual_problem.ts";
import type { Policy } from "../policy.ts";

/** An allocation to ask about. */
export interface Question {
  /** The drop. */
  readonly instance: Instance;
  /** The rules that it was allocated under. */
  readonly policy: Policy;
  /** The certificate's prices. */
  readonly prices: Prices;
  /** Who got what. */
  readonly offers: Offers;
}

/** A question made ready: best bundles at the prices, and without any. */
export class Inquiry {
  /** What is asked about. */
  readonly question: Question;
  /** The drop as the price solver sees it. */
  readonly problem: DualProblem;
  /** Float64Array, length contracts: units given of each. */
  readonly assigned: Float64Array;
  /** Differences in value below this are rounding of the prices. */
  readonly tolerance: number;
  readonly #atPrices: BundleKernel;
  readonly #unlimited: BundleKernel;

  /** One pass over the scores and the offers. */
  constructor(question: Question) {
    const { instance, policy, prices, offers } = question;
    this.question = question;
    this.problem = compileDualProblem(instance, policy);
    this.assigned = new Float64Array(instance.contracts.length);
    for (const pair of offers.offerPair) this.assigned[instance.contract[pair]]++;
    this.tolerance = 1e-6 * this.problem.unit;
    this.#atPrices = new BundleKernel(this.problem);
    this.#atPrices.setPrices(prices);
    this.#unlimited = new BundleKernel(this.problem);
    this.#unlimited.setPrices(zeroPrices(this.problem));
  }

  /** Pairs that user `u` got. */
  taken(u: number): Uint32Array {
    const { offerStart, offerPair } = this.question.offers;
    return offerPair.subarray(offerStart[u], offerStart[u + 1]);
  }

  /** What the offers of user `u` are worth in the objective, the group's rules aside. */
  worthOfTaken(u: number): number {
    const { instance } = this.question;
    const { offerBonus, shapeWorth, shapeSponsored, shapeUnsponsored, oneList } = this.problem;
    const pairs = this.taken(u);
    let sum = 0, sponsored = 0;
    for (const pair of pairs) {
      const c = instance.contract[pair];
      sum += instance.score[pair] + offerBonus[c];
      if (c < instance.sponsoredContracts) sponsored++;
    }
    const i = oneList ? 0 : sponsored, j = pairs.length - i;
    const shape = shapeSponsored.findIndex((n, s) => n === i && shapeUnsponsored[s] === j);
    return shape < 0 ? sum : sum + shapeWorth[shape];
  }

  /** Value of the best bundle of user `u` if nothing were scarce and no rule bound groups. */
  unlimitedWorth(u: number): number {
    this.#unlimited.scanUser(u);
    return Math.max(this.#unlimited.value[SPONSORED], this.#unlimited.value[UNSPONSORED]);
  }

  /**
   * Value at the prices of the best bundle of user `u` with a sponsored offer (the group's price of a sponsored user
   * included) and without; −Infinity where there is none.
   */
  worthByKind(u: number): { sponsored: number; unsponsored: number } {
    const { group } = this.question.instance;
    const { minSponsored, maxSponsored } = this.question.prices;
    this.#atPrices.scanUser(u);
    const g = group[u];
    return {
      sponsored: this.#atPrices.value[SPONSORED] + minSponsored[g] - maxSponsored[g],
      unsponsored: this.#atPrices.value[UNSPONSORED],
    };
  }
}
