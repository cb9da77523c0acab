/**
 * Finds better prices by linear programming, with a mixture of choices that belongs to them: column generation.
 *
 * Users are divided into blocks that share caps and limits: classes of users who are alike, or whole groups whose limits tie their
 * users together. The least bound is the optimum of the linear program that gives each block a mixture of its choices, and the
 * best prices are the dual values of its rows. Columns are generated: choices that some prices make best are added until the
 * program's optimum is the bound at its prices (Dantzig and Wolfe, "Decomposition principle for linear programs", 1960).
 * Prices are kept in a box around the best ones known (Marsten, Hogan and Blankenship, "The boxstep method for large-scale
 * optimization", 1975). Costs are regrets at the centre of the box, so the closer the optimum, the more precise a round is.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import { GrowingLp, MipBuilder } from "../../ilp/mip.ts";
import type { CasePrices, DualProblem } from "../dual/dual_problem.ts";
import { nothingCounted, PricedRows } from "../programs/priced_rows.ts";
import { noPause, type Pause } from "../../../base/pause.ts";

/** Most boxes, and most programs solved in each. */
const MOST_BOXES = 40, ROUNDS = 60;
/** Most simplex iterations × rows in all: some seconds. */
const MOST_WORK = 1.5e8;
/** A program that has begun goes on until all work is so many times what it may be; then nothing is known of it. */
const BEYOND = 3;
/** A box is done when the bound is this near to the program's optimum, relative to the size of the box. */
const ENOUGH = 1e-6;
/** This many rounds together must bring bound and optimum nearer, if a distance is asked for that is enough. */
const STALL = 5;
/** If a box improves the bound by less than this share of it, prices are the best up to rounding. */
const PRECISE = 1e-13;
/** What a box wins is believed if rounding is less than this share of the box. */
const TELLING = 1e-3;

/** A column of prices. */
type PriceName = keyof CasePrices;

/** The result of evaluating prices. */
export interface Priced {
  /** The prices; a block may have improved the prices of its group's limits. */
  readonly prices: Prices;
  /** The bound that they prove. */
  readonly bound: number;
  /** Float64Array, length blocks: the value of the best choice of one member of each block. */
  readonly worth: Float64Array;
  /** By how much less the choices that were found are worth than the bound takes them to be, if the best ones can't be found. @default 0 */
  readonly loose?: number;
}

/** The blocks and their choices. */
export interface Blocks<Column> {
  /** The problem. */
  readonly problem: DualProblem;
  /** Number of members of each block, which are alike. */
  readonly size: ArrayLike<number>;
  /** By block: the columns known so far. */
  readonly columns: readonly Column[][];
  /** By how many prices' worth two choices of a block can differ at most: columns that no prices within a box make best are left out. */
  readonly reach: number;
  /** Evaluates prices. The choices that they make best are added to the columns; `added` is called with each new one. */
  price(
    prices: Prices,
    added?: (block: number, column: Column) => void,
  ): Priced | Promise<Priced>;
  /** The value of a column at prices. */
  valueOf(block: number, column: Column, prices: Prices): number;
  /** Makes the rows of the program that a block's choices count toward. */
  prepare(rows: PricedRows, block: number): void;
  /** Enters what a column counts into the program's column that was begun last. */
  enter(mip: MipBuilder, rows: PricedRows, block: number, column: Column): void;
}

/** Prices, their bound, and how near that is to the least possible. */
export interface BestPrices<Column> extends Priced {
  /** Whether no other prices prove less, up to rounding. */
  readonly best: boolean;
  /** The mixture that belongs to the prices: for each block, its columns and how many members have each. */
  readonly mixture: readonly (readonly { column: Column; times: number }[])[];
  /** What the mixture is worth, less what it costs to keep limits by it; −Infinity: there is none. */
  readonly worthOfMixture: number;
  /** Simplex iterations × rows of all programs, and a share for each: a measure of time that does not depend on the machine. */
  readonly work: number;
}

