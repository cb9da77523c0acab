/**
 * Turns the values of a Parquet page from any encoding into PLAIN.
 *
 * Format: Apache Parquet's "Encodings".
 *
 * @module
 */
import { viewOf } from "../../base/ids/id_table.ts";
import { deltas32, deltas64 } from "./parquet_deltas.ts";
import type { Unpacker } from "./unpacker.ts";

/** Whether the values of a page are indices into the column's dictionary. */
export function usesDictionary(encoding: string): boolean {
  return encoding === "RLE_DICTIONARY" || encoding === "PLAIN_DICTIONARY";
}

/**
 * `count` values of the physical `type` in PLAIN encoding: each with its length before it where `width` is 0, else `width`
 * bytes each; booleans as a byte each.
 *
 * @throws {Error} where the page is damaged or has an encoding that is not known for the type
 */
export function plainValues(
  bytes: Uint8Array,
  at: number,
  encoding: string,
  type: string,
  width: number,
  count: number,
  unpacker: Unpacker,
): { bytes: Uint8Array; at: number } {
  if (type === "BOOLEAN") return { bytes: booleans(bytes, at, encoding, count, unpacker), at: 0 };
  switch (encoding) {
    case "PLAIN":
      return { bytes, at };
    case "BYTE_STREAM_SPLIT":
      return { bytes: joinStreams(bytes, at, width, count), at: 0 };
    case "DELTA_BINARY_PACKED":
      if (type === "INT32" || type === "INT64") {
        const deltas = type === "INT32" ? deltas32 : deltas64;
        return { bytes: new Uint8Array(deltas(bytes, at, count).values.buffer), at: 0 };
      }
      break;
    case "DELTA_LENGTH_BYTE_ARRAY":
    case "DELTA_BYTE_ARRAY":
      if (type === "BYTE_ARRAY" || type === "FIXED_LEN_BYTE_ARRAY") {
        return { bytes: texts(bytes, at, encoding, width, count), at: 0 };
      }
  }
  throw new RangeError(`a page of ${type} is encoded as ${encoding}`);
}

/** Booleans, stored as a bit each or in runs, as a byte each. */
function booleans(
  bytes: Uint8Array,
  at: number,
  encoding: string,
  count: number,
  unpacker: Unpacker,
): Uint8Array {
  const out = new Uint8Array(count);
  if (encoding === "RLE") {
    const values = new Int32Array(count);
    // Four bytes with the length of the runs come first.
    unpacker.values(bytes, at + 4, 1, values);
    out.set(values);
    return out;
  }
  if (encoding !== "PLAIN") throw new RangeError(`a page of BOOLEAN is encoded as ${encoding}`);
  if (at + Math.ceil(count / 8) > bytes.length) throw new RangeError("a page ends too early");
  for (let i = 0; i < count; i++) out[i] = bytes[at + (i >> 3)] >> (i & 7) & 1;
  return out;
}

/** Joins BYTE_STREAM_SPLIT, which stores the first bytes of all values, then all second bytes, and so on. */
function joinStreams(bytes: Uint8Array, at: number, width: number, count: number): Uint8Array {
  if (width === 0) throw new RangeError("a page of text is encoded as BYTE_STREAM_SPLIT");
  if (at + width * count > bytes.length) throw new RangeError("a page ends too early");
  const out = new Uint8Array(width * count);
  for (let b = 0; b < width; b++) {
    for (let i = 0; i < count; i++) out[i * width + b] = bytes[at++];
  }
  return out;
}

/** Texts whose lengths come first; in DELTA_BYTE_ARRAY also how many bytes each shares with the text before it. */
function texts(
  bytes: Uint8Array,
  at: number,
  encoding: string,
  width: number,
  count: number,
): Uint8Array {
  const none = { values: new Int32Array(count), next: at };
  const kept = encoding === "DELTA_BYTE_ARRAY" ? deltas32(bytes, at, count) : none;
  const added = deltas32(bytes, kept.next, count);
  let size = 0;
  for (let i = 0; i < count; i++) {
    const before = kept.values[i], length = before + added.values[i];
    if (!(before >= 0 && length >= before)) throw new RangeError("a page has damaged lengths");
    if (width > 0 && length !== width) throw new RangeError("a value has another length");
    size += (width > 0 ? 0 : 4) + length;
    if (!(size <= MOST_TEXT)) throw new RangeError("a page of too much text");
  }
  const out = new Uint8Array(size), view = viewOf(out);
  let from = added.next, last = 0, lastLength = 0, end = 0;
  for (let i = 0; i < count; i++) {
    const before = kept.values[i], more = added.values[i];
    if (before > lastLength) throw new RangeError("a page has damaged lengths");
    if (from + more > bytes.length) throw new RangeError("a page ends too early");
    if (width === 0) {
      view.setUint32(end, before + more, true);
      end += 4;
    }
    out.copyWithin(end, last, last + before);
    out.set(bytes.subarray(from, from + more), end + before);
    last = end;
    lastLength = before + more;
    end += lastLength;
    from += more;
  }
  return out;
}

/** Most bytes of a page's texts: where texts share beginnings, a few bytes can encode very many. */
const MOST_TEXT = 1 << 30;
