/**
 * Improves what HiGHS found by what it can't see beside larger costs.
 *
 * HiGHS's tolerances are relative to the largest cost. Where some offers must be made (a score of a million) and others are worth
 * about 1, or a missed unit costs a billion, it takes differences of the small ones for nothing. So they are decided once more,
 * in a program of their own: the large parts of all costs keep the sum that was found, in a row, and what is left of each cost
 * is the objective. Costs of no such parts stay as they were decided. The answer is at least as good as before: that is a
 * solution of the program, which HiGHS starts from.
 *
 * @module
 */
import { MipBuilder, type MipOptions, type MipResult } from "./mip.ts";

/** Digits of the largest cost that the row counts in. */
const DIGITS = 4;

/** What is left of a cost must be smaller than a part by this factor. */
const SMALL = 1e-3;

/** What is left of a cost by the rounding of doubles alone is less than this, relative to it. */
const ROUNDING = 4 * Number.EPSILON;

/** Programs at most: each decides costs about a million times smaller than the last one. */
const PASSES = 6;

/** Nodes of each search. */
const NODES = 1000;

/**
 * Solutions that may be better than `values`, each found from the one before, best last; `values` is not among them.
 *
 * @param solve solves a program; without a solution there is no other
 */
export async function* polish(
  mip: MipBuilder,
  values: Float64Array,
  solve: (mip: MipBuilder, options: MipOptions) => Promise<MipResult>,
): AsyncGenerator<Float64Array> {
  let cost = Float64Array.from(mip.cost);
  const isFree = new Uint8Array(mip.columns).fill(1), kept: KeptRow[] = [];
  const inWhole = (value: number, i: number) => mip.whole[i] === 1 ? Math.round(value) : value;
  let found = values.map(inWhole);
  for (let pass = 0; pass < PASSES; pass++) {
    const rest = split(cost, isFree, kept);
    if (rest === null) return;
    cost = rest;
    const program = programOf(mip, { cost, isFree, kept, found });
    const next = await solve(program.mip, { nodes: NODES, start: program.start });
    if (next.values === null) return;
    found = found.slice();
    program.columns.forEach((column, i) => found[column] = inWhole(next.values![i], column));
    yield found;
  }
}

/** A sum over the columns that must be no less than it is. */
type KeptRow = Float64Array;

/**
 * Splits costs into whole parts, whose sum is to be kept, and what is left of them, which is returned; columns of which much is left
 * are no longer free. Null if nothing is left of any free column's.
 */
function split(
  cost: Float64Array,
  isFree: Uint8Array,
  kept: KeptRow[],
): Float64Array<ArrayBuffer> | null {
  let largest = 0;
  cost.forEach((one, i) => isFree[i] === 1 && (largest = Math.max(largest, Math.abs(one))));
  if (!(largest > 0)) return null;
  // Powers of ten: what must be is worth a million or a billion, and so are prices.
  const part = Number(`1e${Math.floor(Math.log10(largest)) - DIGITS}`);
  if (!(part > 0)) return null;
  const parts = Float64Array.from(cost, (one) => Math.round(one / part));
  const rest = Float64Array.from(cost, (one, i) => {
    const left = one - parts[i] * part;
    return Math.abs(left) <= ROUNDING * Math.abs(one) ? 0 : left;
  });
  let isLeft = false;
  rest.forEach((left, i) => {
    if (Math.abs(left) > SMALL * part) isFree[i] = 0;
    else if (isFree[i] === 1 && left !== 0) isLeft = true;
  });
  kept.push(parts);
  return isLeft ? rest : null;
}

/** The program over the columns that are free: the others have their values, and kept sums are rows. */
function programOf(
  mip: MipBuilder,
  { cost, isFree, kept, found }: {
    cost: Float64Array;
    isFree: Uint8Array;
    kept: readonly KeptRow[];
    found: Float64Array;
  },
): { mip: MipBuilder; columns: number[]; start: Float64Array } {
  const columns = Array.from(isFree.keys()).filter((i) => isFree[i] === 1);
  const fixed = mip.activityOf(Array.from(found, (value, i) => isFree[i] === 1 ? 0 : value));
  const program = new MipBuilder();
  mip.rowLower.forEach((lower, r) => program.row(lower - fixed[r], mip.rowUpper[r] - fixed[r]));
  const rows = kept.map((parts) =>
    program.row(columns.reduce((sum, i) => sum + parts[i] * found[i], 0), Infinity)
  );
  for (const i of columns) {
    program.column(cost[i], mip.upper[i], mip.whole[i] === 1);
    for (let e = mip.starts[i]; e < mip.starts[i + 1]; e++) {
      program.entry(mip.indices[e], mip.values[e]);
    }
    kept.forEach((parts, n) => program.entry(rows[n], parts[i]));
  }
  return { mip: program, columns, start: Float64Array.from(columns, (i) => found[i]) };
}
