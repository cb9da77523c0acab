/**
 * Decodes bit-packed whole numbers: definition levels and dictionary indices. In WebAssembly (parquet_values.as), some
 * thousand at a time.
 *
 * Format: Apache Parquet's "Encodings", RLE / bit-packing hybrid.
 *
 * @module
 */
import { compileWasm } from "../../base/platform/wasm_module.ts";
import type { IdRuns } from "./id_runs.ts";
import { PARQUET_VALUES_WASM } from "./parquet_values_wasm.ts";

/** Functions and buffers of the WebAssembly module; places are addresses in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly values: WebAssembly.Global;
  readonly found: WebAssembly.Global;
  readonly runValues: WebAssembly.Global;
  readonly runEnds: WebAssembly.Global;
  makeRoom(dictionaryBytes: number, pageBytes: number): number;
  pagePlace(): number;
  begin(length: number, bits: number): void;
  used(): number;
  take(count: number): number;
  lookUp16(dictionary: number, entries: number, count: number): number;
  lookUp32(dictionary: number, entries: number, count: number): number;
  lookUp64(dictionary: number, entries: number, count: number): number;
  findRuns(count: number): number;
}

/** Entries of a dictionary. */
export type Entries = Uint16Array | Int32Array | Float64Array;

/** Most values decoded by one call. */
const PIECE = 1 << 15;

/** Decodes one page after the other; holds one dictionary. */
export class Unpacker {
  readonly #exports: Exports;
  #bytes: Uint8Array;
  #dictionary: Entries = new Int32Array(0);
  /** Whether the dictionary is in the module's memory. */
  #isLoaded = false;
  /** Address of the dictionary there. */
  #dictionaryAt = 0;

  /** A decoder with memory of its own. */
  constructor() {
    module ??= compileWasm(PARQUET_VALUES_WASM);
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
  }

  /** Sets the dictionary, to which the indices of later calls refer. */
  setDictionary(entries: Entries): void {
    this.#dictionary = entries;
    this.#isLoaded = false;
  }

  /**
   * Fills `out` with the values of `width` bits that are stored from `at` on.
   *
   * @returns index behind the last run or group of values
   * @throws {Error} where the bytes are damaged
   */
  values(bytes: Uint8Array, at: number, width: number, out: Int32Array): number {
    const { values } = this.#exports;
    this.#begin(bytes, at, width);
    this.#eachPiece(out.length, (from, count) => {
      out.set(this.#view(Int32Array, values, count), from);
    });
    return at + this.#exports.used();
  }

  /** Fills `out` with the dictionary's entries for the indices from `at` on, which begin with their bit width. */
  entries<A extends Entries>(bytes: Uint8Array, at: number, out: A): void {
    const { found, lookUp16, lookUp32, lookUp64 } = this.#exports;
    this.#beginIndices(bytes, at);
    const lookUp = out instanceof Float64Array
      ? lookUp64
      : out instanceof Int32Array
      ? lookUp32
      : lookUp16;
    const type = out.constructor as new (buffer: ArrayBufferLike, at: number, count: number) => A;
    this.#eachPiece(out.length, (from, count) => {
      if (lookUp(this.#dictionaryAt, this.#dictionary.length, count) === 0) throw noEntry();
      out.set(this.#view(type, found, count) as ArrayLike<number>, from);
    });
  }

  /** Adds the dictionary's entries for `count` indices to `out`, in runs of equal ones; the first is row `first`. */
  runs(bytes: Uint8Array, at: number, count: number, first: number, out: IdRuns): void {
    const { runValues, runEnds, findRuns } = this.#exports;
    this.#beginIndices(bytes, at);
    this.#eachPiece(count, (from, some) => {
      const runs = findRuns(some);
      const indices = this.#view(Uint32Array, runValues, runs);
      const ends = this.#view(Uint32Array, runEnds, runs);
      out.addIndices(this.#dictionary, indices, ends, first + from);
    });
  }

  #beginIndices(bytes: Uint8Array, at: number): void {
    if (at >= bytes.length) throw tooEarly();
    this.#begin(bytes, at + 1, bytes[at]);
  }

  /** Copies the page, and the dictionary if need be, into the module's memory. */
  #begin(bytes: Uint8Array, at: number, width: number): void {
    if (!(width <= 32)) throw new RangeError(`numbers of ${width} bits`);
    if (at > bytes.length) throw tooEarly();
    const exports = this.#exports, length = bytes.length - at;
    const dictionaryBytes = this.#dictionary.byteLength;
    this.#dictionaryAt = exports.makeRoom(dictionaryBytes, length) >>> 0;
    if (this.#dictionaryAt === 0) throw new RangeError("a page of too many bytes");
    const { buffer } = exports.memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8Array(buffer);
    if (!this.#isLoaded) {
      const { buffer, byteOffset } = this.#dictionary;
      this.#bytes.set(new Uint8Array(buffer, byteOffset, dictionaryBytes), this.#dictionaryAt);
      this.#isLoaded = true;
    }
    this.#bytes.set(at === 0 ? bytes : bytes.subarray(at), exports.pagePlace() >>> 0);
    exports.begin(length, width);
  }

  #eachPiece(count: number, use: (from: number, count: number) => void): void {
    for (let from = 0; from < count; from += PIECE) {
      const some = Math.min(PIECE, count - from);
      if (this.#exports.take(some) === 0) throw new RangeError("a page has damaged values");
      use(from, some);
    }
  }

  #view<A>(
    type: new (buffer: ArrayBufferLike, at: number, count: number) => A,
    place: WebAssembly.Global,
    count: number,
  ): A {
    return new type(this.#bytes.buffer, Number(place.value), count);
  }
}

let module: WebAssembly.Module | undefined;

function tooEarly(): RangeError {
  return new RangeError("a page ends too early");
}

function noEntry(): RangeError {
  return new RangeError("an index behind the end of a dictionary");
}
