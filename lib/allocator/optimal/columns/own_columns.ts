/**
 * Column generation with single users as blocks, whose bundles keep the limits of the user alone.
 *
 * @module
 */
import { mostCounted } from "../../limits/items.ts";
import type { Prices } from "../../model/allocation.ts";
import type { MipBuilder } from "../../ilp/mip.ts";
import { noPause, type Pause } from "../../../base/pause.ts";
import type { Allowance } from "../programs/allowance.ts";
import { Holdings } from "../recovery/holdings.ts";
import { BundleChooser } from "../recovery/bundle_chooser.ts";
import { constantTerm, type DualProblem } from "../dual/dual_problem.ts";
import type { Blocks, Priced } from "./column_generation.ts";
import type { BundleFinder } from "../programs/core.ts";
import { OwnBundles } from "./own_bundles.ts";
import { type OwnLimits, sharedPrices } from "./own_limits.ts";
import type { PricedRows } from "../programs/priced_rows.ts";

/** A bundle of a user. */
export interface OwnColumn {
  /** Pairs, the sponsored ones first. */
  readonly pairs: Int32Array;
  /** How many of them are sponsored. */
  readonly sponsored: number;
  /** What the user's own limits cost with it. */
  readonly penalty: number;
}

/** After so many users the event loop may run, and the search may stop. */
const AT_ONCE = 100;

/** The users as blocks. */
export class OwnColumns implements Blocks<OwnColumn> {
  readonly problem: DualProblem;
  /** Uint8Array, length blocks: 1 member each. */
  readonly size: Uint8Array;
  readonly columns: OwnColumn[][];
  readonly reach: number;
  /** Finds bundles, at the prices evaluated last. */
  readonly bundles: OwnBundles;
  readonly #known: Set<string>[];
  /** Holds nothing: choosers only ask it for shapes and prices. */
  readonly #empty: Holdings;
  readonly #stop: () => boolean;
  readonly #pause: Pause;
  #chooser: BundleChooser;
  #chooserPrices: Prices;

  /**
   * With a column of what each user holds; `prices`: those of all limits.
   *
   * @param given.allowance what searches for bundles may do
   * @param given.stop called now and then: whether to stop
   */
  constructor(
    held: Holdings,
    { isOwn, shared }: OwnLimits,
    prices: Prices,
    { allowance, stop, pause = noPause }: {
      allowance: Allowance;
      stop: () => boolean;
      pause?: Pause;
    },
  ) {
    this.#stop = stop;
    this.#pause = pause;
    const users = held.count.length;
    this.problem = shared;
    this.size = new Uint8Array(users).fill(1);
    this.reach = 2 * shared.k * (1 + mostCounted(shared.items!)) + 4;
    this.#empty = new Holdings(shared);
    this.#chooserPrices = sharedPrices(isOwn, prices);
    this.#chooser = new BundleChooser(this.#empty, this.#chooserPrices, false);
    this.bundles = new OwnBundles(held, {
      isOwn,
      chooser: this.#chooser,
      price: prices.limit!,
      allowance,
    });
    this.#known = Array.from({ length: users }, () => new Set());
    this.columns = Array.from({ length: users }, () => []);
    for (let u = 0; u < users; u++) {
      for (const pairs of [new Int32Array(0), held.bundleOf(u).sort()]) this.#add(u, pairs);
    }
  }

  /** The prices of what users share. */
  get prices(): Prices {
    return this.#chooserPrices;
  }

  /** Takes prices for all that follows. */
  usePrices(prices: Prices): void {
    if (prices === this.#chooserPrices) return;
    this.#chooserPrices = prices;
    this.#chooser = new BundleChooser(this.#empty, prices, false);
    this.bundles.usePrices(this.#chooser);
  }

  /** Of many users this takes seconds. Where it is stopped, it proves nothing: the bound is Infinity. */
  async price(
    prices: Prices,
    added: (u: number, column: OwnColumn) => void = () => {},
  ): Promise<Priced> {
    this.usePrices(prices);
    const worth = new Float64Array(this.size.length);
    let bound = constantTerm(this.problem, prices), loose = 0;
    for (let u = 0; u < worth.length; u++) {
      if (u % AT_ONCE === 0) {
        await this.#pause();
        if (this.#stop()) return { prices, bound: Infinity, worth };
      }
      let value = -Infinity;
      worth[u] = -Infinity;
      for (const isSponsored of [false, true]) {
        const best = this.bundles.best(u, isSponsored);
        worth[u] = Math.max(worth[u], best.most);
        value = Math.max(value, best.value);
        if (best.pairs !== null) this.#add(u, best.pairs, added);
      }
      bound += worth[u];
      loose += worth[u] - value;
    }
    return { prices, bound, worth, loose };
  }

  #add(u: number, pairs: Int32Array, added: (u: number, column: OwnColumn) => void = () => {}) {
    const name = pairs.join();
    if (this.#known[u].has(name)) return;
    const penalty = this.bundles.penaltyOf(u, pairs);
    if (penalty === Infinity) return;
    this.#known[u].add(name);
    const column = {
      pairs,
      sponsored: this.#empty.sponsoredAmong(u, pairs, pairs.length),
      penalty,
    };
    this.columns[u].push(column);
    added(u, column);
  }

  valueOf(u: number, { pairs, sponsored, penalty }: OwnColumn, prices: Prices): number {
    this.usePrices(prices);
    let value = this.#chooser.shapeValue(u, sponsored, pairs.length - sponsored) - penalty;
    for (const p of pairs) value += this.#chooser.netValue(p);
    return value;
  }

  prepare(rows: PricedRows, u: number): void {
    const { start, group } = this.problem.instance;
    for (let p = start[u]; p < start[u + 1]; p++) rows.prepareOffer(p);
    rows.prepareGroup(group[u]);
  }

  enter(mip: MipBuilder, rows: PricedRows, u: number, { pairs, sponsored }: OwnColumn): void {
    rows.enterOffers(mip, pairs);
    rows.enterShape(mip, this.problem.instance.group[u], sponsored, pairs.length - sponsored);
  }
}

/** The bundles that keep users' own limits, at prices of what users share. */
export function ownBundleFinder(columns: OwnColumns, held: Holdings): BundleFinder {
  const { problem, bundles } = columns;
  const best = new Float64Array(held.count.length).fill(NaN);
  return {
    problem,
    best(u) {
      if (Number.isNaN(best[u])) {
        best[u] = Math.max(bundles.best(u, false).most, bundles.best(u, true).most);
      }
      return best[u];
    },
    valueHeld(u) {
      const pairs = held.bundleOf(u), sponsored = held.sponsored[u];
      const column = { pairs, sponsored, penalty: bundles.penaltyOf(u, pairs) };
      return columns.valueOf(u, column, columns.prices);
    },
    isDecided: () => false,
    near: (u, least, most) => bundles.near(u, least, most),
  };
}
