/**
 * Rows of the same user sorted by contract, many users at a time, in WebAssembly (sort_runs.as).
 *
 * @module
 */
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
  sortRuns(runs: number, special: number): void;
};

/** Sorts runs. Its arrays are filled for it, and read when it is done. */
export class RunSorter {
  /** Code of each row: the index of its contract, or a special one. */
  readonly codes: Uint16Array;
  /** Score of each row. */
  readonly scores: Float64Array;
  /** Row that each run ends before. */
  readonly ends: Uint32Array;
  /** Contracts of the rows kept, run by run. */
  readonly sortedCodes: Uint16Array;
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

  /** A new one, of this thread. */
  constructor() {
    module ??= compiled();
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const { buffer } = exports.memory;
    const [codes, scores, ends, sortedCodes, sortedScores, kept, dropped] = NAMES.map((name) =>
      Number(exports[name].value)
    );
    this.codes = new Uint16Array(buffer, codes, MOST_ROWS);
    this.scores = new Float64Array(buffer, scores, MOST_ROWS);
    this.ends = new Uint32Array(buffer, ends, MOST_ROWS);
    this.sortedCodes = new Uint16Array(buffer, sortedCodes, MOST_ROWS);
    this.sortedScores = new Float64Array(buffer, sortedScores, MOST_ROWS);
    this.kept = new Uint32Array(buffer, kept, MOST_ROWS);
    this.dropped = new Uint32Array(buffer, dropped, MOST_ROWS);
    this.sort = exports.sortRuns;
  }
}

let module: WebAssembly.Module | undefined;

function compiled(): WebAssembly.Module {
  const text = atob(SORT_RUNS_WASM.join(""));
  return new WebAssembly.Module(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}
