/**
 * Pages of a Parquet column that is neither nested nor repeated, to columns without a value or an object per row.
 *
 * Format: Apache Parquet's specification, "Data Pages", "Encodings" and "Checksumming".
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { type IdTable, viewOf } from "../../base/id_table.ts";
import { type ColumnMetaData, parquetHeader } from "../../deps/hyparquet.ts";
import { unpackPage } from "./parquet_codecs.ts";
import { isPlace, plainValues } from "./parquet_encodings.ts";
import { type ColumnType, isUtf8 } from "./parquet_types.ts";
import { byteAt, readHybrid, readVarint } from "./parquet_runs.ts";
import { byteText, limitText } from "../bytes/read_limits.ts";
import { isPadded, trimEnd, trimStart } from "../bytes/trim.ts";

/** Gives an id, the bytes `[from, to)` of a view, a number ≥ 0, or {@link NOT_TEXT}. */
export type Numbering = (view: DataView, from: number, to: number) => number;

/** Stand for an id that is blank, for one that is missing, and for bytes that are no text. All are negative. */
export const BLANK: number = -1, MISSING: number = -2, NOT_TEXT: number = -3;

/** {@link IdTable.intern} for bytes that may not be text: every id is looked at once, when it is new. */
export function internText(table: IdTable, view: DataView, from: number, to: number): number {
  const before = table.length, number = table.intern(view, from, to);
  return table.length > before && !isUtf8(view, from, to) ? NOT_TEXT : number;
}

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
  /** How its values are written. */
  readonly encoding: string;
}

/** A column's bytes in a row group, and what its metadata says. */
export interface ColumnChunk {
  /** The bytes from its first page on. */
  readonly bytes: Uint8Array;
  /** Its metadata. */
  readonly meta: ColumnMetaData;
  /** What its values are. */
  readonly type: ColumnType;
  /** Whether values may be missing. */
  readonly isOptional: boolean;
  /** Rows of the row group. */
  readonly rows: number;
  /** Most bytes of a page, decompressed. */
  readonly mostBytes: number;
}

/** Reads columns of one kind, one after the other; keeps its arrays, as new ones cost more than what they hold. */
export class PageReader {
  #levels = new Int32Array(0);
  #places = new Int32Array(0);
  readonly #scratch = new Scratch();

