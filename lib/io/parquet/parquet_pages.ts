/**
 * Reads the pages of a flat Parquet column: checks and decompresses them, and finds which rows have a value.
 *
 * Format: Apache Parquet's specification, "Data Pages" and "Checksumming".
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { viewOf } from "../../base/ids/id_table.ts";
import { type PageHeader, readPageHeader, type SecondVersion } from "./page_header.ts";
import { PageDecompressor } from "./parquet_codecs.ts";
import type { ChunkData } from "./parquet_metadata.ts";
import type { ColumnType } from "./parquet_types.ts";
import type { Unpacker } from "./unpacker.ts";
import { byteAt, readVarint } from "./varint.ts";
import { byteText, limitText } from "../bytes/read_limits.ts";

/** A column's bytes in a row group, and what its metadata says. */
export interface ColumnChunk {
  /** The bytes from its first page on. */
  readonly bytes: Uint8Array;
  /** Its metadata. */
  readonly data: ChunkData;
  /** The column's type. */
  readonly type: ColumnType;
  /** Whether values may be missing. */
  readonly isOptional: boolean;
  /** Rows of the row group. */
  readonly rows: number;
  /** Most bytes of a page, decompressed. */
  readonly mostBytes: number;
}

/** A data page, decompressed. */
export interface Page {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** Where its values begin. */
  readonly at: number;
  /** Rows in it. */
  readonly rows: number;
  /** Values in it, missing ones not counted. */
  readonly values: number;
  /** Int32Array, length rows: 1 where a row has a value, else 0; null where all have one. Valid until the next page. */
  readonly present: Int32Array | null;
  /** Encoding of its values. */
  readonly encoding: string;
}

/** Reads the pages of one column after the other, and reuses its arrays. */
export class PageReader {
  readonly #unpacker: Unpacker;
  readonly #decompressor = new PageDecompressor();
  #levels = new Int32Array(0);

  /** A reader that unpacks with `unpacker`. */
  constructor(unpacker: Unpacker) {
    this.#unpacker = unpacker;
  }

  /**
   * The data pages of a column, in order; `dictionary` is called with the dictionary page, if there is one, before them.
   *
   * @throws {Error} where they are damaged, or have too many or too few rows
   */
  async *pages(
    chunk: ColumnChunk,
    dictionary: (bytes: Uint8Array, count: number) => void,
  ): AsyncGenerator<Page> {
    const { bytes, data, rows, mostBytes } = chunk;
    let hasDictionary = false, seen = 0;
    for (let at = 0; seen < rows;) {
      if (at >= bytes.length) throw new RangeError("a column ends too early");
      const header = readPageHeader(bytes, at), { type, size, packedSize, values, end } = header;
      at = end + packedSize;
      if (!(packedSize >= 0 && at <= bytes.length)) throw new RangeError("a page ends too late");
      if (!(size >= 0)) throw new RangeError(`a page of ${size} bytes`);
      if (size > mostBytes) {
        const most = limitText("inflated", mostBytes);
        throw new RangeError(`a page of ${byteText(size)} is larger than ${most}`);
      }
      const raw = bytes.subarray(end, at);
      if (header.crc !== undefined && crc32(raw) !== header.crc >>> 0) {
        throw new RangeError("a page's checksum is wrong");
      }
      if (type === "DICTIONARY_PAGE") {
        if (hasDictionary || seen > 0) throw new RangeError("a column has a second dictionary");
        checkDictionary(header, chunk);
        const unpacked = this.#decompressor.decompress(data.codec, raw, size);
        dictionary(unpacked instanceof Uint8Array ? unpacked : await unpacked, values);
        hasDictionary = true;
      } else if (type !== "INDEX_PAGE") {
        if (!(values >= 0 && values <= rows - seen)) {
          throw new RangeError("a column has too many rows");
        }
        seen += values;
        const { second } = header;
        yield second === null
          ? await this.#firstVersion(chunk, header, raw)
          : await this.#secondVersion(chunk, header, second, raw);
      }
    }
  }

