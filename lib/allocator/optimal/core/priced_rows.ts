/**
 * The shared limits as rows of a program in which everything is counted from prices.
 *
 * At prices with bound D every allocation is worth D − Σ_u regret_u − Σ_limits price · (what it leaves of the limit) −
 * Σ_g (P − μ_g) · missing_g, all of them losses ≥ 0. A program with these losses as its costs has the same optimum as
 * one with scores, and all its numbers are of the size of the distance to the optimum, however large scores or P are. What
 * loses more than is at stake is fixed: a limit whose unit costs that much is kept with equality.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { MipBuilder } from "../../ilp/mip.ts";
import { type DualProblem, zeroPrices } from "../dual/dual_problem.ts";

/** Offers, and users by what they hold, that count toward limits beside those of the program. */
export interface Counted {
  /** Float64Array, length contracts: users that hold each. */
  readonly load: Float64Array;
  /** Float64Array, length groups. */
  readonly sponsoredUsers: Float64Array;
  /** Float64Array, length groups. */
  readonly mixedUsers: Float64Array;
  /** Float64Array, length groups: sponsored offers. */
  readonly sponsoredOffers: Float64Array;
  /** Float64Array, length groups: all offers. */
  readonly offers: Float64Array;
}

/** How rows are priced. */
export interface RowPricing {
  /** What others hold. */
  readonly counted: Counted;
  /** The most that anything worth looking at loses; what costs more per unit is fixed. @default Infinity */
  readonly most?: number;
  /** How far prices may move from where they are, for a linear program whose prices are sought. @default any */
  readonly box?: number;
  /** What costs are divided by. @default 1 */
  readonly scale?: number;
}

/** One limit's row. */
interface Row {
  readonly index: number;
  /** 1: at most, −1: at least. */
  readonly sense: 1 | -1;
  readonly price: number;
  /** What the others leave of the limit. */
  readonly limit: number;
  /** What a unit beyond the limit costs; Infinity: the limit is hard. */
  readonly missing: number;
  /** Whether the row counts in whole numbers. */
  readonly countsWhole: boolean;
  /** What the limit's units are multiplied by in the row, so that a solver's tolerance is small beside them. */
  readonly times: number;
}

/** A ratio below this is as good as 0 to a solver's tolerance, so its row is multiplied. */
const SMALL_RATIO = 1e-6;

/** A price of the limits, by the array that it belongs to. */
type PriceName = Exclude<keyof Prices, "limit">;

