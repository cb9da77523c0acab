/**
 * Sums for pairs of rows, where few pairs occur: a hash table that grows with its contents.
 *
 * @module
 */
import { sharedFloat64, sharedUint32 } from "../../../base/arrays/shared_array.ts";

/** The contents of a table at the end of a pass, in shared memory. */
export interface PairSums {
  /** Uint32Array: the smaller row of each pair, in no particular order. */
  readonly row: Uint32Array;
  /** Uint32Array: the larger one. */
  readonly column: Uint32Array;
  /** Float64Array: the pair's sum. */
  readonly sum: Float64Array;
  /** Uint32Array, length 1: how many pairs there are; more than the room if they did not fit. */
  readonly count: Uint32Array;
}

/** Room for `most` pairs. It takes memory only as far as it is written to. */
export function pairSums(most: number): PairSums {
  return {
    row: sharedUint32(most),
    column: sharedUint32(most),
    sum: sharedFloat64(most),
    count: sharedUint32(1),
  };
}

/** Places of a new table, a power of two. */
const FIRST_PLACES = 1 << 12;

/** Adds up numbers by pair of rows: open addressing, key and sum side by side. Emptying it costs time only for what it holds. */
export class PairTable {
  readonly #rows: number;
  readonly #most: number;
  /** Float64Array, 2 × places: key (0: none) and sum. */
  #slots: Float64Array = new Float64Array(2 * FIRST_PLACES);
  #mask: number = FIRST_PLACES - 1;
  /** Places in use, in the order in which they were taken. */
  #used: Uint32Array = new Uint32Array(FIRST_PLACES);
  #count = 0;

  /** A table for at most `most` pairs of `rows` rows; if there are more, it only says so. */
  constructor(rows: number, most: number) {
    this.#rows = rows;
    this.#most = most;
  }

