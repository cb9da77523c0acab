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
import { Decided } from "./decided.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { Pause } from "../../../base/pause.ts";
import { RowCosts } from "./row_costs.ts";
import { RowFill } from "./row_fill.ts";
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

/** Rows are filled anew as long as one of the last so many sweeps won this share of what is lost. */
const MOST_IDLE = 6, WORTH_A_SWEEP = 0.0005;

/** Most rows of a few, and how many times nothing is won by a few. */
const FEW = 6, MOST_IDLE_OF_FEW = 40;

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
  const decided = new Decided(assignment, prices);
  let table: ChoiceTable | null = null;
  for (let regret = Math.min(options.widest, unit); table === null; regret /= 2) {
    if (options.stop() || regret < LEAST * unit) return;
    await options.pause();
    table = choiceTable(assignment, decided, rows, { regret, most });
  }
  const held = await new Chains(assignment.problem, rows, table, options).run();
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
  /** Uint8Array, length rows: 1 where offers weigh. */
  readonly #weighs: Uint8Array;
  /** Whether offers weigh toward limits, and not only toward rules of groups. */
  readonly #offersWeigh: boolean;
  /** What is held where least is lost. */
  #best: Int32Array;
  #lost = Infinity;

  constructor(
    { unit: size, items }: DualProblem,
    rows: SharedRows,
    table: ChoiceTable,
    options: ChainOptions,
  ) {
    this.#offersWeigh = items !== null && items.weighs;
    this.#rows = rows;
    this.#table = table;
    this.#options = options;
    this.#least = LEAST * size;
    this.#costs = new RowCosts(rows, table, size);
    const limits = { width: WIDTH, kept: KEPT, depth: DEPTH, least: this.#least };
    this.#search = new ChainSearch(table, this.#costs, limits);
    this.#best = table.held.slice();
    this.#weighs = weighingRows(table, rows);
    this.#take();
  }

  /** What each user holds in the end. */
  async run(): Promise<Int32Array> {
    await this.#rounds();
    if (!this.#stop() && await this.#oneAfterTheOther()) await this.#rounds();
    if (this.#offersWeigh && !this.#options.stop() && await this.#fillRows()) {
      this.#costs.looks = 0;
      await this.#rounds();
    }
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

  /**
   * Fills rows one after the other, again from the best that is known: all of them, as long as one of the last few sweeps won
   * something, then a few at a time, the others as they are. Whether that won anything.
   */
  async #fillRows(): Promise<boolean> {
    const weighing = this.#weighingRows();
    if (weighing.length === 0) return false;
    const fill = new RowFill(this.#table, this.#costs, this.#rows, this.#weighs);
    const first = this.#lost;
    for (let sweep = 0, idle = 0; idle < MOST_IDLE && !this.#options.stop(); sweep++) {
      idle = await this.#sweep(fill, weighing, ordered(weighing, sweep)) ? 0 : idle + 1;
    }
    const most = Math.min(FEW, weighing.length);
    for (let n = 0, idle = 0; idle < MOST_IDLE_OF_FEW && !this.#options.stop(); n++) {
      const some = ordered(weighing, ~n).slice(0, 2 + n % (most - 1 || 1));
      idle = await this.#sweep(fill, weighing, some) ? 0 : idle + 1;
    }
    this.#backToBest();
    return this.#lost < first;
  }

  /** Fills the rows of `some` one after the other, while others stay as they are. Whether that won something worth it. */
  async #sweep(
    fill: RowFill,
    weighing: readonly number[],
    some: readonly number[],
  ): Promise<boolean> {
    const before = this.#lost;
    this.#backToBest();
    fill.begin(weighing, some);
    for (const r of some) {
      await this.#options.pause();
      if (this.#options.stop()) break;
      fill.fill(r);
    }
    this.#take();
    return this.#lost < before * (1 - WORTH_A_SWEEP);
  }

  /** Everybody holds again what was held where least was lost. */
  #backToBest(): void {
    const { held } = this.#table;
    for (let u = 0; u < held.length; u++) {
      if (held[u] === this.#best[u]) continue;
      this.#costs.change(this.#best[u]);
      held[u] = this.#best[u];
    }
    this.#costs.keep();
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
    const { price, beyond } = this.#rows, weighs = this.#weighs;
    return [...weighs.keys()].filter((r) =>
      weighs[r] === 1 && price[r] > 0 && beyond[r] === Infinity
    );
  }
}

/** Uint8Array, length rows: 1 where a bundle takes a fraction of one, or offers weigh. */
function weighingRows({ row, amount }: ChoiceTable, { left, weighs }: SharedRows): Uint8Array {
  const weighing = Uint8Array.from(left, (_, r) => weighs(r) ? 1 : 0);
  for (let e = 0; e < row.length; e++) if (!Number.isInteger(amount[e])) weighing[row[e]] = 1;
  return weighing;
}

/** The rows in an order of their own for each sweep. */
function ordered(rows: readonly number[], sweep: number): number[] {
  const key = (r: number) => mix(r, sweep);
  return [...rows].sort((a, b) => key(a) - key(b) || a - b);
}

function mix(a: number, b: number): number {
  let hash = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
