/**
 * Undoes Snappy, in WebAssembly (snappy.as): what most Parquet files are packed by.
 *
 * Format: Google's "Snappy compressed format description".
 *
 * @module
 */
import { compileWasm } from "../../base/wasm_module.ts";
import { readVarint } from "./varint.ts";
import { SNAPPY_WASM } from "./snappy_wasm.ts";

/** What the module exports; numbers are addresses in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  makeRoom(packed: number, size: number): number;
  outputPlace(): number;
  uncompress(at: number, length: number, size: number): number;
}

/** Unpacks one piece of data after the other. */
export class Snappy {
  readonly #exports: Exports;

  /** A new one, of this thread. */
  constructor() {
    module ??= compileWasm(SNAPPY_WASM);
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  }

  /**
   * The `size` bytes that are packed, valid until the next are unpacked.
   *
   * @throws {Error} where they are damaged, or not as many
   */
  uncompress(packed: Uint8Array, size: number): Uint8Array {
    const exports = this.#exports, said = readVarint(packed, 0);
    if (said.value !== size) {
      throw new RangeError(`a page has ${said.value} bytes, its header says ${size}`);
    }
    const place = exports.makeRoom(packed.length, size) >>> 0;
    if (place === 0) throw new RangeError("a page of too many bytes");
    const { buffer } = exports.memory;
    new Uint8Array(buffer, place, packed.length).set(packed);
    if (exports.uncompress(said.next, packed.length, size) === 0) {
      throw new RangeError("damaged Snappy data");
    }
    return new Uint8Array(buffer, exports.outputPlace() >>> 0, size);
  }
}

let module: WebAssembly.Module | undefined;
