/**
 * Finds the best bundle of one user at given prices: the innermost step of the price solver.
 *
 * @module
 */
import { cellsOf, type ItemCells } from "../../drop/instance/limits.ts";
import { adds, type GroupRule } from "../../limits/kinds/group_rules.ts";
import { type Prices, pricesOfKinds } from "../../model/allocation.ts";
import type { DualProblem } from "./dual_problem.ts";
import { fillTop, fillTopWithBrands, type PairColumns, TopList } from "./top_list.ts";

/** Index of the kind of bundles without a sponsored offer. */
export const UNSPONSORED = 0;
/** Index of the kind of bundles with a sponsored offer. */
export const SPONSORED = 1;

/**
 * Finds users' best bundles. Call {@link setPrices} once, then {@link scan} per user, and read the fields, which hold until the
 * next scan.
 *
 * Bundles come in two kinds: without (0) and with (1) a sponsored offer. Their values leave out the group's sponsored price
 * (see `price_point.ts`), which only decides between the kinds.
 *
 * If brands are limited, each of the two lists keeps the limit, but a mixed bundle of both may hold more of a brand that has
 * contracts of both types. Then its value, and so D, is only an upper bound; recovery keeps the rule itself.
 *
 * @example
 * ```ts
 * import { BundleKernel, SPONSORED, UNSPONSORED } from "./bundle_kernel.ts";
 * import { compileDualProblem, zeroPrices } from "./dual_problem.ts";
 * import { IdPool } from "../../../base/ids/ids.ts";
 * import { defaultPolicy } from "../../model/policy.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 *
 * const problem = compileDualProblem({
 *   users: IdPool.from(["u"]), contracts: ["s", "t"], sponsoredContracts: 1,
 *   cap: Float64Array.of(1, 1), brand: null, brands: [], groups: ["g"], ratio: Float64Array.of(0.5),
 *   groupSize: Uint32Array.of(1), group: Uint32Array.of(0), start: Uint32Array.of(0, 2),
 *   middle: Uint32Array.of(1), contract: Uint16Array.of(0, 1), score: Float64Array.of(0.25, 0.5),
 * }, { ...defaultPolicy, covW: [], sponsoredBonus: 0 });
 * const kernel = new BundleKernel(problem);
 * kernel.setPrices(zeroPrices(problem));
 * kernel.scanUser(0);
 * assertEquals(kernel.value[SPONSORED], 0.25);
 * assertEquals(kernel.value[UNSPONSORED], 0.5);
 * ```
 */
export class BundleKernel {
  /** The problem it works for. */
  readonly problem: DualProblem;
  /** Best sponsored pairs of the user scanned last. */
  readonly sponsored: TopList;
  /** Best unsponsored pairs of that user. */
  readonly unsponsored: TopList;
  /** Float64Array, length 2: value of the best bundle of each kind, −Infinity where there is none. */
  readonly value: Float64Array = new Float64Array(2);
  /** Int32Array, length 2: shape of the best bundle of each kind (index into the problem's shapes), −1 where none. */
  readonly shape: Int32Array = new Int32Array(2);
  /** Float64Array, length 2: value of the best bundle of another shape of the same kind. */
  readonly otherValue: Float64Array = new Float64Array(2);
  /** Int32Array, length 2: the shape of `otherValue`, −1 where none. */
  readonly otherShape: Int32Array = new Int32Array(2);
  /** Float64Array, length items: Σ λ − bonus per offer, what an offer of each costs a user. */
  readonly netPrice: Float64Array;

  readonly #pairs: PairColumns;
  #prices: Prices;
  /** The limits of groups whose prices the choice of a bundle depends on, and those prices. */
  readonly #rules: readonly GroupRule[];
  #rulePrices: readonly Float64Array[] = [];
  /** Where items are known by cells and numbers: what an offer of each cell costs, and what each unit of its number adds to that. */
  readonly #cells: ItemCells | null;
  readonly #cellPrice: Float64Array;
  readonly #unitPrice: Float64Array;
  readonly #sumSponsored: Float64Array;
  readonly #sumUnsponsored: Float64Array;
  readonly #brandLimit: number;
  /** If users have different k: where the present user's class begins in `ownShapes.allowed`. */
  #firstAllowed = 0;

