/**
 * Ties: differences d of bundles that change many rows at once, kept as vectors. As pairs of rows, d dᵀ of one with 36 rows would
 * be 630 numbers.
 *
 * @module
 */
import { sharedFloat64, sharedUint32 } from "../../../base/arrays/shared_array.ts";

/** Sparse vectors d, each with a weight; their sum is Σ weight · d dᵀ. */
export interface Ties {
  /** Uint32Array, length ties + 1: entries of tie i are `[start[i], start[i + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array: row of each entry, no row twice in a tie. */
  readonly row: Uint32Array;
  /** Float64Array: the change of the row. */
  readonly change: Float64Array;
  /** Float64Array, length ties. */
  readonly weight: Float64Array;
}

/** The ties of one share, in shared memory. Room takes memory only as far as it is written to. */
export interface TieSums extends Ties {
  /** Uint32Array, length 2: how many ties and entries there are; more than the room if they did not fit. */
  readonly count: Uint32Array;
}

/** Room for this many ties and entries. */
export function tieSums(mostTies: number, mostEntries: number): TieSums {
  return {
    start: sharedUint32(mostTies + 1),
    row: sharedUint32(mostEntries),
    change: sharedFloat64(mostEntries),
    weight: sharedFloat64(mostTies),
    count: sharedUint32(2),
  };
}

/** Appends a tie with the first `count` entries of `row` and `change`; only counts it if there is no room. */
export function addTie(
  ties: TieSums,
  row: Int32Array,
  change: Float64Array,
  count: number,
  weight: number,
): void {
  const tie = ties.count[0], from = ties.count[1];
  ties.count[0]++;
  ties.count[1] += count;
  if (tie >= ties.weight.length || from + count > ties.row.length) return;
  for (let e = 0; e < count; e++) {
    ties.row[from + e] = row[e];
    ties.change[from + e] = change[e];
  }
  ties.start[tie + 1] = from + count;
  ties.weight[tie] = weight;
}

/** Appends many ties; each ends at its place in `ends`; only counts them if there is no room for all. */
export function addTies(
  ties: TieSums,
  ends: Uint32Array,
  row: Uint32Array,
  change: Float64Array,
  weight: Float64Array,
): void {
  const added = ends.length, first = ties.count[0], from = ties.count[1];
  if (added === 0) return;
  const entries = ends[added - 1];
  ties.count[0] += added;
  ties.count[1] += entries;
  if (first + added > ties.weight.length || from + entries > ties.row.length) return;
  ties.row.set(row.subarray(0, entries), from);
  ties.change.set(change.subarray(0, entries), from);
  ties.weight.set(weight.subarray(0, added), first);
  for (let i = 0; i < added; i++) ties.start[first + i + 1] = from + ends[i];
}

/**
 * The ties of all shares, with weights times `scale`, in the order of users however many shares there are. Null if there are more
 * than one share has room for: so it does not depend on the number of shares.
 */
export function joinTies(shares: readonly TieSums[], scale: number): Ties | null {
  let ties = 0, entries = 0;
  for (const { count } of shares) {
    ties += count[0];
    entries += count[1];
  }
  if (shares.length === 0) return emptyTies();
  if (ties > shares[0].weight.length || entries > shares[0].row.length) return null;
  return concatenated(
    shares.map((share) => ({
      start: share.start.subarray(0, share.count[0] + 1),
      row: share.row.subarray(0, share.count[1]),
      change: share.change.subarray(0, share.count[1]),
      weight: share.weight.subarray(0, share.count[0]),
    })),
    scale,
  );
}

/** No ties. */
export function emptyTies(): Ties {
  return concatenated([], 1);
}

/** The mean of two. */
export function averageTies(a: Ties, b: Ties): Ties {
  return concatenated([a, b], 0.5);
}

function concatenated(lists: readonly Ties[], scale: number): Ties {
  const total = (of: (ties: Ties) => number) => lists.reduce((sum, list) => sum + of(list), 0);
  const ties = total((list) => list.weight.length), entries = total((list) => list.row.length);
  const all = {
    start: new Uint32Array(ties + 1),
    row: new Uint32Array(entries),
    change: new Float64Array(entries),
    weight: new Float64Array(ties),
  };
  let tie = 0, at = 0;
  for (const { start, row, change, weight } of lists) {
    all.row.set(row, at);
    all.change.set(change, at);
    for (let i = 0; i < weight.length; i++) {
      all.weight[tie] = scale * weight[i];
      all.start[++tie] = at + start[i + 1];
    }
    at += row.length;
  }
  return all;
}

/** Float64Array, length rows: the diagonal of Σ weight · d dᵀ. */
export function diagonalOfTies({ start, row, change, weight }: Ties, rows: number): Float64Array {
  const diagonal = new Float64Array(rows);
  for (let i = 0; i < weight.length; i++) {
    for (let e = start[i]; e < start[i + 1]; e++) diagonal[row[e]] += weight[i] * change[e] ** 2;
  }
  return diagonal;
}
