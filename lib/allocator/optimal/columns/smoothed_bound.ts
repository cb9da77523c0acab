/**
 * A bound over known columns, smoothed so that Newton's method can minimise it.
 *
 * What the best column of a block is worth, max_j v_j, has corners. σ · log Σ_j exp(v_j / σ) has none and is above it by at most
 * σ · log(columns) (Nesterov, "Smooth minimization of non-smooth functions", 2005). Each column has a weight, exp(v_j / σ) as a share of
 * the block's sum. First derivatives are what limits leave of what the columns count by these weights, second derivatives the covariances
 * of what they count. Products with these are one pass over the columns, so no matrix is made, however many limits there are.
 *
 * @module
 */
import type { MovedRows } from "../programs/priced_rows.ts";

/** Columns of blocks, those of a block beside each other. */
export interface BlockColumns {
  /** Number of members of each block. */
  readonly size: ArrayLike<number>;
  /** Uint32Array, length blocks + 1: the columns of block b are first[b] to first[b + 1]. */
  readonly first: Uint32Array;
  /** Float64Array, length columns: what each is worth where nothing has moved. */
  readonly worth: Float64Array;
  /** Uint32Array, length columns + 1: where the entries of each begin. */
  readonly start: Uint32Array;
  /** Uint32Array: the row of each entry. */
  readonly row: Uint32Array;
  /** Float64Array: what the column counts toward it. */
  readonly amount: Float64Array;
}

/** Most steps of Newton's method. */
const STEPS = 12;
/** Most rounds of conjugate gradients in a step, and the relative residual at which they end. */
const CG_ROUNDS = 40, CG_TOLERANCE = 1e-2;
/** Steps end when one gains less than this share of the bound. */
const LITTLE = 1e-8;
/** A price moves by at most this many σ in a step: further out the second derivatives say nothing. */
const REACH = 8;
/** Added to second derivatives, as a share of their mean. */
const DAMPING = 1e-3;
/** Most halvings of a step, and the share of the promised gain that it must bring. */
const HALVINGS = 12, ENOUGH = 0.1;
/** Columns of less weight are passed over in derivatives. */
const NEGLIGIBLE = 1e-12;

/** The smoothed bound. */
export class SmoothedBound {
  readonly #columns: BlockColumns;
  readonly #rows: MovedRows;
  readonly #sigma: number;
  /** Float64Array, length columns: the weights at the prices that were evaluated last. */
  readonly weight: Float64Array;
  /** Entries gone through so far: a measure of time that does not depend on the machine. */
  work = 0;

  /** The bound over these columns. */
  constructor(columns: BlockColumns, rows: MovedRows, sigma: number) {
    this.#columns = columns;
    this.#rows = rows;
    this.#sigma = sigma;
    this.weight = new Float64Array(columns.worth.length);
  }

  /** The smoothed bound where prices have moved so far; sets the weights. */
  evaluate(moved: Float64Array): number {
    const { size, first, worth, start, row, amount } = this.#columns, { limit } = this.#rows;
    const sigma = this.#sigma, { weight } = this;
    this.work += row.length;
    let sum = 0;
    for (let r = 0; r < moved.length; r++) sum += moved[r] * limit[r];
    for (let b = 0; b + 1 < first.length; b++) {
      let most = -Infinity, total = 0;
      for (let j = first[b]; j < first[b + 1]; j++) {
        let value = worth[j];
        for (let e = start[j]; e < start[j + 1]; e++) value -= moved[row[e]] * amount[e];
        weight[j] = value;
        if (value > most) most = value;
      }
      for (let j = first[b]; j < first[b + 1]; j++) {
        total += weight[j] = Math.exp((weight[j] - most) / sigma);
      }
      for (let j = first[b]; j < first[b + 1]; j++) weight[j] /= total;
      sum += size[b] * (most + sigma * Math.log(total));
    }
    return sum;
  }

  /** First derivatives at the weights, and the diagonal of the second ones. */
  derivatives(): { gradient: Float64Array; diagonal: Float64Array } {
    const { size, first, start, row, amount } = this.#columns, { weight } = this;
    const gradient = this.#rows.limit.slice(), rows = gradient.length;
    const diagonal = new Float64Array(rows), mean = new Float64Array(rows);
    this.work += row.length;
    for (let b = 0; b + 1 < first.length; b++) {
      const factor = size[b] / this.#sigma;
      for (let j = first[b]; j < first[b + 1]; j++) {
        if (weight[j] < NEGLIGIBLE) continue;
        for (let e = start[j]; e < start[j + 1]; e++) {
          mean[row[e]] += weight[j] * amount[e];
          diagonal[row[e]] += factor * weight[j] * amount[e] ** 2;
        }
      }
      // Once for each row of the block: its mean is 0 from then on.
      for (let e = start[first[b]]; e < start[first[b + 1]]; e++) {
        const r = row[e];
        gradient[r] -= size[b] * mean[r];
        diagonal[r] -= factor * mean[r] ** 2;
        mean[r] = 0;
      }
    }
    return { gradient, diagonal };
  }

