/**
 * The best prices of a drop that is not too large, by linear programming: where many users are alike or tie, prices that
 * must move together make Newton's method crawl.
 *
 * The least D is the optimum of the linear program that gives each user a mixture of bundles, and the best prices are the
 * shadow prices of its rows. Its columns are generated: bundles that some prices make best are added until the program's
 * optimum is D at its prices (Dantzig and Wolfe, "Decomposition principle for linear programs", 1960). Prices are kept
 * in a box around the best ones known (Marsten, Hogan and Blankenship, "The boxstep method for large-scale optimization",
 * 1975), and costs are regrets at those, so that every round is as precise as the distance that is left is small.
 *
 * @module
 */
import { adds, sponsoredPriceOf } from "../../limits/kinds/group_rules.ts";
import { GroupCounts } from "../../limits/kinds/user_counts.ts";
import type { Prices } from "../../model/allocation.ts";
import { GrowingLp, MipBuilder } from "../../ilp/mip.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import { constantTerm, type DualProblem } from "../dual/dual_problem.ts";
import { type Counted, PricedRows } from "./priced_rows.ts";
import type { UserClasses } from "../../drop/user_classes.ts";

/** Most boxes, and most programs solved in one. */
const MOST_BOXES = 40, ROUNDS = 60;
/** Most simplex iterations × rows in all: some seconds. */
const MOST_WORK = 1.5e8;
/** Where D is this near to the program's optimum, relative to what was at stake in the box, the box is done. */
const ENOUGH = 1e-6;
/** Where a box wins less than this share of |D|, the prices are the best up to rounding. */
const PRECISE = 1e-13;

/** A bundle of a class, as places among its options. */
interface Column {
  readonly pairs: readonly number[];
  readonly sponsored: number;
}

/** Prices, their bound, and how near that is to the least possible. */
export interface ExactPrices {
  readonly prices: Prices;
  readonly bound: number;
  /** Whether no other prices prove less, up to rounding. */
  readonly best: boolean;
  /** The mixture of bundles that belongs to the prices: of each class, how many users get which pairs (of its first user). */
  readonly mixture: readonly (readonly { pairs: readonly number[]; users: number }[])[];
}

/** Prices at least as good as those given: the best where there is time and room for it. */
export async function exactPrices(
  problem: DualProblem,
  classes: UserClasses,
  found: { prices: Prices; bound: number },
  /** A feasible objective, and whether to stop. */
  control: { objective: number; stop: () => boolean },
): Promise<ExactPrices> {
  const pricing = new Pricing(problem, classes);
  pricing.price(found.prices);
  let best = { ...found, best: false }, mixture: ExactPrices["mixture"] = [];
  let box = Math.min(problem.unit, best.bound - control.objective);
  let work = 0;
  for (let i = 0; i < MOST_BOXES && box > 0 && work < MOST_WORK && !control.stop(); i++) {
    const within = new Box(pricing, best.prices, best.bound, box);
    await within.open();
    const result = within.minimise(() => control.stop() || work + within.work >= MOST_WORK);
    work += within.work;
    within.close();
    const won = best.bound - result.bound;
    // Where the box is no gain, missing the limits costs less than keeping them.
    if (won > 0 || mixture.length === 0) mixture = result.mixture;
    if (won > 0) best = { prices: result.prices, bound: result.bound, best: false };
    const rounding = PRECISE * Math.abs(best.bound);
    if (result.atEdge) {
      // The best prices lie further out.
      box *= 8;
    } else {
      const left = Math.max(0, best.bound - result.optimum);
      if (result.done && (left <= rounding || won <= rounding)) {
        return { ...best, best: true, mixture };
      }
      if (!result.done && won <= rounding) break;
      box = result.done ? Math.min(box / 8, Math.max(8 * left, rounding)) : box / 2;
    }
  }
  return { ...best, mixture };
}

/** The classes' columns, and the search for those that prices make best. */
class Pricing {
  readonly problem: DualProblem;
  readonly classes: UserClasses;
  /** Per class its columns. */
  readonly columns: Column[][];
  readonly #known: Set<string>[];
  readonly #kernel: BundleKernel;

