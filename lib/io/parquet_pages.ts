/**
 * Pages of a Parquet column that is neither nested nor repeated, to columns without a value or an object per row.
 *
 * Format: Apache Parquet's specification, "Data Pages" and "Encodings" (PLAIN; RLE / bit-packing hybrid; dictionaries).
 *
 * @module
 */
import { compressors } from "../deps/hyparquet_compressors.ts";
import { type ColumnMetaData, decompressPage, parquetHeader } from "../deps/hyparquet.ts";
import { isPadded } from "./elig_parser.ts";
import { trimEnd, trimStart } from "./trim.ts";

/** Gives an id, the bytes `[from, to)` of a view, a number ≥ 0. */
export type Numbering = (view: DataView, from: number, to: number) => number;

/** Stands for a blank or missing id. */
export const BLANK: number = -1;

/** A data page, decompressed. */
interface Page {
  /** Its bytes, with some behind them that may be read. */
  readonly view: DataView;
  /** Where its values begin. */
  readonly at: number;
  /** Rows in it. */
  readonly rows: number;
  /** 1 for each row that has a value, or null where all have. */
  readonly present: Int32Array | null;
  /** Values in it: rows that are not missing. */
  readonly values: number;
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

/**
 * A column of text as numbers, {@link BLANK} where it is blank or missing: Int32Array, length rows. An entry of a dictionary is
 * numbered once.
 */
export function readIds(chunk: ColumnChunk, number: Numbering): Int32Array {
  const trimmed = (view: DataView, from: number, to: number): number => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const first = trimStart(bytes, from, to), last = trimEnd(bytes, first, to);
    return first === last ? BLANK : number(view, first, last);
  };
  const texts = ({ view, at }: Values, count: number): Int32Array => {
    const out = new Int32Array(count);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    let next = at;
    for (let i = 0; i < count; i++) {
      const from = next + 4, to = next = from + view.getUint32(next, true);
      out[i] = from === to || isPadded(bytes, from, to)
        ? trimmed(view, from, to)
        : number(view, from, to);
    }
    return out;
  };
  return readValues(chunk, new Int32Array(chunk.rows).fill(BLANK), texts);
}

/** A column of numbers, NaN where one is missing: Float64Array, length rows. */
export function readNumbers(chunk: ColumnChunk): Float64Array {
  const { type } = chunk.meta, width = WIDTHS[type];
  const numbers = ({ view, at }: Values, count: number): Float64Array => {
    const out = new Float64Array(count);
    const from = view.byteOffset + at;
    // A copy, since columns in a file begin anywhere and arrays of numbers may not.
    const bytes = view.buffer.slice(from, from + width * count);
    if (bytes.byteLength < width * count) throw new RangeError("a page ends too early");
    if (type === "DOUBLE") return new Float64Array(bytes);
    if (type === "FLOAT") out.set(new Float32Array(bytes));
    else if (type === "INT32") out.set(new Int32Array(bytes));
    else new BigInt64Array(bytes).forEach((value, i) => out[i] = Number(value));
    return out;
  };
  return readValues(chunk, new Float64Array(chunk.rows).fill(NaN), numbers);
}

/** Where values lie. */
interface Values {
  readonly view: DataView;
  readonly at: number;
}

/** Reads all pages into `out`, whose rows without a value stay as they are; `plain` reads values that are written one by one. */
function readValues<A extends Int32Array | Float64Array>(
  chunk: ColumnChunk,
  out: A,
  plain: (values: Values, count: number) => A,
): A {
  let dictionary: A | null = null, row = 0;
  for (const page of pagesOf(chunk, (values, count) => dictionary = plain(values, count))) {
    const { present, rows, values, isIndexed } = page;
    let read: A;
    if (!isIndexed) read = plain(page, values);
    else if (dictionary === null) {
      throw new Error("a page refers to a dictionary that is not there");
    } else read = lookedUp(page, dictionary);
    if (present === null) out.set(read, row);
    else {
      for (let i = 0, value = 0; i < rows; i++) {
        if (present[i] === 1) out[row + i] = read[value++];
      }
    }
    row += rows;
  }
  if (row !== out.length) throw new Error(`a column has ${row} rows, expected ${out.length}`);
  return out;
}

/** The values of a page of places in a dictionary. */
function lookedUp<A extends Int32Array | Float64Array>(
  { view, at, values }: Page,
  dictionary: A,
): A {
  const places = new Int32Array(values);
  const width = values === 0 ? 0 : view.getUint8(at);
  readHybrid(view, at + 1, width, places);
  const read = new (dictionary.constructor as new (length: number) => A)(values);
  for (let i = 0; i < values; i++) {
    const place = places[i];
    if (place >= dictionary.length) throw new RangeError("a place behind a dictionary's end");
    read[i] = dictionary[place];
  }
  return read;
}

