/**
 * Values of a column of texts, gathered as UTF-8 and without a string a row, for one row group of a Parquet file.
 *
 * @module
 */
import type { ColumnPages } from "./column_pages.ts";

/** Bytes before each text of Parquet's PLAIN encoding: its length. */
const LENGTH_BYTES = 4;

/** Share of the plain bytes that a dictionary with its codes must not exceed to pay. */
const PAYS = 0.9;

/** Texts of rows, each distinct one kept once. */
export class TextColumn {
  /** Rows so far. */
  rows = 0;
  /** Which text each row has. */
  #codes = new Int32Array(1 << 12);
  /** Distinct texts, PLAIN. */
  #texts = new Uint8Array(1 << 16);
  #textsEnd = 0;
  #entries = 0;
  /** Where each distinct text's length stands, and its hash. */
  #starts = new Int32Array(1 << 12);
  #hashes = new Int32Array(1 << 12);
  /** Open addressing: 1 + code; 0 is free. */
  #slots = new Int32Array(1 << 13);
  /** Bytes that the rows take as PLAIN. */
  #plain = 0;

  /** Takes a row's text, UTF-8 in `bytes[from, to)`: any is one. */
  add(bytes: Uint8Array, from: number, to: number): true {
    if (this.rows === this.#codes.length) this.#codes = larger(this.#codes);
    this.#codes[this.rows++] = this.#codeOf(bytes, from, to);
    this.#plain += LENGTH_BYTES + to - from;
    return true;
  }

  #codeOf(bytes: Uint8Array, from: number, to: number): number {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    hash ^= hash >>> 15;
    const slots = this.#slots, mask = slots.length - 1;
    let slot = hash & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const code = slots[slot] - 1;
      if (this.#hashes[code] === hash && this.#isText(code, bytes, from, to)) return code;
    }
    slots[slot] = this.#entries + 1;
    return this.#append(hash, bytes, from, to);
  }

  #isText(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const texts = this.#texts, start = this.#starts[code] + LENGTH_BYTES;
    const end = code + 1 < this.#entries ? this.#starts[code + 1] : this.#textsEnd;
    if (end - start !== to - from) return false;
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== texts[j]) return false;
    return true;
  }

  #append(hash: number, bytes: Uint8Array, from: number, to: number): number {
    const code = this.#entries++, length = to - from;
    if (code === this.#starts.length) {
      this.#starts = larger(this.#starts);
      this.#hashes = larger(this.#hashes);
    }
    while (this.#textsEnd + LENGTH_BYTES + length > this.#texts.length) {
      this.#texts = larger(this.#texts);
    }
    this.#starts[code] = this.#textsEnd;
    this.#hashes[code] = hash;
    for (let shift = 0; shift < 32; shift += 8) {
      this.#texts[this.#textsEnd++] = length >>> shift;
    }
    for (let i = from; i < to; i++) this.#texts[this.#textsEnd++] = bytes[i];
    if (2 * this.#entries > this.#slots.length) this.#makeRoom();
    return code;
  }

  /** Twice as many slots. */
  #makeRoom(): void {
    const slots = new Int32Array(2 * this.#slots.length), mask = slots.length - 1;
    for (let code = 0; code < this.#entries; code++) {
      let slot = this.#hashes[code] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }

  /** Gives the rows away as pages; their bytes hold until the next row is added. */
  take(): ColumnPages {
    const bitWidth = bitsFor(this.#entries), codes = this.#codes.subarray(0, this.rows);
    const texts = this.#texts.subarray(0, this.#textsEnd);
    const pays = texts.length + this.rows * bitWidth / 8 <= PAYS * this.#plain;
    const pages: ColumnPages = {
      rows: this.rows,
      type: "BYTE_ARRAY",
      compressed: true,
      ...(pays
        ? {
          dictionary: { entries: this.#entries, bytes: texts },
          values: packed(codes, bitWidth),
        }
        : { dictionary: null, values: this.#spelledOut(codes) }),
    };
    this.rows =
      this.#entries =
      this.#textsEnd =
      this.#plain =
        0;
    this.#slots.fill(0);
    return pages;
  }

  /** Each row's text, PLAIN. */
  #spelledOut(codes: Int32Array): Uint8Array {
    const out = new Uint8Array(this.#plain), texts = this.#texts, starts = this.#starts;
    let at = 0;
    for (const code of codes) {
      const end = code + 1 < this.#entries ? starts[code + 1] : this.#textsEnd;
      for (let i = starts[code]; i < end; i++) out[at++] = texts[i];
    }
    return out;
  }
}

/** Bits that the numbers below `count` take. */
function bitsFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** A page of codes: their width in bits, then one run of bit-packed ones (Parquet's RLE/bit-packing hybrid). */
function packed(codes: Int32Array, width: number): Uint8Array {
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

/** The same with room for twice as much. */
function larger<A extends Int32Array | Uint8Array>(array: A): A {
  const copy = new (array.constructor as new (length: number) => A)(2 * array.length);
  copy.set(array);
  return copy;
}
