/**
 * Sorts each user's rows by contract, many users at a time, in WebAssembly (sort_runs.as).
 *
 * @module
 */
import { compileWasm } from "../../base/platform/wasm_module.ts";
import { SORT_RUNS_WASM } from "./sort_runs_wasm.ts";

/** Most rows sorted at once. */
export const MOST_ROWS = 1 << 15;

/** Value of {@link RunSorter.kept} for a run that the sorter left as it is. */
export const UNSORTED = 0xffff_ffff;

const NAMES = [
  "codes",
  "scores",
  "ends",
  "sortedCodes",
  "sortedScores",
  "kept",
  "dropped",
] as const;

/** Functions and buffers of the WebAssembly module; globals are addresses in its memory. */
type Exports = { readonly [name in typeof NAMES[number]]: WebAssembly.Global } & {
  readonly memory: WebAssembly.Memory;
  makeRoom(contracts: number): number;
  sortRuns16(runs: number, special: number): void;
  sortRuns32(runs: number, special: number): void;
};

/** Codes of the rows' contracts; see ContractCodes. */
export type Codes = Uint16Array | Int32Array;

/** Sorts runs of rows. The caller fills the input arrays, calls {@link sort} and reads the output arrays. */
export class RunSorter {
  /** Input: code of each row's contract. */
  readonly codes: Codes;
  /** Input: score of each row. */
  readonly scores: Float64Array;
  /** Input: the row behind each run. */
  readonly ends: Uint32Array;
  /** Output: codes of the rows kept, run by run. */
  readonly sortedCodes: Codes;
  /** Output: scores of the rows kept, run by run. */
  readonly sortedScores: Float64Array;
  /** Output: number of rows kept of each run; {@link UNSORTED} for a run that the caller must take row by row. */
  readonly kept: Uint32Array;
  /** Output: number of rows dropped of each run. */
  readonly dropped: Uint32Array;
  /**
   * Sorts the rows of `runs` runs and drops those with the code `special`. A run with higher codes, scores that are not finite
   * or a contract twice is left unsorted.
   */
  readonly sort: (runs: number, special: number) => void;
  readonly #contracts: number;

  /**
   * A sorter with memory of its own.
   *
   * @param like an array of the type that the codes will have
   * @param contracts number of contracts; indices are below it
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

  /** Whether it can sort codes of this type for so many contracts. */
  fits(codes: Codes, contracts: number): boolean {
    return codes.BYTES_PER_ELEMENT === this.codes.BYTES_PER_ELEMENT &&
      contracts <= this.#contracts;
  }
}

let module: WebAssembly.Module | undefined;