/** The settings of the search. */
export interface ColumnSearch {
  /** A feasible objective. */
  readonly objective: number;
  /** Called now and then: whether to stop. */
  readonly stop: () => boolean;
  /**
   * Most work, in units of {@link BestPrices.work}: no program begins beyond it, and none goes on beyond three times that.
   *
   * @default 1.5e8, which is also the most
   */
  readonly mostWork?: number;
  /** A bound this near to the least possible is as good. @default 0 */
  readonly enough?: number;
  /** How far prices may move at first. @default the distance between bound and objective */
  readonly firstBox?: number;
  /** Whether a bound is low enough, so that no better prices are sought. @default never */
  readonly isEnough?: (bound: number) => boolean;
  /** Called now and then, to give way to the event loop. */
  readonly pause?: Pause;
  /**
   * Whether columns are sought half-way from the best prices known to the program's. That takes fewer rounds; but the columns are more
   * alike. @default false
   */
  readonly halfWay?: boolean;
}

/** Finds prices at least as good as those given, and the best ones if time and size allow. */
export async function generateColumns<Column>(
  blocks: Blocks<Column>,
  found: { prices: Prices; bound: number },
  search: ColumnSearch,
): Promise<BestPrices<Column>> {
  const { objective, stop, enough = 0, firstBox, pause = noPause, halfWay = false, isEnough } =
    search;
  const mostWork = Math.min(MOST_WORK, search.mostWork ?? MOST_WORK);
  let centre: Priced = { ...await blocks.price(found.prices), ...found };
  let mixture: BestPrices<Column>["mixture"] = [], worthOfMixture = -Infinity;
  let box = Math.min(blocks.problem.unit, firstBox ?? centre.bound - objective);
  let work = 0;
  for (let i = 0; i < MOST_BOXES && box > 0 && work < mostWork && !stop(); i++) {
    const within = new Box(blocks, centre, box);
    await within.open();
    const isOver = (bound: number) =>
      stop() || work + within.work >= mostWork || isEnough?.(bound) === true;
    const result = await within.minimise({
      stop: isOver,
      most: BEYOND * mostWork - work,
      enough: Math.max(ENOUGH * box, enough),
      stall: enough,
      pause,
      halfWay,
    });
    work += within.work;
    within.close();
    const won = centre.bound - result.found.bound;
    // The mixture of a box that improves nothing is not used: within it, missing limits costs less than keeping them.
    if (won > 0 || mixture.length === 0) {
      mixture = result.mixture;
      worthOfMixture = result.optimum;
    }
    if (won > 0) centre = result.found;
    if (isEnough?.(centre.bound)) break;
    const rounding = Math.max(PRECISE * Math.abs(centre.bound), enough);
    const left = Math.max(0, tightest(centre) - result.optimum);
    // D is convex: where nothing all around is lower, nothing further out is. In a box not much wider than rounding that can't be seen.
    const isLeast = won <= rounding && left <= rounding && rounding < TELLING * box;
    if (result.atEdge && !isLeast) {
      // The best prices lie further out.
      box *= 8;
    } else {
      if (result.done && (left <= rounding || won <= rounding)) {
        return { ...centre, best: enough === 0, mixture, worthOfMixture, work };
      }
      if (!result.done && won <= rounding) break;
      box = result.done ? Math.min(box / 8, Math.max(8 * left, rounding)) : box / 2;
    }
  }
  return { ...centre, best: false, mixture, worthOfMixture, work };
}

/** The result of a box. */
interface BoxResult<Column> {
  /** The best prices found. */
  readonly found: Priced;
  /** The optimum of the last program that was solved. If the box is done no prices within it prove a bound below this. */
  readonly optimum: number;
  readonly done: boolean;
  /** Whether a price stopped at the edge of the box. */
  readonly atEdge: boolean;
  readonly mixture: BestPrices<Column>["mixture"];
}

/** The program of mixtures within a box of prices. */
class Box<Column> {
  readonly #blocks: Blocks<Column>;
  readonly #centre: Priced;
  readonly #box: number;
  /** Costs are divided by this. */
  readonly #scale: number;
  readonly #rows: PricedRows;
  readonly #mip = new MipBuilder();
  readonly #blockRow: number[] = [];
  /** The choices in the program: place, block and column of each. */
  readonly #entered: { at: number; block: number; column: Column }[] = [];
  #columns = 0;
  #lp: GrowingLp | null = null;