  constructor(problem: DualProblem, classes: UserClasses) {
    this.problem = problem;
    this.classes = classes;
    this.columns = Array.from({ length: classes.count }, () => [{ pairs: [], sponsored: 0 }]);
    this.#known = Array.from({ length: classes.count }, () => new Set([""]));
    this.#kernel = new BundleKernel(problem);
  }

  /** D at the prices; the best bundles of both kinds are added to the columns, and `added` is called with new ones. */
  price(prices: Prices, added: (cl: number, column: Column) => void = () => {}): number {
    const { problem, classes: { members }, columns } = this;
    this.setPrices(prices);
    let value = constantTerm(problem, prices);
    for (let cl = 0; cl < columns.length; cl++) {
      value += this.bestOf(cl, prices) * (members.start[cl + 1] - members.start[cl]);
      for (const kind of [UNSPONSORED, SPONSORED]) this.#add(cl, kind, added);
    }
    return value;
  }

  #add(cl: number, kind: number, added: (cl: number, column: Column) => void): void {
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

  /** Value of a class's best bundle at the prices set, which are `prices`; the kernel has the best of both kinds then. */
  bestOf(cl: number, prices: Prices): number {
    const u = this.classes.members.user[this.classes.members.start[cl]];
    const g = this.problem.instance.group[u];
    this.#kernel.scanUser(u);
    const price = sponsoredPriceOf(this.problem.rules, prices, g);
    return Math.max(this.#kernel.value[SPONSORED] + price, this.#kernel.value[UNSPONSORED]);
  }

  /** What a column is worth at prices. */
  valueOf(cl: number, { pairs, sponsored }: Column, prices: Prices): number {
    const {
      instance,
      items,
      item,
      offerBonus,
      shapeWorth,
      shapeSponsored,
      shapeUnsponsored,
      rules,
    } = this.problem;
    const g = instance.group[this.classes.members.user[this.classes.members.start[cl]]];
    const others = pairs.length - sponsored;
    let value = 0;
    for (const p of pairs) {
      const c = instance.contract[p];
      value += instance.score[p] - (prices.contract[c] - offerBonus[item[p]]);
      if (items === null || prices.limit === undefined) continue;
      for (let e = items.start[item[p]]; e < items.start[item[p] + 1]; e++) {
        value -= prices.limit[items.row[e]] * items.coefficient[e];
      }
    }
    for (let s = 0; s < shapeWorth.length; s++) {
      if (shapeSponsored[s] === sponsored && shapeUnsponsored[s] === others) value += shapeWorth[s];
    }
    for (const rule of rules.all) {
      const price = prices[rule.name][g];
      if (price > 0) value -= rule.sense * price * adds(rule, g, sponsored, others);
    }
    return value;
  }

  /** Points the kernel at prices. */
  setPrices(prices: Prices): void {
    this.#kernel.setPrices(prices);
  }
}

/** What a box ends with. */
interface BoxResult {
  readonly prices: Prices;
  readonly bound: number;
  /** The least D within the box is not below this, where the box is done. */
  readonly optimum: number;
  readonly done: boolean;
  /** Whether a price stopped at the edge of the box. */
  readonly atEdge: boolean;
  readonly mixture: ExactPrices["mixture"];
}

/** The program of mixtures within a box of prices. */
class Box {
  readonly #pricing: Pricing;
  readonly #prices: Prices;
  readonly #bound: number;
  readonly #box: number;
  /** Costs are divided by it. */
  readonly #scale: number;
  readonly #rows: PricedRows;
  readonly #mip = new MipBuilder();
  readonly #classRow: number[] = [];
  /** Which columns of the program are bundles: their place in it, the class and the pairs. */
  readonly #entered: { at: number; cl: number; pairs: readonly number[] }[] = [];
  #columns = 0;
  #lp: GrowingLp | null = null;