/** The data pages of a column, in order; a dictionary goes to `dictionary` on the way. */
function* pagesOf(
  { bytes, meta, isOptional, rows }: ColumnChunk,
  dictionary: (values: Values, count: number) => void,
): Generator<Page> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = { view, offset: 0 };
  for (let seen = 0; seen < rows;) {
    if (reader.offset >= bytes.length) throw new RangeError("a column ends too early");
    const header = parquetHeader(reader);
    const from = reader.offset, to = from + header.compressed_page_size;
    if (!(to >= from && to <= bytes.length)) throw new RangeError("a page ends too late");
    reader.offset = to;
    const raw = bytes.subarray(from, to);
    const unpacked = (packed: Uint8Array, size: number) =>
      padded(decompressPage(packed, size, meta.codec, compressors));
    if (header.dictionary_page_header !== undefined) {
      const { num_values } = header.dictionary_page_header;
      dictionary({ view: unpacked(raw, header.uncompressed_page_size), at: 0 }, num_values);
    } else if (header.data_page_header !== undefined) {
      const { num_values: count, encoding } = header.data_page_header;
      const view = unpacked(raw, header.uncompressed_page_size);
      // Which rows have a value comes first, with its length before it.
      const at = isOptional ? 4 + view.getUint32(0, true) : 0;
      const levels = isOptional ? levelsOf(view, 4, count) : null;
      yield pageOf(view, at, count, levels, encoding);
      seen += count;
    } else if (header.data_page_header_v2 !== undefined) {
      const v2 = header.data_page_header_v2;
      // Which rows have a value comes first, never compressed.
      const length = v2.repetition_levels_byte_length + v2.definition_levels_byte_length;
      const levels = isOptional && v2.num_nulls > 0
        ? levelsOf(padded(raw.subarray(v2.repetition_levels_byte_length, length)), 0, v2.num_values)
        : null;
      const rest = raw.subarray(length);
      const view = v2.is_compressed === false
        ? padded(rest)
        : unpacked(rest, header.uncompressed_page_size - length);
      yield pageOf(view, 0, v2.num_values, levels, v2.encoding);
      seen += v2.num_values;
    }
  }
}

function pageOf(
  view: DataView,
  at: number,
  rows: number,
  levels: Int32Array | null,
  encoding: string | undefined,
): Page {
  let values = rows;
  if (levels !== null) { for (let i = 0; i < rows; i++) values -= 1 - levels[i]; }
  const isIndexed = encoding === "RLE_DICTIONARY" || encoding === "PLAIN_DICTIONARY";
  if (!isIndexed && encoding !== "PLAIN") throw new Error(`a page is encoded as ${encoding}`);
  return { view, at, rows, present: values === rows ? null : levels, values, isIndexed };
}

function levelsOf(view: DataView, at: number, rows: number): Int32Array {
  const levels = new Int32Array(rows);
  readHybrid(view, at, 1, levels);
  return levels;
}

/** Bytes behind a page that {@link readHybrid} may look at. */
const OVERREAD = 8;

/** A view of bytes with {@link OVERREAD} more behind them. */
function padded(bytes: Uint8Array): DataView {
  if (bytes.byteOffset + bytes.length + OVERREAD <= bytes.buffer.byteLength) {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length + OVERREAD);
  }
  const copy = new Uint8Array(bytes.length + OVERREAD);
  copy.set(bytes);
  return new DataView(copy.buffer);
}

/** Fills `out` with whole numbers of `width` bits, in runs of equal ones and bit-packed groups of eight by turns. */
function readHybrid(view: DataView, at: number, width: number, out: Int32Array): void {
  if (width > 31) throw new RangeError(`numbers of ${width} bits`);
  const mask = 2 ** width - 1;
  for (let i = 0; i < out.length;) {
    let header = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = view.getUint8(at++);
      header += (byte & 0x7f) * 2 ** shift;
      more = byte >= 0x80;
    }
    if (header < 2) throw new RangeError("an empty run");
    if (header % 2 === 0) {
      let value = 0;
      for (let b = 0; b < (width + 7) >> 3; b++) value += view.getUint8(at++) * 2 ** (8 * b);
      const end = Math.min(out.length, i + header / 2);
      out.fill(value, i, end);
      i = end;
      continue;
    }
    const count = (header - 1) / 2 * 8, end = Math.min(out.length, i + count);
    if (width <= 24) {
      for (let bit = 0; i < end; bit += width) {
        out[i++] = (view.getUint32(at + (bit >> 3), true) >>> (bit & 7)) & mask;
      }
    } else {
      for (let bit = 0; i < end; bit += width) {
        const place = at + (bit >> 3), low = view.getUint32(place, true);
        const value = low + view.getUint8(place + 4) * 2 ** 32;
        out[i++] = Math.floor(value / 2 ** (bit & 7)) % (mask + 1);
      }
    }
    at += count / 8 * width;
  }
}
