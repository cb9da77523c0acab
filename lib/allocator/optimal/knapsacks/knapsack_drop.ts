/**
 * Drops in which each user gets one offer and each offer counts toward one limit: generalised assignment. Jobs go to machines, loads to
 * vehicles, and what a machine or vehicle takes is a knapsack.
 *
 * @module
 */
import { greatestDivisor } from "../../../base/numbers/greatest_divisor.ts";
import { COUNT_ROUNDING } from "../../../base/numbers/rounding.ts";
import { decimalsOf, MOST_DECIMALS } from "../../model/objective_grid.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { type DualProblem, eachRow, rowCount, worthOfShape } from "../dual/dual_problem.ts";

/** Such a drop in whole numbers: the choices that users have, each worth something and in a row that it takes some of. */
export interface KnapsackDrop {
  /** Number of users. */
  readonly users: number;
  /** Int32Array, length choices: the user of each. */
  readonly user: Int32Array;
  /** Int32Array, length choices: the pair of each. */
  readonly pair: Int32Array;
  /** Int32Array, length choices: the row of each. A user has at most one choice in a row, but for the last row. */
  readonly row: Int32Array;
  /** Float64Array, length choices: by how many steps of the objective the user's offer is better than none; more than 0. */
  readonly worth: Float64Array;
  /** Int32Array, length choices: what each takes of its row. */
  readonly takes: Int32Array;
  /** Int32Array, length rows: what there is. Choices of the last row take nothing. */
  readonly room: Int32Array;
}

/** Most choices, most of one row, and most cells of tables of all rows' choices × what there is. */
const MOST_CHOICES = 5000, MOST_ROOM = 20_000, MOST_CELLS = 1e6;

/** Worth up to this, summed over users, leaves bits for fractions in doubles. */
const MOST_WORTH = 2 ** 42;

/** How far a worth may be from a whole number of steps. */
const OFF_GRID = 1e-6;

/**
 * The drop in whole numbers; null if it is another kind of drop, or its numbers are no decimals of few digits.
 *
 * @param step all objectives are multiples of it; 0: of nothing
 */
export function knapsackDrop(problem: DualProblem, step: number): KnapsackDrop | null {
  const { k, items, instance, rules, countsSponsored, ownShapes } = problem;
  const isPlain = k === 1 && !countsSponsored && rules.others.length === 0 && ownShapes === null;
  if (!isPlain || items?.weighs !== true || !(step > 0)) return null;
  if (instance.contract.length > MOST_CHOICES) return null;
  const worth = worthOfPairs(problem, step), rowOf = rowsOfItems(problem);
  if (worth === null || rowOf === null) return null;
  const rows = wholeRows(problem, rowOf);
  if (rows === null) return null;
  const user: number[] = [], pair: number[] = [], row: number[] = [], takes: number[] = [];
  for (let u = 0; u < instance.group.length; u++) {
    const seen = new Set<number>();
    for (let p = instance.start[u]; p < instance.start[u + 1]; p++) {
      if (worth[p] <= 0) continue;
      const item = problem.item[p], r = rowOf.row[item];
      const own = r < 0 ? rows.room.length - 1 : rows.place[r];
      if (r >= 0 && seen.size === seen.add(r).size) return null;
      user.push(u);
      pair.push(p);
      row.push(own);
      takes.push(r < 0 ? 0 : Math.round(rowOf.amount[item] * rows.scale[r]));
    }
  }
  const cells = row.reduce((sum, r) => sum + rows.room[r] + 1, 0);
  if (cells > MOST_CELLS) return null;
  return {
    users: instance.group.length,
    user: Int32Array.from(user),
    pair: Int32Array.from(pair),
    row: Int32Array.from(row),
    worth: Float64Array.from(pair, (p) => worth[p]),
    takes: Int32Array.from(takes),
    room: Int32Array.from(rows.room),
  };
}

/** Gives users what is chosen, and the others nothing. */
export function giveChoices(
  holdings: Holdings,
  { user, pair }: KnapsackDrop,
  chosen: readonly number[],
): void {
  const nothing = new Int32Array(0);
  for (let u = 0; u < holdings.count.length; u++) holdings.setBundle(u, nothing, 0);
  for (const i of chosen) holdings.setBundle(user[i], pair.subarray(i, i + 1), 1);
}