/** Rows of caps and of groups' rules, made when a bundle first needs them. */
export class PricedRows {
  /** The program that rows and their slack are added to. */
  readonly #mip: MipBuilder;
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  readonly #pricing: RowPricing;
  readonly #rows: Record<PriceName, Map<number, Row>> = {
    contract: new Map(),
    minSponsored: new Map(),
    maxSponsored: new Map(),
    assignmentRatio: new Map(),
    mixedShare: new Map(),
  };

  /** No rows yet. */
  constructor(mip: MipBuilder, problem: DualProblem, prices: Prices, pricing: RowPricing) {
    this.#mip = mip;
    this.#problem = problem;
    this.#prices = prices;
    this.#pricing = pricing;
  }

  /** Makes the rows that offers of contract `c` count toward. */
  prepareContract(c: number): void {
    const { cap, group } = this.#problem.instance;
    const limit = cap[c] - this.#pricing.counted.load[c];
    // Not even everybody could exceed it.
    if (limit >= group.length && this.#prices.contract[c] === 0) return;
    this.#prepare("contract", c, 1, () => limit, Infinity);
  }

  /** Makes the rows of group `g`. */
  prepareGroup(g: number): void {
    const { rules, oneList, shortfallPrice } = this.#problem;
    if (oneList || this.#rows.minSponsored.has(g)) return;
    const { counted } = this.#pricing;
    const price = this.#prices.minSponsored[g];
    const { minSponsored, maxSponsored, assignmentRatio, leastBalance, maxMixed } = rules;
    if (minSponsored[g] > 0) {
      const limit = () => minSponsored[g] - counted.sponsoredUsers[g];
      this.#prepare("minSponsored", g, -1, limit, Math.max(0, shortfallPrice - price));
    }
    if (maxSponsored[g] < Infinity) {
      const limit = () => maxSponsored[g] - counted.sponsoredUsers[g];
      this.#prepare("maxSponsored", g, 1, limit, Infinity);
    }
    if (maxMixed[g] < Infinity) {
      this.#prepare("mixedShare", g, 1, () => maxMixed[g] - counted.mixedUsers[g], Infinity);
    }
    if (assignmentRatio[g] > 0) {
      const limit = () =>
        leastBalance[g] - counted.sponsoredOffers[g] + assignmentRatio[g] * counted.offers[g];
      this.#prepare("assignmentRatio", g, -1, limit, Infinity);
    }
  }

  #prepare(
    name: PriceName,
    at: number,
    sense: 1 | -1,
    limitOf: () => number,
    missing: number,
  ): void {
    if (this.#rows[name].has(at)) return;
    const countsWhole = name !== "assignmentRatio";
    const ratio = this.#problem.rules.assignmentRatio[at];
    const times = countsWhole ? 1 : 1 / Math.max(ratio, SMALL_RATIO);
    const limit = limitOf() * times, index = this.#mip.row(limit, limit);
    const price = this.#prices[name][at] / times;
    const row = { index, sense, price, limit, missing, countsWhole, times };
    this.#rows[name].set(at, row);
  }

  /** Enters an offer of contract `c` into the column that `mip` began last, where the contract has a row. */
  enterContract(mip: MipBuilder, c: number): void {
    const row = this.#rows.contract.get(c);
    if (row !== undefined) mip.entry(row.index, 1);
  }

  /** Enters what a user of group `g` with so many offers counts toward the group's rows. */
  enterShape(mip: MipBuilder, g: number, sponsored: number, unsponsored: number): void {
    if (this.#problem.oneList) return;
    const enter = (name: PriceName, value: number) => {
      const row = this.#rows[name].get(g);
      if (row !== undefined) mip.entry(row.index, value * row.times);
    };
    if (sponsored > 0) {
      enter("minSponsored", 1);
      enter("maxSponsored", 1);
      if (unsponsored > 0) enter("mixedShare", 1);
    }
    const ratio = this.#problem.rules.assignmentRatio[g];
    enter("assignmentRatio", sponsored - ratio * (sponsored + unsponsored));
  }

  /**
   * Adds the columns of what is left of each limit and of what is missing, after all others. Returns what they are where
   * the rows have `activity` (by row), so that a solution can be started from.
   */
  addSlack(activity: Float64Array): number[] {
    const start: number[] = [];
    for (const row of this.#all()) {
      const left = row.sense * (row.limit - activity[row.index]);
      this.#addColumn(row, row.price, row.sense, Math.max(0, left), start);
      if (row.missing < Infinity || this.#pricing.box !== undefined) {
        this.#addColumn(row, row.missing, -row.sense, Math.max(0, -left), start);
      }
    }
    return start;
  }

  /** A column of units on one side of a row's limit, at a cost each. */
  #addColumn(row: Row, cost: number, sign: number, value: number, start: number[]): void {
    const { most = Infinity, box = Infinity, scale = 1 } = this.#pricing;
    let upper = Infinity;
    if (box === Infinity && cost > 0) {
      // More of it costs more than is at stake; a limit that counts users has whole units.
      upper = most * (1 + 1e-9) / cost;
      if (row.countsWhole) upper = Math.floor(upper + 1e-9);
      if (upper === 0) return;
    }
    this.#mip.column(-Math.min(cost, box) / scale, upper, false);
    this.#mip.entry(row.index, sign);
    start.push(value);
  }

  #all(): Row[] {
    return Object.values(this.#rows).flatMap((rows) => [...rows.values()]);
  }

  /** The prices that those of the rows, in a solved program, make of the ones that it was counted from. */
  pricesFrom(rowPrice: Float64Array): Prices {
    const { scale = 1 } = this.#pricing;
    const moved = zeroPrices(this.#problem);
    for (const name of Object.keys(moved) as PriceName[]) {
      moved[name].set(this.#prices[name]);
      for (const [at, row] of this.#rows[name]) {
        const price = (row.price + row.sense * rowPrice[row.index] * scale) * row.times;
        const most = name === "minSponsored" ? this.#problem.shortfallPrice : Infinity;
        moved[name][at] = Math.min(most, Math.max(0, price));
      }
    }
    return moved;
  }

  /** Whether any price moved as far as the box allows. */
  atEdge(rowPrice: Float64Array): boolean {
    const { box = Infinity, scale = 1 } = this.#pricing;
    const edge = (1 - 1e-6) * box;
    return this.#all().some((row) => {
      const moved = row.sense * rowPrice[row.index] * scale;
      return moved >= edge ? row.missing > edge : moved <= -edge && row.price > edge;
    });
  }
}
