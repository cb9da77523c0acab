/**
 * One group's part of the quadratic model of D: its sponsored price t, and the prices of its other limits.
 *
 * @module
 */
import type { CurvatureLayout } from "../passes/curvature.ts";
import type { Evaluation } from "../passes/dual_pass.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { canBind } from "../../limits/kinds/group_rules.ts";
import { COUNTS } from "../../limits/kinds/user_counts.ts";
import type { PairRows } from "../passes/pair_table.ts";
import { Held } from "../passes/settle_groups.ts";
import type { ModelTerms } from "./model_terms.ts";
import type { GroupBlock } from "./quadratic_step.ts";

/** A group's t as the model sees it: Δt = −(cross · Δλ + own · Δ(other prices)) / curvature. */
export interface FreeSponsored {
  /** The group. */
  readonly group: number;
  /** Int32Array: rows that it is coupled to. */
  readonly row: Int32Array;
  /** Float64Array: coupling to each of them. */
  readonly cross: Float64Array;
  /** Second derivative of D by t, damped. */
  readonly curvature: number;
  /** Coupling to the prices of `block`, in their order. */
  readonly own: Float64Array;
  /** The group's other prices; null: it has none. */
  readonly block: OwnBlock | null;
}

/** The prices of a group's other limits, as a block of the model. */
export interface OwnBlock extends GroupBlock {
  /** The group. */
  readonly group: number;
  /** Place in `rules.others` of each price. */
  readonly others: readonly number[];
}

/** The curvature between a group's marks and the rows. */
export type CrossOf = (g: number) => GroupCross;

/** The inputs of a group's model. */
export interface GroupSource {
  /** The problem. */
  readonly problem: DualProblem;
  /** The layout of the curvature's sums. */
  readonly layout: CurvatureLayout;
  /** The evaluation that is modelled. */
  readonly evaluation: Evaluation;
  /** The settings of the model. */
  readonly terms: ModelTerms;
  /** Sums between a group's marks and the rows. */
  readonly crossOf: CrossOf;
}

/** One group's part of the model: t if it moves with the margins, and the prices of the other limits that the group has; null: none. */
export interface GroupModel {
  readonly sponsored: FreeSponsored | null;
  readonly block: OwnBlock | null;
}

/** The model of group g. */
export function groupModel(source: GroupSource, g: number): GroupModel {
  const { evaluation, terms, layout: { marks } } = source;
  // Where nobody is nearly indifferent and limits are met to the unit, as where a sample has none of its users, no price moves.
  const isEmpty = isZero(terms.curvature.group, g * marks ** 2, (g + 1) * marks ** 2);
  if (isEmpty && evaluation.otherGradients.every((own) => own[g] === 0)) return NOTHING;
  const prices = pricesOf(source.problem, g);
  const sums = new GroupSums(source, g);
  const own = (1 + terms.damping) * sums.between(SPONSORED_MARKS, SPONSORED_MARKS);
  const isFree = evaluation.held[g] === Held.Count && own > 0;
  if (!isFree && prices.length === 0) return NOTHING;
  const cross = sums.withRows(SPONSORED_MARKS);
  const coupling = Float64Array.from(prices, ({ marks }) => sums.between(SPONSORED_MARKS, marks));
  const follower = isFree ? { own, cross, coupling } : null;
  const block = prices.length === 0 ? null : blockOf(source, g, prices, sums, follower);
  const sponsored = isFree
    ? { group: g, row: sums.row, cross, curvature: own, own: coupling, block }
    : null;
  return { sponsored, block };
}

const NOTHING: GroupModel = { sponsored: null, block: null };

function isZero(column: Float64Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (column[i] !== 0) return false;
  return true;
}

/** A price as a combination of marks: how much a unit of the price changes the value of a bundle, for each unit of a mark. */
interface PriceMarks {
  /** Place in `rules.others`. */
  readonly at: number;
  readonly marks: readonly number[];
}

/** The combination of t: a unit of it counts for each sponsored user. */
const SPONSORED_MARKS: readonly number[] = [1, 0, 0, 0];

/** The prices of group g other than its sponsored price: a unit of one changes a bundle's value by −sense · weight for each count. */
function pricesOf({ rules, instance }: DualProblem, g: number): PriceMarks[] {
  return rules.others.flatMap((rule, at) => {
    if (!canBind(rule, g, instance.groupSize[g])) return [];
    const weight = rule.weight.subarray(g * COUNTS, (g + 1) * COUNTS);
    return [{ at, marks: Array.from(weight, (w) => w === 0 ? 0 : -rule.sense * w) }];
  });
}

/** Second derivatives of D by combinations of a group's marks, and by a combination and the prices of rows. */
class GroupSums {
  /** Int32Array: the rows that the group is coupled to. */
  get row(): Int32Array {
    return this.#rows.row;
  }
  readonly #group: Float64Array;
  readonly #marks: number;
  readonly #scale: number;
  readonly #crossOf: () => GroupCross;
  #cross: GroupCross | null = null;

  constructor({ layout, terms, crossOf }: GroupSource, g: number) {
    const { marks } = layout, size = marks * marks;
    this.#marks = marks;
    this.#scale = terms.scale;
    this.#group = terms.curvature.group.subarray(g * size, (g + 1) * size);
    this.#crossOf = () => crossOf(g);
  }

