/**
 * Whole numbers of a few bits, as Parquet packs them.
 *
 * Format: Apache Parquet's "Encodings", RLE / bit-packing hybrid.
 *
 * @module
 */
import { viewOf } from "../../base/id_table.ts";

/**
 * Fills `out` with whole numbers of `width` bits, in runs of equal ones and bit-packed groups of eight by turns.
 *
 * @returns where the last run or group ends, by what it says of its length
 */
export function readHybrid(bytes: Uint8Array, at: number, width: number, out: Int32Array): number {
  if (!(width <= 24)) throw new RangeError(`numbers of ${width} bits`);
  // A dictionary of one entry: there is nothing to tell apart, and no bytes that do.
  if (width === 0) {
    out.fill(0);
    return at;
  }
  const view = viewOf(bytes), mask = 2 ** width - 1, last = bytes.length - 4;
  for (let i = 0; i < out.length;) {
    const run = readVarint(bytes, at), count = Math.floor(run.value / 2);
    at = run.next;
    if (count === 0) throw new RangeError("an empty run");
    if (run.value % 2 === 0) {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) value += byteAt(bytes, at++) << shift;
      if (value > mask) throw new RangeError(`a number of more than ${width} bits`);
      const end = Math.min(out.length, i + count);
      out.fill(value, i, end);
      i = end;
      continue;
    }
    const end = Math.min(out.length, i + 8 * count);
    for (let bit = 0; i < end; bit += width, i++) {
      const place = at + (bit >> 3);
      // The last few bytes of a page are not four.
      const four = place <= last ? view.getInt32(place, true) : fourBytes(bytes, place);
      out[i] = (four >>> (bit & 7)) & mask;
    }
    at += count * width;
  }
  return at;
}

/** Up to four bytes, the first the lowest; those behind the end are 0. */
function fourBytes(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) throw new RangeError("a page ends too early");
  return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
}

/** A whole number of seven bits to a byte, the lowest first, and where it ends. */
export function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0;; shift += 7) {
    const byte = byteAt(bytes, at++);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
}

/** The byte at `at`. */
export function byteAt(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) throw new RangeError("a page ends too early");
  return bytes[at];
}
