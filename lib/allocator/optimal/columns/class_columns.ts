/**
 * Column generation with classes of users who are alike as blocks. It finds the best prices of a drop that is not too large, also
 * where ties force prices to move together, which makes Newton's method slow.
 *
 * @module
 */
import { mostCounted } from "../../limits/items.ts";
import { adds, sponsoredPriceOf } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import type { MipBuilder } from "../../ilp/mip.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import {
  type CasePrices,
  constantTerm,
  type DualProblem,
  rowCount,
  worthOfShape,
} from "../dual/dual_problem.ts";
import {
  type BestPrices,
  type Blocks,
  type ColumnSearch,
  generateColumns,
  type Priced,
} from "./column_generation.ts";
import type { PricedRows } from "../programs/priced_rows.ts";
import type { UserClasses } from "../../drop/user_classes.ts";

/** A bundle of a class, as pairs of its first user, and how many of them are sponsored. */
export interface ClassBundle {
  readonly pairs: readonly number[];
  readonly sponsored: number;
}

/** For each class, its bundles and how many users get each. */
export type Mixture = BestPrices<ClassBundle>["mixture"];

/** Prices are first sought nearby if there are fewer users than this for each row. */
const FEW_USERS = 2;

/**
 * Finds prices at least as good as those given, with the mixture of bundles that belongs to them. All prices together can win no more
 * than the distance between bound and objective, so most are off by little, and where few users decide each they are first sought
 * nearby. Under limits some may be far off, where these can't be kept.
 */
export function exactPrices(
  problem: DualProblem,
  classes: UserClasses,
  found: { prices: Prices; bound: number },
  search: ColumnSearch,
): Promise<BestPrices<ClassBundle>> {
  const rows = rowCount(problem), users = problem.instance.group.length;
  const isNear = problem.items === null && users < FEW_USERS * rows;
  const firstBox = isNear ? (found.bound - search.objective) / rows : undefined;
  return generateColumns(new ClassColumns(problem, classes), found, { firstBox, ...search });
}

/**
 * About how much work (simplex iterations × rows) the first program takes under many limits: an iteration for each class. Prices get
 * better by the programs after it.
 */
export function workOfFirst(problem: DualProblem, { count }: UserClasses): number {
  return count * (count + rowCount(problem));
}

/** The classes as blocks: their bundles, and the search for those that prices make best. */
class ClassColumns implements Blocks<ClassBundle> {
  readonly problem: DualProblem;
  readonly size: Uint32Array;
  readonly columns: ClassBundle[][];
  readonly reach: number;
  readonly #classes: UserClasses;
  readonly #known: Set<string>[];
  readonly #kernel: BundleKernel;

  constructor(problem: DualProblem, classes: UserClasses) {
    const { count, members: { start } } = classes;
    this.problem = problem;
    this.#classes = classes;
    this.size = Uint32Array.from({ length: count }, (_, cl) => start[cl + 1] - start[cl]);
    this.columns = Array.from({ length: count }, () => [{ pairs: [], sponsored: 0 }]);
    // Prices of its offers' rows, and of its group's limits.
    this.reach = 2 * problem.k * (1 + (problem.items === null ? 0 : mostCounted(problem.items))) +
      4;
    this.#known = Array.from({ length: count }, () => new Set([""]));
    this.#kernel = new BundleKernel(problem);
  }

  price(
    prices: Prices,
    added: (cl: number, column: ClassBundle) => void = () => {},
  ): Priced {
    const { problem, size } = this;
    this.#kernel.setPrices(prices);
    const worth = new Float64Array(size.length);
    let bound = constantTerm(problem, prices);
    for (let cl = 0; cl < size.length; cl++) {
      worth[cl] = this.#bestOf(cl, prices);
      bound += worth[cl] * size[cl];
      for (const kind of [UNSPONSORED, SPONSORED]) this.#add(cl, kind, added);
    }
    return { prices, bound, worth };
  }

  #add(cl: number, kind: number, added: (cl: number, column: ClassBundle) => void): void {
    const { shapeSponsored, shapeUnsponsored } = this.problem;
    const { shape, sponsored, unsponsored } = this.#kernel;
    const s = shape[kind];
    if (s < 0) return;
    const pairs: number[] = [];
    for (let t = 0; t < shapeSponsored[s]; t++) pairs.push(sponsored.pair[t]);
    for (let t = 0; t < shapeUnsponsored[s]; t++) pairs.push(unsponsored.pair[t]);
    const name = pairs.toSorted((a, b) => a - b).join();
    if (this.#known[cl].has(name)) return;
    this.#known[cl].add(name);
    const column = { pairs, sponsored: shapeSponsored[s] };
    this.columns[cl].push(column);
    added(cl, column);
  }

  /** The first user of a class. */
  #first(cl: number): number {
    const { members } = this.#classes;
    return members.user[members.start[cl]];
  }

  /** The value of a class's best bundle at `prices`, which the kernel must have. The kernel then shows the best bundle of each kind. */
  #bestOf(cl: number, prices: Prices): number {
    const u = this.#first(cl), g = this.problem.instance.group[u];
    this.#kernel.scanUser(u);
    const price = sponsoredPriceOf(this.problem.rules, prices, g);
    return Math.max(this.#kernel.value[SPONSORED] + price, this.#kernel.value[UNSPONSORED]);
  }

  valueOf(cl: number, { pairs, sponsored }: ClassBundle, prices: CasePrices): number {
    const { instance, items, item, offerBonus, rules } = this.problem;
    const g = instance.group[this.#first(cl)], others = pairs.length - sponsored;
    let value = 0;
    for (const p of pairs) {
      const c = instance.contract[p];
      value += instance.score[p] - (prices.contract[c] - offerBonus[item[p]]);
      if (items === null || prices.limit === undefined) continue;
      for (let e = items.start[item[p]]; e < items.start[item[p] + 1]; e++) {
        value -= prices.limit[items.row[e]] * items.coefficient[e];
      }
    }
    value += worthOfShape(this.problem, sponsored, others);
    for (const rule of rules.all) {
      const price = prices[rule.name][g];
      if (price > 0) value -= rule.sense * price * adds(rule, g, sponsored, others);
    }
    if (sponsored > 0) value += prices.leastOfCase?.[g] ?? 0;
    return value;
  }

  prepare(rows: PricedRows, cl: number): void {
    const { start, group } = this.problem.instance, u = this.#first(cl);
    for (let p = start[u]; p < start[u + 1]; p++) rows.prepareOffer(p);
    rows.prepareGroup(group[u]);
  }

  enter(mip: MipBuilder, rows: PricedRows, cl: number, { pairs, sponsored }: ClassBundle): void {
    rows.enterOffers(mip, pairs);
    const g = this.problem.instance.group[this.#first(cl)];
    rows.enterShape(mip, g, sponsored, pairs.length - sponsored);
  }
}
