/**
 * The linear systems of a quadratic in a box: the prices that are not fixed, solved for by conjugate gradients.
 *
 * @module
 */
import { FullMatrix } from "./full_matrix.ts";
import type { SymmetricMatrix, Vectors } from "./symmetric_matrix.ts";

/** How near a step comes to the best one of the model. */
export interface Precision {
  /** Conjugate gradients stop at this relative residual, or after this many rounds. */
  readonly residual: number;
  readonly rounds: number;
  /** Most sweeps of projected Gauss–Seidel; they end when no move is larger than this share of its box. */
  readonly sweeps: number;
  readonly swept: number;
  /** One in so many sweeps is over all rows; those between are over the rows that the sweep before moved. @default 1 */
  readonly wholeEvery?: number;
}

/** A quadratic in a box, of prices that are all at 0 to begin with. */
export interface FreeQuadratic {
  readonly matrix: SymmetricMatrix;
  /** Vectors whose outer products, times their factors, are added to the matrix. */
  readonly vectors: Vectors;
  /** Float64Array, length vectors. */
  readonly factor: Float64Array;
  /** The same vectors, listed by row. */
  readonly byRow: Vectors;
  /** Float64Array, length rows: the diagonal of the matrix and all outer products. */
  readonly diagonal: Float64Array;
  /** Float64Array, length rows: the slope at 0. */
  readonly gradient: Float64Array;
  /** Float64Array, length rows: the least step, ≤ 0. */
  readonly low: Float64Array;
  /** Float64Array, length rows: the largest step, ≥ 0. */
  readonly high: Float64Array;
}

/** What a system multiplies vectors with. */
interface Multiplier {
  /** product = matrix · vector. */
  multiply(vector: Float64Array, product: Float64Array): void;
}

/**
 * A matrix has all its entries where that is quicker than to go through vectors one by one: with this many entries of vectors at least,
 * each of which takes as long as FULL_PER_ENTRY of the matrix, and rows so few that it stays in a processor's cache.
 */
const LEAST_ENTRIES = 30_000, FULL_PER_ENTRY = 4, MOST_ROWS = 600;

/**
 * The system of the prices of a quadratic that are free at first. Often that is a third of them, so they get a matrix of their own;
 * those that are fixed later, as they leave their box, are few and just stand still in it.
 */
export class FreeSystem {
  /** Uint32Array: the rows that are free at first. */
  readonly free: Uint32Array;
  /** Float64Array, length free rows: the step so far; 0 where a price is fixed. */
  readonly #x: Float64Array;
  /** Float64Array, length free rows: the step of prices that are fixed, else 0. */
  readonly #clipped: Float64Array;
  readonly #fixed: Uint8Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #matrix: Multiplier;
  /** Float64Array: diagonal, vectors included. */
  readonly #diagonal: Float64Array;
  readonly #right: Float64Array;

  /** The system of the rows that are not `fixed`. */
  constructor(quadratic: FreeQuadratic, fixed: Uint8Array) {
    const { gradient, low, high, diagonal } = quadratic;
    const rows = new Uint32Array(fixed.length), placeOf = new Int32Array(fixed.length).fill(-1);
    let count = 0;
    for (let r = 0; r < fixed.length; r++) {
      if (fixed[r] === 1) continue;
      placeOf[r] = count;
      rows[count++] = r;
    }
    const free = rows.slice(0, count);
    const own = (numbers: Float64Array) => numbersAt(numbers, free);
    this.free = free;
    this.#x = new Float64Array(count);
    this.#clipped = new Float64Array(count);
    this.#fixed = new Uint8Array(count);
    this.#low = own(low);
    this.#high = own(high);
    this.#diagonal = own(diagonal);
    this.#right = own(gradient).map((g) => -g);
    const matrix = matrixAmong(quadratic.matrix, free, placeOf);
    this.#matrix = isForFull(count, entriesIn(quadratic.byRow, free))
      ? new FullMatrix(matrix, quadratic.vectors, quadratic.factor, placeOf)
      : new SparseSum(matrix, vectorsAmong(quadratic, placeOf, matrix.diagonal));
  }

  /** Solves for everything that is not fixed, clips it into the box and fixes what was clipped. Returns how much was clipped. */
  solve(precision: Precision): number {
    const x = this.#x, fixed = this.#fixed, low = this.#low, high = this.#high;
    this.#descend(precision);
    const newly = new Float64Array(x.length);
    let count = 0;
    for (let a = 0; a < x.length; a++) {
      if (fixed[a] === 1 || (x[a] >= low[a] && x[a] <= high[a])) continue;
      newly[a] = x[a] < low[a] ? low[a] : high[a];
      x[a] = 0;
      fixed[a] = 1;
      count++;
    }
    if (count === 0) return 0;
    // What is fixed goes to the right-hand side.
    const push = new Float64Array(x.length);
    this.#multiply(newly, push);
    for (let a = 0; a < x.length; a++) {
      this.#clipped[a] += newly[a];
      this.#right[a] -= push[a];
    }
    return count;
  }

  /** Writes the step to the numbers of all rows. */
  writeTo(step: Float64Array): void {
    const x = this.#x, clipped = this.#clipped;
    this.free.forEach((r, a) => step[r] = x[a] + clipped[a]);
  }

