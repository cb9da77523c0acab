/**
 * The limits that an offer counts toward besides its cap, as the search for prices uses them.
 *
 * Pairs that count alike share an item (see `drop/limits/limit_rows.ts`), and a user's choice looks at prices of items, not of
 * contracts. Each row is measured in a unit of its own, so that prices of money and of heads can be searched for with the same
 * steps. The unit is the power of two nearest to what an offer typically counts: dividing by it rounds nothing.
 *
 * @module
 */
import { sharedFloat64 } from "../../base/arrays/shared_array.ts";
import type { ItemCells, LimitRows } from "../drop/instance/limits.ts";
import { wholeAmounts } from "./whole_amounts.ts";
import { highestOfLimits } from "../model/offer_cost.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

/** Items and their rows. The rows are those of limits; caps are handled apart. */
export interface Items {
  /** Uint32Array, length pairs: item of each pair. */
  readonly item: Uint32Array;
  /** Uint32Array, length items: contract of each item. */
  readonly contract: Uint32Array;
  /** Uint32Array, length items + 1: rows of item i are `row[start[i] … start[i + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array: the rows. */
  readonly row: Uint32Array;
  /** Float64Array: what an offer of the item adds to the row; for a least at most its whole amount. */
  readonly coefficient: Float64Array;
  /**
   * Float64Array: the same in the row's unit, rounded so that sums over all users are exact in any order. Null where nearly every pair is
   * an item: then {@link loadOf} works it out.
   */
  readonly load: Float64Array | null;
  /** Float64Array: the same, rounded more coarsely, so that sums of products of two are exact too: for the curvature. Null as `load`. */
  readonly coarse: Float64Array | null;
  /** Float64Array, length rows: Σ coefficient · offers is at most this. */
  readonly amount: Float64Array;
  /** Float64Array, length rows: the highest price, which each unit beyond the amount costs; Infinity: the limit is hard. */
  readonly highest: Float64Array;
  /** Float64Array, length rows: the row's unit, a power of two. */
  readonly unit: Float64Array;
  /** Uint8Array, length rows: 1 where amount and coefficients are whole numbers. */
  readonly whole: Uint8Array;
  /** Uint8Array, length rows: 1 where every offer counts 1 (or −1), so that one offer frees exactly what another takes. */
  readonly counts: Uint8Array;
  /** Whether any row counts something else than 1 per offer, such as money. */
  readonly weighs: boolean;
  /** Most rows of an item. */
  readonly mostRows: number;
  /** Whether (nearly) every pair is an item of its own. */
  readonly byPair: boolean;
  /** Where items are the same but for a number of their own. Ask `cellsOf` for them. */
  readonly cells: ItemCells | null;
}

/** `load` and `coarse` are multiples of this. */
const LOAD_STEP = 2 ** -28, COARSE_STEP = 2 ** -6;

/** What an offer adds by entry `e` in the row's unit, see {@link Items.load}. */
export function loadOf({ load, coefficient, row, unit }: Items, e: number): number {
  return load === null ? rounded(coefficient[e] / unit[row[e]], LOAD_STEP) : load[e];
}

/** The same, rounded more coarsely. */
export function coarseOf({ coarse, coefficient, row, unit }: Items, e: number): number {
  return coarse === null ? rounded(coefficient[e] / unit[row[e]], COARSE_STEP) : coarse[e];
}

/** Float64Array, length rows: by how much a row may be beyond its amount, which is rounding. */
export function toleranceOf(
  amount: Float64Array,
  { whole, unit }: Pick<Items, "whole" | "unit">,
): Float64Array {
  return amount.map((own, r) =>
    whole[r] === 1 ? 0 : COUNT_ROUNDING * Math.max(Math.abs(own), unit[r])
  );
}

/** Items whose amounts are lowered to what offers can add up to, see {@link wholeAmounts}. */
export function withWholeAmounts(items: Items, limits: LimitRows): Items {
  const amount = wholeAmounts(limits, toleranceOf(items.amount, items), items.counts);
  return { ...items, amount };
}

