/**
 * Symmetric matrices with all their entries, for systems of few prices that the differences of many users couple.
 *
 * @module
 */
import type { SymmetricMatrix, Vectors } from "./symmetric_matrix.ts";

/** A symmetric matrix with all its entries. */
export class FullMatrix {
  readonly #size: number;
  /** Float64Array, n × n. */
  readonly #entries: Float64Array;

  /**
   * The matrix with these non-zeros, plus Σ factor · v vᵀ of the vectors' entries in rows that have a place in it (`placeOf` ≥ 0).
   */
  constructor(
    { diagonal, start, column, value }: SymmetricMatrix,
    vectors: Vectors,
    factor: Float64Array,
    placeOf: Int32Array,
  ) {
    const n = this.#size = diagonal.length, entries = this.#entries = new Float64Array(n * n);
    for (let a = 0; a < n; a++) {
      entries[a * n + a] = diagonal[a];
      for (let i = start[a]; i < start[a + 1]; i++) {
        if (column[i] > a) entries[a * n + column[i]] += value[i];
      }
    }
    this.#addAbove(vectors, factor, placeOf);
    for (let a = 1; a < n; a++) {
      for (let b = 0; b < a; b++) entries[a * n + b] = entries[b * n + a];
    }
  }

  /** Adds the vectors' products on the diagonal and above it. */
  #addAbove({ start, other, value }: Vectors, factor: Float64Array, placeOf: Int32Array): void {
    const n = this.#size, entries = this.#entries;
    const places: number[] = [], values: number[] = [];
    for (let v = 0; v < factor.length; v++) {
      let size = 0;
      for (let i = start[v], end = start[v + 1]; i < end; i++) {
        const place = placeOf[other[i]];
        if (place < 0) continue;
        places[size] = place;
        values[size++] = value[i];
      }
      for (let i = 0; i < size; i++) {
        const a = places[i], pushed = factor[v] * values[i];
        entries[a * n + a] += pushed * values[i];
        for (let j = 0; j < i; j++) {
          const b = places[j];
          entries[a < b ? a * n + b : b * n + a] += pushed * values[j];
        }
      }
    }
  }

  /** product = matrix · vector. */
  multiply(vector: Float64Array, product: Float64Array): void {
    const n = this.#size, entries = this.#entries, most = n - n % 4;
    for (let a = 0, at = 0; a < n; a++) {
      // Four sums, as none has to wait for the others.
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
      for (let b = 0; b < most; b += 4, at += 4) {
        s0 += entries[at] * vector[b];
        s1 += entries[at + 1] * vector[b + 1];
        s2 += entries[at + 2] * vector[b + 2];
        s3 += entries[at + 3] * vector[b + 3];
      }
      for (let b = most; b < n; b++) s0 += entries[at++] * vector[b];
      product[a] = s0 + s1 + (s2 + s3);
    }
  }
}