/** Float64Array, length pairs: by how many steps each offer is better than none; null if they are no whole numbers, or too large. */
function worthOfPairs(problem: DualProblem, step: number): Float64Array | null {
  const { instance: { start, group, score }, middle, item, offerBonus } = problem;
  const none = worthOfShape(problem, 0, 0);
  const ofShape = [worthOfShape(problem, 1, 0), worthOfShape(problem, 0, 1)];
  const worth = new Float64Array(score.length);
  let most = 0;
  for (let u = 0; u < group.length; u++) {
    let best = 0;
    for (let p = start[u]; p < start[u + 1]; p++) {
      const shape = ofShape[p < middle[u] ? 0 : 1];
      const steps = (score[p] + offerBonus[item[p]] + shape - none) / step;
      worth[p] = Math.round(steps);
      if (!(Math.abs(steps - worth[p]) < OFF_GRID)) return null;
      best = Math.max(best, worth[p]);
    }
    most += best;
  }
  return most < MOST_WORTH ? worth : null;
}

/** The row that offers of each item count toward, −1: none that can bind; and how much. */
interface ItemRows {
  readonly row: Int32Array;
  readonly amount: Float64Array;
}

/** Null if an item counts toward two rows that can bind, or a limit is no plain "at most". */
function rowsOfItems(problem: DualProblem): ItemRows | null {
  const { instance: { cap }, items } = problem, count = items!.contract.length;
  const sum = new Float64Array(rowCount(problem));
  for (const item of problem.item) {
    eachRow(problem, item, "coefficient", (r, amount) => {
      sum[r] += amount;
    });
  }
  const most = (r: number) => r < cap.length ? cap[r] : items!.amount[r - cap.length];
  const row = new Int32Array(count).fill(-1), amount = new Float64Array(count);
  let isPlain = true;
  for (let i = 0; i < count; i++) {
    eachRow(problem, i, "coefficient", (r, own) => {
      const isHard = r < cap.length || items!.highest[r - cap.length] === Infinity;
      if (own < 0 || !isHard) isPlain = false;
      if (own === 0 || sum[r] <= most(r)) return;
      if (row[i] >= 0) isPlain = false;
      row[i] = r;
      amount[i] = own;
    });
  }
  return isPlain ? { row, amount } : null;
}

/** Rows in whole numbers. */
interface WholeRows {
  /** What there is of each that is used, and 0 for choices that take nothing. */
  readonly room: readonly number[];
  /** Int32Array, length rows: the place in `room`. */
  readonly place: Int32Array;
  /** Float64Array, length rows: whole units in one of the row's. */
  readonly scale: Float64Array;
}

function wholeRows(problem: DualProblem, { row, amount }: ItemRows): WholeRows | null {
  const { instance: { cap }, items } = problem, count = rowCount(problem);
  const decimals = new Uint8Array(count), divisor = new Float64Array(count);
  row.forEach((r, i) => {
    if (r >= 0) decimals[r] = decimalsOf(amount[i], decimals[r]);
  });
  if (decimals.some((own) => own > MOST_DECIMALS)) return null;
  row.forEach((r, i) => {
    if (r >= 0) divisor[r] = greatestDivisor(divisor[r], Math.round(amount[i] * 10 ** decimals[r]));
  });
  const room: number[] = [], place = new Int32Array(count).fill(-1);
  const scale = divisor.map((own, r) => own > 0 ? 10 ** decimals[r] / own : 0);
  for (let r = 0; r < count; r++) {
    if (scale[r] === 0) continue;
    const most = (r < cap.length ? cap[r] : items!.amount[r - cap.length]) * scale[r];
    if (!(most <= MOST_ROOM)) return null;
    // What there is may only become more by rounding: then a bound is still one.
    const there = Math.floor(most * (1 + COUNT_ROUNDING) + COUNT_ROUNDING);
    place[r] = room.push(Math.max(0, there)) - 1;
  }
  room.push(0);
  return { room, place, scale };
}