  get #rows(): GroupCross {
    return this.#cross ??= this.#crossOf();
  }

  /** The second derivative by two combinations. */
  between(a: readonly number[], b: readonly number[]): number {
    const marks = this.#marks;
    let sum = 0;
    for (let m = 0; m < marks; m++) {
      for (let n = 0; n < marks; n++) sum += a[m] * b[n] * this.#group[m * marks + n];
    }
    return this.#scale * sum;
  }

  /**
   * Float64Array: the second derivatives by a combination and each row. A unit of a row's price lowers values by the load:
   * hence the minus.
   */
  withRows(combination: readonly number[]): Float64Array {
    const { row, value } = this.#rows, width = row.length;
    const sums = new Float64Array(width);
    for (let m = 0; m < this.#marks; m++) {
      if (combination[m] === 0) continue;
      for (let e = 0; e < width; e++) {
        sums[e] -= this.#scale * combination[m] * value[m * width + e];
      }
    }
    return sums;
  }
}

/** A t that follows the other prices: its curvature, and its couplings to rows and to the group's other prices. */
interface Follower {
  readonly own: number;
  readonly cross: Float64Array;
  readonly coupling: Float64Array;
}

/** The block of the group's other prices, with the t that follows them eliminated. */
function blockOf(
  { evaluation, terms }: GroupSource,
  g: number,
  prices: readonly PriceMarks[],
  sums: GroupSums,
  follower: Follower | null,
): OwnBlock {
  const { damping, radii } = terms, ridge = terms.ridges?.group[g] ?? terms.ridge;
  const n = prices.length, width = sums.row.length;
  const cross = new Float64Array(n * width), hessian = new Float64Array(n * n);
  prices.forEach(({ marks }, v) => {
    cross.set(sums.withRows(marks), v * width);
    prices.forEach((other, w) => hessian[v * n + w] = sums.between(marks, other.marks));
    hessian[v * n + v] += ridge + damping * hessian[v * n + v];
    if (follower === null) return;
    const { own, coupling } = follower;
    for (let e = 0; e < width; e++) {
      cross[v * width + e] -= coupling[v] * follower.cross[e] / own;
    }
    for (let w = 0; w < n; w++) hessian[v * n + w] -= coupling[v] * coupling[w] / own;
  });
  const others = prices.map(({ at }) => at);
  const gradient = new Float64Array(n), low = new Float64Array(n), high = new Float64Array(n);
  others.forEach((i, v) => {
    gradient[v] = evaluation.otherGradients[i][g];
    high[v] = radii.others[i][g];
    low[v] = -Math.min(high[v], evaluation.point.others[i][g]);
  });
  const step = new Float64Array(n);
  return { group: g, others, row: sums.row, cross, hessian, gradient, low, high, step };
}

/** Sums between a group's marks and the rows that any of them is coupled to. */
export interface GroupCross {
  /** Int32Array: the rows. */
  readonly row: Int32Array;
  /** Float64Array, marks × rows. */
  readonly value: Float64Array;
}

/** The sums of group g in a dense layout. */
export function denseCross(layout: CurvatureLayout, cross: Float64Array, g: number): GroupCross {
  const { rows: K, marks, blockOf } = layout;
  const found: number[] = [];
  const at = blockOf[g] * marks * K;
  for (let c = 0; at >= 0 && c < K; c++) {
    for (let m = 0; m < marks; m++) {
      if (cross[at + m * K + c] !== 0) {
        found.push(c);
        break;
      }
    }
  }
  const row = Int32Array.from(found), width = row.length;
  const value = new Float64Array(marks * width);
  for (let i = 0; i < value.length; i++) {
    value[i] = cross[at + Math.floor(i / width) * K + row[i % width]];
  }
  return { row, value };
}

/** The curvature between marks and rows, by mark. */
export interface MarkRows {
  /** Uint32Array: those of mark m of group g begin at `start[g · marks + m]`. */
  readonly start: Uint32Array;
  /** Uint32Array: the row, ascending within a mark. */
  readonly row: Uint32Array;
  /** Float64Array. */
  readonly value: Float64Array;
}

/** The pairs of a sparse curvature whose larger row is a mark. `K`: the number of rows that are none. */
export function marksOf({ start, column, value }: PairRows, K: number): MarkRows {
  const all = start.length - 1, begin = new Uint32Array(all - K + 1);
  const eachPair = (visit: (row: number, mark: number, value: number) => void) => {
    for (let r = 0; r < K; r++) {
      for (let i = start[r + 1]; i > start[r] && column[i - 1] >= K; i--) {
        visit(r, column[i - 1] - K, value[i - 1]);
      }
    }
  };
  eachPair((_, mark) => begin[mark + 1]++);
  for (let m = 0; m + 1 < begin.length; m++) begin[m + 1] += begin[m];
  const next = begin.slice(), count = begin[begin.length - 1];
  const rows = new Uint32Array(count), values = new Float64Array(count);
  eachPair((row, mark, sum) => {
    rows[next[mark]] = row;
    values[next[mark]++] = sum;
  });
  return { start: begin, row: rows, value: values };
}

/** The sums of group g in a sparse layout. */
export function sparseCross({ start, row, value }: MarkRows, marks: number, g: number): GroupCross {
  const from = start[g * marks], to = start[(g + 1) * marks];
  // One mark has each row once, in order.
  if (marks === 1) {
    return { row: new Int32Array(row.subarray(from, to)), value: value.slice(from, to) };
  }
  const rows = Int32Array.from(new Set(row.subarray(from, to))).sort();
  const width = rows.length, place = new Map<number, number>();
  rows.forEach((r, e) => place.set(r, e));
  const values = new Float64Array(marks * width);
  for (let m = 0; m < marks; m++) {
    for (let i = start[g * marks + m]; i < start[g * marks + m + 1]; i++) {
      values[m * width + place.get(row[i])!] = value[i];
    }
  }
  return { row: rows, value: values };
}