  /** A page of the first version: it begins with the definition levels and, before them, their length. */
  async #firstVersion(
    { data, isOptional }: ColumnChunk,
    { size, values: rows, encoding, levels }: PageHeader,
    raw: Uint8Array,
  ): Promise<Page> {
    const unpacked = this.#decompressor.decompress(data.codec, raw, size);
    const bytes = unpacked instanceof Uint8Array ? unpacked : await unpacked;
    if (!isOptional) return { bytes, at: 0, rows, values: rows, present: null, encoding };
    if (levels !== "RLE") {
      throw new RangeError(`which values are missing is encoded as ${levels}`);
    }
    if (bytes.length < 4) throw new RangeError("a page ends too early");
    const at = 4 + viewOf(bytes).getUint32(0, true);
    if (at > bytes.length) throw new RangeError("a page ends too early");
    const present = this.#readLevels(bytes.subarray(0, at), 4, rows);
    return { bytes, at, rows, values: countValues(present, rows), present, encoding };
  }

  /** A page of the second version: the levels come before the values and are never compressed. */
  async #secondVersion(
    { data, isOptional }: ColumnChunk,
    { size, values: rows, encoding }: PageHeader,
    { missing, levelBytes, repetitionBytes, isPacked }: SecondVersion,
    raw: Uint8Array,
  ): Promise<Page> {
    const length = repetitionBytes + levelBytes;
    if (
      !(repetitionBytes >= 0 && levelBytes >= 0 && length <= Math.min(raw.length, size))
    ) {
      throw new RangeError("a page ends too early");
    }
    const present = isOptional
      ? this.#readLevels(raw.subarray(0, length), repetitionBytes, rows)
      : null;
    const values = countValues(present, rows);
    if (rows - values !== missing) {
      throw new RangeError("a page has not as many missing values as it says");
    }
    const rest = raw.subarray(length);
    // A page without any value may have no bytes at all, whatever the codec.
    const unpacked = rest.length === 0 && values === 0
      ? rest
      : this.#decompressor.decompress(isPacked ? data.codec : "UNCOMPRESSED", rest, size - length);
    const bytes = unpacked instanceof Uint8Array ? unpacked : await unpacked;
    return { bytes, at: 0, rows, values, present, encoding };
  }

  /**
   * Definition levels of a page: 1 for a row with a value, else 0; null where one run says that all have one.
   *
   * @param bytes must end where the levels end
   */
  #readLevels(bytes: Uint8Array, at: number, rows: number): Int32Array | null {
    if (rows === 0) return null;
    const run = readVarint(bytes, at);
    if (run.value % 2 === 0 && run.value / 2 >= rows && byteAt(bytes, run.next) === 1) {
      checkEnd(run.next + 1, bytes);
      return null;
    }
    if (this.#levels.length < rows) this.#levels = new Int32Array(rows);
    const levels = this.#levels.subarray(0, rows);
    checkEnd(this.#unpacker.values(bytes, at, 1, levels), bytes);
    return levels;
  }
}

function checkDictionary({ values, size, encoding }: PageHeader, { type }: ColumnChunk): void {
  if (!/^PLAIN/.test(encoding)) throw new RangeError(`a dictionary is encoded as ${encoding}`);
  if (!(values >= 0 && values * Math.max(1, type.width || 4) <= size)) {
    throw new RangeError("a dictionary ends too early");
  }
}

function countValues(present: Int32Array | null, rows: number): number {
  if (present === null) return rows;
  let values = 0;
  for (let i = 0; i < rows; i++) values += present[i];
  return values;
}

/** Checks that the levels end where the values begin: a wrong length would shift all values. */
function checkEnd(end: number, { length }: Uint8Array): void {
  if (end !== length) throw new RangeError("a page has damaged lengths");
}
