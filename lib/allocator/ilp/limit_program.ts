/**
 * The rows of a drop's limits in a program, and the columns for their excess.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitRows } from "../drop/instance/limits.ts";
import { priceOfRow } from "../model/row_use.ts";
import type { MipBuilder } from "./mip.ts";

/** Rows are scaled so that coefficients are at most this: HiGHS's tolerances are absolute, and should suit what an offer counts. */
const LARGEST = 1024;

/** HiGHS's tolerance for rows, as `solveMip` sets it. */
const TOLERANCE = 1e-9;

/** Rows of limits within a program. */
export class LimitProgram {
  /** The largest sum that the excess columns can have: HiGHS's bound may be off by that many tolerances. */
  units = 0;
  readonly #rows: LimitRows | null;
  /** Float64Array, length rows: by how much a row may be exceeded within HiGHS's tolerance, in its own units. */
  readonly tolerance: Float64Array;
  readonly #scale: Float64Array;
  /** The program's row of the first limit. */
  readonly first: number;

  /**
   * Adds a row for each limit.
   *
   * @param margin length rows: the margin that each row must keep below its amount; see `solveIlp`
   */
  constructor(mip: MipBuilder, { limits }: Instance, margin: Float64Array | null) {
    this.#rows = limits?.rows ?? null;
    this.first = mip.rowLower.length;
    this.#scale = this.#rows === null ? new Float64Array(0) : scalesOf(this.#rows);
    this.tolerance = this.#scale.map((scale) => TOLERANCE / scale);
    this.#rows?.amount.forEach((amount, r) =>
      mip.row(-Infinity, this.#scale[r] * (amount - (margin?.[r] ?? 0)))
    );
  }

  /** Adds the entries of a pair's column, which was begun last. */
  addPair(mip: MipBuilder, pair: number): void {
    if (this.#rows === null) return;
    const { item, start, row, coefficient } = this.#rows;
    for (let e = start[item[pair]], to = start[item[pair] + 1]; e < to; e++) {
      mip.entry(this.first + row[e], this.#scale[row[e]] * coefficient[e]);
    }
  }

  /** Adds an excess column to each row that may be missed, at the row's price; with `missedOnly` only the shortfall price counts. */
  addExcess(mip: MipBuilder, shortfallPrice: number, missedOnly: boolean): void {
    if (this.#rows === null) return;
    const most = mostBeyond(this.#rows);
    for (let r = 0; r < this.#rows.amount.length; r++) {
      if (this.#rows.price[r] === Infinity) continue;
      const counts = !missedOnly || Number.isNaN(this.#rows.price[r]);
      const price = counts ? priceOfRow(this.#rows, r, shortfallPrice) : 0;
      const upper = this.#scale[r] * most[r];
      mip.column(-price / this.#scale[r], upper, false);
      mip.entry(this.first + r, -1);
      this.units += upper;
    }
  }
}

/** Powers of two that bring the largest coefficient of each row to at most {@link LARGEST}, and small ones to about 1. */
function scalesOf({ amount, row, coefficient }: LimitRows): Float64Array {
  const largest = new Float64Array(amount.length);
  for (let e = 0; e < row.length; e++) {
    largest[row[e]] = Math.max(largest[row[e]], Math.abs(coefficient[e]));
  }
  return largest.map((size) =>
    size === 0 || (size >= 1 && size <= LARGEST)
      ? 1
      : 2 ** (size < 1 ? -Math.floor(Math.log2(size)) : Math.floor(Math.log2(LARGEST / size)))
  );
}

/** Float64Array, length rows: by how much all pairs together could exceed each row. */
function mostBeyond({ amount, item, start, row, coefficient }: LimitRows): Float64Array {
  const most = amount.map((value) => -value);
  for (const i of item) {
    for (let e = start[i]; e < start[i + 1]; e++) most[row[e]] += Math.max(0, coefficient[e]);
  }
  return most.map((value) => Math.max(0, value));
}
