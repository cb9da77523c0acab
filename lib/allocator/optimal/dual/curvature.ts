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
import type { DualProblem } from "./dual_problem.ts";
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
  /** Number of contracts K. */
  readonly contracts: number;
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
  const { cap, groupSize } = problem.instance;
  const marks = markCount(problem);
  const rowOf = new Int32Array(groupSize.length).fill(-1);
  const dense = cap.length <= MOST_DENSE;
  const most = marks === 0 || !dense
    ? 0
    : Math.floor(MOST_CROSS / (marks * Math.max(1, cap.length)));
  let candidates = Array.from(groupSize.keys());
  if (candidates.length > most) {
    candidates.sort((a, b) => groupSize[b] - groupSize[a] || a - b);
    candidates = candidates.slice(0, most);
  }
  candidates.forEach((g, row) => rowOf[g] = row);
  return { dense, contracts: cap.length, marks, rowOf, rows: candidates.length };
}

/** Sums of weights × products of differences. */
export interface CurvatureSums {
  /** Float64Array, K × K: the upper triangle (row ≤ column) between contracts; length K where not dense. */
  readonly contracts: Float64Array;
  /** Float64Array, rows × marks × K: between the marks of a group and the contracts. */
  readonly cross: Float64Array;
  /** Float64Array, groups × marks × marks: between the marks of a group. */
  readonly group: Float64Array;
}

/** Zeroed sums. */
export function curvatureSums(layout: CurvatureLayout): CurvatureSums {
  const { contracts, marks, rows } = layout;
  return {
    contracts: sharedFloat64(layout.dense ? contracts * contracts : contracts),
    cross: sharedFloat64(rows * marks * contracts),
    group: sharedFloat64(layout.rowOf.length * marks * marks),
  };
}

/** A difference of two bundles: which contracts' loads it changes and how, and the marks of the user's group. */
export class BundleDifference {
  /** Int32Array: contracts whose load differs, `count` of them. */
  readonly contract: Int32Array;
  /** Float64Array: by how much (−1 or 1). */
  readonly change: Float64Array;
  /** Float64Array, length marks: change of each mark. */
  readonly marks: Float64Array;
  /** How many contracts differ. */
  count = 0;

  /** A difference of bundles with at most `k` offers. */
  constructor(k: number, marks: number) {
    this.contract = new Int32Array(4 * k);
    this.change = new Float64Array(4 * k);
    this.marks = new Float64Array(marks);
  }

  /** Begins anew: no contract, marks 0. */
  clear(): void {
    this.count = 0;
    this.marks.fill(0);
  }

  /** One offer of `contract` more (1) or less (−1). */
  add(contract: number, change: number): void {
    this.contract[this.count] = contract;
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
  const { contracts: K, marks } = layout;
  const { contract, change, count } = d;
  if (!layout.dense) addDiagonal(sums, d, weight);
  for (let a = 0; layout.dense && a < count; a++) {
    const ca = contract[a], wa = weight * change[a];
    for (let b = 0; b <= a; b++) {
      const cb = contract[b];
      // Two entries of the same contract (a ≠ b) count twice: d_c is their sum.
      const twice = a !== b && ca === cb ? 2 : 1;
      sums.contracts[ca < cb ? ca * K + cb : cb * K + ca] += twice * wa * change[b];
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
    const at = (row * marks + m) * K;
    for (let a = 0; a < count; a++) sums.cross[at + contract[a]] += wm * change[a];
  }
}

/** Adds weight · diag(|d| Σ|d|), which is nowhere below weight · d dᵀ. */
function addDiagonal(
  sums: CurvatureSums,
  { contract, change, count, marks }: BundleDifference,
  weight: number,
): void {
  let size = 0;
  for (let a = 0; a < count; a++) size += Math.abs(change[a]);
  for (const mark of marks) size += Math.abs(mark);
  for (let a = 0; a < count; a++) {
    sums.contracts[contract[a]] += weight * Math.abs(change[a]) * size;
  }
}
