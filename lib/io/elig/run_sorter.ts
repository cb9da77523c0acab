/**
 * Rows of the same user sorted by contract, many users at a time, in WebAssembly (sort_runs.as).
 *
 * @module
 */
import { compileWasm } from "../../base/wasm_module.ts";
import { SORT_RUNS_WASM } from "./sort_runs_wasm.ts";

/** Rows taken at once, at most. */
export const MOST_ROWS = 1 << 15;

/** Says of a run that it was left as it is: {@link RunSorter.kept}. */
export const LEFT = 0xffff_ffff;

const NAMES = [
  "codes",
  "scores",
  "ends",
  "sortedCodes",
  "sortedScores",
  "kept",
  "dropped",
] as const;

/** What the module exports; numbers are addresses in its memory. */
type Exports = { readonly [name in typeof NAMES[number]]: WebAssembly.Global } & {
  readonly memory: WebAssembly.Memory;
  makeRoom(contracts: number): number;
  sortRuns16(runs: number, special: number): void;
  sortRuns32(runs: number, special: number): void;
};

/** Codes of rows: of two bytes, or of four. */
export type Codes = Uint16Array | Int32Array;

/** Sorts runs. Its arrays are filled for it, and read when it is done. */
export class RunSorter {
  /** Code of each row: the index of its contract, or a special one. */
  readonly codes: Codes;
  /** Score of each row. */
  readonly scores: Float64Array;
  /** Row that each run ends before. */
  readonly ends: Uint32Array;
  /** Contracts of the rows kept, run by run. */
  readonly sortedCodes: Codes;
  /** Their scores. */
  readonly sortedScores: Float64Array;
  /** How many rows of each run are kept; {@link LEFT} for a run that needs a closer look. */
  readonly kept: Uint32Array;
  /** How many rows of each run are dropped. */
  readonly dropped: Uint32Array;
  /**
   * Sorts the rows of `runs` runs and drops those with the code `special`; higher codes, scores that are no numbers and repeated
   * contracts need a closer look.
   */
  readonly sort: (runs: number, special: number) => void;
  readonly #contracts: number;

  /**
   * A new one, of this thread.
   *
   * @param like codes of the width that is to be sorted
   * @param contracts their indices are below it
   */
  constructor(like: Codes, contracts: number) {
    module ??= compileWasm(SORT_RUNS_WASM);
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    if (exports.makeRoom(contracts) === 0) throw new RangeError("no memory to sort contracts in");
    const { buffer } = exports.memory;
    const place = (name: typeof NAMES[number]) => Number(exports[name].value);
    const codes = (name: "codes" | "sortedCodes") =>
      like instanceof Uint16Array
        ? new Uint16Array(buffer, place(name), MOST_ROWS)
        : new Int32Array(buffer, place(name), MOST_ROWS);
    this.codes = codes("codes");
    this.scores = new Float64Array(buffer, place("scores"), MOST_ROWS);
    this.ends = new Uint32Array(buffer, place("ends"), MOST_ROWS);
    this.sortedCodes = codes("sortedCodes");
    this.sortedScores = new Float64Array(buffer, place("sortedScores"), MOST_ROWS);
    this.kept = new Uint32Array(buffer, place("kept"), MOST_ROWS);
    this.dropped = new Uint32Array(buffer, place("dropped"), MOST_ROWS);
    this.sort = like instanceof Uint16Array ? exports.sortRuns16 : exports.sortRuns32;
    this.#contracts = contracts;
  }

  /** Whether it sorts codes of this width, of so many contracts. */
  fits(codes: Codes, contracts: number): boolean {
    return codes.BYTES_PER_ELEMENT === this.codes.BYTES_PER_ELEMENT &&
      contracts <= this.#contracts;
  }
}

let module: WebAssembly.Module | undefined;
