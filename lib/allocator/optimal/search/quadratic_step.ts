/**
 * The step that minimises a quadratic model of D in a box.
 *
 * With many rows few pairs of them are coupled, so only the non-zeros of the matrix are kept. Ties (differences of many rows) and the
 * sponsored prices that follow other prices are kept as one vector each, however many groups there are, and systems are solved by
 * conjugate gradients.
 *
 * @module
 */
import type { Ties } from "../passes/tie_list.ts";
import { SparseSet } from "../../../base/arrays/sparse_set.ts";
import { FreeSystem, type Precision } from "./free_system.ts";
import { listedByRow, type SymmetricMatrix, type Vectors } from "./symmetric_matrix.ts";

/** The prices of one group's other limits in the model; its sponsored price is eliminated already. */
export interface GroupBlock {
  /** Int32Array: the rows that the group's prices are coupled to. */
  readonly row: Int32Array;
  /** Float64Array, prices × rows coupled, row-major: second derivatives. */
  readonly cross: Float64Array;
  /** Float64Array, prices × prices: second derivatives. */
  readonly hessian: Float64Array;
  /** Float64Array, length prices. */
  readonly gradient: Float64Array;
  /** Float64Array, length prices: least step. */
  readonly low: Float64Array;
  /** Float64Array, length prices: largest step. */
  readonly high: Float64Array;
  /** Float64Array, length prices: the step, set by {@link quadraticStep}. */
  readonly step: Float64Array;
}

/** A price that is eliminated, as it follows the others to its best value: that adds −cross crossᵀ / curvature to the matrix. */
export interface Follower {
  /** Int32Array: the rows that it is coupled to. */
  readonly row: Int32Array;
  /** Float64Array: second derivatives between it and them. */
  readonly cross: Float64Array;
  /** Its own second derivative, > 0. */
  readonly curvature: number;
}

/** gᵀd + ½ dᵀ(H + Σ ties − Σ followers)d over prices of rows and of groups, each step within its bounds. */
export interface BoxQuadratic {
  /** The second derivatives between rows, damped. */
  readonly matrix: SymmetricMatrix;
  /** Vectors whose weighted outer products are added to the matrix. */
  readonly ties: Ties;
  /** The prices that are eliminated. */
  readonly followers: readonly Follower[];
  /** Float64Array, length K. */
  readonly gradient: Float64Array;
  /** Float64Array, length K: least step, ≤ 0. */
  readonly low: Float64Array;
  /** Float64Array, length K: largest step, ≥ 0. */
  readonly high: Float64Array;
  /** Groups with prices that have a box. */
  readonly blocks: readonly GroupBlock[];
  /** How near the step must come to the best one. @default EXACT */
  readonly precision?: Precision;
}

/** Most rounds of the active-set method. */
const ROUNDS = 8;
/** For few rows, whose steps take next to no time beside a pass over the users. */
export const EXACT: Precision = { residual: 1e-4, rounds: 100, sweeps: 30, swept: 1e-6 };
/** For many rows. */
export const FINE: Precision = { residual: 1e-2, rounds: 60, sweeps: 30, swept: 1e-4 };
/** For models of many ties, where a step takes long and the model itself is rough: the search takes about as many passes. */
export const ROUGH: Precision = { residual: 2e-2, rounds: 40, sweeps: 10, swept: 1e-3 };
/** The same for thousands of rows: most of their prices stay where they are from one sweep to the next. */
export const ROUGH_OF_MANY: Precision = { ...ROUGH, wholeEvery: 4 };

/**
 * Minimises the quadratic in its box. An active-set method (solve, clip, fix what was clipped) comes near the minimum; then projected
 * Gauss–Seidel sweeps finish, and also free what was fixed wrongly.
 *
 * @param step Float64Array, length K, set to the step; the blocks' steps are set too
 * @returns the change of the quadratic, ≤ 0
 */