  constructor(blocks: Blocks<Column>, centre: Priced, box: number) {
    this.#blocks = blocks;
    this.#centre = centre;
    this.#box = box;
    this.#scale = 2 ** Math.round(Math.log2(box));
    const { problem, columns, size } = blocks;
    const counted = nothingCounted(problem);
    const pricing = { counted, box, scale: this.#scale };
    this.#rows = new PricedRows(this.#mip, problem, centre.prices, pricing);
    for (let b = 0; b < columns.length; b++) {
      blocks.prepare(this.#rows, b);
      this.#blockRow.push(this.#mip.row(size[b], size[b]));
    }
    columns.forEach((own, b) => own.forEach((column) => this.#enter(this.#mip, b, column)));
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
  #enter(mip: MipBuilder, block: number, column: Column): void {
    const { worth, prices } = this.#centre;
    const regret = worth[block] - this.#blocks.valueOf(block, column, prices);
    if (regret > this.#blocks.reach * this.#box) return;
    mip.column(-Math.max(0, regret) / this.#scale, Infinity, false);
    this.#entered.push({ at: this.#columns++, block, column });
    mip.entry(this.#blockRow[block], 1);
    this.#blocks.enter(mip, this.#rows, block, column);
  }

  /**
   * Generates columns until a bound is within `enough` of the program's optimum, or until some rounds together bring the two nearer by
   * no more than `stall`. If that is above 0, the bound may be of an earlier round.
   */
  async minimise(
    { stop, most, enough, stall, pause, halfWay }: {
      stop: (bound: number) => boolean;
      /** Most work. */
      most: number;
      enough: number;
      stall: number;
      pause: Pause;
      halfWay: boolean;
    },
  ): Promise<BoxResult<Column>> {
    const lp = this.#lp!;
    let found = this.#centre, optimum = -Infinity, done = false;
    let atEdge = false, values: Float64Array | null = null;
    const left: number[] = [];
    for (let round = 0; round < ROUNDS && !stop(found.bound); round++) {
      await pause();
      const iterations = (most - this.work) / this.#mip.rowLower.length;
      const solved = lp.solve(() => stop(found.bound), iterations);
      if (solved === null) break;
      values = solved.values;
      const more: [number, Column][] = [];
      const price = async (prices: Prices): Promise<Priced> => {
        const tried = await this.#blocks.price(
          prices,
          (block, column) => more.push([block, column]),
        );
        if (tried.bound < found.bound) found = tried;
        return tried;
      };
      const ofProgram = this.#rows.pricesFrom(solved.rowPrice);
      let tried = await price(halfWay ? halfWayTo(found.prices, ofProgram) : ofProgram);
      if (halfWay && more.length === 0) tried = await price(ofProgram);
      optimum = this.#centre.bound + solved.objective * this.#scale;
      atEdge = this.#rows.atEdge(solved.rowPrice);
      left.push(tightest(found) - optimum);
      const stalls = stall > 0 && round >= STALL && left[round - STALL] - left[round] <= stall;
      const nearest = tightest(stall > 0 ? found : tried);
      if (nearest - optimum <= enough || more.length === 0 || stalls) {
        done = true;
        break;
      }
      const columns = new MipBuilder();
      for (const [block, column] of more) this.#enter(columns, block, column);
      lp.add(columns);
    }
    return { found, optimum, done, atEdge: done && atEdge, mixture: this.#mixture(values) };
  }

  /** The mixture of a solution of the program. */
  #mixture(values: Float64Array | null): BestPrices<Column>["mixture"] {
    const mixture: { column: Column; times: number }[][] = this.#blockRow.map(() => []);
    if (values === null) return mixture;
    for (const { at, block, column } of this.#entered) {
      if (at < values.length && values[at] > 1e-9) {
        mixture[block].push({ column, times: values[at] });
      }
    }
    return mixture;
  }
}

/** What the bound would be if the best choices could be found. */
function tightest({ bound, loose = 0 }: Priced): number {
  return bound - loose;
}

/**
 * Prices half-way between two. The program's prices jump about within the box; half-way to them from the best ones known, columns
 * are of more use and bounds lower (Wentges, "Weighted Dantzig–Wolfe decomposition for linear mixed-integer programming", 1997).
 */
function halfWayTo(from: CasePrices, to: CasePrices): Prices {
  const middle = (a: Float64Array, b: Float64Array) => a.map((price, i) => (price + b[i]) / 2);
  const columns = (Object.keys(to) as PriceName[]).map((name) => {
    const a = from[name], b = to[name];
    return [name, a === undefined || b === undefined ? b : middle(a, b)];
  });
  return Object.fromEntries(columns);
}
