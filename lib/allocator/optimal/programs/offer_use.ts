/**
 * What many offers together count toward caps and limits.
 *
 * @module
 */
import { SparseSet } from "../../../base/arrays/sparse_set.ts";
import type { Prices } from "../../model/allocation.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/** Sums over offers, for the contracts and limits that they count toward. */
export interface OfferUse {
  /** Uint32Array: the contracts of the offers, in no particular order. */
  readonly contract: Uint32Array;
  /** Float64Array: how many offers each of these contracts has. */
  readonly offers: Float64Array;
  /** Uint32Array: the limits that the offers count toward; empty if the drop has none. */
  readonly limit: Uint32Array;
  /** Float64Array: what they count toward each. */
  readonly amount: Float64Array;
}

/** Sums up offers. One counter does for many sums, one after the other. */
export class OfferCounter {
  readonly #problem: DualProblem;
  readonly #contracts: Sums;
  readonly #limits: Sums;

  /** Counts nothing yet. */
  constructor(problem: DualProblem) {
    this.#problem = problem;
    this.#contracts = new Sums(problem.instance.cap.length);
    this.#limits = new Sums(problem.items?.amount.length ?? 0);
  }

  /** What the first `n` of `pairs` count. */
  count(pairs: Int32Array, n: number): OfferUse {
    const { instance: { contract }, items, item } = this.#problem;
    const contracts = this.#contracts, limits = this.#limits;
    for (let t = 0; t < n; t++) {
      const p = pairs[t];
      contracts.add(contract[p], 1);
      if (items === null) continue;
      for (let e = items.start[item[p]]; e < items.start[item[p] + 1]; e++) {
        limits.add(items.row[e], items.coefficient[e]);
      }
    }
    const [ofContracts, ofLimits] = [contracts.take(), limits.take()];
    return {
      contract: ofContracts.at,
      offers: ofContracts.sum,
      limit: ofLimits.at,
      amount: ofLimits.sum,
    };
  }
}

/** Σ price · use: what the offers pay at prices of caps and limits. */
export function payments({ contract, offers, limit, amount }: OfferUse, prices: Prices): number {
  let sum = 0;
  for (let i = 0; i < contract.length; i++) sum += prices.contract[contract[i]] * offers[i];
  if (prices.limit === undefined) return sum;
  for (let i = 0; i < limit.length; i++) sum += prices.limit[limit[i]] * amount[i];
  return sum;
}

/** Sums by index; most are 0. */
class Sums {
  readonly #sum: Float64Array;
  readonly #at: SparseSet;

  constructor(length: number) {
    this.#sum = new Float64Array(length);
    this.#at = new SparseSet(length);
  }

  add(at: number, amount: number): void {
    this.#at.add(at);
    this.#sum[at] += amount;
  }

  /** The sums, and where they are; then all are 0 again. */
  take(): { at: Uint32Array; sum: Float64Array } {
    const at = Uint32Array.from(this.#at.list.subarray(0, this.#at.count));
    const sum = Float64Array.from(at, (i) => this.#sum[i]);
    for (const i of at) this.#sum[i] = 0;
    this.#at.clear();
    return { at, sum };
  }
}
