/**
 * Column generation for thousands of blocks: prices come from Newton's method on a smoothed bound.
 *
 * The linear program of `column_generation.ts` has a row for each block: with thousands of users as blocks it takes minutes. Here prices
 * minimise the bound over the columns known, smoothed (see `smoothed_bound.ts`). Once it settles it is smoothed less, and each round adds
 * the columns that its prices make best. The bound ends within about a millionth of the least one.
 *
 * @module
 */
import { MipBuilder } from "../../ilp/mip.ts";
import { noPause, type Pause } from "../../../base/pause.ts";
import { type MovedRows, nothingCounted, PricedRows } from "../programs/priced_rows.ts";
import type { BestPrices, Blocks, Priced } from "./column_generation.ts";
import type { Prices } from "../../model/allocation.ts";
import { usersByGroup } from "../../drop/instance/group_users.ts";
import { type BlockColumns, SmoothedBound } from "./smoothed_bound.ts";

/** How much the bound is smoothed at first and at last, as shares of an offer's size, and by how much less from round to round. */
const FIRST = 0.05, LAST = 2e-4, FALL = 0.4;
/** Rounds are repeated while one moves the bound by more than this share, so that a start far off finds the columns that matter first. */
const SETTLED = 2e-3;
/** Most rounds that smooth it alike, and the share of the bound that one must win when it is smoothed no less. */
const MOST_ALIKE = 10, WORTH_A_ROUND = 1e-6;

/** Counted seconds for each entry of a column that is gone through. */
const ENTRY = 4e-9;

/** Finds prices nearly as good as the best ones, with the mixture of columns that belongs to them. */
export async function smoothColumns<Column>(
  blocks: Blocks<Column>,
  start: Prices,
  { stop, spend, pause = noPause }: {
    /** Called now and then: whether to stop. */
    stop: () => boolean;
    /** Takes off counted seconds of work. */
    spend: (seconds: number) => void;
    pause?: Pause;
  },
): Promise<Priced & Pick<BestPrices<Column>, "mixture">> {
  const known = new KnownColumns(blocks, start);
  let best = await known.price(), alike = 0;
  let mixture: BestPrices<Column>["mixture"] = [];
  const { unit } = blocks.problem, least = LAST * unit;
  for (let sigma = FIRST * unit; alike < MOST_ALIKE && !stop();) {
    const smoothed = new SmoothedBound(known.sorted(), known.rows, sigma);
    known.moved = smoothed.minimise(known.moved, stop);
    spend(ENTRY * smoothed.work);
    await pause();
    const priced = await known.price();
    const won = best.bound - priced.bound;
    if (won > 0 || mixture.length === 0) mixture = known.mixtureOf(smoothed.weight);
    if (won > 0) best = priced;
    alike++;
    if (sigma > least) {
      if (Math.abs(won) > SETTLED * Math.abs(best.bound) && alike < MOST_ALIKE) continue;
      sigma = Math.max(least, FALL * sigma);
      alike = 0;
      continue;
    }
    if (won <= WORTH_A_ROUND * Math.abs(best.bound)) break;
  }
  return { ...best, mixture };
}

/** The columns known so far, and prices as they moved from where the search began. */
class KnownColumns<Column> {
  /** What the rows of caps and limits allow. */
  readonly rows: MovedRows;
  /** Float64Array, length rows: by how much each price moved, negative for the higher price of a least. */
  moved: Float64Array;
  readonly #blocks: Blocks<Column>;
  readonly #program: PricedRows;
  /** What columns count, in the order in which they were found. */
  readonly #counts = new MipBuilder();
  /** Of each column: its block, and what it is worth at the prices where the search began. */
  readonly #found: { block: number; column: Column; worth: number }[] = [];
  /** The places of columns in #found, those of a block beside each other. */
  #order: Uint32Array = new Uint32Array(0);

  constructor(blocks: Blocks<Column>, start: Prices) {
    const { problem, columns } = blocks;
    this.#blocks = blocks;
    this.#program = new PricedRows(this.#counts, problem, start, {
      counted: nothingCounted(problem),
    });
    for (let b = 0; b < columns.length; b++) blocks.prepare(this.#program, b);
    this.rows = this.#program.movedRows();
    this.moved = new Float64Array(this.rows.limit.length);
    columns.forEach((own, b) => own.forEach((column) => this.#add(b, column, start)));
  }

  /** Evaluates the prices now, and adds the columns that they make best. */
  async price(): Promise<Priced> {
    const prices = this.#program.pricesFrom(this.moved), more: [number, Column][] = [];
    const priced = await this.#blocks.price(prices, (b, column) => more.push([b, column]));
    for (const [b, column] of more) this.#add(b, column, prices);
    return priced;
  }

  /** Adds a column of a block; `prices` are those now, or those where the search began, when nothing has moved. */
  #add(block: number, column: Column, prices: Prices): void {
    const at = this.#counts.column(0, Infinity, false);
    this.#blocks.enter(this.#counts, this.#program, block, column);
    const { starts, indices, values } = this.#counts;
    let worth = this.#blocks.valueOf(block, column, prices);
    for (let e = starts[at]; e < starts[at + 1]; e++) worth += this.moved[indices[e]] * values[e];
    this.#found.push({ block, column, worth });
  }

  /** The columns, those of a block beside each other. */
  sorted(): BlockColumns {
    const { size, columns } = this.#blocks, found = this.#found;
    const blockOf = Uint32Array.from(found, ({ block }) => block);
    const { start: first, user: order } = usersByGroup(blockOf, columns.length);
    this.#order = order;
    const { starts, indices, values } = this.#counts;
    const start = new Uint32Array(found.length + 1);
    const row = new Uint32Array(indices.length), amount = new Float64Array(indices.length);
    order.forEach((i, j) => {
      start[j + 1] = start[j];
      for (let e = starts[i]; e < starts[i + 1]; e++) {
        row[start[j + 1]] = indices[e];
        amount[start[j + 1]++] = values[e];
      }
    });
    return {
      size,
      first,
      worth: Float64Array.from(order, (i) => found[i].worth),
      start,
      row,
      amount,
    };
  }

  /** How many members of each block have each column, by weights of the columns that were sorted last. */
  mixtureOf(weight: Float64Array): BestPrices<Column>["mixture"] {
    const mixture: { column: Column; times: number }[][] = this.#blocks.columns.map(() => []);
    this.#order.forEach((i, j) => {
      const { block, column } = this.#found[i];
      const times = weight[j] * this.#blocks.size[block];
      if (times > 1e-9) mixture[block].push({ column, times });
    });
    return mixture;
  }
}
