/**
 * The fast path of the eligibility reader: plain rows, many at a time, in WebAssembly (plain_rows.as).
 *
 * A row is plain when its columns are user_id, contract_address, score and perhaps others, in this order; no field is quoted;
 * the user's id needs no trimming; the contract is known and has capacity; and the score has at most 15 digits and no exponent.
 * Nearly every row of nearly every file is. For plain rows there is nothing to decide, only bytes to compare, 16 at a time.
 *
 * @module
 */
import { NO_CAP } from "../../allocator/drop/directory.ts";
import type { IdTable } from "../../base/id_table.ts";
import { BLOCK } from "../csv/block.ts";
import { PLAIN_ROWS_WASM } from "./plain_rows_wasm.ts";
import { SLACK } from "../csv/record_scanner.ts";

/** What the module exports; numbers are addresses in its memory. */
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

/** Takes plain rows out of a block of bytes. One for each thread that reads, and one file at a time. */
export class PlainRows {
  /** The block to read into. */
  readonly bytes: Uint8Array;
  /** Uint16Array: contract of each row taken. */
  readonly contract: Uint16Array;
  /** Float64Array: score of each row taken. */
  readonly score: Float64Array;
  /** Uint32Array: where the user of each run of rows begins in the block. */
  readonly userFrom: Uint32Array;
  /** Uint32Array: where it ends. */
  readonly userTo: Uint32Array;
  /** Uint32Array: row that each run ends before. */
  readonly runEnd: Uint32Array;
  readonly #exports: Exports;

  /** A taker of rows about these contracts. */
  constructor(module: WebAssembly.Module, known: IdTable, contractIndex: Uint16Array) {
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const taken: { id: Uint8Array; index: number }[] = [];
    const { bytes, offsets, length } = known.pool;
    for (let i = 0; i < length; i++) {
      if (contractIndex[i] === NO_CAP) continue;
      const id = bytes.subarray(offsets[i], offsets[i + 1]);
      if (!id.some((byte) => SPECIAL.includes(byte))) taken.push({ id, index: contractIndex[i] });
    }
    // The module has room for as many contracts as can be given; the table may know of more.
    const size = taken.reduce((sum, { id }) => sum + id.length, 0);
    let at = exports.begin(taken.length, size, SEED);
    const { buffer } = exports.memory;
    for (const { id, index } of taken) {
      new Uint8Array(buffer, at).set(id);
      exports.addContract(id.length, index);
      at += id.length;
    }
    const place = (name: "block" | "contracts" | "scores" | "userFrom" | "userTo" | "runEnd") =>
      Number(exports[name].value);
    const most = (place("scores") - place("contracts")) / 2;
    this.#exports = exports;
    this.bytes = new Uint8Array(buffer, place("block"), BLOCK + SLACK);
    this.contract = new Uint16Array(buffer, place("contracts"), most);
    this.score = new Float64Array(buffer, place("scores"), most);
    this.userFrom = new Uint32Array(buffer, place("userFrom"), most);
    this.userTo = new Uint32Array(buffer, place("userTo"), most);
    this.runEnd = new Uint32Array(buffer, place("runEnd"), most);
  }

  /** One for a thread's look-ups, kept as long as they are; null where there is no WebAssembly with vectors of bytes. */
  static of({ known, contractIndex }: Contracts): PlainRows | null {
    if (module === undefined) module = compiled();
    if (module === null) return null;
    let found = takers.get(known);
    if (found === undefined) takers.set(known, found = new PlainRows(module, known, contractIndex));
    return found;
  }

  /**
   * Takes rows of the block from `at` on that begin before `stop` and end before `end`, as many as are plain and there is
   * room for. Returns where the first row begins that is not taken.
   */
  take(at: number, stop: number, end: number, columns: number): number {
    return this.#exports.takeRows(at, stop, end, columns);
  }

  /** Rows that the last {@link take} took. */
  get rows(): number {
    return this.#exports.rows.value;
  }

  /** Runs of rows with the same user among them. */
  get runs(): number {
    return this.#exports.runs.value;
  }
}

/** The part of a directory that says what contracts there are. */
interface Contracts {
  readonly known: IdTable;
  readonly contractIndex: Uint16Array;
}

/** Comma, quote, LF and CR: an id with one of these stands in quotes, so no plain row has it. */
const SPECIAL = [44, 34, 10, 13];

/** Another one each run, so that ids that collide can't be chosen. */
const SEED = crypto.getRandomValues(new Uint32Array(1))[0];

const takers = new WeakMap<IdTable, PlainRows>();
let module: WebAssembly.Module | null | undefined;

function compiled(): WebAssembly.Module | null {
  const text = atob(PLAIN_ROWS_WASM.join(""));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return null;
  }
}