  /**
   * A kernel with no prices set: all 0.
   *
   * @param netPrice what an offer of each item costs, if that is known; then only {@link setPricesOfGroups} need be called
   */
  constructor(problem: DualProblem, netPrice?: Float64Array) {
    const { k, policy, instance } = problem;
    this.problem = problem;
    this.sponsored = new TopList(k);
    this.unsponsored = new TopList(k);
    this.netPrice = netPrice ?? new Float64Array(problem.offerBonus.length);
    this.#pairs = { item: problem.item, score: instance.score };
    this.#sumSponsored = new Float64Array(k + 1);
    this.#sumUnsponsored = new Float64Array(k + 1);
    this.#brandLimit = problem.itemBrand === null ? Infinity : policy.maxPerBrand!;
    this.#cells = problem.items === null ? null : cellsOf(problem.items);
    this.#cellPrice = new Float64Array(this.#cells?.contract.length ?? 0);
    this.#unitPrice = new Float64Array(this.#cellPrice.length);
    this.#rules = problem.rules.others;
    const none = new Float64Array(instance.groupSize.length);
    this.#prices = {
      contract: new Float64Array(instance.cap.length),
      ...pricesOfKinds(() => none),
    };
    this.setPricesOfGroups(this.#prices);
  }

  /** Takes new prices. The group prices are read at each scan, not copied. */
  setPrices(prices: Prices): void {
    const { problem: { offerBonus, items }, netPrice } = this;
    this.setPricesOfGroups(prices);
    const { contract: ofCap, limit } = prices;
    if (this.#cells !== null) {
      this.#priceCells();
      const { cell, number } = this.#cells, cellPrice = this.#cellPrice;
      const unitPrice = this.#unitPrice;
      for (let i = 0; i < cell.length; i++) {
        netPrice[i] = cellPrice[cell[i]] + unitPrice[cell[i]] * number[i];
      }
      return;
    }
    if (items === null || limit === undefined) {
      for (let i = 0; i < offerBonus.length; i++) netPrice[i] = this.#priceOf(i);
      return;
    }
    // The same sums as those of #priceOf, in one loop, as there may be millions of items.
    const { contract, start, row, coefficient } = items;
    for (let i = 0, e = 0; i < offerBonus.length; i++) {
      let price = ofCap[contract[i]] - offerBonus[i];
      for (const end = start[i + 1]; e < end; e++) price += limit[row[e]] * coefficient[e];
      netPrice[i] = price;
    }
  }

  /** Takes new prices for a pass, user by user: with an item per pair those of items are computed by {@link priceItems}. */
  setPricesOfPass(prices: Prices): void {
    if (!this.problem.items?.byPair) return this.setPrices(prices);
    this.setPricesOfGroups(prices);
    if (this.#cells !== null) this.#priceCells();
  }

  /** Works out what offers of cells cost. */
  #priceCells(): void {
    const { contract: ofCap, limit } = this.#prices, { offerBonus } = this.problem;
    const { contract, first, start, row, fixed, factor } = this.#cells!;
    for (let c = 0, e = 0; c < contract.length; c++) {
      let price = ofCap[contract[c]] - offerBonus[first[c]], ofUnit = 0;
      for (const end = start[c + 1]; e < end; e++) {
        const ofRow = limit?.[row[e]] ?? 0;
        price += ofRow * fixed[e];
        ofUnit += ofRow * factor[e];
      }
      this.#cellPrice[c] = price;
      this.#unitPrice[c] = ofUnit;
    }
  }

  /** Takes new prices, but leaves those of items as they are. */
  setPricesOfGroups(prices: Prices): void {
    this.#prices = prices;
    this.#rulePrices = this.#rules.map(({ name }) => prices[name]);
  }

  /** Computes the net prices of the items of pairs `[from, to)`, if {@link setPricesOfPass} has not. */
  priceItems({ item }: PairColumns, from: number, to: number): void {
    if (!this.problem.items?.byPair) return;
    for (let p = from; p < to; p++) this.netPrice[item[p]] = this.#priceOf(item[p]);
  }

