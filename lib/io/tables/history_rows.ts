/**
 * The fast path of history: plain rows, many at a time, in WebAssembly (history_rows.as).
 *
 * A row is plain when no field is quoted; ids need no trimming; offered_at is a date since 1970, or a time, as most programs
 * write them; the outcome is one, in small letters, or blank; and the score has at most 15 digits and no exponent. Nearly every
 * row of nearly every file is. Rows that matter to no rule are only counted.
 *
 * @module
 */
import { compileWasmOrNull } from "../../base/wasm_module.ts";
import { BLOCK } from "../csv/block.ts";
import type { Layout } from "../csv/header.ts";
import { SLACK } from "../csv/record_scanner.ts";
import { HISTORY_ROWS_WASM } from "./history_rows_wasm.ts";

/** Columns that a file may have at most. */
const MOST_COLUMNS = 64, MOST_ROWS = 1 << 14, MOST_DAYS = 1 << 10;

/** What the module exports; numbers are addresses in its memory. */
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
  /** Uint32Array: where it ends. */
  readonly userTo: Uint32Array;
  /** Uint32Array: where its contract begins. */
  readonly contractFrom: Uint32Array;
  /** Uint32Array: where it ends. */
  readonly contractTo: Uint32Array;
  /** Uint32Array: where its brand begins. */
  readonly brandFrom: Uint32Array;
  /** Uint32Array: where it ends; the same: it has none. */
  readonly brandTo: Uint32Array;
  /** Int32Array: its day; 0 where the file has none. */
  readonly days: Int32Array;
  /** Uint8Array: what came of it, as the place among the outcomes. */
  readonly outcomes: Uint8Array;
  /** Float64Array: its score; NaN: none. */
  readonly scores: Float64Array;
}

/** Where the optional columns are; −1: they are not there, or nobody asks. */
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

/** Which rows matter: see History. */
export interface RowsThatMatter {
  /** The first day that any rule asks for. */
  readonly firstDay: number;
  /** Rows on later days are passed over. */
  readonly lastDay: number;
  /** Whether declines matter whenever they were. */
  readonly declines: boolean;
}

/** Takes plain rows of history out of a block of bytes; one file at a time. */
export class HistoryRows {
  /** The block to read into. */
  readonly bytes: Uint8Array;
  /** The rows that matter of those taken last, the first {@link kept} of each array. */
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

  /** A taker of the rows that matter; null where there is no WebAssembly with vectors of bytes. */
  static of({ firstDay, lastDay, declines }: RowsThatMatter): HistoryRows | null {
    if (module === undefined) module = compileWasmOrNull(HISTORY_ROWS_WASM);
    if (module === null) return null;
    const taker = new HistoryRows(module), limit = 2 ** 31 - 1;
    const day = (value: number) => Math.max(-limit, Math.min(limit, value));
    taker.#exports.beginRows(day(firstDay), day(lastDay), Number(declines));
    return taker;
  }

  /** Before rows of a file; false where it has more columns than plain rows may have. */
  beginFile({ columns, index: [user, contract] }: Layout, fields: HistoryFields): boolean {
    const { when, outcome, score, brand } = fields;
    this.#exports.beginFile(columns, user, contract, when, outcome, score, brand);
    return columns <= MOST_COLUMNS;
  }

  /**
   * Takes rows of the block from `at` on that begin before `stop` and end before `end`, as many as are plain and there is
   * room for. Returns where the first row begins that is not taken.
   */
  take(at: number, stop: number, end: number): number {
    return this.#exports.takeRows(at, stop, end);
  }

  /** Rows that the last {@link take} took. */
  get rows(): number {
    return this.#exports.rows.value;
  }

  /** Rows among them that matter. */
  get kept(): number {
    return this.#exports.kept.value;
  }

  /** Rows among them on later days. */
  get laterRows(): number {
    return this.#exports.laterRows.value;
  }

  /** Rows among them that say declined, later ones left out. */
  get declinedRows(): number {
    return this.#exports.declinedRows.value;
  }

  /** Rows among them too long ago for any rule. */
  get earlierRows(): number {
    return this.#exports.earlierRows.value;
  }

  /** Days of rows that are not later, each at least once in all calls. */
  get newDays(): Int32Array {
    return this.#newDays.subarray(0, this.#exports.newDayCount.value);
  }

  /** Whether the last {@link take} may have stopped for want of room. */
  get isFull(): boolean {
    return this.kept === MOST_ROWS || this.#exports.newDayCount.value === MOST_DAYS;
  }
}

let module: WebAssembly.Module | null | undefined;
