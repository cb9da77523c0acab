/**
 * The fast path of history: takes many plain rows at a time, in WebAssembly (history_rows.as).
 *
 * A row is plain when no field is quoted; ids need no trimming; offered_at is a date or time since 1970 in the usual form; the
 * outcome is a known one in lower case, or blank; and the score has at most 15 digits and no exponent. Nearly every row is
 * plain in nearly every file. Rows that matter to no rule are only counted.
 *
 * @module
 */
import { compileWasmOrNull } from "../../base/platform/wasm_module.ts";
import { BLOCK } from "../csv/block.ts";
import type { Layout } from "../csv/header.ts";
import { SLACK } from "../csv/record_scanner.ts";
import { HISTORY_ROWS_WASM } from "./history_rows_wasm.ts";

/** Most columns of a file, most rows kept by one call and most new days found by one call. */
const MOST_COLUMNS = 64, MOST_ROWS = 1 << 14, MOST_DAYS = 1 << 10;

/** Functions and buffers of the WebAssembly module; globals are addresses in its memory, or counts. */
interface Exports extends Record<keyof Arrays | "block" | "newDays", WebAssembly.Global> {
  readonly memory: WebAssembly.Memory;
  readonly rows: WebAssembly.Global;
  readonly laterRows: WebAssembly.Global;
  readonly declinedRows: WebAssembly.Global;
  readonly earlierRows: WebAssembly.Global;
  readonly kept: WebAssembly.Global;
  readonly newDayCount: WebAssembly.Global;
  beginFile(
    columns: number,
    user: number,
    contract: number,
    day: number,
    outcome: number,
    score: number,
    brand: number,
  ): void;
  beginRows(firstDay: number, lastDay: number, declinesMatter: number): void;
  takeRows(at: number, stop: number, end: number): number;
}

/** Rows that matter. */
interface Arrays {
  /** Uint32Array: where each row's user begins in the block. */
  readonly userFrom: Uint32Array;
  /** Uint32Array: where that user ends. */
  readonly userTo: Uint32Array;
  /** Uint32Array: where each row's contract begins in the block. */
  readonly contractFrom: Uint32Array;
  /** Uint32Array: where that contract ends. */
  readonly contractTo: Uint32Array;
  /** Uint32Array: where each row's brand begins in the block. */
  readonly brandFrom: Uint32Array;
  /** Uint32Array: where that brand ends; where it begins, if there is none. */
  readonly brandTo: Uint32Array;
  /** Int32Array: day of each row; 0 where the file has no days. */
  readonly days: Int32Array;
  /** Uint8Array: outcome of each row, by its index among the outcomes. */
  readonly outcomes: Uint8Array;
  /** Float64Array: score of each row; NaN: none. */
  readonly scores: Float64Array;
}

/** Fields of the optional columns; −1 where a column is missing or not needed. */
export interface HistoryFields {
  /** offered_at. */
  readonly when: number;
  /** outcome. */
  readonly outcome: number;
  /** score. */
  readonly score: number;
  /** brand_id. */
  readonly brand: number;
}

/** Which rows matter; see History. */
export interface RowsThatMatter {
  /** The first day that matters to any rule. */
  readonly firstDay: number;
  /** The last day; later rows are ignored. */
  readonly lastDay: number;
  /** Whether declines matter on any day. */
  readonly declines: boolean;
}

/** Takes plain rows of history from a block of bytes, one file at a time. */
export class HistoryRows {
  /** The block to read into. */
  readonly bytes: Uint8Array;
  /** The rows that matter among those taken last; the first {@link kept} elements of each array. */
  readonly arrays: Arrays;
  readonly #newDays: Int32Array;
  readonly #exports: Exports;

  private constructor(module: WebAssembly.Module) {
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const { buffer } = exports.memory;
    const place = (name: keyof Arrays | "block" | "newDays") => Number(exports[name].value);
    const words = (name: keyof Arrays) => new Uint32Array(buffer, place(name), MOST_ROWS);
    this.#exports = exports;
    this.bytes = new Uint8Array(buffer, place("block"), BLOCK + SLACK);
    this.#newDays = new Int32Array(buffer, place("newDays"), MOST_DAYS);
    this.arrays = {
      userFrom: words("userFrom"),
      userTo: words("userTo"),
      contractFrom: words("contractFrom"),
      contractTo: words("contractTo"),
      brandFrom: words("brandFrom"),
      brandTo: words("brandTo"),
      days: new Int32Array(buffer, place("days"), MOST_ROWS),
      outcomes: new Uint8Array(buffer, place("outcomes"), MOST_ROWS),
      scores: new Float64Array(buffer, place("scores"), MOST_ROWS),
    };
  }

  /** A new one for the rows that matter; null where the platform has no WebAssembly SIMD. */
  static of({ firstDay, lastDay, declines }: RowsThatMatter): HistoryRows | null {
    if (module === undefined) module = compileWasmOrNull(HISTORY_ROWS_WASM);
    if (module === null) return null;
    const rows = new HistoryRows(module), limit = 2 ** 31 - 1;
    const day = (value: number) => Math.max(-limit, Math.min(limit, value));
    rows.#exports.beginRows(day(firstDay), day(lastDay), Number(declines));
    return rows;
  }

  /** Must be called before the rows of a file are taken. False where the file has too many columns. */
  beginFile({ columns, index: [user, contract] }: Layout, fields: HistoryFields): boolean {
    const { when, outcome, score, brand } = fields;
    this.#exports.beginFile(columns, user, contract, when, outcome, score, brand);
    return columns <= MOST_COLUMNS;
  }

  /**
   * Takes rows of the block from `at` on that begin before `stop` and end before `end`, until one is not plain or the arrays
   * are full. Returns where the first row begins that is not taken.
   */
  take(at: number, stop: number, end: number): number {
    return this.#exports.takeRows(at, stop, end);
  }

  /** Rows that the last {@link take} took. */
  get rows(): number {
    return this.#exports.rows.value;
  }

  /** Rows among those that matter. */
  get kept(): number {
    return this.#exports.kept.value;
  }

  /** Rows among those after the last day. */
  get laterRows(): number {
    return this.#exports.laterRows.value;
  }

  /** Declined rows among those, without the rows after the last day. */
  get declinedRows(): number {
    return this.#exports.declinedRows.value;
  }

  /** Rows among those that are too old to matter to any rule. */
  get earlierRows(): number {
    return this.#exports.earlierRows.value;
  }

  /** Days of those rows up to the last day that earlier calls may not have reported. Over all calls each day comes at least once. */
  get newDays(): Int32Array {
    return this.#newDays.subarray(0, this.#exports.newDayCount.value);
  }

  /** Whether the last {@link take} may have stopped because an array was full. */
  get isFull(): boolean {
    return this.kept === MOST_ROWS || this.#exports.newDayCount.value === MOST_DAYS;
  }
}

let module: WebAssembly.Module | null | undefined;