  /** What an offer of item `i` costs at the prices. */
  #priceOf(i: number): number {
    const { offerBonus, items } = this.problem;
    const { contract, limit } = this.#prices;
    if (items === null) return contract[i] - offerBonus[i];
    if (this.#cells !== null) {
      const c = this.#cells.cell[i];
      return this.#cellPrice[c] + this.#unitPrice[c] * this.#cells.number[i];
    }
    let price = contract[items.contract[i]] - offerBonus[i];
    if (limit === undefined) return price;
    for (let e = items.start[i]; e < items.start[i + 1]; e++) {
      price += limit[items.row[e]] * items.coefficient[e];
    }
    return price;
  }

  /** Writes the user's best pairs of a shape to `pairs`, the sponsored ones first. Returns how many they are. */
  takeShape(shape: number, pairs: Int32Array): number {
    const { shapeSponsored, shapeUnsponsored } = this.problem;
    const i = shapeSponsored[shape], j = shapeUnsponsored[shape];
    for (let t = 0; t < i; t++) pairs[t] = this.sponsored.pair[t];
    for (let t = 0; t < j; t++) pairs[i + t] = this.unsponsored.pair[t];
    return i + j;
  }

  /** How far the best bundle of a kind leads the best one of another shape of that kind. */
  leadOfShape(kind: number): number {
    return this.value[kind] - this.otherValue[kind];
  }

  /** By how much the last pair that a shape takes of each list leads the next one; the lesser of both lists. */
  leadOfPairs(shape: number): number {
    const { shapeSponsored, shapeUnsponsored } = this.problem;
    return Math.min(
      leadAfter(this.sponsored, shapeSponsored[shape]),
      leadAfter(this.unsponsored, shapeUnsponsored[shape]),
    );
  }

  /** The least difference between two pairs of a type that follow one another in a shape. */
  leadWithin(shape: number): number {
    const { shapeSponsored, shapeUnsponsored } = this.problem;
    let least = Infinity;
    for (let n = 1; n < shapeSponsored[shape]; n++) {
      least = Math.min(least, leadAfter(this.sponsored, n));
    }
    for (let n = 1; n < shapeUnsponsored[shape]; n++) {
      least = Math.min(least, leadAfter(this.unsponsored, n));
    }
    return least;
  }

  /** Finds only the best pairs of both types of user `u`; fields about bundles stay those of the last scan. */
  listPairs(u: number): void {
    const { middle, instance: { start } } = this.problem;
    this.#fill(this.sponsored, this.#pairs, start[u], middle[u]);
    this.#fill(this.unsponsored, this.#pairs, middle[u], start[u + 1]);
  }

  /** Finds the best bundles of user `u` of the instance. */
  scanUser(u: number): void {
    const { middle, instance: { start, group } } = this.problem;
    this.scan(this.#pairs, start[u], middle[u], start[u + 1], group[u], u);
  }

  /** Finds the best bundles of user `u` among the sponsored pairs `[from, middle)` and the others `[middle, to)`. */
  scan(
    pairs: PairColumns,
    from: number,
    middle: number,
    to: number,
    group: number,
    u: number,
  ): void {
    const { ownShapes, shapeWorth } = this.problem;
    if (ownShapes !== null) this.#firstAllowed = ownShapes.classOf[u] * shapeWorth.length;
    this.#fill(this.sponsored, pairs, from, middle);
    this.#fill(this.unsponsored, pairs, middle, to);
    this.#chooseShape(group);
  }

  #fill(list: TopList, pairs: PairColumns, from: number, to: number): void {
    if (this.#brandLimit === Infinity) fillTop(list, pairs, this.netPrice, from, to);
    else {
      const brand = this.problem.itemBrand!;
      fillTopWithBrands(list, pairs, this.netPrice, from, to, brand, this.#brandLimit);
    }
  }

  /** Finds the best and second-best shape of each kind. Empty places count −Infinity, so no shape with too few pairs is best. */
  #chooseShape(group: number): void {
    const { shapeSponsored, shapeUnsponsored, shapeWorth, ownShapes } = this.problem;
    const sumSponsored = this.#sumSponsored, sumUnsponsored = this.#sumUnsponsored;
    const k = sumSponsored.length - 1;
    for (let n = 0; n < k; n++) {
      sumSponsored[n + 1] = sumSponsored[n] + this.sponsored.value[n];
      sumUnsponsored[n + 1] = sumUnsponsored[n] + this.unsponsored.value[n];
    }
    const rules = this.#rules, rulePrices = this.#rulePrices;
    for (let kind = UNSPONSORED; kind <= SPONSORED; kind++) {
      this.#set(kind, -Infinity, -1, -Infinity, -1);
    }
    for (let s = 0; s < shapeWorth.length; s++) {
      if (ownShapes !== null && ownShapes.allowed[this.#firstAllowed + s] === 0) continue;
      const i = shapeSponsored[s], j = shapeUnsponsored[s];
      let v = sumSponsored[i] + sumUnsponsored[j] + shapeWorth[s];
      for (let r = 0; r < rules.length; r++) {
        const price = rulePrices[r][group];
        if (!(price > 0)) continue;
        const added = adds(rules[r], group, i, j);
        // A price may be infinite to forbid something: then 0 · Infinity must not become NaN.
        if (added !== 0) v -= rules[r].sense * price * added;
      }
      const kind = i > 0 ? SPONSORED : UNSPONSORED;
      if (v > this.value[kind]) {
        this.#set(kind, v, s, this.value[kind], this.shape[kind]);
      } else if (v > this.otherValue[kind]) {
        this.otherValue[kind] = v;
        this.otherShape[kind] = s;
      }
    }
  }

  #set(kind: number, value: number, shape: number, otherValue: number, otherShape: number): void {
    this.value[kind] = value;
    this.shape[kind] = shape;
    this.otherValue[kind] = otherValue;
    this.otherShape[kind] = otherShape;
  }
}

/** By how much the `taken`-th pair of a list leads the next one; Infinity where none is taken. */
function leadAfter({ value }: TopList, taken: number): number {
  return taken === 0 ? Infinity : value[taken - 1] - value[taken];
}
