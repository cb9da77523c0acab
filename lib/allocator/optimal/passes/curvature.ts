/**
 * The curvature of D, estimated by a kernel in the same pass that computes D.
 *
 * D is piecewise linear with a piece for every choice of every user, so at any useful radius h it is smooth: a user
 * who is a margin m < h away from another bundle adds w(m) d dᵀ to the second derivative, d the difference of what
 * the two bundles take of each constraint and w(m) = (1 − m/h)/h the triangular kernel.
 *
 * The weights h·w are rounded to multiples of 2⁻²⁰, so that doubles hold their sums exactly, in any order of summation.
 *
 * With few rows there is a sum for every pair of rows (a dense layout). With many, only few pairs ever occur (a sparse one):
 * their sums are kept in hash tables, one per share, and merged into canonical order. Differences of many rows are kept as
 * vectors.
 *
 * @module
 */
import { sharedFloat64 } from "../../../base/arrays/shared_array.ts";
import { type DualProblem, rowCount } from "../dual/dual_problem.ts";
import { markCount } from "../dual/marks.ts";
import {
  averagePairs,
  mergePairs,
  type PairRows,
  type PairSums,
  pairSums,
  PairTable,
} from "./pair_table.ts";
import {
  addTie,
  addTies,
  averageTies,
  emptyTies,
  joinTies,
  type Ties,
  type TieSums,
  tieSums,
} from "./tie_list.ts";

/** The rounded weight h·w(m) of a margin m = 0. */
export const WEIGHT_ONE = 1 << 20;

/** Most numbers that the rows between groups and contracts may take. */
const MOST_CROSS = 2_000_000;

/** With more rows than this the layout is sparse. */
const MOST_DENSE = 200;

/** Sparse: most pairs of rows with sums, and most entries of differences that are kept as vectors. */
const MOST_PAIRS = 4_000_000, MOST_ENTRIES = 8_000_000;

/** Sparse: differences of this many rows or more are kept as vectors (ties), shorter ones as pairs. */
const LONG = 3;

/** Which sums of the curvature a problem keeps, and how many. */
export interface CurvatureLayout {
  /** Whether there is a sum for every pair of rows; else only for pairs that occur. */
  readonly dense: boolean;
  /** Number of rows K that offers count toward: caps and limits. */
  readonly rows: number;
  /** Marks per group (see `marks.ts`). */
  readonly marks: number;
  /** Number of groups. */
  readonly groups: number;
  /** Int32Array, length groups: dense: index of the group's block in `cross`, −1: it has none. */
  readonly blockOf: Int32Array;
  /** How many groups have a block in `cross`. */
  readonly blocks: number;
  /** Sparse: most pairs. If there are more, a diagonal replaces all of them. */
  readonly mostPairs: number;
  /** Sparse: most ties (long differences). If there are more, a diagonal replaces all sums. */
  readonly mostTies: number;
  /** Sparse: most entries of ties, likewise. */
  readonly mostEntries: number;
}

/**
 * The layout for a problem. If sums between all groups and all contracts need too much memory, only the largest groups have them.
 * Leaving the others out overestimates the curvature, which costs passes, not correctness.
 */
export function curvatureLayout(problem: DualProblem): CurvatureLayout {
  const { groupSize } = problem.instance;
  const K = rowCount(problem);
  const marks = markCount(problem), groups = groupSize.length;
  const blockOf = new Int32Array(groups).fill(-1);
  if (K > MOST_DENSE) {
    const all = K + groups * marks;
    return {
      dense: false,
      rows: K,
      marks,
      groups,
      blockOf,
      blocks: 0,
      mostPairs: Math.min(MOST_PAIRS, all * (all - 1) / 2),
      ...roomForTies(problem),
    };
  }
  const most = marks === 0 ? 0 : Math.floor(MOST_CROSS / (marks * Math.max(1, K)));
  let candidates = Array.from(groupSize.keys());
  if (candidates.length > most) {
    candidates.sort((a, b) => groupSize[b] - groupSize[a] || a - b);
    candidates = candidates.slice(0, most);
  }
  candidates.forEach((g, block) => blockOf[g] = block);
  return {
    dense: true,
    rows: K,
    marks,
    groups,
    blockOf,
    blocks: candidates.length,
    mostPairs: 0,
    mostTies: 0,
    mostEntries: 0,
  };
}

/** Room for ties: each user has at most two, one to the other kind of bundle and one to another shape. */
function roomForTies({ instance, k, items }: DualProblem) {
  const longest = 2 * k * (1 + (items?.mostRows ?? 0));
  const most = 2 * instance.group.length * longest;
  const mostEntries = Math.min(MOST_ENTRIES, most);
  return { mostEntries, mostTies: Math.floor(mostEntries / LONG) };
}

