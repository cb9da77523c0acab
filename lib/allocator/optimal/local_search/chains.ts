/**
 * Improves an allocation by chains of changes, which make what integrality leaves between it and the bound smaller.
 *
 * Near the best prices an allocation loses only regrets, and what limits have left at their prices. No single change helps any more.
 * But many users are nearly indifferent, and some chain of their changes uses up a budget to the last cent, or replaces a
 * regret by a smaller one.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { Allowance } from "../programs/allowance.ts";
import { type ChainLimits, ChainSearch } from "./chain_search.ts";
import { type ChoiceTable, choiceTable, isClearlyTooLarge } from "./choice_table.ts";
import { Decided } from "../programs/decided.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { Pause } from "../../../base/pause.ts";
import { RowCosts } from "./row_costs.ts";
import { RowFill } from "./row_fill.ts";
import { SharedRows } from "./shared_rows.ts";
import { shuffledBy } from "../../../base/numbers/random.ts";

/**
 * Bundles in the table: at least BUNDLES, BUNDLES_OF_ROW for each row in which something is lost, and BUNDLES_OF_USER for each user, as
 * prices are no more exact where more users are nearly indifferent; at most MOST_BUNDLES.
 */
const BUNDLES = 12_000, BUNDLES_OF_ROW = 50, BUNDLES_OF_USER = 0.05, MOST_BUNDLES = 200_000;

/**
 * Many users tie where halving the regret leaves less than this part of the bundles allowed, of which there were too many before, and
 * where there are too many at a regret of LEAST_TIE, in units of an offer's size: prices are hardly more exact.
 */
const FEW_LEFT = 1 / 16, LEAST_TIE = 1e-5;

/** Where many users tie the table has bundles of this regret, in units of an offer's size, of at least this share of those who tie. */
const REGRET_OF_TIES = 0.03, LEAST_SHARE = 1e-4;

/** Where some of those who tie stand for all, others follow as long as the last ones gained this share of what is lost. */
const WORTH_A_SAMPLE = 0.05;

/** The usual {@link ChainLimits}. */
const WIDTH = 20, KEPT = 60, DEPTH = 8;

/** Wider searches keep so many times as many chains, and these may have so many changes more. */
const WIDER = 3, DEEPER = 4;

/** The least gain of a chain, in units of an offer's size; less is rounding. */
const LEAST = 1e-7;

/** Rounds go on as long as the last one gained this share of what is lost. */
const WORTH_A_ROUND = 0.02;

/** Rows that are still to be filled cost this share of their price. */
const LOOSE = 0.1;

/** Sweeps go on as long as one of the last MOST_IDLE gained this share of what is lost. */
const MOST_IDLE = 6, WORTH_A_SWEEP = 0.0005;

/** Sweeps over a few rows: the most rows, and how many such sweeps may gain nothing before it ends. */
const FEW = 6, MOST_IDLE_OF_FEW = 40;

/** Most changes that rounds look at, which takes some seconds. */
const MOST_LOOKS = 1e7;

/** Listing the bundles of a user counts as looking at this many changes, and finding that it is decided as so many. */
const LOOKS_OF_USER = 30, LOOKS_OF_DECIDED = 0.3;

/** Counted seconds of a change that is looked at. */
const SECONDS_OF_LOOK = 3e-7;

/** Options of {@link improveByChains}. */
export interface ChainOptions {
  /** The distance between bound and objective. No user's regret can be larger in a better allocation. */
  readonly widest: number;
  /** The search ends once no more than this is lost. @default 0 */
  readonly enough?: number;
  /**
   * Whether wider and longer chains follow where not little enough is lost after the usual ones: they take less time than other steps,
   * where many users are nearly indifferent. @default false
   */
  readonly widens?: boolean;
  /**
   * Whether users who tie are told apart by what they take alone: of changes that do the same one is tried, and where so many users tie
   * that a table has no room for them, some stand for all. @default true
   */
  readonly distinct?: boolean;
  /** Counted work that the search may do, from which it takes what it did. @default no end */
  readonly allowance?: Allowance;
  readonly stop: () => boolean;
  readonly pause: Pause;
}

/** Changes the holdings to ones that lose less, if some are found. Hard rules that are kept stay kept. */
export async function improveByChains(
  holdings: Holdings,
  prices: Prices,
  options: ChainOptions,
): Promise<void> {
  const { allowance = new Allowance(Infinity), enough = 0 } = options;
  for (let sample = 0;; sample++) {
    const rows = new SharedRows(holdings, prices), decided = new Decided(holdings, prices);
    const found = await tableFor(holdings, decided, rows, { ...options, allowance, sample });
    if (found === null) return;
    const { table, isSample } = found, before = holdings.objective();
    const chains = new Chains(holdings.problem, rows, table, { ...options, allowance });
    const held = await chains.run();
    for (let u = 0; u < held.length; u++) {
      const b = held[u];
      if (b >= 0) holdings.setBundle(u, table.pairs[b], table.pairs[b].length);
    }
    const gained = holdings.objective() - before, { lost } = chains;
    if (!isSample || lost <= enough || gained < WORTH_A_SAMPLE * lost) return;
  }
}