  /**
   * Reads a column of ids as numbers into `out` (length rows), negative where there is none. An entry of a dictionary is
   * numbered once.
   */
  readIds(chunk: ColumnChunk, number: Numbering, out: Int32Array): void {
    const { type } = chunk;
    const ids = (bytes: Uint8Array, at: number, into: Int32Array) => {
      if (type.kind === "text" && !type.isPadded && type.width === 0) {
        textIds(bytes, at, number, into);
      } else if (type.kind === "text") {
        eachValue(bytes, at, into.length, type.width, (view, from, to, i) => {
          while (type.isPadded && to > from && bytes[to - 1] === 0) to--;
          into[i] = trimmedId(bytes, view, from, to, number);
        });
      } else {
        // Read as text, which then is the same for a number in a file of any type.
        const scratch = this.#scratch;
        eachValue(bytes, at, into.length, type.width, (view, from, to, i) => {
          if (type.kind === "integer" && from + 4 === to) {
            scratch.whole(type.number(view, from, to));
          } else scratch.text(type.text(view, from, to));
          into[i] = scratch.length === 0 ? BLANK : number(scratch.view, 0, scratch.length);
        });
      }
    };
    let dictionary = new Int32Array(0);
    this.#readPages(chunk, out, MISSING, ids, {
      dictionary: (bytes, count) => ids(bytes, 0, dictionary = new Int32Array(count)),
      // Places become numbers where they are.
      lookUp: (bytes, at, into) => {
        readPlaces(bytes, at, into);
        lookUp(dictionary, into, into);
      },
    });
  }

  /** Reads a column of numbers into `out` (length rows), NaN where one is missing. */
  readNumbers(chunk: ColumnChunk, out: Float64Array): void {
    const { type } = chunk;
    const numbers = (bytes: Uint8Array, at: number, into: Float64Array) => {
      if (type.name === "DOUBLE") {
        const to = at + 8 * into.length;
        if (to > bytes.length) throw new RangeError("a page ends too early");
        // Copied, since values in a file begin anywhere and arrays of numbers may not.
        new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes.subarray(at, to));
        return;
      }
      eachValue(bytes, at, into.length, type.width, (view, from, to, i) => {
        into[i] = type.number(view, from, to);
      });
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
    const { type, meta } = chunk;
    let row = 0;
    for (const page of this.#pages(chunk, indexed.dictionary)) {
      const { bytes, at, present, rows, encoding } = page;
      if (row + rows > out.length) throw new RangeError("a column has too many rows");
      let values = rows;
      if (present !== null) { for (let i = 0; i < rows; i++) values -= 1 - present[i]; }
      const into = out.subarray(row, row + values) as A;
      if (values > 0 && isPlace(encoding)) indexed.lookUp(bytes, at, into);
      else if (values > 0) {
        const written = plainValues(bytes, at, encoding, meta.type, type.width, values);
        plain(written.bytes, written.at, into);
      }
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
    { bytes, meta, type, isOptional, rows, mostBytes }: ColumnChunk,
    dictionary: (bytes: Uint8Array, count: number) => void,
  ): Generator<Page> {
    const reader = { view: viewOf(bytes), offset: 0 };
    let hasDictionary = false;
    for (let seen = 0; seen < rows;) {
      if (reader.offset >= bytes.length) throw new RangeError("a column ends too early");
      const header = parquetHeader(reader), size = header.uncompressed_page_size;
      const from = reader.offset, to = from + header.compressed_page_size;
      if (!(to >= from && to <= bytes.length)) throw new RangeError("a page ends too late");
      if (!(size >= 0)) throw new RangeError(`a page of ${size} bytes`);
      if (size > mostBytes) {
        throw new RangeError(
          `a page of ${byteText(size)} is larger than ${limitText("inflated", mostBytes)}`,
        );
      }
      reader.offset = to;
      const raw = bytes.subarray(from, to);
      if (header.crc !== undefined && crc32(raw) !== header.crc >>> 0) {
        throw new RangeError("a page's checksum is wrong");
      }
      if (header.type === "DICTIONARY_PAGE") {
        const { num_values: count, encoding } = header.dictionary_page_header!;
        if (hasDictionary || seen > 0) throw new RangeError("a column has a second dictionary");
        if (!/^PLAIN/.test(encoding)) {
          throw new RangeError(`a dictionary is encoded as ${encoding}`);
        }
        const unpacked = unpackPage(meta.codec, raw, size);
        if (!(count >= 0 && count * Math.max(1, type.width || 4) <= size)) {
          throw new RangeError("a dictionary ends too early");
        }
        dictionary(unpacked, count);
        hasDictionary = true;
      } else if (header.type === "DATA_PAGE") {
        const { num_values: count, encoding, definition_level_encoding } = header.data_page_header!;
        checkRows(count, rows - seen);
        const page = unpackPage(meta.codec, raw, size);
        // Which rows have a value comes first, with its length before it.
        let at = 0;
        if (isOptional) {
          if (definition_level_encoding !== "RLE") {
            throw new RangeError(
              `which values are missing is encoded as ${definition_level_encoding}`,
            );
          }
          if (page.length < 4) throw new RangeError("a page ends too early");
          at = 4 + viewOf(page).getUint32(0, true);
          if (at > page.length) throw new RangeError("a page ends too early");
        }
        const present = isOptional ? this.#readLevels(page.subarray(0, at), 4, count) : null;
        yield { bytes: page, at, rows: count, present, encoding };
        seen += count;
      } else if (header.type === "DATA_PAGE_V2") {
        const v2 = header.data_page_header_v2!, count = v2.num_values;
        checkRows(count, rows - seen);
        // Which rows have a value comes first, never compressed.
        const repetition = v2.repetition_levels_byte_length;
        const length = repetition + v2.definition_levels_byte_length;
        if (!(repetition >= 0 && length >= repetition && length <= Math.min(raw.length, size))) {
          throw new RangeError("a page ends too early");
        }
        const present = isOptional && v2.num_nulls > 0
          ? this.#readLevels(raw.subarray(0, length), repetition, count)
          : null;
        checkMissing(present, count, v2.num_nulls);
        const rest = raw.subarray(length);
        const codec = v2.is_compressed === false ? "UNCOMPRESSED" : meta.codec;
        // Pages without a value may have nothing at all.
        const page = rest.length === 0 && v2.num_nulls === count
          ? rest
          : unpackPage(codec, rest, size - length);
        yield { bytes: page, at: 0, rows: count, present, encoding: v2.encoding };
        seen += count;
      }
    }
  }

  /** 1 for each row that has a value; null where they plainly all have one. */
  #readLevels(bytes: Uint8Array, at: number, rows: number): Int32Array | null {
    if (rows === 0) return null;
    const run = readVarint(bytes, at);
    if (run.value % 2 === 0 && run.value / 2 >= rows && bytes[run.next] === 1) return null;
    if (this.#levels.length < rows) this.#levels = new Int32Array(rows);
    readHybrid(bytes, at, 1, this.#levels.subarray(0, rows));
    return this.#levels;
  }
}

/** Text put together to be numbered. */
class Scratch {
  bytes = new Uint8Array(64);
  view: DataView = viewOf(this.bytes);
  length = 0;

  text(text: string): void {
    if (3 * text.length > this.bytes.length) {
      this.bytes = new Uint8Array(6 * text.length);
      this.view = viewOf(this.bytes);
    }
    this.length = encoder.encodeInto(text, this.bytes).written;
  }

  /** A whole number of at most 32 bits. */
  whole(value: number): void {
    let rest = Math.abs(value), digits = 1;
    for (let bound = 10; rest >= bound; bound *= 10) digits++;
    this.length = value < 0 ? digits + 1 : digits;
    if (value < 0) this.bytes[0] = 45;
    for (let at = this.length - 1; digits > 0; at--, digits--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = 48 + (rest - 10 * next);
      rest = next;
    }
  }
}

const encoder = new TextEncoder();

/** Numbers text that stands with its length before each. */
function textIds(bytes: Uint8Array, at: number, number: Numbering, into: Int32Array): void {
  const view = viewOf(bytes);
  for (let i = 0; i < into.length; i++) {
    const from = at + 4, to = at = from + view.getUint32(at, true);
    if (to > bytes.length) throw new RangeError("a page ends too early");
    into[i] = from < to && !isPadded(bytes, from, to)
      ? number(view, from, to)
      : trimmedId(bytes, view, from, to, number);
  }
}

function trimmedId(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  to: number,
  number: Numbering,
): number {
  const first = trimStart(bytes, from, to), last = trimEnd(bytes, first, to);
  return first === last ? BLANK : number(view, first, last);
}

/** Goes through values of `width` bytes, or of a length that stands before each where that is 0. */
function eachValue(
  bytes: Uint8Array,
  at: number,
  count: number,
  width: number,
  take: (view: DataView, from: number, to: number, i: number) => void,
): void {
  const view = viewOf(bytes);
  for (let i = 0; i < count; i++) {
    const from = width > 0 ? at : at + 4;
    at = from + (width > 0 ? width : view.getUint32(at, true));
    if (at > bytes.length) throw new RangeError("a page ends too early");
    take(view, from, at, i);
  }
}

function checkRows(rows: number, left: number): void {
  if (!(rows >= 0 && rows <= left)) throw new RangeError("a column has too many rows");
}

function checkMissing(present: Int32Array | null, rows: number, said: number): void {
  let missing = 0;
  if (present !== null) { for (let i = 0; i < rows; i++) missing += 1 - present[i]; }
  if (missing !== said) throw new RangeError("a page has not as many missing values as it says");
}

/** Places in a dictionary; their width in bits comes first. */
function readPlaces(bytes: Uint8Array, at: number, places: Int32Array): void {
  readHybrid(bytes, at + 1, byteAt(bytes, at), places);
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
