/**
 * The curvature of D, estimated by a kernel in the same pass that computes D.
 *
 * D is piecewise linear with a piece for every choice of every user, so at any useful radius h it is smooth: a user
 * who is a margin m < h away from another bundle adds w(m) d dᵀ to the second derivative, d the difference of what
 * the two bundles take of each constraint and w(m) = (1 − m/h)/h the triangular kernel.
 *
 * The weights h·w are rounded to whole multiples of 2⁻²⁰, so that their sums are whole numbers that doubles hold
 * exactly, whatever the order of summation.
 *
 * @module
 */
import { sharedFloat64 } from "../../../base/shared_array.ts";
import { type DualProblem, rowCount } from "./dual_problem.ts";
import { markCount } from "./marks.ts";

/** One of the weights h·w(m) counts as this much when m = 0. */
export const WEIGHT_ONE = 1 << 20;

/** Most numbers that the rows between groups and contracts may take. */
const MOST_CROSS = 2_000_000;

/** Most contracts that every pair of them has a sum for. */
const MOST_DENSE = 2000;

/** Where the sums of a problem's curvature lie. */
export interface CurvatureLayout {
  /**
   * Whether there is a sum for every pair of contracts. Else there is one per contract, of a diagonal matrix that is
   * nowhere below the full one (d dᵀ ≤ diag(|d| Σ|d|)): shorter steps, and memory that grows with contracts only.
   */
  readonly dense: boolean;
  /** Number of rows K that offers count toward: caps and limits. */
  readonly loads: number;
  /** Marks per group (see `marks.ts`). */
  readonly marks: number;
  /** Int32Array, length groups: which rows between marks and contracts are the group's, or −1: it has none. */
  readonly rowOf: Int32Array;
  /** How many groups have rows. */
  readonly rows: number;
}

/**
 * The layout for a problem. Where contracts × groups is too much memory, the largest groups get rows between them and
 * the contracts; leaving out those of the others overestimates the curvature, which costs passes, not correctness.
 */
export function curvatureLayout(problem: DualProblem): CurvatureLayout {
  const { groupSize } = problem.instance;
  const K = rowCount(problem);
  const marks = markCount(problem);
  const rowOf = new Int32Array(groupSize.length).fill(-1);
  const dense = K <= MOST_DENSE;
  const most = marks === 0 || !dense ? 0 : Math.floor(MOST_CROSS / (marks * Math.max(1, K)));
  let candidates = Array.from(groupSize.keys());
  if (candidates.length > most) {
    candidates.sort((a, b) => groupSize[b] - groupSize[a] || a - b);
    candidates = candidates.slice(0, most);
  }
  candidates.forEach((g, row) => rowOf[g] = row);
  return { dense, loads: K, marks, rowOf, rows: candidates.length };
}

/** Sums of weights × products of differences. */
export interface CurvatureSums {
  /** Float64Array, K × K: the upper triangle (row ≤ column) between loads; length K where not dense. */
  readonly rows: Float64Array;
  /** Float64Array, rows × marks × K: between the marks of a group and the contracts. */
  readonly cross: Float64Array;
  /** Float64Array, groups × marks × marks: between the marks of a group. */
  readonly group: Float64Array;
}

/** Zeroed sums. */
export function curvatureSums(layout: CurvatureLayout): CurvatureSums {
  const { loads, marks, rows } = layout;
  return {
    rows: sharedFloat64(layout.dense ? loads * loads : loads),
    cross: sharedFloat64(rows * marks * loads),
    group: sharedFloat64(layout.rowOf.length * marks * marks),
  };
}

/** A difference of two bundles: which contracts' loads it changes and how, and the marks of the user's group. */
export class BundleDifference {
  /** Int32Array: rows (caps and limits) whose load differs, `count` of them. */
  readonly row: Int32Array;
  /** Float64Array: by how much. */
  readonly change: Float64Array;
  /** Float64Array, length marks: change of each mark. */
  readonly marks: Float64Array;
  /** How many entries there are. */
  count = 0;

  /** A difference of bundles with at most `k` offers. */
  constructor(k: number, marks: number) {
    this.row = new Int32Array(4 * k);
    this.change = new Float64Array(4 * k);
    this.marks = new Float64Array(marks);
  }

  /** Begins anew: no contract, marks 0. */
  clear(): void {
    this.count = 0;
    this.marks.fill(0);
  }

  /** So much more (or less) counts toward a row. */
  add(row: number, change: number): void {
    this.row[this.count] = row;
    this.change[this.count++] = change;
  }
}

/** Adds weight · d dᵀ to the sums. */
export function addCurvature(
  sums: CurvatureSums,
  layout: CurvatureLayout,
  group: number,
  d: BundleDifference,
  weight: number,
): void {
  const { loads: K, marks } = layout;
  const { row: at, change, count } = d;
  if (!layout.dense) addDiagonal(sums, d, weight);
  for (let a = 0; layout.dense && a < count; a++) {
    const ca = at[a], wa = weight * change[a];
    for (let b = 0; b <= a; b++) {
      const cb = at[b];
      // Two entries of the same row (a ≠ b) count twice: d_c is their sum.
      const twice = a !== b && ca === cb ? 2 : 1;
      sums.rows[ca < cb ? ca * K + cb : cb * K + ca] += twice * wa * change[b];
    }
  }
  if (marks === 0) return;
  const row = layout.rowOf[group];
  for (let m = 0; m < marks; m++) {
    const wm = weight * d.marks[m];
    if (wm === 0) continue;
    for (let n = 0; n < marks; n++) {
      sums.group[(group * marks + m) * marks + n] += wm * d.marks[n];
    }
    if (row < 0) continue;
    const from = (row * marks + m) * K;
    for (let a = 0; a < count; a++) sums.cross[from + at[a]] += wm * change[a];
  }
}

/** Adds weight · diag(|d| Σ|d|), which is nowhere below weight · d dᵀ. */
function addDiagonal(
  sums: CurvatureSums,
  { row, change, count, marks }: BundleDifference,
  weight: number,
): void {
  let size = 0;
  for (let a = 0; a < count; a++) size += Math.abs(change[a]);
  for (const mark of marks) size += Math.abs(mark);
  for (let a = 0; a < count; a++) {
    sums.rows[row[a]] += weight * Math.abs(change[a]) * size;
  }
}
