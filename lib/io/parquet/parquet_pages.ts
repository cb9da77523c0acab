/**
 * Pages of a Parquet column that is neither nested nor repeated, to columns without a value or an object per row.
 *
 * Format: Apache Parquet's specification, "Data Pages" and "Encodings" (PLAIN; RLE / bit-packing hybrid; dictionaries).
 *
 * @module
 */
import { viewOf } from "../../base/id_table.ts";
import { compressors } from "../../deps/hyparquet_compressors.ts";
import { type ColumnMetaData, decompressPage, parquetHeader } from "../../deps/hyparquet.ts";
import { isPadded, trimEnd, trimStart } from "../bytes/trim.ts";

/** Gives an id, the bytes `[from, to)` of a view, a number ≥ 0. */
export type Numbering = (view: DataView, from: number, to: number) => number;

/** Stands for a blank or missing id. */
export const BLANK: number = -1;

/** A data page, decompressed. */
interface Page {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Where its values begin. */
  readonly at: number;
  /** Rows in it. */
  readonly rows: number;
  /** 1 for each row that has a value, or null where all have; valid until the next page. */
  readonly present: Int32Array | null;
  /** Whether values are places in the dictionary. */
  readonly isIndexed: boolean;
}

/** Encodings of pages that are read here. */
const ENCODINGS = ["PLAIN", "RLE", "BIT_PACKED", "PLAIN_DICTIONARY", "RLE_DICTIONARY"];

/** Bytes of a value of a type of numbers. */
const WIDTHS: Readonly<Record<string, number>> = { DOUBLE: 8, FLOAT: 4, INT32: 4, INT64: 8 };

/** Whether a column's pages are read here: text or plain numbers in the usual encodings. */
export function isPlainColumn({ type, encodings }: ColumnMetaData): boolean {
  return (type === "BYTE_ARRAY" || type in WIDTHS) &&
    encodings.every((encoding) => ENCODINGS.includes(encoding));
}

/** A column's bytes in a row group, and what its metadata says. */
export interface ColumnChunk {
  /** The bytes from its first page on. */
  readonly bytes: Uint8Array;
  /** Its metadata. */
  readonly meta: ColumnMetaData;
  /** Whether values may be missing. */
  readonly isOptional: boolean;
  /** Rows of the row group. */
  readonly rows: number;
}

/** Reads columns of one kind, one after the other; keeps its arrays, as new ones cost more than what they hold. */
export class PageReader {
  #levels = new Int32Array(0);
  #places = new Int32Array(0);