  /** product = second derivatives at the weights · vector. */
  multiply(vector: Float64Array, product: Float64Array): void {
    const { size, first, start, row, amount } = this.#columns, { weight } = this;
    this.work += 2 * row.length;
    product.fill(0);
    const along = (j: number) => {
      let sum = 0;
      for (let e = start[j]; e < start[j + 1]; e++) sum += vector[row[e]] * amount[e];
      return sum;
    };
    for (let b = 0; b + 1 < first.length; b++) {
      let mean = 0;
      for (let j = first[b]; j < first[b + 1]; j++) {
        if (weight[j] >= NEGLIGIBLE) mean += weight[j] * along(j);
      }
      for (let j = first[b]; j < first[b + 1]; j++) {
        if (weight[j] < NEGLIGIBLE) continue;
        const push = size[b] / this.#sigma * weight[j] * (along(j) - mean);
        for (let e = start[j]; e < start[j + 1]; e++) product[row[e]] += push * amount[e];
      }
    }
  }

  /** Where prices have moved when the bound is least, or nearly, from `moved` on. The weights are those there. */
  minimise(moved: Float64Array, stop: () => boolean): Float64Array {
    let at = moved, value = this.evaluate(at);
    for (let n = 0; n < STEPS && !stop(); n++) {
      const { gradient, diagonal } = this.derivatives();
      const step = this.#step(at, gradient, diagonal);
      const next = this.#search(at, value, step, gradient);
      if (next === null) {
        this.evaluate(at);
        break;
      }
      const won = value - next.value;
      ({ moved: at, value } = next);
      if (won < LITTLE * Math.abs(value)) break;
    }
    return at;
  }

  /** The largest share of a step that brings enough; null: none does. */
  #search(
    at: Float64Array,
    value: number,
    step: Float64Array,
    gradient: Float64Array,
  ): { moved: Float64Array; value: number } | null {
    const { low, high } = this.#rows;
    for (let n = 0, share = 1; n < HALVINGS; n++, share /= 2) {
      const moved = at.map((x, r) => Math.min(high[r], Math.max(low[r], x + share * step[r])));
      let promised = 0;
      for (let r = 0; r < at.length; r++) promised += gradient[r] * (moved[r] - at[r]);
      const reached = this.evaluate(moved);
      if (reached < value && reached <= value + ENOUGH * promised) return { moved, value: reached };
    }
    return null;
  }

  /**
   * A step of Newton's method, by conjugate gradients with the diagonal as preconditioner (Hestenes and Stiefel, 1952). Prices that would
   * leave what is allowed stand still.
   */
  #step(at: Float64Array, gradient: Float64Array, diagonal: Float64Array): Float64Array {
    const { low, high } = this.#rows, rows = at.length;
    const isFixed = (r: number) =>
      gradient[r] >= 0 && at[r] <= low[r] || gradient[r] <= 0 && at[r] >= high[r];
    const free = Uint32Array.from(gradient.keys()).filter((r) => !isFixed(r));
    const damping = DAMPING * free.reduce((sum, r) => sum + diagonal[r], 0) / (free.length + 1) +
      Number.MIN_VALUE;
    const step = new Float64Array(rows), direction = new Float64Array(rows);
    const product = new Float64Array(rows), residual = gradient.map((g) => -g);
    let rho = 0;
    for (const r of free) {
      direction[r] = residual[r] / (diagonal[r] + damping);
      rho += residual[r] * direction[r];
    }
    const enough = CG_TOLERANCE ** 2 * rho;
    for (let n = 0; n < CG_ROUNDS && rho > enough; n++) {
      this.multiply(direction, product);
      let curvature = 0, next = 0;
      for (const r of free) curvature += direction[r] * (product[r] += damping * direction[r]);
      if (!(curvature > 0)) break;
      for (const r of free) {
        step[r] += rho / curvature * direction[r];
        residual[r] -= rho / curvature * product[r];
        next += residual[r] ** 2 / (diagonal[r] + damping);
      }
      for (const r of free) {
        direction[r] = residual[r] / (diagonal[r] + damping) + next / rho * direction[r];
      }
      rho = next;
    }
    const reach = REACH * this.#sigma;
    return step.map((x) => Math.min(reach, Math.max(-reach, x)));
  }
}
