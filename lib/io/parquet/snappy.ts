/**
 * Decompresses Snappy, which most Parquet files use, in WebAssembly (snappy.as).
 *
 * Format: Google's "Snappy compressed format description".
 *
 * @module
 */
import { compileWasm } from "../../base/platform/wasm_module.ts";
import { readVarint } from "./varint.ts";
import { SNAPPY_WASM } from "./snappy_wasm.ts";

/** Functions of the WebAssembly module; places are addresses in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  makeRoom(packed: number, size: number): number;
  outputPlace(): number;
  uncompress(at: number, length: number, size: number): number;
}

/** Decompresses one piece of data after the other. */
export class Snappy {
  readonly #exports: Exports;

  /** A decompressor with memory of its own. */
  constructor() {
    module ??= compileWasm(SNAPPY_WASM);
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  }

  /**
   * The `size` bytes that `packed` holds, valid until the next call.
   *
   * @throws {RangeError} where the data is damaged or has another size
   */
  uncompress(packed: Uint8Array, size: number): Uint8Array {
    const exports = this.#exports, packedSize = readVarint(packed, 0);
    if (packedSize.value !== size) {
      throw new RangeError(`a page has ${packedSize.value} bytes, its header says ${size}`);
    }
    const place = exports.makeRoom(packed.length, size) >>> 0;
    if (place === 0) throw new RangeError("a page of too many bytes");
    const { buffer } = exports.memory;
    new Uint8Array(buffer, place, packed.length).set(packed);
    if (exports.uncompress(packedSize.next, packed.length, size) === 0) {
      throw new RangeError("damaged Snappy data");
    }
    return new Uint8Array(buffer, exports.outputPlace() >>> 0, size);
  }
}

let module: WebAssembly.Module | undefined;