  /**
   * Reads a column of text as numbers into `out` (length rows), {@link BLANK} where it is blank or missing. An entry of a
   * dictionary is numbered once.
   */
  readIds(chunk: ColumnChunk, number: Numbering, out: Int32Array): void {
    const texts = (bytes: Uint8Array, at: number, into: Int32Array) => {
      const view = viewOf(bytes);
      for (let i = 0; i < into.length; i++) {
        const from = at + 4, to = at = from + view.getUint32(at, true);
        if (to > bytes.length) throw new RangeError("a page ends too early");
        if (from < to && !isPadded(bytes, from, to)) into[i] = number(view, from, to);
        else {
          const first = trimStart(bytes, from, to), last = trimEnd(bytes, first, to);
          into[i] = first === last ? BLANK : number(view, first, last);
        }
      }
    };
    let dictionary = new Int32Array(0);
    this.#readPages(chunk, out, BLANK, texts, {
      dictionary: (bytes, count) => texts(bytes, 0, dictionary = new Int32Array(count)),
      // Places become numbers where they are.
      lookUp: (bytes, at, into) => {
        readPlaces(bytes, at, into);
        lookUp(dictionary, into, into);
      },
    });
  }

  /** Reads a column of numbers into `out` (length rows), NaN where one is missing. */
  readNumbers(chunk: ColumnChunk, out: Float64Array): void {
    const { type } = chunk.meta, width = WIDTHS[type];
    const numbers = (bytes: Uint8Array, at: number, into: Float64Array) => {
      const to = at + width * into.length;
      if (to > bytes.length) throw new RangeError("a page ends too early");
      // Copied, since values in a file begin anywhere and arrays of numbers may not.
      if (type === "DOUBLE") {
        new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes.subarray(at, to));
        return;
      }
      const { buffer } = bytes.slice(at, to);
      if (type === "FLOAT") into.set(new Float32Array(buffer));
      else if (type === "INT32") into.set(new Int32Array(buffer));
      else new BigInt64Array(buffer).forEach((value, i) => into[i] = Number(value));
    };
    let dictionary = new Float64Array(0);
    this.#readPages(chunk, out, NaN, numbers, {
      dictionary: (bytes, count) => numbers(bytes, 0, dictionary = new Float64Array(count)),
      lookUp: (bytes, at, into) => {
        if (this.#places.length < into.length) this.#places = new Int32Array(into.length);
        const places = this.#places.subarray(0, into.length);
        readPlaces(bytes, at, places);
        lookUp(dictionary, places, into);
      },
    });
  }

  /** Reads all pages into `out`: `plain` values that are written one by one, `indexed` those that are places in a dictionary. */
  #readPages<A extends Int32Array | Float64Array>(
    chunk: ColumnChunk,
    out: A,
    missing: number,
    plain: (bytes: Uint8Array, at: number, into: A) => void,
    indexed: {
      dictionary: (bytes: Uint8Array, count: number) => void;
      lookUp: (bytes: Uint8Array, at: number, into: A) => void;
    },
  ): void {
    let row = 0;
    for (const page of this.#pages(chunk, indexed.dictionary)) {
      const { bytes, at, present, rows, isIndexed } = page;
      if (row + rows > out.length) throw new RangeError("a column has too many rows");
      let values = rows;
      if (present !== null) { for (let i = 0; i < rows; i++) values -= 1 - present[i]; }
      const into = out.subarray(row, row + values) as A;
      if (isIndexed) indexed.lookUp(bytes, at, into);
      else plain(bytes, at, into);
      if (values < rows) {
        // From the last on, so that values move to their rows past none that has not moved.
        for (let i = rows - 1, value = values; i >= 0; i--) {
          out[row + i] = present![i] === 1 ? out[row + --value] : missing;
        }
      }
      row += rows;
    }
    if (row < out.length) throw new RangeError("a column has too few rows");
  }

  /** The data pages of a column, in order; a dictionary goes to `dictionary` on the way. */
  *#pages(
    { bytes, meta, isOptional, rows }: ColumnChunk,
    dictionary: (bytes: Uint8Array, count: number) => void,
  ): Generator<Page> {
    const reader = { view: viewOf(bytes), offset: 0 };
    const unpacked = (packed: Uint8Array, size: number) =>
      decompressPage(packed, size, meta.codec, compressors);
    for (let seen = 0; seen < rows;) {
      if (reader.offset >= bytes.length) throw new RangeError("a column ends too early");
      const header = parquetHeader(reader);
      const from = reader.offset, to = from + header.compressed_page_size;
      if (!(to >= from && to <= bytes.length)) throw new RangeError("a page ends too late");
      reader.offset = to;
      const raw = bytes.subarray(from, to), size = header.uncompressed_page_size;
      if (header.dictionary_page_header !== undefined) {
        dictionary(unpacked(raw, size), header.dictionary_page_header.num_values);
      } else if (header.data_page_header !== undefined) {
        const { num_values: rows, encoding } = header.data_page_header;
        const bytes = unpacked(raw, size);
        // Which rows have a value comes first, with its length before it.
        const at = isOptional ? 4 + viewOf(bytes).getUint32(0, true) : 0;
        const present = isOptional ? this.#readLevels(bytes, 4, rows) : null;
        yield { bytes, at, rows, present, isIndexed: isIndexed(encoding) };
        seen += rows;
      } else if (header.data_page_header_v2 !== undefined) {
        const v2 = header.data_page_header_v2, rows = v2.num_values;
        // Which rows have a value comes first, never compressed.
        const repetition = v2.repetition_levels_byte_length;
        const length = repetition + v2.definition_levels_byte_length;
        const present = isOptional && v2.num_nulls > 0
          ? this.#readLevels(raw, repetition, rows)
          : null;
        const rest = raw.subarray(length);
        const bytes = v2.is_compressed === false ? rest : unpacked(rest, size - length);
        yield { bytes, at: 0, rows, present, isIndexed: isIndexed(v2.encoding) };
        seen += rows;
      }
    }
  }

  /** 1 for each row that has a value; null where they plainly all have one. */
  #readLevels(bytes: Uint8Array, at: number, rows: number): Int32Array | null {
    const run = readVarint(bytes, at);
    if (run.value % 2 === 0 && run.value / 2 >= rows && bytes[run.next] === 1) return null;
    if (this.#levels.length < rows) this.#levels = new Int32Array(rows);
    readHybrid(bytes, at, 1, this.#levels.subarray(0, rows));
    return this.#levels;
  }
}

function isIndexed(encoding: string | undefined): boolean {
  if (encoding === "RLE_DICTIONARY" || encoding === "PLAIN_DICTIONARY") return true;
  if (encoding !== "PLAIN") throw new Error(`a page is encoded as ${encoding}`);
  return false;
}

/** Places in a dictionary; their width in bits comes first. */
function readPlaces(bytes: Uint8Array, at: number, places: Int32Array): void {
  if (places.length > 0) readHybrid(bytes, at + 1, bytes[at], places);
}

function lookUp<A extends Int32Array | Float64Array>(
  dictionary: A,
  places: Int32Array,
  into: A,
): void {
  const { length } = dictionary;
  for (let i = 0; i < into.length; i++) {
    const place = places[i];
    if (place >= length) throw new RangeError("a place behind the end of a dictionary");
    into[i] = dictionary[place];
  }
}

/** Fills `out` with whole numbers of `width` bits, in runs of equal ones and bit-packed groups of eight by turns. */
function readHybrid(bytes: Uint8Array, at: number, width: number, out: Int32Array): void {
  if (!(width <= 24)) throw new RangeError(`numbers of ${width} bits`);
  // A dictionary of one entry: there is nothing to tell apart, and no bytes that do.
  if (width === 0) return void out.fill(0);
  const view = viewOf(bytes), mask = 2 ** width - 1, last = bytes.length - 4;
  for (let i = 0; i < out.length;) {
    const run = readVarint(bytes, at), count = Math.floor(run.value / 2);
    at = run.next;
    if (count === 0) throw new RangeError("an empty run");
    if (run.value % 2 === 0) {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) value += byteAt(bytes, at++) << shift;
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
}

/** Up to four bytes, the first the lowest; those behind the end are 0. */
function fourBytes(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) throw new RangeError("a page ends too early");
  return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
}

/** A whole number of seven bits to a byte, the lowest first, and where it ends. */
function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0;; shift += 7) {
    const byte = byteAt(bytes, at++);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
}

function byteAt(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) throw new RangeError("a page ends too early");
  return bytes[at];
}
