/**
 * Values of a column of texts, gathered as UTF-8 and without a string a row, for one row group of a Parquet file.
 *
 * @module
 */
import { IdTable, viewOf } from "../../base/id_table.ts";
import type { IdPool } from "../../base/ids.ts";
import { Uint32List } from "../../base/number_list.ts";
import type { ColumnPages } from "./column_pages.ts";

/** Bytes before each text of Parquet's PLAIN encoding: its length. */
const LENGTH_BYTES = 4;

/** Share of the plain bytes that a dictionary with its codes must not exceed to pay. */
const PAYS = 0.9;

/** Texts of rows, each distinct one kept once. */
export class TextColumn {
  #texts = new IdTable();
  /** Which text each row has. */
  #codes = new Uint32List();
  /** Bytes that the rows take as PLAIN. */
  #plain = 0;

  /** Takes a row's text, the bytes `[from, to)` of a view of UTF-8. */
  add(view: DataView, from: number, to: number): void {
    this.#codes.push(this.#texts.intern(view, from, to));
    this.#plain += LENGTH_BYTES + to - from;
  }

  /** Gives the rows away as pages. */
  take(): ColumnPages {
    const { pool } = this.#texts, codes = this.#codes.array(), rows = codes.length;
    const bitWidth = bitsFor(pool.length), size = pool.bytes.length + LENGTH_BYTES * pool.length;
    const pays = size + rows * bitWidth / 8 <= PAYS * this.#plain;
    const pages: ColumnPages = {
      rows,
      type: "BYTE_ARRAY",
      compressed: true,
      ...(pays
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

/** Texts of a pool, PLAIN: `size` bytes. */
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

/** Bits that the numbers below `count` take. */
function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** A page of codes: their width in bits, then one run of bit-packed ones (Parquet's RLE/bit-packing hybrid). */
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
    // At most 7 bits are left over and codes have fewer than 25.
    held |= code << bits;
    for (bits += width; bits >= 8; bits -= 8) {
      out[at++] = held;
      held >>>= 8;
    }
  }
  if (bits > 0) out[at++] = held;
  return out.subarray(0, end);
}