/** Items of compiled limits, with the shortfall price P where a limit has no price of its own. */
export function itemsOf(limits: LimitRows, shortfallPrice: number): Items {
  const { item, contract, start, row, amount, cells = null } = limits;
  const given = factsOfRows(limits), coefficient = usefulCoefficients(limits, given.smallest);
  const { unit, whole, counts } = coefficient === limits.coefficient
    ? given
    : factsOfRows({ row, coefficient, amount });
  const byPair = contract.length > item.length / 4;
  const inUnits = (step: number) => {
    const values = sharedFloat64(row.length);
    for (let e = 0; e < row.length; e++) values[e] = rounded(coefficient[e] / unit[row[e]], step);
    return values;
  };
  return {
    item,
    contract,
    start,
    row,
    coefficient,
    load: byPair ? null : inUnits(LOAD_STEP),
    coarse: byPair ? null : inUnits(COARSE_STEP),
    amount,
    highest: highestOfLimits(limits, shortfallPrice),
    unit,
    whole,
    counts,
    weighs: counts.includes(0),
    // A cell has all rows of its items, also those toward which one of them counts 0.
    mostRows: longest((cells ?? { start }).start),
    byPair,
    cells,
  };
}

/** The most entries of an item. */
function longest(start: Uint32Array): number {
  let most = 0;
  for (let i = 1; i < start.length; i++) most = Math.max(most, start[i] - start[i - 1]);
  return most;
}

/** The largest Σ of what an offer counts in all its rows, in their units. */
export function mostCounted({ start, row, coefficient, unit }: Items): number {
  let most = 0;
  for (let i = 0; i + 1 < start.length; i++) {
    let sum = 0;
    for (let e = start[i]; e < start[i + 1]; e++) sum += Math.abs(coefficient[e] / unit[row[e]]);
    most = Math.max(most, sum);
  }
  return most;
}

/** The value, rounded to a multiple of `step`, a power of two. */
function rounded(value: number, step: number): number {
  return Math.round(value / step) * step;
}

/**
 * The coefficients, for a least cut to its whole amount: one offer cannot deliver more than is asked for, and programs with
 * smaller coefficients are tighter. Shares, whose amounts are 0, stay as they are.
 */
function usefulCoefficients(
  { coefficient, row, amount, sense }: Pick<LimitRows, "coefficient" | "row" | "amount" | "sense">,
  smallest: Float64Array,
): Float64Array {
  const most = amount.map((own, r) => sense[r] < 0 && own < 0 ? own : -Infinity);
  // Offers rarely count more than a whole least. Where none does, millions of numbers need not be copied.
  if (most.every((own, r) => own <= smallest[r])) return coefficient;
  const useful = sharedFloat64(coefficient.length);
  for (let e = 0; e < useful.length; e++) useful[e] = Math.max(coefficient[e], most[row[e]]);
  return useful;
}

/**
 * Of each row its unit, the power of two nearest to the mean |coefficient| of its items; whether it is whole, and whether offers count 1
 * there, and its smallest coefficient (Infinity: it has none). In one loop, as there may be several entries for each of millions of pairs.
 */
function factsOfRows(
  { row, coefficient, amount }: Pick<LimitRows, "row" | "coefficient" | "amount">,
): Pick<Items, "unit" | "whole" | "counts"> & { readonly smallest: Float64Array } {
  const sum = new Float64Array(amount.length), count = new Float64Array(amount.length);
  const whole = Uint8Array.from(amount, (value) => Number.isInteger(value) ? 1 : 0);
  const counts = new Uint8Array(amount.length).fill(1);
  const smallest = new Float64Array(amount.length).fill(Infinity);
  for (let e = 0; e < row.length; e++) {
    const r = row[e], own = coefficient[e];
    sum[r] += own < 0 ? -own : own;
    count[r]++;
    if (own < smallest[r]) smallest[r] = own;
    if (own === 1 || own === -1) continue;
    counts[r] = 0;
    if (own !== Math.floor(own)) whole[r] = 0;
  }
  const unit = sum.map((total, r) =>
    count[r] === 0 || total === 0 ? 1 : 2 ** Math.round(Math.log2(total / count[r]))
  );
  return { unit, whole, counts, smallest };
}

/**
 * Whether what offers count toward each row is one of at most two numbers, as toward a share: 0.8 for those that are meant, and −0.2 for
 * all others. What such rows have left depends on two numbers of offers alone, unlike what budgets have left.
 */
export function countsFew({ row, coefficient, amount }: Items): boolean {
  const first = new Float64Array(amount.length), second = new Float64Array(amount.length);
  for (let e = 0; e < row.length; e++) {
    const r = row[e], own = coefficient[e];
    if (first[r] === 0) first[r] = own;
    else if (own !== first[r] && second[r] === 0) second[r] = own;
    else if (own !== first[r] && own !== second[r]) return false;
  }
  return true;
}

/** Whether any row may be missed at the shortfall price. */
export function hasShortfallPrice(limits: { rows: LimitRows } | undefined): boolean {
  return limits !== undefined && limits.rows.price.some(Number.isNaN);
}
