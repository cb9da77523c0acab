/**
 * Decodes whole numbers that are stored as differences.
 *
 * Format: Apache Parquet's "Encodings", DELTA_BINARY_PACKED.
 *
 * @module
 */
import { viewOf } from "../../base/ids/id_table.ts";
import { readVarint } from "./varint.ts";

/** Decoded numbers. */
export interface Deltas<A> {
  /** The numbers. */
  readonly values: A;
  /** Index behind the bytes that they were decoded from. */
  readonly next: number;
}

/** The header before the first block. The format calls the parts of a block miniblocks. */
interface DeltaHeader {
  /** Parts of a block, each with a bit width of its own. */
  readonly parts: number;
  /** Numbers in a part. */
  readonly partLength: number;
  /** Index of the first number. */
  readonly at: number;
}

/**
 * Decodes `count` whole numbers of 32 bits from index `at` on.
 *
 * @throws {Error} where the bytes are damaged or hold another number of values
 */
export function deltas32(bytes: Uint8Array, at: number, count: number): Deltas<Int32Array> {
  const header = readHeader(bytes, at, count), { parts, partLength } = header;
  const values = new Int32Array(count), first = readLong(bytes, header.at);
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

/** {@link deltas32} for numbers of 64 bits. */
export function deltas64(bytes: Uint8Array, at: number, count: number): Deltas<BigInt64Array> {
  const header = readHeader(bytes, at, count), { parts, partLength } = header;
  const values = new BigInt64Array(count), first = readLong(bytes, header.at);
  // Computed in halves of 32 bits, since BigInts are slow.
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

function readHeader(bytes: Uint8Array, at: number, count: number): DeltaHeader {
  const block = readVarint(bytes, at), parts = readVarint(bytes, block.next);
  const total = readVarint(bytes, parts.next), partLength = block.value / parts.value;
  if (total.value !== count) throw new RangeError("a page has not as many values as it says");
  if (!(partLength > 0 && partLength % 8 === 0 && block.value <= MOST_BLOCK)) {
    throw new RangeError("a page has damaged blocks");
  }
  return { parts: parts.value, partLength, at: total.next };
}

/** Most numbers in a block; writers use about 128. */
const MOST_BLOCK = 1 << 24;

/** A signed whole number of 64 bits: a zigzag varint, as 0, −1, 1, −2, 2, … */
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

/** `width` (at most 32) bits, little-endian, from bit `bit` behind byte `from` on; bytes beyond the end count as 0. */
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
