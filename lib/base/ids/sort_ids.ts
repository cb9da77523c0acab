/**
 * Canonical order of millions of ids.
 *
 * @module
 */
import { compareBytes, IdPool } from "./ids.ts";
import { sharedUint32, sharedUint8 } from "../arrays/shared_array.ts";

/** Buckets of at most this many ids are sorted by insertion. */
const SMALL = 24;

/**
 * Uint32Array, length ids: the indices of a pool's ids in canonical order (by UTF-8 bytes). A radix sort from the first
 * byte on (Sedgewick & Wayne, "Algorithms", 5.1, MSD), which reads only the bytes that tell ids apart. Sorted ids are
 * recognised in one pass. Equal ids keep their order.
 */
export function sortedOrder(pool: IdPool): Uint32Array {
  const { bytes, offsets, length } = pool;
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  if (isSorted(pool)) return order;
  const scratch = new Uint32Array(length);
  // Bucket 0: ids that end here; bucket b + 1: ids whose next byte is b.
  const bucketOf = (id: number, depth: number): number => {
    const at = offsets[id] + depth;
    return at < offsets[id + 1] ? bytes[at] + 1 : 0;
  };
  // Ranges still to sort, as (from, to, depth); recursion would overflow the call stack on long shared prefixes.
  const pending: number[] = [0, length, 0];
  while (pending.length > 0) {
    const depth = pending.pop()!, to = pending.pop()!, from = pending.pop()!;
    if (to - from <= SMALL) {
      insertionSort(pool, order, from, to, depth);
      continue;
    }
    const ends = new Uint32Array(258);
    for (let i = from; i < to; i++) ends[bucketOf(order[i], depth) + 1]++;
    for (let b = 0; b < 257; b++) ends[b + 1] += ends[b];
    const next = ends.slice(0, 257);
    for (let i = from; i < to; i++) scratch[next[bucketOf(order[i], depth)]++] = order[i];
    order.set(scratch.subarray(0, to - from), from);
    // Ids in bucket 0 are equal and done.
    for (let b = 1; b < 257; b++) {
      if (ends[b + 1] - ends[b] > 1) pending.push(from + ends[b], from + ends[b + 1], depth + 1);
    }
  }
  return order;
}

/** The ids of a pool in the order given, as a new pool in shared memory. */
export function reorderPool(pool: IdPool, order: Uint32Array): IdPool {
  const { bytes, offsets } = pool;
  let total = 0;
  for (let i = 0; i < order.length; i++) total += offsets[order[i] + 1] - offsets[order[i]];
  const newBytes = sharedUint8(total), newOffsets = sharedUint32(order.length + 1);
  let at = 0;
  for (let i = 0; i < order.length; i++) {
    const to = offsets[order[i] + 1];
    for (let b = offsets[order[i]]; b < to; b++) newBytes[at++] = bytes[b];
    newOffsets[i + 1] = at;
  }
  return new IdPool(newBytes, newOffsets);
}

function compare(pool: IdPool, a: number, b: number, depth: number): number {
  const { bytes, offsets } = pool;
  return compareBytes(
    bytes,
    offsets[a] + depth,
    offsets[a + 1],
    bytes,
    offsets[b] + depth,
    offsets[b + 1],
  );
}

/** Whether a pool is in canonical order. */
export function isSorted(pool: IdPool): boolean {
  for (let i = 1; i < pool.length; i++) if (compare(pool, i - 1, i, 0) > 0) return false;
  return true;
}

function insertionSort(
  pool: IdPool,
  order: Uint32Array,
  from: number,
  to: number,
  depth: number,
): void {
  for (let i = from + 1; i < to; i++) {
    const id = order[i];
    let at = i;
    while (at > from && compare(pool, order[at - 1], id, depth) > 0) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = id;
  }
}
