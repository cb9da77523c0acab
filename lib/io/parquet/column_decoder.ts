/**
 * Columns of a Parquet file that are neither nested nor repeated, to arrays without a value or an object per row.
 *
 * @module
 */
import type { IdRuns } from "./id_runs.ts";
import { isPlace, plainValues } from "./parquet_encodings.ts";
import { eachValue, MISSING, numberIds, type Numbering } from "./parquet_ids.ts";
import { type ColumnChunk, type Page, PageReader } from "./parquet_pages.ts";
import { type Entries, Unpacker } from "./unpacker.ts";

/** Decodes columns, one after the other; keeps its arrays, as new ones cost more than what they hold. */
export class ColumnDecoder {
  readonly #unpacker = new Unpacker();
  readonly #pages = new PageReader(this.#unpacker);
  #ids = new Int32Array(0);

  /**
   * Reads a column of ids as numbers into `out` (length rows), negative where there is none. An entry of a dictionary is
   * numbered once.
   */
  async ids(chunk: ColumnChunk, number: Numbering, out: Int32Array): Promise<void> {
    this.#unpacker.setDictionary(new Int32Array(0));
    let row = 0;
    for await (const page of this.#pagesOfIds(chunk, number, (ids) => ids)) {
      this.#fillIds(chunk, page, number, out.subarray(row, row += page.rows));
    }
  }

  /**
   * Reads a column of ids as codes into `out` (length rows): `codeOf` gives each number of {@link ids} its code, which fits
   * `out`. It is asked once for an entry of a dictionary.
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
      if (isPlace(page.encoding)) this.#lookUp(page, values);
      else {
        const plain = this.#plain(chunk, page), ids = this.#scratch(page.values);
        numberIds(plain.bytes, plain.at, chunk.type, number, ids);
        for (let i = 0; i < ids.length; i++) values[i] = codeOf(ids[i]);
      }
      if (page.values < page.rows) spread(into, page, codeOf(MISSING));
    }
  }

  /** Adds a column of ids to `out`, its first row as row `first`. */
  async runs(chunk: ColumnChunk, number: Numbering, first: number, out: IdRuns): Promise<void> {
    this.#unpacker.setDictionary(new Int32Array(0));
    let row = first;
    for await (const page of this.#pagesOfIds(chunk, number, (ids) => ids)) {
      const from = row;
      row += page.rows;
      if (page.values === page.rows && isPlace(page.encoding)) {
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
      if (isPlace(page.encoding)) this.#lookUp(page, values);
      else {
        const plain = this.#plain(chunk, page);
        numbers(plain.bytes, plain.at, values);
      }
      spread(into, page, NaN);
    }
  }

  /** The pages of a column of ids; its dictionary's numbers, or what `entries` makes of them, are set for look-ups. */
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

  /** Numbers of a page's ids, into as many rows as it has. */
  #fillIds(chunk: ColumnChunk, page: Page, number: Numbering, into: Int32Array): void {
    const values = into.subarray(0, page.values);
    if (isPlace(page.encoding)) {
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

/** Copies doubles that begin anywhere, where arrays of numbers may not. */
function copyDoubles(bytes: Uint8Array, at: number, into: Float64Array): void {
  const to = at + 8 * into.length;
  if (to > bytes.length) throw new RangeError("a page ends too early");
  new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes.subarray(at, to));
}

/** Moves a page's values, which stand at the beginning, to their rows, with `missing` in those that have none. */
function spread(
  into: Entries,
  { rows, values, present }: Page,
  missing: number,
): void {
  if (values === rows) return;
  // From the last on, so that values move to their rows past none that has not moved.
  for (let i = rows - 1, value = values; i >= 0; i--) {
    into[i] = present![i] === 1 ? into[--value] : missing;
  }
}
