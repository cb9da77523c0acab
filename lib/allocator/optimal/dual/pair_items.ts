/**
 * The items of pairs, side by side in the order of the pairs.
 *
 * Where nearly every pair has an item of its own, a pass over what a screening left would look all over the memory for them.
 *
 * @module
 */
import { grown } from "../../../base/arrays/number_list.ts";
import { release } from "../../../base/arrays/shared_array.ts";
import type { ItemCells } from "../../drop/instance/limits.ts";
import type { Items } from "../../limits/items.ts";

/** Items in the order of pairs; {@link Items} themselves are some. */
export type PairItems = Pick<Items, "contract" | "start" | "row" | "coefficient">;

/** Items in the order of pairs, where a cell and a number tell all of one; {@link ItemCells} has such columns. */
export type PairCells = Pick<ItemCells, "cell" | "number">;

/** Releases their memory. */
export function releaseItems(items: PairItems | PairCells): void {
  for (const column of Object.values(items)) release(column);
}

/** Puts cells and numbers together pair by pair, as {@link PairItemsBuilder} does items. */
export class PairCellsBuilder {
  #cell: Uint32Array = new Uint32Array(1024);
  #number: Float64Array = new Float64Array(1024);
  #pairs = 0;

  /** How many pairs there are. */
  get pairs(): number {
    return this.#pairs;
  }

  /** Removes all, and keeps the memory. */
  clear(): void {
    this.#pairs = 0;
  }

  /** Appends what `from` has at the places `at`. */
  append({ cell, number }: PairCells, at: Uint16Array | Uint32Array): void {
    const needed = this.#pairs + at.length;
    if (needed > this.#cell.length) {
      const room = Math.max(needed, 2 * this.#cell.length);
      this.#cell = grown(this.#cell, room);
      this.#number = grown(this.#number, room);
    }
    for (let n = 0, to = this.#pairs; n < at.length; n++, to++) {
      this.#cell[to] = cell[at[n]];
      this.#number[to] = number[at[n]];
    }
    this.#pairs = needed;
  }

  /** All that was appended, in memory of its exact size. */
  finish(): PairCells {
    const pairs = this.#pairs;
    return { cell: this.#cell.slice(0, pairs), number: this.#number.slice(0, pairs) };
  }
}

/** Puts items together pair by pair. */
export class PairItemsBuilder {
  #contract: Uint32Array = new Uint32Array(1024);
  #start: Uint32Array = new Uint32Array(1025);
  #row: Uint32Array = new Uint32Array(1024);
  #coefficient: Float64Array = new Float64Array(1024);
  #pairs = 0;

  /** How many pairs there are. */
  get pairs(): number {
    return this.#pairs;
  }

  /** Removes all, and keeps the memory. */
  clear(): void {
    this.#pairs = 0;
  }

  /** Appends the items `from` has at the places `at`. */
  append(from: PairItems, at: Uint16Array | Uint32Array): void {
    let entries = this.#start[this.#pairs];
    this.#reserve(at.length, from, at);
    for (let n = 0; n < at.length; n++) {
      const i = at[n];
      this.#contract[this.#pairs] = from.contract[i];
      for (let e = from.start[i]; e < from.start[i + 1]; e++, entries++) {
        this.#row[entries] = from.row[e];
        this.#coefficient[entries] = from.coefficient[e];
      }
      this.#start[++this.#pairs] = entries;
    }
  }

  #reserve(pairs: number, { start }: PairItems, at: Uint16Array | Uint32Array): void {
    const needed = this.#pairs + pairs;
    if (needed > this.#contract.length) {
      const room = Math.max(needed, 2 * this.#contract.length);
      this.#contract = grown(this.#contract, room);
      this.#start = grown(this.#start, room + 1);
    }
    let entries = this.#start[this.#pairs];
    for (let n = 0; n < at.length; n++) entries += start[at[n] + 1] - start[at[n]];
    if (entries <= this.#row.length) return;
    const room = Math.max(entries, 2 * this.#row.length);
    this.#row = grown(this.#row, room);
    this.#coefficient = grown(this.#coefficient, room);
  }

  /** All that was appended, in memory of its exact size. */
  finish(): PairItems {
    const pairs = this.#pairs, entries = this.#start[pairs];
    return {
      contract: this.#contract.slice(0, pairs),
      start: this.#start.slice(0, pairs + 1),
      row: this.#row.slice(0, entries),
      coefficient: this.#coefficient.slice(0, entries),
    };
  }
}