/** A table of bundles. */
interface FoundTable {
  readonly table: ChoiceTable;
  /** Whether only some of the users who tie are in. */
  readonly isSample: boolean;
}

/**
 * The table of as many bundles as are allowed, those of least regret; null: there is none, or the search must end. Where so many users tie
 * that there is no room for all of them, others are in with each `sample`.
 */
async function tableFor(
  holdings: Holdings,
  decided: Decided,
  rows: SharedRows,
  options: ChainOptions & { readonly allowance: Allowance; readonly sample: number },
): Promise<FoundTable | null> {
  const { widest, distinct = true, allowance, sample } = options;
  const { problem: { unit }, count } = holdings;
  const open = rows.left.reduce((n, left, r) => left !== 0 && rows.price[r] > 0 ? n + 1 : n, 0);
  const least = Math.max(BUNDLES, BUNDLES_OF_ROW * open, BUNDLES_OF_USER * count.length);
  const most = Math.min(MOST_BUNDLES, least);
  let counted = 0;
  const isOver = async () => {
    await options.pause();
    const looks = LOOKS_OF_USER * (decided.listed - counted) + LOOKS_OF_DECIDED * count.length;
    allowance.spend(SECONDS_OF_LOOK * looks);
    counted = decided.listed;
    return options.stop() || allowance.isOver;
  };
  const first = Math.min(widest, unit);
  let table: ChoiceTable | null = null, regret = first;
  for (; table === null && (regret === first || regret >= LEAST_TIE * unit); regret /= 2) {
    if (await isOver()) return null;
    if (isClearlyTooLarge(holdings, decided, { regret, most })) continue;
    table = choiceTable(holdings, decided, rows, { regret, most });
  }
  const isFull = table !== null && (2 * regret === first || table.owner.length >= FEW_LEFT * most);
  const whole = table && { table, isSample: false };
  if (isFull || !distinct) return whole;
  // So many users tie that hardly any of their bundles is left: some of these users do as well as all.
  const tie = 4 * regret;
  const size = { regret: Math.min(widest, Math.max(REGRET_OF_TIES * unit, tie)), most };
  for (let share = 0.5; share >= LEAST_SHARE; share /= 2) {
    if (await isOver()) return null;
    const some = choiceTable(holdings, decided, rows, { ...size, tied: { share, tie, sample } });
    if (some !== null) return { table: some, isSample: true };
  }
  return whole;
}

/** Improves the holdings of one table of bundles. */
class Chains {
  readonly #table: ChoiceTable;
  readonly #rows: SharedRows;
  readonly #costs: RowCosts;
  #search: ChainSearch;
  readonly #options: ChainOptions & { readonly allowance: Allowance };
  readonly #least: number;
  /** Uint8Array, length rows: 1 if offers count in fractions toward the row. */
  readonly #weighs: Uint8Array;
  /** Whether any of these rows is a limit of the drop, and not of a group. */
  readonly #offersWeigh: boolean;
  /** The holdings that lose least so far: the bundle of each user. */
  #best: Int32Array;
  /** What these lose. */
  #lost = Infinity;
  /** Looks that were taken off the allowance. */
  #counted = 0;
  /** Looks before the present rounds. */
  #before = 0;

  constructor(
    { unit: size, items }: DualProblem,
    rows: SharedRows,
    table: ChoiceTable,
    options: ChainOptions & { readonly allowance: Allowance },
  ) {
    this.#offersWeigh = items !== null && items.weighs;
    this.#rows = rows;
    this.#table = table;
    this.#options = options;
    this.#least = LEAST * size;
    this.#costs = new RowCosts(rows, table, size);
    this.#search = this.#searchOf({ width: WIDTH, kept: KEPT, depth: DEPTH });
    this.#best = table.held.slice();
    this.#weighs = weighingRows(table, rows);
    this.#take();
  }

  #searchOf(limits: Omit<ChainLimits, "least" | "distinct">): ChainSearch {
    const { distinct = true } = this.#options;
    return new ChainSearch(this.#table, this.#costs, { ...limits, least: this.#least, distinct });
  }

  /** What the best holdings lose. */
  get lost(): number {
    return this.#lost;
  }

  /** Improves. Returns the bundle of each user at the end, −1: it has no choice. */
  async run(): Promise<Int32Array> {
    const { widens = false } = this.#options;
    await this.#rounds(widens);
    if (widens && !this.#stop() && !this.#isEnough()) {
      const width = WIDER * WIDTH, kept = WIDER * KEPT;
      this.#search = this.#searchOf({ width, kept, depth: DEPTH + DEEPER });
      await this.#rounds();
    }
    if (!this.#stop() && !this.#isEnough() && await this.#oneAfterTheOther()) await this.#rounds();
    const mayFill = this.#offersWeigh && !this.#isOver() && !this.#isEnough();
    if (mayFill && await this.#fillRows()) {
      this.#before = this.#costs.looks;
      await this.#rounds();
    }
    return this.#best;
  }

  /** Whether little enough would be lost if the best holdings were better by `gain`. */
  #isEnough(gain = 0): boolean {
    return this.#lost - gain <= (this.#options.enough ?? 0);
  }