export function quadraticStep(quadratic: BoxQuadratic, step: Float64Array): number {
  const { blocks, precision = EXACT } = quadratic;
  const joined = new JoinedQuadratic(quadratic);
  const { x, low, high, gradient } = joined;
  const fixed = new Uint8Array(x.length);
  for (let c = 0; c < x.length; c++) {
    if (isStuck(gradient[c], low[c], high[c])) fixed[c] = 1;
  }
  const system = new FreeSystem(joined, fixed);
  for (let round = 0; round < ROUNDS; round++) if (system.solve(precision) === 0) break;
  system.writeTo(x);
  const value = sweep(joined, precision);
  step.set(x.subarray(0, step.length));
  let at = step.length;
  for (const block of blocks) {
    for (let v = 0; v < block.step.length; v++) block.step[v] = x[at++];
  }
  return value;
}

/** Whether a price at the end of its range is pushed beyond it. */
function isStuck(gradient: number, low: number, high: number): boolean {
  return (low >= 0 && gradient >= 0) || (high <= 0 && gradient <= 0);
}

/** A quadratic with the prices of its blocks as further rows. */
class JoinedQuadratic {
  readonly matrix: SymmetricMatrix;
  readonly gradient: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The step so far. */
  readonly x: Float64Array;
  /** Ties and followers. */
  readonly vectors: Vectors;
  /** Float64Array: factor of each vector, its weight or −1 / curvature. */
  readonly factor: Float64Array;
  /** The same vectors, listed by row. */
  readonly byRow: Vectors;
  /** Float64Array: diagonal of the matrix and all vectors, kept positive against rounding. */
  readonly diagonal: Float64Array;

  constructor({ matrix, ties, followers, gradient, low, high, blocks }: BoxQuadratic) {
    this.matrix = blocks.length === 0 ? matrix : withBlocks(matrix, blocks);
    const joined = (rows: Float64Array, name: "gradient" | "low" | "high") =>
      blocks.length === 0
        ? rows
        : Float64Array.from([...rows, ...blocks.flatMap((block) => [...block[name]])]);
    this.gradient = joined(gradient, "gradient");
    this.low = joined(low, "low");
    this.high = joined(high, "high");
    const n = this.gradient.length;
    this.x = new Float64Array(n);
    this.vectors = joinedVectors(ties, followers);
    const { weight } = ties;
    this.factor = new Float64Array(weight.length + followers.length);
    this.factor.set(weight);
    followers.forEach(({ curvature }, f) => this.factor[weight.length + f] = -1 / curvature);
    this.byRow = listedByRow(this.vectors, n);
    const own = this.diagonal = this.matrix.diagonal.slice();
    const { start, other, value } = this.vectors;
    for (let v = 0; v < this.factor.length; v++) {
      const factor = this.factor[v];
      for (let i = start[v]; i < start[v + 1]; i++) own[other[i]] += value[i] ** 2 * factor;
    }
    for (let r = 0; r < n; r++) own[r] = Math.max(own[r], 1e-9 * this.matrix.diagonal[r]);
  }
}

function joinedVectors(ties: Ties, followers: readonly Follower[]): Vectors {
  const first = ties.weight.length;
  const start = new Uint32Array(first + followers.length + 1);
  start.set(ties.start);
  followers.forEach(({ row }, f) => start[first + f + 1] = start[first + f] + row.length);
  const entries = start[start.length - 1];
  const other = new Uint32Array(entries), value = new Float64Array(entries);
  other.set(ties.row);
  value.set(ties.change);
  followers.forEach((follower, f) => {
    other.set(follower.row, start[first + f]);
    value.set(follower.cross, start[first + f]);
  });
  return { start, other, value };
}

