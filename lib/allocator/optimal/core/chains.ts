/**
 * Chains of changes: what integrality leaves between the bound and an allocation, made as small as can be.
 *
 * Near the best prices all that is lost is regrets, and what limits have left at their prices. No single change helps any
 * more, but there are many users who hardly care, and some chain of their changes uses up a budget to the last cent, or trades a
 * regret for a smaller one.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "../recovery/assignment.ts";
import { ChainSearch } from "./chain_search.ts";
import { type ChoiceTable, choiceTable } from "./choice_table.ts";
import type { Pause } from "../../../base/pause.ts";
import { RowCosts } from "./row_costs.ts";
import { SharedRows } from "./shared_rows.ts";

/** Bundles in the table: so many, or for each row in which something is lost, and no more than the last. */
const BUNDLES = 12_000, BUNDLES_OF_ROW = 50, MOST_BUNDLES = 200_000;

/** See `ChainLimits`. */
const WIDTH = 20, KEPT = 60, DEPTH = 8;

/** A chain that wins less, in units of an offer's size, is rounding. */
const LEAST = 1e-7;

/** Another round is worth it as long as the last one won this share of what is lost. */
const WORTH_A_ROUND = 0.02;

/** Share of its price that a row costs until its turn comes. */
const LOOSE = 0.1;

/** Most changes to look at: some seconds. */
const MOST_LOOKS = 1e7;

/** Options of {@link improveByChains}. */
export interface ChainOptions {
  /** The distance between bound and objective: nobody's regret is worth more. */
  readonly widest: number;
  readonly stop: () => boolean;
  readonly pause: Pause;
}

/** Changes the assignment to one that loses less, if any is found; what was kept stays kept. */
export async function improveByChains(
  assignment: Assignment,
  prices: Prices,
  options: ChainOptions,
): Promise<void> {
  const { unit } = assignment.problem;
  const rows = new SharedRows(assignment, prices);
  const open = rows.left.reduce((n, left, r) => left !== 0 && rows.price[r] > 0 ? n + 1 : n, 0);
  const most = Math.min(MOST_BUNDLES, Math.max(BUNDLES, BUNDLES_OF_ROW * open));
  let table: ChoiceTable | null = null;
  for (let regret = Math.min(options.widest, unit); table === null; regret /= 2) {
    if (options.stop() || regret < LEAST * unit) return;
    await options.pause();
    table = choiceTable(assignment, prices, rows, { regret, most });
  }
  const held = await new Chains(rows, table, unit, options).run();
  for (let u = 0; u < held.length; u++) {
    const b = held[u];
    if (b >= 0) assignment.setBundle(u, table.pairs[b], table.pairs[b].length);
  }
}

class Chains {
  readonly #table: ChoiceTable;
  readonly #rows: SharedRows;
  readonly #costs: RowCosts;
  readonly #search: ChainSearch;
  readonly #options: ChainOptions;
  readonly #least: number;
  /** What is held where least is lost. */
  #best: Int32Array;
  #lost = Infinity;

  constructor(rows: SharedRows, table: ChoiceTable, size: number, options: ChainOptions) {
    this.#rows = rows;
    this.#table = table;
    this.#options = options;
    this.#least = LEAST * size;
    this.#costs = new RowCosts(rows, table, size);
    const limits = { width: WIDTH, kept: KEPT, depth: DEPTH, least: this.#least };
    this.#search = new ChainSearch(table, this.#costs, limits);
    this.#best = table.held.slice();
    this.#take();
  }

  /** What each user holds in the end. */
  async run(): Promise<Int32Array> {
    await this.#rounds();
    if (!this.#stop() && await this.#oneAfterTheOther()) await this.#rounds();
    return this.#best;
  }

  #stop(): boolean {
    return this.#costs.looks >= MOST_LOOKS || this.#options.stop();
  }

  /** Looks for chains everywhere, as long as they win something worth it. */
  async #rounds(): Promise<void> {
    for (let won = Infinity; won > WORTH_A_ROUND * this.#lost && !this.#stop();) {
      won = 0;
      for (const r of this.#rowsByLoss()) {
        await this.#options.pause();
        if (this.#stop()) break;
        if (this.#costs.lossOf(r) > this.#least) won += this.#search.improveRow(r);
      }
      for (const u of this.#usersByRegret()) {
        await this.#options.pause();
        if (this.#stop()) break;
        won += this.#search.improveUser(u);
      }
      this.#take();
    }
  }

  /**
   * Uses up one row after the other, the dearest first, while what happens to those whose turn is still to come hardly
   * counts: each has far more chains to choose from then. False where no row weighs.
   */
  async #oneAfterTheOther(): Promise<boolean> {
    const { price, unit } = this.#rows;
    const weighing = this.#weighingRows().sort((a, b) =>
      price[b] * unit[b] - price[a] * unit[a] || a - b
    );
    for (const r of weighing) this.#costs.loosen(r, LOOSE);
    for (const r of weighing) {
      await this.#options.pause();
      this.#costs.restore(r);
      if (!this.#stop()) this.#search.improveRow(r);
    }
    return weighing.length > 0;
  }

  /** Notes what is held where no hard rule is broken and less is lost than ever. */
  #take(): void {
    const { held, regret } = this.#table, costs = this.#costs;
    let lost = 0;
    for (let r = 0; r < costs.left.length; r++) {
      if (costs.isBroken(r)) return;
      lost += costs.lossOf(r);
    }
    for (const b of held) if (b >= 0) lost += regret[b];
    if (lost >= this.#lost) return;
    this.#lost = lost;
    this.#best = held.slice();
  }

  #rowsByLoss(): number[] {
    const costs = this.#costs;
    const rows = [...costs.left.keys()].filter((r) => costs.lossOf(r) > this.#least);
    return rows.sort((a, b) => costs.lossOf(b) - costs.lossOf(a) || a - b);
  }

  #usersByRegret(): number[] {
    const { held, regret } = this.#table;
    const regretOf = (u: number) => held[u] < 0 ? 0 : regret[held[u]];
    const users = [...held.keys()].filter((u) => regretOf(u) > this.#least);
    return users.sort((a, b) => regretOf(b) - regretOf(a) || a - b);
  }

  /** Hard rows with a price toward which bundles count in fractions. */
  #weighingRows(): number[] {
    const { row, amount } = this.#table, { price, beyond } = this.#rows;
    const weighs = new Uint8Array(price.length);
    for (let e = 0; e < row.length; e++) if (!Number.isInteger(amount[e])) weighs[row[e]] = 1;
    return [...weighs.keys()].filter((r) =>
      weighs[r] === 1 && price[r] > 0 && beyond[r] === Infinity
    );
  }
}