  /** product = system · vector; 0 where a price is fixed. */
  #multiply(vector: Float64Array, product: Float64Array): void {
    const fixed = this.#fixed;
    this.#matrix.multiply(vector, product);
    for (let a = 0; a < fixed.length; a++) if (fixed[a] === 1) product[a] = 0;
  }

  /**
   * Solves the system, from `x` on, by conjugate gradients with the diagonal as preconditioner (Hestenes and Stiefel,
   * 1952), to a relative residual that is enough for a step of a model.
   */
  #descend({ residual: most, rounds }: Precision): void {
    const x = this.#x, right = this.#right, diagonal = this.#diagonal, fixed = this.#fixed;
    const n = x.length, product = new Float64Array(n);
    const residual = new Float64Array(n), scaled = new Float64Array(n);
    this.#multiply(x, product);
    let rho = 0, enough = 0;
    for (let a = 0; a < n; a++) {
      if (fixed[a] === 1) continue;
      residual[a] = right[a] - product[a];
      scaled[a] = residual[a] / diagonal[a];
      rho += residual[a] * scaled[a];
      enough += right[a] * right[a] / diagonal[a];
    }
    enough *= most ** 2;
    const direction = scaled.slice();
    for (let round = 0; round < rounds && rho > enough; round++) {
      this.#multiply(direction, product);
      const curvature = dot(direction, product);
      // By rounding the matrix may not be positive definite: then the search ends with what it has.
      if (!(curvature > 0)) break;
      const length = rho / curvature;
      let next = 0;
      for (let a = 0; a < n; a++) {
        x[a] += length * direction[a];
        residual[a] -= length * product[a];
        scaled[a] = residual[a] / diagonal[a];
        next += residual[a] * scaled[a];
      }
      const keep = next / rho;
      for (let a = 0; a < n; a++) direction[a] = scaled[a] + keep * direction[a];
      rho = next;
    }
  }
}

/** How many entries of vectors, listed by row, some rows have. */
function entriesIn({ start }: Vectors, rows: Uint32Array): number {
  let entries = 0;
  for (const r of rows) entries += start[r + 1] - start[r];
  return entries;
}

function isForFull(rows: number, entries: number): boolean {
  return rows <= MOST_ROWS && entries >= LEAST_ENTRIES && rows * rows <= FULL_PER_ENTRY * entries;
}

/** A matrix that keeps its non-zeros, and vectors whose outer products are added to it. */
class SparseSum implements Multiplier {
  readonly #matrix: SymmetricMatrix;
  readonly #vectors: Vectors;
  readonly #factor: Float64Array;

  constructor(
    matrix: SymmetricMatrix,
    { vectors, factor }: { vectors: Vectors; factor: Float64Array },
  ) {
    this.#matrix = matrix;
    this.#vectors = vectors;
    this.#factor = factor;
  }

  multiply(vector: Float64Array, product: Float64Array): void {
    const { diagonal, start, column, value } = this.#matrix, factor = this.#factor;
    for (let a = 0; a < vector.length; a++) {
      let sum = diagonal[a] * vector[a];
      for (let i = start[a], end = start[a + 1]; i < end; i++) sum += value[i] * vector[column[i]];
      product[a] = sum;
    }
    const { start: begin, other, value: entry } = this.#vectors;
    for (let v = 0; v < factor.length; v++) {
      const from = begin[v], to = begin[v + 1];
      let push = 0;
      for (let i = from; i < to; i++) push += entry[i] * vector[other[i]];
      push *= factor[v];
      for (let i = from; i < to; i++) product[other[i]] += push * entry[i];
    }
  }
}

/** Σ a · b. */
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** The numbers at some places. A loop, as `Float64Array.from` takes many times as long. */
function numbersAt(numbers: Float64Array, places: Uint32Array): Float64Array {
  const found = new Float64Array(places.length);
  for (let i = 0; i < found.length; i++) found[i] = numbers[places[i]];
  return found;
}

/** The part of a matrix among some rows, which are at `placeOf`. */
function matrixAmong(
  { diagonal, start, column, value }: SymmetricMatrix,
  rows: Uint32Array,
  placeOf: Int32Array,
): SymmetricMatrix {
  let size = 0;
  for (const r of rows) size += start[r + 1] - start[r];
  const begin = new Uint32Array(rows.length + 1);
  const columns = new Uint32Array(size), values = new Float64Array(size);
  let at = 0;
  for (let a = 0; a < rows.length; a++) {
    for (let i = start[rows[a]], end = start[rows[a] + 1]; i < end; i++) {
      if (placeOf[column[i]] < 0) continue;
      columns[at] = placeOf[column[i]];
      values[at++] = value[i];
    }
    begin[a + 1] = at;
  }
  return {
    diagonal: numbersAt(diagonal, rows),
    start: begin,
    column: columns,
    value: values,
  };
}

/** The entries of each vector in rows that have a place. What is left of one entry goes to the diagonal. */
function vectorsAmong(
  { vectors: { start, other, value }, factor }: FreeQuadratic,
  placeOf: Int32Array,
  diagonal: Float64Array,
): { vectors: Vectors; factor: Float64Array } {
  const begin = new Uint32Array(factor.length + 1), factors = new Float64Array(factor.length);
  const others = new Uint32Array(other.length), values = new Float64Array(other.length);
  let count = 0, at = 0;
  for (let v = 0; v < factor.length; v++) {
    const from = at;
    for (let i = start[v], end = start[v + 1]; i < end; i++) {
      if (placeOf[other[i]] < 0) continue;
      others[at] = placeOf[other[i]];
      values[at++] = value[i];
    }
    if (at > from + 1) {
      factors[count++] = factor[v];
      begin[count] = at;
    } else if (at > from) {
      at = from;
      diagonal[others[at]] += factor[v] * values[at] ** 2;
    }
  }
  const vectors = { start: begin.subarray(0, count + 1), other: others, value: values };
  return { vectors, factor: factors.subarray(0, count) };
}
