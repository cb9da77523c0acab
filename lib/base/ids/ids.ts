/**
 * Ids as a compact pool of UTF-8 bytes: millions of ids cost their bytes and an offset each, not a string each.
 *
 * @module
 */

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * An immutable list of ids.
 *
 * @example
 * ```ts
 * import { IdPool } from "./ids.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const ids = IdPool.from(["u1", "u2"]);
 * assertEquals(ids.length, 2);
 * assertEquals(ids.at(1), "u2");
 * ```
 */
export class IdPool {
  /** UTF-8 bytes of all ids, end to end. */
  readonly bytes: Uint8Array;
  /** Length ids + 1: id i is `bytes[offsets[i] … offsets[i + 1])`. Below 2^53, so pools over 4 GiB work too. */
  readonly offsets: Uint32Array | Float64Array;

  /** Wraps bytes and offsets without a copy. */
  constructor(bytes: Uint8Array, offsets: Uint32Array | Float64Array) {
    this.bytes = bytes;
    this.offsets = offsets;
  }

  /** Number of ids. */
  get length(): number {
    return this.offsets.length - 1;
  }

  /** Id `i` as a string. */
  at(i: number): string {
    // slice, not subarray: TextDecoder refuses views on shared memory.
    return decoder.decode(this.bytes.slice(this.offsets[i], this.offsets[i + 1]));
  }

  /** All ids as strings, in order. For small pools and tests. */
  toArray(): string[] {
    return Array.from({ length: this.length }, (_, i) => this.at(i));
  }

  /** A pool of the ids given, in the order given. */
  static from(ids: readonly string[]): IdPool {
    const encoded = ids.map((id) => encoder.encode(id));
    const offsets = new Uint32Array(ids.length + 1);
    encoded.forEach((bytes, i) => offsets[i + 1] = offsets[i] + bytes.length);
    const bytes = new Uint8Array(offsets[ids.length]);
    encoded.forEach((id, i) => bytes.set(id, offsets[i]));
    return new IdPool(bytes, offsets);
  }

  /** Index of `id`, or −1; binary search, for pools in canonical order (see {@link compareBytes}). */
  indexOfSorted(id: string): number {
    const key = encoder.encode(id);
    let low = 0, high = this.length - 1;
    while (low <= high) {
      const mid = (low + high) >>> 1;
      const order = compareBytes(
        this.bytes,
        this.offsets[mid],
        this.offsets[mid + 1],
        key,
        0,
        key.length,
      );
      if (order === 0) return mid;
      if (order < 0) low = mid + 1;
      else high = mid - 1;
    }
    return -1;
  }
}

/**
 * Canonical order of ids: by their UTF-8 bytes (the order of Unicode code points). Negative when
 * `a[aFrom…aTo)` sorts before `b[bFrom…bTo)`.
 */
export function compareBytes(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): number {
  const n = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < n; i++) {
    const d = a[aFrom + i] - b[bFrom + i];
    if (d !== 0) return d;
  }
  return (aTo - aFrom) - (bTo - bFrom);
}

/** Canonical order of two ids given as strings; the same order as {@link compareBytes} on their UTF-8 bytes. */
export function compareIds(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i), y = b.charCodeAt(i);
    if (x !== y) {
      // Surrogates encode code points above those of every other UTF-16 unit.
      const xSurrogate = (x & 0xf800) === 0xd800, ySurrogate = (y & 0xf800) === 0xd800;
      return xSurrogate === ySurrogate ? x - y : xSurrogate ? 1 : -1;
    }
  }
  return a.length - b.length;
}