/** Sums of weights × products of differences. */
export interface CurvatureSums {
  /** Float64Array, K × K: the upper triangle (row ≤ column) between loads; length K, the diagonal, where sparse. */
  readonly rows: Float64Array;
  /**
   * Float64Array, length K, sparse: a diagonal matrix that is at least the full one (d dᵀ ≤ diag(|d| Σ|d|)), used if there are
   * too many pairs.
   */
  readonly above: Float64Array;
  /** Sums of pairs where sparse; mark m of group g is row K + g · marks + m. */
  readonly pairs: PairSums;
  /** Long differences where sparse, of loads only. */
  readonly ties: TieSums;
  /** Float64Array, blocks × marks × K: between the marks of a group and the loads, where dense. */
  readonly cross: Float64Array;
  /** Float64Array, groups × marks × marks: between the marks of a group. */
  readonly group: Float64Array;
}

/** Zeroed sums. */
export function curvatureSums(layout: CurvatureLayout): CurvatureSums {
  const { dense, rows, marks, blocks, groups, mostPairs, mostTies, mostEntries } = layout;
  return {
    rows: sharedFloat64(dense ? rows * rows : rows),
    above: sharedFloat64(dense ? 0 : rows),
    pairs: pairSums(mostPairs),
    ties: tieSums(mostTies, mostEntries),
    cross: sharedFloat64(blocks * marks * rows),
    group: sharedFloat64(groups * marks * marks),
  };
}

/** The parts of a sparse curvature off its diagonal. */
export interface SparseCurvature {
  /** Pairs of rows; mark m of group g is row K + g · marks + m. */
  readonly pairs: PairRows;
  /** Differences of many loads: Σ weight · d dᵀ is added to diagonal and pairs. */
  readonly ties: Ties;
}

/** Second derivatives of D by the kernel estimate, in offers (or users) per price. */
export interface Curvature {
  /** Float64Array, K × K: the upper triangle between rows' loads; length K, the diagonal, where the layout is sparse. */
  readonly rows: Float64Array;
  /** The parts off that diagonal if the layout is sparse; null: it is dense. */
  readonly sparse: SparseCurvature | null;
  /** Float64Array, blocks × marks × K: between marks and loads, where dense. */
  readonly cross: Float64Array;
  /** Float64Array, groups × marks × marks: between marks. */
  readonly group: Float64Array;
}

/** The curvature within `radius`, from the sums of all shares. */
export function totalCurvature(
  layout: CurvatureLayout,
  shares: readonly CurvatureSums[],
  radius: number,
): Curvature {
  const scale = 1 / (radius * WEIGHT_ONE);
  const total = (name: "rows" | "above" | "cross" | "group"): Float64Array => {
    const sum = new Float64Array(shares[0][name].length);
    for (let i = 0; i < sum.length; i++) {
      let own = shares[0][name][i];
      for (let share = 1; share < shares.length; share++) own += shares[share][name][i];
      // With many contracts only few pairs of them occur together.
      if (own !== 0) sum[i] = own * scale;
    }
    return sum;
  };
  const cross = total("cross"), group = total("group");
  if (layout.dense) return { rows: total("rows"), sparse: null, cross, group };
  const all = layout.rows + layout.groups * layout.marks;
  const pairs = mergePairs(shares.map((share) => share.pairs), all, layout.mostPairs, scale);
  const ties = joinTies(shares.map((share) => share.ties), scale);
  return pairs !== null && ties !== null
    ? { rows: total("rows"), sparse: { pairs, ties }, cross, group }
    : {
      rows: total("above"),
      sparse: { pairs: mergePairs([], all, 0, 1)!, ties: emptyTies() },
      cross,
      group,
    };
}

/** The mean of two curvatures. */
export function averageCurvature(a: Curvature, b: Curvature): Curvature {
  const mean = (x: Float64Array, y: Float64Array) => x.map((v, i) => 0.5 * (v + y[i]));
  return {
    rows: mean(a.rows, b.rows),
    sparse: a.sparse === null || b.sparse === null ? null : {
      pairs: averagePairs(a.sparse.pairs, b.sparse.pairs),
      ties: averageTies(a.sparse.ties, b.sparse.ties),
    },
    cross: mean(a.cross, b.cross),
    group: mean(a.group, b.group),
  };
}

