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

/** Vectors of more entries than this are not compared with others. */
const MOST_COMPARED = 24;

/**
 * The entries of each vector in rows that have a place. Many users differ in the same rows, all the more where only some count:
 * equal vectors, or opposite ones, become one. What is left of one entry goes to the diagonal.
 */
function vectorsAmong(
  { vectors: { start, other, value }, factor }: FreeQuadratic,
  placeOf: Int32Array,
  diagonal: Float64Array,
): { vectors: Vectors; factor: Float64Array } {
  const list = new VectorList(factor.length, other.length);
  for (let v = 0; v < factor.length; v++) {
    list.begin();
    for (let i = start[v], end = start[v + 1]; i < end; i++) {
      if (placeOf[other[i]] >= 0) list.add(placeOf[other[i]], value[i]);
    }
    const single = list.single();
    if (single < 0) list.end(factor[v]);
    else diagonal[single] += factor[v] * list.drop() ** 2;
  }
  return list.finish();
}

/** A list of different vectors with factors. */
class VectorList {
  readonly #start: Uint32Array;
  readonly #other: Uint32Array;
  readonly #value: Float64Array;
  readonly #factor: Float64Array;
  /** A hash table of vectors by their entries: vector + 1, or 0; at most half full. */
  readonly #slots: Int32Array;
  #count = 0;
  /** Where the next entry goes. */
  #at = 0;

  /** A list with room for this many vectors and entries. */
  constructor(vectors: number, entries: number) {
    this.#start = new Uint32Array(vectors + 1);
    this.#other = new Uint32Array(entries);
    this.#value = new Float64Array(entries);
    this.#factor = new Float64Array(vectors);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * vectors + 2)));
  }

  /** Begins a vector. */
  begin(): void {
    this.#at = this.#start[this.#count];
  }

  /** Adds an entry to the vector that was begun. Entries are kept in the order of their places. */
  add(place: number, value: number): void {
    const other = this.#other, values = this.#value, from = this.#start[this.#count];
    let at = this.#at++;
    for (; at > from && at - from < MOST_COMPARED && other[at - 1] > place; at--) {
      other[at] = other[at - 1];
      values[at] = values[at - 1];
    }
    other[at] = place;
    values[at] = value;
  }

  /** The place of the vector's only entry; −1: it has none, or more. */
  single(): number {
    const from = this.#start[this.#count];
    return this.#at === from + 1 ? this.#other[from] : -1;
  }

  /** Drops the vector that was begun, of one entry. Returns that. */
  drop(): number {
    return this.#value[--this.#at];
  }

  /** Ends the vector that was begun: adds its factor to that of an equal one, if there is one. */
  end(factor: number): void {
    const from = this.#start[this.#count], size = this.#at - from;
    if (size === 0) return;
    if (size <= MOST_COMPARED) {
      const values = this.#value;
      if (values[from] < 0) { for (let i = from; i < this.#at; i++) values[i] = -values[i]; }
      const slots = this.#slots, mask = slots.length - 1;
      let slot = this.#hash(from, this.#at) & mask;
      for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
        if (!this.#isEqual(slots[slot] - 1, from, size)) continue;
        this.#factor[slots[slot] - 1] += factor;
        return;
      }
      slots[slot] = this.#count + 1;
    }
    this.#factor[this.#count++] = factor;
    this.#start[this.#count] = this.#at;
  }

  #hash(from: number, to: number): number {
    let hash = 0;
    for (let i = from; i < to; i++) {
      hash = Math.imul(hash ^ this.#other[i], 0x9e3779b1);
      hash = Math.imul(hash ^ (hash >>> 15) ^ (64 * this.#value[i]), 0x85ebca6b);
    }
    return hash ^ (hash >>> 13);
  }

  /** Whether vector `v` has the same entries as the one that begins at `from`. */
  #isEqual(v: number, from: number, size: number): boolean {
    const first = this.#start[v], other = this.#other, values = this.#value;
    if (this.#start[v + 1] - first !== size) return false;
    for (let i = 0; i < size; i++) {
      if (other[first + i] !== other[from + i] || values[first + i] !== values[from + i]) {
        return false;
      }
    }
    return true;
  }

  /** The list. */
  finish(): { vectors: Vectors; factor: Float64Array } {
    const count = this.#count;
    return {
      vectors: {
        start: this.#start.subarray(0, count + 1),
        other: this.#other,
        value: this.#value,
      },
      factor: this.#factor.subarray(0, count),
    };
  }
}