  /** Whether rounds must end. */
  #stop(): boolean {
    return this.#costs.looks - this.#before >= MOST_LOOKS || this.#isOver();
  }

  /** Takes the work since the last call off the allowance. Returns whether nothing is left of it, or to stop for another reason. */
  #isOver(): boolean {
    const { allowance, stop } = this.#options, { looks } = this.#costs;
    allowance.spend(SECONDS_OF_LOOK * (looks - this.#counted));
    this.#counted = looks;
    return allowance.isOver || stop();
  }

  /**
   * Looks for chains from every row and user, as long as they gain enough; where wider ones can follow, that is as long as another round
   * like the last one would do.
   */
  async #rounds(canWiden = false): Promise<void> {
    for (let won = Infinity; won > WORTH_A_ROUND * this.#lost && !this.#stop();) {
      if (this.#isEnough() || canWiden && !this.#isEnough(won)) break;
      won = 0;
      for (const r of this.#rowsByLoss()) {
        await this.#options.pause();
        if (this.#stop() || this.#isEnough(won)) break;
        if (this.#costs.lossOf(r) > this.#least) won += this.#search.improveRow(r);
      }
      for (const u of this.#usersByRegret()) {
        await this.#options.pause();
        if (this.#stop() || this.#isEnough(won)) break;
        won += this.#search.improveUser(u);
      }
      this.#take();
    }
  }

  /**
   * Uses up one row after the other, the one with the highest price first, while rows that are still to come hardly count: so each
   * has far more chains to choose from. Returns false if there is no row with fractions.
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
   * Fills rows one after the other, in sweeps that each start from the best holdings so far: first all rows, as long as one of the
   * last few sweeps gained something, then a few rows at a time. Returns whether that gained anything.
   */
  async #fillRows(): Promise<boolean> {
    const weighing = this.#weighingRows();
    if (weighing.length === 0) return false;
    const fill = new RowFill(this.#table, this.#costs, this.#rows, this.#weighs);
    const first = this.#lost;
    const stop = () => this.#isEnough() || this.#isOver();
    for (let sweep = 0, idle = 0; idle < MOST_IDLE && !stop(); sweep++) {
      idle = await this.#sweep(fill, weighing, shuffledBy(weighing, sweep)) ? 0 : idle + 1;
    }
    const most = Math.min(FEW, weighing.length);
    for (let n = 0, idle = 0; idle < MOST_IDLE_OF_FEW && !stop(); n++) {
      const some = shuffledBy(weighing, ~n).slice(0, 2 + n % (most - 1 || 1));
      idle = await this.#sweep(fill, weighing, some) ? 0 : idle + 1;
    }
    this.#backToBest();
    return this.#lost < first;
  }

  /** Fills the rows of `some` one after the other, while others stay as they are. Returns whether that gained enough. */
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
      if (this.#isOver()) break;
      fill.fill(r);
    }
    this.#take();
    return this.#lost < before * (1 - WORTH_A_SWEEP);
  }

  /** Restores the holdings that lose least. */
  #backToBest(): void {
    const { held } = this.#table;
    for (let u = 0; u < held.length; u++) {
      if (held[u] === this.#best[u]) continue;
      this.#costs.change(this.#best[u]);
      held[u] = this.#best[u];
    }
    this.#costs.keep();
  }

  /** Keeps the present holdings as the best if they break no hard row and lose less than any before. */
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
    const users: number[] = [];
    // A loop, as there are many users, of whom few have a choice.
    for (let u = 0; u < held.length; u++) if (regretOf(u) > this.#least) users.push(u);
    return users.sort((a, b) => regretOf(b) - regretOf(a) || a - b);
  }

  /** Hard rows with a price toward which offers count in fractions. */
  #weighingRows(): number[] {
    const { price, beyond } = this.#rows, weighs = this.#weighs;
    return [...weighs.keys()].filter((r) =>
      weighs[r] === 1 && price[r] > 0 && beyond[r] === Infinity
    );
  }
}

/** Uint8Array, length rows: 1 if a bundle takes a fraction of a unit of the row, or if not all offers that count take one unit. */
function weighingRows({ row, amount }: ChoiceTable, { left, weighs }: SharedRows): Uint8Array {
  const weighing = Uint8Array.from(left, (_, r) => weighs(r) ? 1 : 0);
  for (let e = 0; e < row.length; e++) if (!Number.isInteger(amount[e])) weighing[row[e]] = 1;
  return weighing;
}
