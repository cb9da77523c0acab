/**
 * The fast path of the eligibility reader: takes many plain rows at a time, in WebAssembly (plain_rows.as).
 *
 * A row is plain when its columns are user_id, contract_address, score and perhaps others, in this order; no field is quoted;
 * the user's id needs no trimming; the contract is known and has capacity; and the score has at most 15 digits and no exponent.
 * Nearly every row is plain in nearly every file, and its bytes can be compared 16 at a time.
 *
 * @module
 */
import { compileWasmOrNull } from "../../base/platform/wasm_module.ts";
import { NO_CAP } from "../../allocator/drop/instance/directory.ts";
import { needsQuotes } from "../../base/text/csv_field.ts";
import type { IdTable } from "../../base/ids/id_table.ts";
import { BLOCK } from "../csv/block.ts";
import { PLAIN_ROWS_WASM } from "./plain_rows_wasm.ts";
import { SLACK } from "../csv/record_scanner.ts";

/** Functions and buffers of the WebAssembly module; globals are addresses in its memory, or counts. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly block: WebAssembly.Global;
  readonly contracts: WebAssembly.Global;
  readonly scores: WebAssembly.Global;
  readonly userFrom: WebAssembly.Global;
  readonly userTo: WebAssembly.Global;
  readonly runEnd: WebAssembly.Global;
  readonly rows: WebAssembly.Global;
  readonly runs: WebAssembly.Global;
  begin(count: number, bytes: number, seed: number): number;
  addContract(length: number, index: number): void;
  takeRows(at: number, stop: number, end: number, columns: number): number;
}

/** Takes plain rows from a block of bytes. Each thread has one, and reads one file at a time with it. */
export class PlainRows {
  /** The block to read into. */
  readonly bytes: Uint8Array;
  /** Uint32Array: contract of each row taken. */
  readonly contract: Uint32Array;
  /** Float64Array: score of each row taken. */
  readonly score: Float64Array;
  /** Uint32Array: where the user of each run of rows begins in the block. */
  readonly userFrom: Uint32Array;
  /** Uint32Array: where that user ends. */
  readonly userTo: Uint32Array;
  /** Uint32Array: the row behind each run. */
  readonly runEnd: Uint32Array;
  readonly #exports: Exports;

  /** Loads the ids of the contracts that have capacity into the module's memory. */
  constructor(module: WebAssembly.Module, known: IdTable, contractIndex: Uint32Array) {
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const { bytes, offsets, length } = known.pool;
    // Contracts without capacity, and ids that only quoted fields can hold, are in no plain row.
    const taken = new Uint32Array(length);
    let count = 0, size = 0;
    for (let i = 0; i < length; i++) {
      if (contractIndex[i] === NO_CAP || needsQuotes(bytes, offsets[i], offsets[i + 1])) continue;
      taken[count++] = i;
      size += offsets[i + 1] - offsets[i];
    }
    let at = exports.begin(count, size, SEED);
    if (at === 0) throw new RangeError("no memory for the ids of contracts");
    const { buffer } = exports.memory, memory = new Uint8Array(buffer);
    for (const i of taken.subarray(0, count)) {
      memory.set(bytes.subarray(offsets[i], offsets[i + 1]), at);
      exports.addContract(offsets[i + 1] - offsets[i], contractIndex[i]);
      at += offsets[i + 1] - offsets[i];
    }
    const place = (name: "block" | "contracts" | "scores" | "userFrom" | "userTo" | "runEnd") =>
      Number(exports[name].value);
    const most = (place("scores") - place("contracts")) / 4;
    this.#exports = exports;
    this.bytes = new Uint8Array(buffer, place("block"), BLOCK + SLACK);
    this.contract = new Uint32Array(buffer, place("contracts"), most);
    this.score = new Float64Array(buffer, place("scores"), most);
    this.userFrom = new Uint32Array(buffer, place("userFrom"), most);
    this.userTo = new Uint32Array(buffer, place("userTo"), most);
    this.runEnd = new Uint32Array(buffer, place("runEnd"), most);
  }

  /** The one for these contracts in this thread; null where the platform has no WebAssembly SIMD. */
  static of({ known, contractIndex }: Contracts): PlainRows | null {
    if (module === undefined) module = compileWasmOrNull(PLAIN_ROWS_WASM);
    if (module === null) return null;
    let found = takers.get(known);
    if (found === undefined) takers.set(known, found = new PlainRows(module, known, contractIndex));
    return found;
  }

  /**
   * Takes rows of the block from `at` on that begin before `stop` and end before `end`, until one is not plain or the arrays
   * are full. Returns where the first row begins that is not taken.
   */
  take(at: number, stop: number, end: number, columns: number): number {
    return this.#exports.takeRows(at, stop, end, columns);
  }

  /** Rows that the last {@link take} took. */
  get rows(): number {
    return this.#exports.rows.value;
  }

  /** Number of runs of rows with the same user among those. */
  get runs(): number {
    return this.#exports.runs.value;
  }
}

/** The part of a look-up that concerns contracts. */
interface Contracts {
  readonly known: IdTable;
  readonly contractIndex: Uint32Array;
}

/** Seed of the module's hash table, drawn at random for each run, so that nobody can prepare ids that collide. */
const SEED = crypto.getRandomValues(new Uint32Array(1))[0];

const takers = new WeakMap<IdTable, PlainRows>();
let module: WebAssembly.Module | null | undefined;
