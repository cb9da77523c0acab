/**
 * Trimming of fields as UTF-8 bytes; removes what `String.prototype.trim` removes of their text.
 *
 * @module
 */

/** First index in `[from, to)` that is not white space, or `to`. */
export function trimStart(bytes: Uint8Array, from: number, to: number): number {
  for (;;) {
    const length = from < to ? spaceAt(bytes, from, to) : 0;
    if (length === 0) return from;
    from += length;
  }
}

/** Index behind the last character of `[from, to)` that is not white space, or `from`. */
export function trimEnd(bytes: Uint8Array, from: number, to: number): number {
  for (;;) {
    if (to <= from) return to;
    const last = bytes[to - 1];
    let length = 0;
    if (last < 0x80) length = isAsciiSpace(last) ? 1 : 0;
    else if (to - from >= 2 && spaceAt(bytes, to - 2, to) === 2) length = 2;
    else if (to - from >= 3 && spaceAt(bytes, to - 3, to) === 3) length = 3;
    if (length === 0) return to;
    to -= length;
  }
}

function isAsciiSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

/** Length in bytes of the white-space character at `i`, 0 where there is none. */
function spaceAt(bytes: Uint8Array, i: number, to: number): number {
  const a = bytes[i];
  if (a < 0x80) return isAsciiSpace(a) ? 1 : 0;
  if (a === 0xc2) return i + 1 < to && bytes[i + 1] === 0xa0 ? 2 : 0;
  if (i + 2 >= to) return 0;
  const b = bytes[i + 1], c = bytes[i + 2];
  const space = (a === 0xe1 && b === 0x9a && c === 0x80) || // U+1680
    (a === 0xe2 && b === 0x80 &&
      ((c >= 0x80 && c <= 0x8a) || c === 0xa8 || c === 0xa9 || c === 0xaf)) ||
    (a === 0xe2 && b === 0x81 && c === 0x9f) || // U+205F
    (a === 0xe3 && b === 0x80 && c === 0x80) || // U+3000
    (a === 0xef && b === 0xbb && c === 0xbf); // U+FEFF
  return space ? 3 : 0;
}

/** Whether a field may begin or end with white space, judged by its first and last byte alone. */
export function isPadded(bytes: Uint8Array, from: number, to: number): boolean {
  if (from >= to) return false;
  const first = bytes[from], last = bytes[to - 1];
  return first <= 32 || last <= 32 || first >= 0x80 || last >= 0x80;
}