/** The matrix with the blocks' prices as further rows. */
function withBlocks(matrix: SymmetricMatrix, blocks: readonly GroupBlock[]): SymmetricMatrix {
  const K = matrix.diagonal.length;
  const prices = blocks.reduce((sum, block) => sum + block.step.length, 0);
  const n = K + prices, start = new Uint32Array(n + 1);
  for (let r = 0; r < K; r++) start[r + 1] = matrix.start[r + 1] - matrix.start[r];
  let at = K;
  for (const { row, step } of blocks) {
    for (let v = 0; v < step.length; v++) {
      start[++at] = row.length + step.length - 1;
      for (let e = 0; e < row.length; e++) start[row[e] + 1]++;
    }
  }
  for (let r = 0; r < n; r++) start[r + 1] += start[r];
  const column = new Uint32Array(start[n]), value = new Float64Array(start[n]);
  const diagonal = new Float64Array(n), next = start.slice();
  const put = (r: number, c: number, v: number) => {
    column[next[r]] = c;
    value[next[r]++] = v;
  };
  diagonal.set(matrix.diagonal);
  for (let r = 0; r < K; r++) {
    for (let i = matrix.start[r]; i < matrix.start[r + 1]; i++) {
      put(r, matrix.column[i], matrix.value[i]);
    }
  }
  at = K;
  for (const { row, cross, hessian, step } of blocks) {
    const own = step.length, width = row.length;
    for (let v = 0; v < own; v++) {
      diagonal[at + v] = hessian[v * own + v];
      for (let w = 0; w < own; w++) if (w !== v) put(at + v, at + w, hessian[v * own + w]);
      for (let e = 0; e < width; e++) {
        put(at + v, row[e], cross[v * width + e]);
        put(row[e], at + v, cross[v * width + e]);
      }
    }
    at += own;
  }
  return { diagonal, start, column, value };
}

/** With more rows than this only those are swept again whose slope has changed: nearly all prices of so many are 0 and stay 0. */
export const MANY_ROWS = 50_000;

/** Vectors of more entries than this are looked at once in a sweep, not with each move of one of their rows. */
const LONG_VECTOR = 64;

/** Improves the step by projected Gauss–Seidel sweeps. Returns the value of the quadratic at the end. */
function sweep(joined: JoinedQuadratic, { sweeps, swept, wholeEvery = 1 }: Precision): number {
  const { gradient, x } = joined, slopes = new Slopes(joined, swept);
  let rows: Uint32Array | null = null;
  for (let round = 0; round < sweeps; round++) {
    const largest = slopes.sweep(rows), isMany = x.length > MANY_ROWS;
    if (largest < swept) {
      if (rows === null || isMany) break;
      rows = null;
    } else if (isMany) rows = slopes.changedRows();
    else rows = (round + 1) % wholeEvery === 0 ? null : slopes.movedRows();
  }
  let sum = 0;
  for (let r = 0; r < x.length; r++) {
    if (x[r] !== 0) sum += 0.5 * x[r] * (gradient[r] + slopes.of(r));
  }
  return sum;
}

/** The slopes of a quadratic while its step is improved row by row. */
class Slopes {
  readonly #joined: JoinedQuadratic;
  readonly #swept: number;
  /** Float64Array, length rows: slope of each, vectors left out. */
  readonly #residual: Float64Array;
  /** Float64Array, length vectors: the factor of each times its product with the step. */
  readonly #along: Float64Array;
  /** Float64Array, length vectors: what that was when {@link changedRows} last looked at the vector. */
  readonly #seen: Float64Array;
  /** Rows whose slope has changed since they were swept; noted only where there are many rows. */
  readonly #changed: SparseSet;
  /** Uint32Array, length rows: the first `#movedCount` are the rows that the last sweep moved. */
  readonly #moved: Uint32Array;
  #movedCount = 0;

  constructor(joined: JoinedQuadratic, swept: number) {
    const { gradient, x, vectors, factor } = joined;
    this.#joined = joined;
    this.#swept = swept;
    this.#residual = gradient.slice();
    this.#changed = new SparseSet(x.length > MANY_ROWS ? x.length : 0);
    this.#moved = new Uint32Array(x.length);
    this.#along = new Float64Array(factor.length);
    for (let v = 0; v < factor.length; v++) {
      let sum = 0;
      for (let i = vectors.start[v]; i < vectors.start[v + 1]; i++) {
        sum += vectors.value[i] * x[vectors.other[i]];
      }
      this.#along[v] = sum * factor[v];
    }
    this.#seen = this.#along.slice();
    for (let r = 0; r < x.length; r++) if (x[r] !== 0) this.#add(r, x[r]);
  }

