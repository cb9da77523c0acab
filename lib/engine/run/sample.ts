/**
 * A sample of users, chosen by hash, as a small drop of its own. It gives first prices, and tells how prices change
 * what users use.
 *
 * @module
 */
import { usedOf, withAmounts } from "../../allocator/limits/kinds/group_rules.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import { argmaxBundles } from "../../allocator/optimal/recovery/argmax_bundles.ts";
import { compileDualProblem, type DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { minimiseDual } from "../../allocator/optimal/search/minimise_dual.ts";
import type { RunControl } from "../../base/progress.ts";
import type { EngineRun } from "../steps/steps.ts";
import { slotCount, usedBySlots } from "../drop/slot_rows.ts";
import type { Usage } from "../drop/usage.ts";
import { UserRows } from "./user_rows.ts";

/** Where the time is over, this share of the users wanted is read, but no fewer than so many. */
const HURRIED_SHARE = 0.2, LEAST_HURRIED = 1000;

/**
 * Most users of the sample where the time is over before it is drawn, and of those that are decided together: with a twentieth of that a
 * run of five million pairs took twice the time, for rounds of repair.
 */
export function hurriedUsers(wanted: number): number {
  return Math.min(wanted, Math.max(LEAST_HURRIED, Math.ceil(HURRIED_SHARE * wanted)));
}

/** Sampled users, and the drop that they make. */
export class Sample {
  /** The drop; its caps and rules are those of the whole drop, scaled by {@link Sample.minimise}. */
  readonly problem: DualProblem;
  /** Share of all users that are in it. */
  readonly share: number;
  readonly #whole: DualProblem;

  constructor(whole: DualProblem, instance: Instance, users: number) {
    const price = whole.shortfallPrice;
    const compiled = compileDualProblem(instance, whole.policy, { k: whole.k, price });
    this.#whole = whole;
    this.share = instance.group.length / users;
    // Whether rules bind follows from the whole drop: the groups of a sample may be too small to tell.
    const { countsSponsored, shortfallPrice, offerBonus } = whole;
    this.problem = { ...compiled, countsSponsored, shortfallPrice, offerBonus };
  }

  /** Draws the sample. */
  static async draw(
    whole: DualProblem,
    engine: EngineRun,
    wanted: number,
    users: number,
    control: RunControl,
  ): Promise<Sample> {
    const read = new UserRows();
    await engine.sample(wanted, users, (rows) => read.add(rows, 0), control);
    return new Sample(whole, read.finish(whole).instance, users);
  }

  /**
   * Prices that are best for the sample, with its capacities set so that they fit what all users use at `prices`.
   *
   * Where no usage is known, the capacities are those of the whole drop, scaled. Else each is corrected by the
   * difference between what the sample uses at the prices and the scaled usage of all users. So the gradient at
   * `prices` is that of the whole drop, and the sample only stands in for how the gradient changes.
   */
  async minimise(
    prices: Prices | null,
    usage: Usage | null,
    control: RunControl & { deadline: number },
  ): Promise<Prices> {
    const { share } = this;
    const whole = this.#whole;
    const { instance } = this.problem;
    const own = prices === null || usage === null ? null : usageOf(this.problem, prices);
    const used = own && usedBySlots(whole, own.offers);
    const usedByAll = usage && usedBySlots(whole, usage.offers);
    const corrected = (all: number, r: number) =>
      used === null ? share * all : used[r] + share * (all - usedByAll![r]);
    const cap = whole.instance.cap.map((all, c) => Math.max(0, corrected(all, c)));
    const amount = whole.items?.amount.map((all, r) => corrected(all, cap.length + r));
    const size = whole.instance.groupSize;
    const part = (g: number) => instance.groupSize[g] / Math.max(1, size[g]);
    const rules = withAmounts(whole.rules, (rule, g) => {
      const ownUsed = own === null ? 0 : usedOf(rule, g, own.counts.of(g));
      const allUsed = own === null ? 0 : usedOf(rule, g, usage!.counts.of(g));
      // An amount of offers need not be a whole number, and may have either sign.
      if (rule.countsOffers) return ownUsed - part(g) * allUsed;
      const corrected = ownUsed + part(g) * (rule.amount[g] - allUsed);
      return Math.min(instance.groupSize[g], Math.max(0, Math.round(corrected)));
    });
    const { items } = this.problem;
    const problem = {
      ...this.problem,
      rules,
      instance: { ...instance, cap },
      items: items && { ...items, amount: amount! },
    };
    const { prices: found } = await minimiseDual(problem, {
      startPrices: prices ?? undefined,
      tolerance: 1e-8,
      signal: control.signal,
      deadline: control.deadline,
      onProgress: control.onProgress,
    });
    return found;
  }
}

/** What a sample's users use of the constraints at the prices. */
function usageOf(problem: DualProblem, prices: Prices): Usage {
  const { counts, slots, count } = argmaxBundles(problem, prices, 0);
  const offers = new Float64Array(slotCount(problem)), { k, item } = problem;
  for (let u = 0; u < count.length; u++) {
    for (let t = u * k; t < u * k + count[u]; t++) offers[item[slots[t]]]++;
  }
  return { offers, counts };
}