  constructor(pricing: Pricing, prices: Prices, bound: number, box: number) {
    this.#pricing = pricing;
    this.#prices = prices;
    this.#bound = bound;
    this.#box = box;
    this.#scale = 2 ** Math.round(Math.log2(box));
    const { problem, classes: { members }, columns } = pricing;
    const counted = nothingCounted(problem);
    this.#rows = new PricedRows(this.#mip, problem, prices, { counted, box, scale: this.#scale });
    const { start, group } = problem.instance;
    pricing.setPrices(prices);
    for (let cl = 0; cl < columns.length; cl++) {
      const u = members.user[members.start[cl]], size = members.start[cl + 1] - members.start[cl];
      for (let p = start[u]; p < start[u + 1]; p++) this.#rows.prepareOffer(p);
      this.#rows.prepareGroup(group[u]);
      this.#classRow.push(this.#mip.row(size, size));
    }
    for (let cl = 0; cl < columns.length; cl++) {
      const best = pricing.bestOf(cl, prices);
      for (const column of columns[cl]) this.#enter(this.#mip, cl, column, best);
    }
    this.#rows.addSlack(new Float64Array(this.#mip.rowLower.length));
    this.#columns = this.#mip.columns;
  }

  /** Simplex iterations × rows. */
  get work(): number {
    return (this.#lp?.iterations ?? 0) * this.#mip.rowLower.length;
  }

  async open(): Promise<void> {
    this.#lp = await GrowingLp.open(this.#mip);
  }

  close(): void {
    this.#lp?.close();
  }

  /** Adds a column, unless no prices within the box make it better than the best one here. */
  #enter(mip: MipBuilder, cl: number, column: Column, best: number): void {
    const { problem, classes: { members } } = this.#pricing;
    const { group } = problem.instance;
    const regret = best - this.#pricing.valueOf(cl, column, this.#prices);
    // By how much prices within the box can change a bundle's value: of its offers' rows, and of its group's.
    const reach = 2 * problem.k * (1 + (problem.items?.most ?? 0)) + 4;
    if (regret > reach * this.#box) return;
    mip.column(-Math.max(0, regret) / this.#scale, Infinity, false);
    this.#entered.push({ at: this.#columns++, cl, pairs: column.pairs });
    mip.entry(this.#classRow[cl], 1);
    const g = group[members.user[members.start[cl]]];
    const { pairs, sponsored } = column;
    this.#rows.enterOffers(mip, pairs);
    this.#rows.enterShape(mip, g, sponsored, pairs.length - sponsored);
  }

  /** Generates columns until D at the program's prices is its optimum. */
  minimise(stop: () => boolean): BoxResult {
    const pricing = this.#pricing, lp = this.#lp!;
    let prices = this.#prices, bound = this.#bound, optimum = -Infinity, done = false;
    let atEdge = false, values: Float64Array | null = null;
    for (let round = 0; round < ROUNDS && !stop(); round++) {
      const solved = lp.solve();
      if (solved === null) break;
      values = solved.values;
      const tried = this.#rows.pricesFrom(solved.rowPrice);
      const more: [number, Column][] = [];
      const value = pricing.price(tried, (cl, column) => more.push([cl, column]));
      if (value < bound) {
        bound = value;
        prices = tried;
      }
      optimum = this.#bound + solved.objective * this.#scale;
      atEdge = this.#rows.atEdge(solved.rowPrice);
      if (value - optimum <= ENOUGH * this.#box || more.length === 0) {
        done = true;
        break;
      }
      const columns = new MipBuilder();
      pricing.setPrices(this.#prices);
      for (const [cl, column] of more) {
        this.#enter(columns, cl, column, pricing.bestOf(cl, this.#prices));
      }
      lp.add(columns);
    }
    return { prices, bound, optimum, done, atEdge: done && atEdge, mixture: this.#mixture(values) };
  }

  /** The bundles that the program's solution is made of. */
  #mixture(values: Float64Array | null): ExactPrices["mixture"] {
    const mixture: { pairs: readonly number[]; users: number }[][] = this.#classRow.map(() => []);
    if (values === null) return mixture;
    for (const { at, cl, pairs } of this.#entered) {
      if (at < values.length && values[at] > 1e-9) mixture[cl].push({ pairs, users: values[at] });
    }
    return mixture;
  }
}

function nothingCounted({ instance: { cap, groups }, items }: DualProblem): Counted {
  return {
    load: new Float64Array(cap.length),
    counts: new GroupCounts(groups.length),
    used: new Float64Array(items?.amount.length ?? 0),
  };
}
