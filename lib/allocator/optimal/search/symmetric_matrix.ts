/**
 * Symmetric matrices that keep only their non-zeros, and sums of outer products of sparse vectors.
 *
 * @module
 */
import type { PairRows } from "../passes/pair_table.ts";

/** A symmetric matrix by rows. */
export interface SymmetricMatrix {
  /** Float64Array, length n. */
  readonly diagonal: Float64Array;
  /** Uint32Array, length n + 1: entries of row r off the diagonal are `[start[r], start[r + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array, length entries: column of each. */
  readonly column: Uint32Array;
  /** Float64Array, length entries. */
  readonly value: Float64Array;
}

/** Sparse vectors v, listed by vector or by row. The matrix contains factor · v vᵀ of each. */
export interface Vectors {
  /** Uint32Array, length vectors (or rows) + 1: entries of the i-th are `[start[i], start[i + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array, length entries: the row of each; in a list by row, its vector. */
  readonly other: Uint32Array;
  /** Float64Array, length entries. */
  readonly value: Float64Array;
}

/** The pairs of rows that are not 0 in the upper triangle of an n × n matrix. */
export function pairsOfTriangle(upper: Float64Array, n: number): PairRows {
  const start = new Uint32Array(n + 1), columns: number[] = [], values: number[] = [];
  for (let r = 0; r < n; r++) {
    for (let c = r + 1; c < n; c++) {
      if (upper[r * n + c] === 0) continue;
      columns.push(c);
      values.push(upper[r * n + c]);
    }
    start[r + 1] = columns.length;
  }
  return { start, column: Uint32Array.from(columns), value: Float64Array.from(values) };
}

/** The symmetric matrix with this diagonal and, off it, `scale` times the pairs among the first `diagonal.length` rows. */
export function symmetricMatrix(
  { start, column, value }: PairRows,
  diagonal: Float64Array,
  scale: number,
): SymmetricMatrix {
  const n = diagonal.length, begin = new Uint32Array(n + 1);
  for (let r = 0; r < n; r++) {
    for (let i = start[r]; i < start[r + 1] && column[i] < n; i++) {
      begin[r + 1]++;
      begin[column[i] + 1]++;
    }
  }
  for (let r = 0; r < n; r++) begin[r + 1] += begin[r];
  const next = begin.slice(), size = begin[n];
  const columns = new Uint32Array(size), values = new Float64Array(size);
  for (let r = 0; r < n; r++) {
    for (let i = start[r]; i < start[r + 1] && column[i] < n; i++) {
      const c = column[i], v = scale * value[i];
      columns[next[r]] = c;
      values[next[r]++] = v;
      columns[next[c]] = r;
      values[next[c]++] = v;
    }
  }
  return { diagonal, start: begin, column: columns, value: values };
}

/** Vectors of this many rows, listed by row. */
export function listedByRow({ start, other, value }: Vectors, rows: number): Vectors {
  const begin = new Uint32Array(rows + 1);
  for (let i = 0; i < other.length; i++) begin[other[i] + 1]++;
  for (let r = 0; r < rows; r++) begin[r + 1] += begin[r];
  const next = begin.slice();
  const others = new Uint32Array(other.length), values = new Float64Array(other.length);
  for (let v = 0; v + 1 < start.length; v++) {
    for (let i = start[v]; i < start[v + 1]; i++) {
      const at = next[other[i]]++;
      others[at] = v;
      values[at] = value[i];
    }
  }
  return { start: begin, other: others, value: values };
}