  /** The slope along a row. */
  of(r: number): number {
    const { byRow: { start, value, other } } = this.#joined;
    let slope = this.#residual[r];
    for (let i = start[r], end = start[r + 1]; i < end; i++) {
      slope += value[i] * this.#along[other[i]];
    }
    return slope;
  }

  #add(r: number, amount: number): void {
    const { start, column, value, diagonal } = this.#joined.matrix, residual = this.#residual;
    residual[r] += diagonal[r] * amount;
    for (let i = start[r], end = start[r + 1]; i < end; i++) {
      residual[column[i]] += value[i] * amount;
    }
  }

  /** Moves the given rows, or all, each to its best place. Returns the longest move as a share of the row's box. */
  sweep(rows: Uint32Array | null): number {
    const { x, low, high, diagonal, byRow, factor } = this.#joined;
    const count = rows?.length ?? x.length,
      along = this.#along,
      isMany = this.#changed.list.length > 0;
    let largest = 0;
    this.#movedCount = 0;
    for (let n = 0; n < count; n++) {
      const r = rows === null ? n : rows[n];
      const wanted = x[r] - this.of(r) / diagonal[r];
      const moved = (wanted < low[r] ? low[r] : wanted > high[r] ? high[r] : wanted) - x[r];
      if (moved === 0) continue;
      // `rows` may be this list: at most as many moved as were looked at.
      this.#moved[this.#movedCount++] = r;
      x[r] += moved;
      this.#add(r, moved);
      for (let i = byRow.start[r], end = byRow.start[r + 1]; i < end; i++) {
        along[byRow.other[i]] += byRow.value[i] * moved * factor[byRow.other[i]];
      }
      if (isMany) this.#noteChanges(r, moved);
      largest = Math.max(largest, Math.abs(moved) / (high[r] - low[r]));
    }
    return largest;
  }

  /** The rows that the last sweep moved. The next sweep writes over them. */
  movedRows(): Uint32Array {
    return this.#moved.subarray(0, this.#movedCount);
  }

  /** Notes the rows whose slopes a move of row `r` has changed, but by long vectors. */
  #noteChanges(r: number, moved: number): void {
    const { matrix: { start, column, value }, vectors, factor, byRow } = this.#joined;
    for (let i = start[r], end = start[r + 1]; i < end; i++) {
      this.#note(column[i], value[i] * moved);
    }
    for (let i = byRow.start[r], end = byRow.start[r + 1]; i < end; i++) {
      const v = byRow.other[i], push = byRow.value[i] * moved * factor[v];
      const from = vectors.start[v], to = vectors.start[v + 1];
      if (to - from > LONG_VECTOR) continue;
      for (let e = from; e < to; e++) this.#note(vectors.other[e], vectors.value[e] * push);
    }
  }

  /** Notes that a row's slope has changed, unless by so little that its move is too short to count. */
  #note(r: number, change: number): void {
    const { low, high, diagonal } = this.#joined;
    if (high[r] <= low[r]) return;
    if (Math.abs(change) > this.#swept * (high[r] - low[r]) * diagonal[r]) this.#changed.add(r);
  }

  /** The rows whose slope has changed since they were swept, or just before. */
  changedRows(): Uint32Array {
    const { vectors } = this.#joined, along = this.#along, seen = this.#seen;
    for (let v = 0; v < along.length; v++) {
      const from = vectors.start[v], to = vectors.start[v + 1];
      if (to - from <= LONG_VECTOR || along[v] === seen[v]) continue;
      for (let e = from; e < to; e++) {
        this.#note(vectors.other[e], vectors.value[e] * (along[v] - seen[v]));
      }
      seen[v] = along[v];
    }
    const rows = Uint32Array.from(this.#changed.list.subarray(0, this.#changed.count));
    this.#changed.clear();
    return rows;
  }
}
