/**
 * Whole numbers that are written as differences.
 *
 * Format: Apache Parquet's "Encodings", DELTA_BINARY_PACKED.
 *
 * @module
 */
import { viewOf } from "../../base/id_table.ts";
import { readVarint } from "./varint.ts";

/** Numbers, and where the bytes end that they are written in. */
export interface Deltas<A> {
  /** The numbers. */
  readonly values: A;
  /** The end. */
  readonly next: number;
}

/** What stands before the first block. */
interface Head {
  /** Parts of a block, each with a width of its own. */
  readonly parts: number;
  /** Numbers in a part. */
  readonly partLength: number;
  /** Where the first number stands. */
  readonly at: number;
}

/**
 * `count` whole numbers of 32 bits.
 *
 * @throws {Error} where they are damaged or not as many
 */
export function deltas32(bytes: Uint8Array, at: number, count: number): Deltas<Int32Array> {
  const head = readHead(bytes, at, count), { parts, partLength } = head;
  const values = new Int32Array(count), first = readLong(bytes, head.at);
  at = first.next;
  let value = first.low, i = 0;
  if (count > 0) values[i++] = value;
  while (i < count) {
    const least = readLong(bytes, at), widths = least.next;
    at = checkedEnd(bytes, widths + parts);
    for (let part = 0; part < parts && i < count; part++) {
      const width = bytes[widths + part], from = at, end = Math.min(count, i + partLength);
      // DuckDB writes differences of unsigned numbers in more than the 32 bits that count.
      if (width > 64) throw new RangeError("a page has damaged widths");
      at = checkedEnd(bytes, from + width * partLength / 8);
      for (let bit = 0; i < end; bit += width) {
        value = (value + least.low + bitsAt(bytes, from, bit, Math.min(32, width))) | 0;
        values[i++] = value;
      }
    }
  }
  return { values, next: at };
}

/** {@link deltas32} of 64 bits. */
export function deltas64(bytes: Uint8Array, at: number, count: number): Deltas<BigInt64Array> {
  const head = readHead(bytes, at, count), { parts, partLength } = head;
  const values = new BigInt64Array(count), first = readLong(bytes, head.at);
  // Halves, as whole numbers of 64 bits are slow.
  const halves = viewOf(new Uint8Array(values.buffer));
  at = first.next;
  let { low, high } = first, i = 0;
  const put = () => {
    halves.setInt32(8 * i, low, true);
    halves.setInt32(8 * i++ + 4, high, true);
  };
  if (count > 0) put();
  while (i < count) {
    const least = readLong(bytes, at), widths = least.next;
    at = checkedEnd(bytes, widths + parts);
    for (let part = 0; part < parts && i < count; part++) {
      const width = bytes[widths + part], from = at, end = Math.min(count, i + partLength);
      if (width > 64) throw new RangeError("a page has damaged widths");
      at = checkedEnd(bytes, from + width * partLength / 8);
      for (let bit = 0; i < end; bit += width) {
        const lowBits = bitsAt(bytes, from, bit, Math.min(32, width)) >>> 0;
        const highBits = width > 32 ? bitsAt(bytes, from, bit + 32, width - 32) : 0;
        const sum = (low >>> 0) + (least.low >>> 0) + lowBits;
        high = (high + least.high + highBits + Math.floor(sum / 2 ** 32)) | 0;
        low = sum | 0;
        put();
      }
    }
  }
  return { values, next: at };
}

function readHead(bytes: Uint8Array, at: number, count: number): Head {
  const block = readVarint(bytes, at), parts = readVarint(bytes, block.next);
  const total = readVarint(bytes, parts.next), partLength = block.value / parts.value;
  if (total.value !== count) throw new RangeError("a page has not as many values as it says");
  if (!(partLength > 0 && partLength % 8 === 0 && block.value <= MOST_BLOCK)) {
    throw new RangeError("a page has damaged blocks");
  }
  return { parts: parts.value, partLength, at: total.next };
}

/** Most numbers in a block; writers have 128 or so. */
const MOST_BLOCK = 1 << 24;

/** A signed whole number of 64 bits, seven bits to a byte: 0, −1, 1, −2, 2, … */
function readLong(bytes: Uint8Array, at: number): { low: number; high: number; next: number } {
  let low = 0, high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (at >= bytes.length) throw new RangeError("a page ends too early");
    const byte = bytes[at++], bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 25) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
    if (byte >= 0x80) continue;
    const sign = -(low & 1);
    return {
      low: (low >>> 1 | high << 31) ^ sign,
      high: (high >>> 1) ^ sign,
      next: at,
    };
  }
  throw new RangeError("a page has a damaged number");
}

/** The `width` bits from bit `bit` after byte `from` on, at most 32, the lowest first; bytes behind the end are 0. */
function bitsAt(bytes: Uint8Array, from: number, bit: number, width: number): number {
  if (width === 0) return 0;
  const at = from + (bit >> 3), shift = bit & 7;
  let bits = (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> shift;
  if (shift + width > 32) bits |= bytes[at + 4] << (32 - shift);
  return width === 32 ? bits : bits & ((1 << width) - 1);
}

function checkedEnd({ length }: Uint8Array, end: number): number {
  if (!(end <= length)) throw new RangeError("a page ends too early");
  return end;
}
