/**
 * Ids to indices without a string per id: a hash table over a pool of UTF-8 bytes.
 *
 * @module
 */
import { halfSipHash } from "./half_sip_hash.ts";
import { IdPool } from "./ids.ts";
import { sharedUint32, sharedUint8 } from "../arrays/shared_array.ts";

const encoder = new TextEncoder();

/** What {@link IdTable.parts} hands to another thread; the arrays are in shared memory. */
export interface IdTableParts {
  /** UTF-8 bytes of all ids, end to end (and room to grow). */
  readonly bytes: Uint8Array;
  /** Id i is `bytes[offsets[i] … offsets[i + 1])`. */
  readonly offsets: Uint32Array;
  /** Pairs of (hash, index + 1), a power of two of them; index + 1 = 0: empty. */
  readonly slots: Uint32Array;
  /** Number of ids. */
  readonly length: number;
  /** Seed of the quick hashes. */
  readonly seed: number;
  /** Whether the ids are sorted, and the slots empty. */
  readonly isSorted: boolean;
  /** Key of the safe hashes that replace the quick ones once those collide too often; null before that. */
  readonly key: readonly [number, number] | null;
}

/**
 * Seed and key of this thread's tables, drawn at random for each run so that nobody can prepare ids that collide; the numbers of
 * ids don't depend on them. Ids that collide under the quick hash for many seeds can be found, but not under an unknown key.
 */
const [SEED, ...KEY] = crypto.getRandomValues(new Uint32Array(3));

/** Longest probe before the quick hash is given up: with 10^8 ids and random hashes it is about 100. */
const MOST_STEPS = 256;

/** Sorted ids are hashed after one binary search for every so many ids. */
const IDS_PER_SEARCH = 8;

/** Ids that {@link IdTable.findAgain} remembers, as a power of two: what fits the nearest cache. */
const REMEMBERED_BITS = 11;

/**
 * A set of ids that numbers them 0, 1, 2, … in the order they come. Open addressing with linear probing, at
 * most half full. While ids arrive in order, as in most files of users, nothing is hashed: each is known to be new, and the
 * few searches are binary. Holds up to 2^32 − 1 bytes of ids.
 *
 * @example
 * ```ts
 * import { IdTable } from "./id_table.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * const table = new IdTable();
 * const text = new DataView(new TextEncoder().encode("u1,u2,u1").buffer);
 * assertEquals(table.intern(text, 0, 2), 0);
 * assertEquals(table.intern(text, 3, 5), 1);
 * assertEquals(table.intern(text, 6, 8), 0);
 * assertEquals(table.find(text, 0, 1), -1);
 * ```
 */
export class IdTable {
  #bytes: Uint8Array;
  #view: DataView;
  #offsets: Uint32Array;
  #slots: Uint32Array;
  #mask: number;
  #length: number;
  readonly #seed: number;
  /** Whether the ids are sorted, and the slots empty. */
  #isSorted: boolean;
  /** Binary searches so far. */
  #searches = 0;
  #key: readonly [number, number] | null;
  /** Index + 1 of ids that {@link findAgain} found last; 0: none. */
  readonly #remembered = new Uint32Array(1 << REMEMBERED_BITS);

  /** An empty table, or one over parts made by {@link parts} (without a copy; for reading only). */
  constructor(parts?: IdTableParts) {
    this.#bytes = parts?.bytes ?? sharedUint8(1 << 12);
    this.#view = viewOf(this.#bytes);
    this.#offsets = parts?.offsets ?? sharedUint32(1 << 8);
    this.#slots = parts?.slots ?? sharedUint32(2 << 8);
    this.#mask = this.#slots.length / 2 - 1;
    this.#length = parts?.length ?? 0;
    this.#seed = parts?.seed ?? SEED;
    this.#isSorted = parts?.isSorted ?? true;
    this.#key = parts?.key ?? null;
  }

  /** A table of the ids of a pool, numbered as there. Ids that occur twice keep their first number. */
  static fromPool(pool: IdPool): IdTable {
    const table = new IdTable();
    table.addAll(pool);
    return table;
  }

  /** A table of the ids given as strings. */
  static from(ids: readonly string[]): IdTable {
    return IdTable.fromPool(IdPool.from(ids));
  }

  /** Number of distinct ids. */
  get length(): number {
    return this.#length;
  }

  /** Whether the ids are known to be in canonical order; false only means that nobody checked. */
  get isSorted(): boolean {
    return this.#isSorted;
  }

  /** The arrays behind this table, for a reader in another thread. */
  get parts(): IdTableParts {
    return {
      bytes: this.#bytes,
      offsets: this.#offsets,
      slots: this.#slots,
      length: this.#length,
      seed: this.#seed,
      isSorted: this.#isSorted,
      key: this.#key,
    };
  }

