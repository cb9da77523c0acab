/**
 * Whole numbers of a few bits, as Parquet packs them: which rows have a value, places in a dictionary. In WebAssembly
 * (parquet_values.as), some thousand at a time.
 *
 * Format: Apache Parquet's "Encodings", RLE / bit-packing hybrid.
 *
 * @module
 */
import { compileWasm } from "../../base/wasm_module.ts";
import type { IdRuns } from "./id_runs.ts";
import { PARQUET_VALUES_WASM } from "./parquet_values_wasm.ts";

/** What the module exports; numbers are addresses in its memory. */
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

/** What dictionaries hold. */
export type Entries = Uint16Array | Int32Array | Float64Array;

/** Values are taken in pieces of at most so many. */
const PIECE = 1 << 15;

/** Unpacks one page after the other; remembers one dictionary. */
export class Unpacker {
  readonly #exports: Exports;
  #bytes: Uint8Array;
  #dictionary: Entries = new Int32Array(0);
  /** Whether the dictionary is in the module's memory, and where. */
  #isLoaded = false;
  #dictionaryAt = 0;

  /** A new one, of this thread. */
  constructor() {
    module ??= compileWasm(PARQUET_VALUES_WASM);
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
  }

  /** Sets what places stand for. */
  setDictionary(entries: Entries): void {
    this.#dictionary = entries;
    this.#isLoaded = false;
  }

  /**
   * Fills `out` with the values of `width` bits that are written from `at` on.
   *
   * @returns where the last run or group of them ends
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

  /** Fills `out` with the dictionary's entries at the places that are written from `at` on, their width before them. */
  entries<A extends Entries>(bytes: Uint8Array, at: number, out: A): void {
    const { found, lookUp16, lookUp32, lookUp64 } = this.#exports;
    this.#beginPlaces(bytes, at);
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

  /** Adds `count` places, as the dictionary's entries, in runs of equal ones to `out`; the first is row `first`. */
  runs(bytes: Uint8Array, at: number, count: number, first: number, out: IdRuns): void {
    const { runValues, runEnds, findRuns } = this.#exports;
    this.#beginPlaces(bytes, at);
    this.#eachPiece(count, (from, some) => {
      const runs = findRuns(some);
      const places = this.#view(Uint32Array, runValues, runs);
      const ends = this.#view(Uint32Array, runEnds, runs);
      out.addPlaces(this.#dictionary, places, ends, first + from);
    });
  }

  #beginPlaces(bytes: Uint8Array, at: number): void {
    if (at >= bytes.length) throw tooEarly();
    this.#begin(bytes, at + 1, bytes[at]);
  }

  /** Copies the page, and the dictionary if it is not there yet. */
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
  return new RangeError("a place behind the end of a dictionary");
}