/** The difference of two bundles: the rows whose load changes, and the change of the marks of the user's group. */
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

  /** Empties it. */
  clear(): void {
    this.count = 0;
    this.marks.fill(0);
  }

  /** Joins entries of the same row, and drops those that cancel. `place`: scratch of length K, all −1, and left so. */
  join(place: Int32Array): void {
    const { row, change } = this;
    let count = 0;
    for (let e = 0; e < this.count; e++) {
      const at = place[row[e]];
      if (at >= 0) change[at] += change[e];
      else {
        place[row[e]] = count;
        row[count] = row[e];
        change[count++] = change[e];
      }
    }
    this.count = 0;
    for (let e = 0; e < count; e++) {
      place[row[e]] = -1;
      if (change[e] === 0) continue;
      row[this.count] = row[e];
      change[this.count++] = change[e];
    }
  }

  /** Adds an entry: `change` more counts toward `row`. */
  add(row: number, change: number): void {
    this.row[this.count] = row;
    this.change[this.count++] = change;
  }
}

/** Adds up the curvature of one share's users. */
export class CurvatureTally {
  readonly #layout: CurvatureLayout;
  readonly #sums: CurvatureSums;
  readonly #table: PairTable;
  /** Sparse: scratch for {@link BundleDifference.join}. */
  readonly #place: Int32Array;

  /** A tally that writes to `sums`. */
  constructor(layout: CurvatureLayout, sums: CurvatureSums) {
    this.#layout = layout;
    this.#sums = sums;
    this.#table = new PairTable(layout.rows + layout.groups * layout.marks, layout.mostPairs);
    this.#place = new Int32Array(layout.dense ? 0 : layout.rows).fill(-1);
  }

  /** Sets all sums to 0. */
  clear(): void {
    const { rows, above, cross, group } = this.#sums;
    for (const sums of [rows, above, cross, group]) sums.fill(0);
    this.#table.clear();
    this.#sums.ties.count.fill(0);
  }

  /** Adds weight · d dᵀ for a user of a group. */
  add(group: number, d: BundleDifference, weight: number): void {
    if (this.#layout.dense) this.#addRows(d, weight);
    else {
      d.join(this.#place);
      this.#addSparse(d, weight);
    }
    if (this.#layout.marks > 0) this.#addMarks(group, d, weight);
  }

  /** Sparse: adds many ties at once, each with its end in `ends`; diagonals that they add to are left as they are. */
  addTies(ends: Uint32Array, row: Uint32Array, change: Float64Array, weight: Float64Array): void {
    addTies(this.#sums.ties, ends, row, change, weight);
  }

  /** Sparse: adds to the sum of a pair of rows, `row` < `column`. */
  addPair(row: number, column: number, amount: number): void {
    this.#table.add(row, column, amount);
  }

  /** Ends the pass: writes what is still in the hash table to the sums. */
  finish(): void {
    if (!this.#layout.dense) this.#table.writeTo(this.#sums.pairs);
  }

  #addRows({ row: at, change, count }: BundleDifference, weight: number): void {
    const K = this.#layout.rows, { rows } = this.#sums;
    for (let a = 0; a < count; a++) {
      const ca = at[a], wa = weight * change[a];
      for (let b = 0; b <= a; b++) {
        const cb = at[b];
        // Two entries of the same row (a ≠ b) contribute twice, because d_c is their sum.
        const twice = a !== b && ca === cb ? 2 : 1;
        rows[ca < cb ? ca * K + cb : cb * K + ca] += twice * wa * change[b];
      }
    }
  }

  #addSparse({ row, change, count, marks }: BundleDifference, weight: number): void {
    const { rows, above, ties } = this.#sums;
    let size = 0;
    for (let a = 0; a < count; a++) size += Math.abs(change[a]);
    for (let m = 0; m < marks.length; m++) size += Math.abs(marks[m]);
    for (let a = 0; a < count; a++) above[row[a]] += weight * Math.abs(change[a]) * size;
    if (count >= LONG) return addTie(ties, row, change, count, weight);
    for (let a = 0; a < count; a++) rows[row[a]] += weight * change[a] * change[a];
    if (count < 2) return;
    const [a, b] = row[0] < row[1] ? [row[0], row[1]] : [row[1], row[0]];
    this.#table.add(a, b, weight * change[0] * change[1]);
  }

  #addMarks(group: number, d: BundleDifference, weight: number): void {
    const { dense, rows: K, marks, blockOf } = this.#layout;
    const { group: between, cross } = this.#sums, table = this.#table;
    const { row: at, change, count } = d;
    const block = blockOf[group];
    for (let m = 0; m < marks; m++) {
      const wm = weight * d.marks[m];
      if (wm === 0) continue;
      for (let n = 0; n < marks; n++) {
        between[(group * marks + m) * marks + n] += wm * d.marks[n];
      }
      if (!dense) {
        const column = K + group * marks + m;
        for (let a = 0; a < count; a++) table.add(at[a], column, wm * change[a]);
      } else if (block >= 0) {
        const from = (block * marks + m) * K;
        for (let a = 0; a < count; a++) cross[from + at[a]] += wm * change[a];
      }
    }
  }
}
