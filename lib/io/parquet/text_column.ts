/**
 * Collects a column of texts for one row group of a Parquet file, as UTF-8 and without a string per row.
 *
 * @module
 */
import { IdTable, viewOf } from "../../base/ids/id_table.ts";
import type { IdPool } from "../../base/ids/ids.ts";
import { Uint32List } from "../../base/arrays/number_list.ts";
import type { ColumnPages } from "./column_pages.ts";

/** Bytes of a text's length, which stands before it in Parquet's PLAIN encoding. */
const LENGTH_BYTES = 4;

/** A dictionary is used where it and its indices take at most this share of the bytes of PLAIN encoding. */
const WORTHWHILE_SHARE = 0.9;

/** The texts of rows; each distinct text is kept once. */
export class TextColumn {
  #texts = new IdTable();
  /** Which text each row has. */
  #codes = new Uint32List();
  /** Bytes of the rows in PLAIN encoding. */
  #plain = 0;

  /** Adds a row with the text that is the bytes `[from, to)` of a view. */
  add(view: DataView, from: number, to: number): void {
    this.#codes.push(this.#texts.intern(view, from, to));
    this.#plain += LENGTH_BYTES + to - from;
  }

  /** The rows as pages; the column is empty then. */
  take(): ColumnPages {
    const { pool } = this.#texts, codes = this.#codes.array(), rows = codes.length;
    const bitWidth = bitsFor(pool.length), size = pool.bytes.length + LENGTH_BYTES * pool.length;
    const isWorthwhile = size + rows * bitWidth / 8 <= WORTHWHILE_SHARE * this.#plain;
    const pages: ColumnPages = {
      rows,
      type: "BYTE_ARRAY",
      compressed: true,
      ...(isWorthwhile
        ? {
          dictionary: {
            entries: pool.length,
            bytes: plain(pool, new Array(pool.length).keys(), size),
          },
          values: packed(codes, bitWidth),
        }
        : { dictionary: null, values: plain(pool, codes, this.#plain) }),
    };
    this.#texts = new IdTable();
    this.#codes = new Uint32List();
    this.#plain = 0;
    return pages;
  }
}

/** Texts of a pool in PLAIN encoding, which takes `size` bytes. */
function plain({ bytes, offsets }: IdPool, texts: Iterable<number>, size: number): Uint8Array {
  const out = new Uint8Array(size), view = viewOf(out);
  let at = 0;
  for (const text of texts) {
    const from = offsets[text], to = offsets[text + 1];
    view.setUint32(at, to - from, true);
    at += LENGTH_BYTES;
    // A short loop beats set(subarray()) for ids, which are short.
    for (let i = from; i < to; i++) out[at++] = bytes[i];
  }
  return out;
}

/** Bits needed for the numbers below `count`. */
function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** A page of dictionary indices: their width in bits, then one bit-packed run (Parquet's RLE/bit-packing hybrid). */
function packed(codes: Uint32Array, width: number): Uint8Array {
  const groups = Math.ceil(codes.length / 8);
  const out = new Uint8Array(6 + groups * width);
  let at = 0;
  out[at++] = width;
  let header = 2 * groups + 1;
  for (; header > 0x7f; header >>>= 7) out[at++] = 0x80 | header & 0x7f;
  out[at++] = header;
  const end = at + groups * width;
  let bits = 0, held = 0;
  for (const code of codes) {
    // Fits 32 bits: at most 7 are left over, and codes of a row group have fewer than 25.
    held |= code << bits;
    for (bits += width; bits >= 8; bits -= 8) {
      out[at++] = held;
      held >>>= 8;
    }
  }
  if (bits > 0) out[at++] = held;
  return out.subarray(0, end);
}