  /** Empties it. */
  clear(): void {
    const slots = this.#slots, used = this.#used;
    for (let i = 0; i < this.#count; i++) slots[2 * used[i]] = 0;
    this.#count = 0;
  }

  /** Adds to the sum of a pair, `row` < `column`. */
  add(row: number, column: number, amount: number): void {
    const slots = this.#slots, mask = this.#mask;
    const key = row * this.#rows + column;
    for (let place = hashOf(row, column) & mask;; place = (place + 1) & mask) {
      const held = slots[2 * place];
      if (held === key) {
        slots[2 * place + 1] += amount;
        return;
      }
      if (held !== 0) continue;
      if (this.#count >= this.#most) {
        this.#count = this.#most + 1;
        return;
      }
      slots[2 * place] = key;
      slots[2 * place + 1] = amount;
      this.#used[this.#count++] = place;
      if (2 * this.#count > mask) this.#grow();
      return;
    }
  }

  #grow(): void {
    const old = this.#slots, oldUsed = this.#used, count = this.#count, rows = this.#rows;
    const places = 4 * (this.#mask + 1), mask = places - 1;
    const slots = new Float64Array(2 * places), used = new Uint32Array(places >> 1);
    for (let i = 0; i < count; i++) {
      const key = old[2 * oldUsed[i]];
      const row = Math.floor(key / rows), column = key - row * rows;
      let place = hashOf(row, column) & mask;
      while (slots[2 * place] !== 0) place = (place + 1) & mask;
      slots[2 * place] = key;
      slots[2 * place + 1] = old[2 * oldUsed[i] + 1];
      used[i] = place;
    }
    this.#slots = slots;
    this.#used = used;
    this.#mask = mask;
  }

  /** Writes its contents to `sums`. */
  writeTo(sums: PairSums): void {
    const slots = this.#slots, used = this.#used, rows = this.#rows, count = this.#count;
    sums.count[0] = count;
    if (count > this.#most) return;
    for (let i = 0; i < count; i++) {
      const key = slots[2 * used[i]], row = Math.floor(key / rows);
      sums.row[i] = row;
      sums.column[i] = key - row * rows;
      sums.sum[i] = slots[2 * used[i] + 1];
    }
  }
}

function hashOf(row: number, column: number): number {
  const hash = Math.imul(row ^ Math.imul(column, 0x9e3779b1), 0x85ebca6b);
  return hash ^ (hash >>> 15);
}

/** Numbers for pairs of rows in canonical order: by the smaller row, then by the larger. */
export interface PairRows {
  /** Uint32Array, length rows + 1: pairs of row r are `[start[r], start[r + 1])`. */
  readonly start: Uint32Array;
  /** Uint32Array: the larger row of each. */
  readonly column: Uint32Array;
  /** Float64Array. */
  readonly value: Float64Array;
}

/**
 * Adds up the sums of several tables, times `scale`, in canonical order: as sums are exact, the result does not depend on how pairs
 * are spread over tables. Null if one of them overflowed or there are more than `most` pairs.
 */
export function mergePairs(
  tables: readonly PairSums[],
  rows: number,
  most: number,
  scale: number,
): PairRows | null {
  let total = 0;
  for (const { count, row } of tables) {
    if (count[0] > row.length) return null;
    total += count[0];
  }
  // Sorted by column, and then by row, which keeps the order of columns.
  const place = new Uint32Array(rows + 1);
  for (const { count, column } of tables) {
    for (let i = 0; i < count[0]; i++) place[column[i] + 1]++;
  }
  for (let r = 0; r < rows; r++) place[r + 1] += place[r];
  const rowOf = new Uint32Array(total), columnOf = new Uint32Array(total);
  const sumOf = new Float64Array(total), start = new Uint32Array(rows + 1);
  for (const { count, row, column, sum } of tables) {
    for (let i = 0; i < count[0]; i++) {
      const at = place[column[i]]++;
      rowOf[at] = row[i];
      columnOf[at] = column[i];
      sumOf[at] = sum[i];
      start[row[i] + 1]++;
    }
  }
  for (let r = 0; r < rows; r++) start[r + 1] += start[r];
  const next = start.slice();
  const columns = new Uint32Array(total), values = new Float64Array(total);
  for (let i = 0; i < total; i++) {
    const at = next[rowOf[i]]++;
    columns[at] = columnOf[i];
    values[at] = sumOf[i];
  }
  return joinEqual(start, columns, values, scale, most);
}

/** Adds up neighbours of the same pair and drops zeros, in place. */
function joinEqual(
  start: Uint32Array,
  column: Uint32Array,
  value: Float64Array,
  scale: number,
  most: number,
): PairRows | null {
  const rows = start.length - 1;
  let count = 0, pairs = 0, from = 0;
  for (let r = 0; r < rows; r++) {
    const to = start[r + 1];
    for (let i = from; i < to;) {
      const c = column[i];
      let sum = value[i++];
      while (i < to && column[i] === c) sum += value[i++];
      pairs++;
      if (sum === 0) continue;
      column[count] = c;
      value[count++] = sum * scale;
    }
    from = to;
    start[r + 1] = count;
  }
  if (pairs > most) return null;
  return { start, column: column.subarray(0, count), value: value.subarray(0, count) };
}

/** The mean of two. */
export function averagePairs(a: PairRows, b: PairRows): PairRows {
  const rows = a.start.length - 1, start = new Uint32Array(rows + 1);
  const most = a.column.length + b.column.length;
  const column = new Uint32Array(most), value = new Float64Array(most);
  let count = 0;
  for (let r = 0; r < rows; r++) {
    let i = a.start[r], j = b.start[r];
    while (i < a.start[r + 1] || j < b.start[r + 1]) {
      const ca = i < a.start[r + 1] ? a.column[i] : Infinity;
      const cb = j < b.start[r + 1] ? b.column[j] : Infinity;
      column[count] = Math.min(ca, cb);
      value[count++] = 0.5 * ((ca <= cb ? a.value[i++] : 0) + (cb <= ca ? b.value[j++] : 0));
    }
    start[r + 1] = count;
  }
  return { start, column: column.subarray(0, count), value: value.subarray(0, count) };
}
