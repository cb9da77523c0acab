/**
 * Decodes flat columns of a Parquet file into typed arrays, without an object per row.
 *
 * @module
 */
import type { IdRuns } from "./id_runs.ts";
import { plainValues, usesDictionary } from "./parquet_encodings.ts";
import { eachValue, MISSING, numberIds, type Numbering } from "./parquet_ids.ts";
import { type ColumnChunk, type Page, PageReader } from "./parquet_pages.ts";
import { type Entries, Unpacker } from "./unpacker.ts";

/** Decodes columns, one after the other; keeps its arrays from call to call, since allocating them costs more than decoding. */
export class ColumnDecoder {
  readonly #unpacker = new Unpacker();
  readonly #pages = new PageReader(this.#unpacker);
  #ids = new Int32Array(0);

  /**
   * Reads a column of ids as numbers into `out` (length rows), negative where an id is missing, blank or not text. An entry
   * of a dictionary is numbered once.
   */
  async ids(chunk: ColumnChunk, number: Numbering, out: Int32Array): Promise<void> {
    this.#unpacker.setDictionary(new Int32Array(0));
    let row = 0;
    for await (const page of this.#pagesOfIds(chunk, number, (ids) => ids)) {
      this.#fillIds(chunk, page, number, out.subarray(row, row += page.rows));
    }
  }

  /**
   * Reads a column of ids as codes into `out` (length rows): `codeOf` turns each number of {@link ids} into a code that fits
   * `out`. It is called once for an entry of a dictionary.
   */
  async codes(
    chunk: ColumnChunk,
    number: Numbering,
    codeOf: (id: number) => number,
    out: Uint16Array | Int32Array,
  ): Promise<void> {
    const unpacker = this.#unpacker, isShort = out instanceof Uint16Array;
    unpacker.setDictionary(isShort ? new Uint16Array(0) : new Int32Array(0));
    const entries = (ids: Int32Array) => isShort ? Uint16Array.from(ids, codeOf) : ids.map(codeOf);
    let row = 0;
    for await (const page of this.#pagesOfIds(chunk, number, entries)) {
      const into = out.subarray(row, row += page.rows), values = into.subarray(0, page.values);
      if (usesDictionary(page.encoding)) this.#lookUp(page, values);
      else {
        const plain = this.#plain(chunk, page), ids = this.#scratch(page.values);
        numberIds(plain.bytes, plain.at, chunk.type, number, ids);
        for (let i = 0; i < ids.length; i++) values[i] = codeOf(ids[i]);
      }
      if (page.values < page.rows) spread(into, page, codeOf(MISSING));
    }
  }

  /** Adds a column of ids to `out` as runs of equal numbers; the column's first row becomes row `first`. */
  async runs(chunk: ColumnChunk, number: Numbering, first: number, out: IdRuns): Promise<void> {
    this.#unpacker.setDictionary(new Int32Array(0));
    let row = first;
    for await (const page of this.#pagesOfIds(chunk, number, (ids) => ids)) {
      const from = row;
      row += page.rows;
      if (page.values === page.rows && usesDictionary(page.encoding)) {
        this.#unpacker.runs(page.bytes, page.at, page.rows, from, out);
        continue;
      }
      const ids = this.#scratch(page.rows);
      this.#fillIds(chunk, page, number, ids);
      for (let i = 1; i <= ids.length; i++) {
        if (i === ids.length || ids[i] !== ids[i - 1]) out.add(ids[i - 1], from + i);
      }
    }
  }

  /** Reads a column of numbers into `out` (length rows), NaN where one is missing. */
  async numbers(chunk: ColumnChunk, out: Float64Array): Promise<void> {
    const { type } = chunk, unpacker = this.#unpacker;
    const numbers = (bytes: Uint8Array, at: number, into: Float64Array) => {
      if (type.name === "DOUBLE") return copyDoubles(bytes, at, into);
      eachValue(bytes, at, into.length, type.width, (view, from, to, i) => {
        into[i] = type.number(view, from, to);
      });
    };
    unpacker.setDictionary(new Float64Array(0));
    let row = 0;
    const pages = this.#pages.pages(chunk, (bytes, count) => {
      const dictionary = new Float64Array(count);
      numbers(bytes, 0, dictionary);
      unpacker.setDictionary(dictionary);
    });
    for await (const page of pages) {
      const into = out.subarray(row, row += page.rows), values = into.subarray(0, page.values);
      if (usesDictionary(page.encoding)) this.#lookUp(page, values);
      else {
        const plain = this.#plain(chunk, page);
        numbers(plain.bytes, plain.at, values);
      }
      spread(into, page, NaN);
    }
  }

  /** The pages of a column of ids; before them the dictionary's ids, numbered and passed through `entries`, are loaded. */
  #pagesOfIds(
    chunk: ColumnChunk,
    number: Numbering,
    entries: (ids: Int32Array) => Int32Array | Uint16Array,
  ): AsyncGenerator<Page> {
    return this.#pages.pages(chunk, (bytes, count) => {
      const ids = new Int32Array(count);
      numberIds(bytes, 0, chunk.type, number, ids);
      this.#unpacker.setDictionary(entries(ids));
    });
  }

  /** Writes the numbers of a page's ids into `into`, one for each row. */
  #fillIds(chunk: ColumnChunk, page: Page, number: Numbering, into: Int32Array): void {
    const values = into.subarray(0, page.values);
    if (usesDictionary(page.encoding)) {
      this.#lookUp(page, values);
    } else {
      const plain = this.#plain(chunk, page);
      numberIds(plain.bytes, plain.at, chunk.type, number, values);
    }
    spread(into, page, MISSING);
  }

  #lookUp(page: Page, values: Entries): void {
    if (values.length > 0) this.#unpacker.entries(page.bytes, page.at, values);
  }

  /** A page's values in PLAIN encoding. */
  #plain({ data, type }: ColumnChunk, { bytes, at, encoding, values }: Page) {
    return values === 0
      ? { bytes, at }
      : plainValues(bytes, at, encoding, data.type, type.width, values, this.#unpacker);
  }

  #scratch(rows: number): Int32Array {
    if (this.#ids.length < rows) this.#ids = new Int32Array(rows);
    return this.#ids.subarray(0, rows);
  }
}

/** Copies doubles from any byte on; a Float64Array over the bytes would have to begin at a multiple of 8. */
function copyDoubles(bytes: Uint8Array, at: number, into: Float64Array): void {
  const to = at + 8 * into.length;
  if (to > bytes.length) throw new RangeError("a page ends too early");
  new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes.subarray(at, to));
}

/** Moves a page's values from the beginning of `into` to their rows, and writes `missing` to the rows without one. */
function spread(
  into: Entries,
  { rows, values, present }: Page,
  missing: number,
): void {
  if (values === rows) return;
  // Backwards, so that no value is overwritten before it has moved.
  for (let i = rows - 1, value = values; i >= 0; i--) {
    into[i] = present![i] === 1 ? into[--value] : missing;
  }
}
