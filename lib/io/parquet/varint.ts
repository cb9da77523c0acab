/**
 * Whole numbers of variable length in a Parquet page.
 *
 * @module
 */

/** The varint at `at` (seven bits a byte, the lowest first) and the index behind it. @throws {RangeError} at the page's end */
export function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0;; shift += 7) {
    const byte = byteAt(bytes, at++);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
}

/** The byte at `at`. @throws {RangeError} at the page's end */
export function byteAt(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) throw new RangeError("a page ends too early");
  return bytes[at];
}