  /** The ids in the order of their numbers; shares memory with the table. */
  get pool(): IdPool {
    const end = this.#offsets[this.#length];
    return new IdPool(this.#bytes.subarray(0, end), this.#offsets.subarray(0, this.#length + 1));
  }

  /** Number of the id that is the bytes `[from, to)` of a view, or −1. */
  find(view: DataView, from: number, to: number): number {
    if (this.#isSorted) {
      if (++this.#searches <= this.#length / IDS_PER_SEARCH) return this.#search(view, from, to);
      this.#hashAll();
    }
    const slots = this.#slots, mask = this.#mask;
    const hash = this.#hash(view, from, to);
    for (let at = hash & mask;; at = (at + 1) & mask) {
      const index = slots[2 * at + 1];
      if (index === 0) return -1;
      if (slots[2 * at] === hash && this.#is(index - 1, view, from, to)) return index - 1;
    }
  }

  /** {@link find}, but looks at number `place` first: in two sorted lists of the same ids the next is mostly the same. */
  findAt(place: number, view: DataView, from: number, to: number): number {
    return place < this.#length && this.#is(place, view, from, to)
      ? place
      : this.find(view, from, to);
  }

  /**
   * {@link find} with a small cache, for ids that come again and again: the last four bytes of the id choose the cache's
   * entry.
   */
  findAgain(view: DataView, from: number, to: number): number {
    if (to - from < 4) return this.find(view, from, to);
    const place = placeOf(view, to), remembered = this.#remembered[place] - 1;
    if (remembered >= 0 && this.#is(remembered, view, from, to)) return remembered;
    const found = this.find(view, from, to);
    if (found >= 0) this.#remembered[place] = found + 1;
    return found;
  }

  /** Number of the id that is the bytes `[from, to)` of a view; it is added when it is new. */
  intern(view: DataView, from: number, to: number): number {
    if (this.#isSorted) {
      const last = this.#length - 1, order = last < 0 ? -1 : this.#compare(last, view, from, to);
      if (order <= 0) return order < 0 ? this.#append(view, from, to) : last;
      this.#hashAll();
    }
    const hash = this.#hash(view, from, to);
    let at = hash & this.#mask, steps = 0;
    for (;; at = (at + 1) & this.#mask, steps++) {
      const index = this.#slots[2 * at + 1];
      if (index === 0) break;
      if (this.#slots[2 * at] === hash && this.#is(index - 1, view, from, to)) return index - 1;
    }
    if (steps > MOST_STEPS && this.#key === null) {
      this.#strengthen();
      return this.intern(view, from, to);
    }
    const added = this.#append(view, from, to);
    this.#slots[2 * at] = hash;
    this.#slots[2 * at + 1] = added + 1;
    if (this.#length > (this.#mask + 1) / 2) this.#resizeSlots(this.#length);
    return added;
  }

  /** {@link find} for an id given as a string. */
  findString(id: string): number {
    const bytes = encoder.encode(id);
    return this.find(viewOf(bytes), 0, bytes.length);
  }

  /** {@link intern} for an id given as a string. */
  internString(id: string): number {
    const bytes = encoder.encode(id);
    return this.intern(viewOf(bytes), 0, bytes.length);
  }

  /** Numbers of the ids of a pool: Int32Array, length ids; −1 for ids that are not here. In sorted ids most are found at once. */
  findAll({ bytes, offsets, length }: IdPool): Int32Array {
    const view = viewOf(bytes), found = new Int32Array(length);
    for (let i = 0, next = 0; i < length; i++) {
      found[i] = this.findAt(next, view, offsets[i], offsets[i + 1]);
      if (found[i] >= 0) next = found[i] + 1;
    }
    return found;
  }

  /** Numbers of the ids of a pool: Uint32Array, length ids; those that are new are added. */
  internAll({ bytes, offsets, length }: IdPool): Uint32Array {
    const view = viewOf(bytes), number = new Uint32Array(length);
    for (let i = 0; i < length; i++) number[i] = this.intern(view, offsets[i], offsets[i + 1]);
    return number;
  }

  /** Adds the ids of a pool that are new. */
  addAll({ bytes, offsets, length }: IdPool): void {
    const view = viewOf(bytes);
    for (let i = 0; i < length; i++) this.intern(view, offsets[i], offsets[i + 1]);
  }

  #hash(view: DataView, from: number, to: number): number {
    return this.#key === null
      ? hashBytes(view, from, to, this.#seed)
      : halfSipHash(view, from, to, this.#key);
  }

  /** Replaces the quick hashes with the safe ones. */
  #strengthen(): void {
    this.#key = [KEY[0], KEY[1]];
    this.#slots = sharedUint32(this.#slots.length);
    this.#fillSlots();
  }

  /** Hashes all ids into empty slots; false where the quick hashes collide too often. */
  #fillSlots(): boolean {
    const view = this.#view, offsets = this.#offsets, slots = this.#slots, mask = this.#mask;
    for (let i = 0; i < this.#length; i++) {
      const hash = this.#hash(view, offsets[i], offsets[i + 1]);
      let at = hash & mask, steps = 0;
      for (; slots[2 * at + 1] !== 0; steps++) at = (at + 1) & mask;
      if (steps > MOST_STEPS && this.#key === null) return false;
      slots[2 * at] = hash;
      slots[2 * at + 1] = i + 1;
    }
    return true;
  }

  #is(index: number, view: DataView, from: number, to: number): boolean {
    const start = this.#offsets[index];
    return this.#offsets[index + 1] - start === to - from &&
      equalBytes(this.#view, start, view, from, to - from);
  }

  /** {@link find} among sorted ids. */
  #search(view: DataView, from: number, to: number): number {
    let low = 0, high = this.#length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1, order = this.#compare(middle, view, from, to);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** Negative where the id with this number sorts before the bytes `[from, to)`; see compareBytes. */
  #compare(index: number, view: DataView, from: number, to: number): number {
    const own = this.#view, start = this.#offsets[index], length = this.#offsets[index + 1] - start;
    const shorter = Math.min(length, to - from);
    let i = 0;
    // Four bytes at a time as long as they are the same.
    while (i + 4 <= shorter && own.getInt32(start + i) === view.getInt32(from + i)) i += 4;
    for (; i < shorter; i++) {
      const difference = own.getUint8(start + i) - view.getUint8(from + i);
      if (difference !== 0) return difference;
    }
    return length - (to - from);
  }

  /** Builds the hash table: ids came out of order, or many are searched for. */
  #hashAll(): void {
    this.#isSorted = false;
    this.#resizeSlots(this.#length);
    if (!this.#fillSlots()) this.#strengthen();
  }

  /** Adds an id; returns its number. */
  #append(view: DataView, from: number, to: number): number {
    const start = this.#offsets[this.#length], end = start + (to - from);
    if (end > 0xffff_ffff) throw new RangeError("more than 4 GiB of ids");
    if (end > this.#bytes.length) {
      const grown = sharedUint8(Math.min(0xffff_ffff, Math.max(end, 2 * this.#bytes.length)));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = viewOf(grown);
    }
    if (this.#length + 2 > this.#offsets.length) {
      const grown = sharedUint32(2 * this.#offsets.length);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    // A short loop beats set(subarray()) for ids, which are short.
    for (let i = from, at = start; i < to; i++, at++) this.#bytes[at] = view.getUint8(i);
    this.#offsets[++this.#length] = end;
    return this.#length - 1;
  }

  /** Makes room for `ids` ids at most half full, and twice that to grow. */
  #resizeSlots(ids: number): void {
    let size = this.#mask + 1;
    while (size < 4 * ids) size *= 2;
    if (size === this.#mask + 1) return;
    const old = this.#slots, slots = sharedUint32(2 * size), mask = size - 1;
    for (let s = 0; s < old.length; s += 2) {
      if (old[s + 1] === 0) continue;
      let at = old[s] & mask;
      while (slots[2 * at + 1] !== 0) at = (at + 1) & mask;
      slots[2 * at] = old[s];
      slots[2 * at + 1] = old[s + 1];
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

/** Cache entry of an id of at least four bytes that ends at `to`. */
function placeOf(view: DataView, to: number): number {
  return Math.imul(view.getInt32(to - 4, true), 0x9e3779b1) >>> (32 - REMEMBERED_BITS);
}

/** A view of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether `length` bytes of two views are the same; compares four at a time, the last four may overlap those before. */
export function equalBytes(
  a: DataView,
  aFrom: number,
  b: DataView,
  bFrom: number,
  length: number,
): boolean {
  if (length < 4) {
    for (let i = 0; i < length; i++) {
      if (a.getUint8(aFrom + i) !== b.getUint8(bFrom + i)) return false;
    }
    return true;
  }
  const last = length - 4;
  for (let i = 0; i < last; i += 4) {
    if (a.getInt32(aFrom + i, true) !== b.getInt32(bFrom + i, true)) return false;
  }
  return a.getInt32(aFrom + last, true) === b.getInt32(bFrom + last, true);
}

/**
 * A 32-bit hash of the bytes `[from, to)`: words of four bytes (the last may overlap the one before) are multiplied and
 * folded into two sums that the processor can work on at once; finished as MurmurHash3 does (Austin Appleby, public domain).
 */
function hashBytes(view: DataView, from: number, to: number, seed: number): number {
  const length = to - from;
  let a = length ^ seed, b = 0x9e3779b9 ^ seed;
  if (length < 4) {
    for (let i = from; i < to; i++) a = Math.imul(a ^ view.getUint8(i), 0x01000193);
  } else {
    const last = to - 4;
    let i = from;
    for (; i + 4 < last; i += 8) {
      a = Math.imul(a ^ view.getInt32(i, true), 0xcc9e2d51);
      b = Math.imul(b ^ view.getInt32(i + 4, true), 0x1b873593);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    if (i < last) a = Math.imul(a ^ view.getInt32(i, true), 0xcc9e2d51);
    b = Math.imul(b ^ view.getInt32(last, true), 0x1b873593);
    a ^= (b >>> 16) ^ (b << 5);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (a ^ (a >>> 16)) >>> 0;
}
