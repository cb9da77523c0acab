/**
 * The items of pairs, side by side in the order of the pairs.
 *
 * Where nearly every pair has an item of its own, a pass over what a screening left would look all over the memory for them.
 *
 * @module
 */
import { grown } from "../../../base/number_list.ts";
import { release } from "../../../base/shared_array.ts";
import type { Items } from "../../limits/items.ts";

/** Items in the order of pairs; {@link Items} themselves are some. */
export type PairItems = Pick<Items, "contract" | "start" | "row" | "coefficient">;

/** Releases their memory. */
export function releaseItems({ contract, start, row, coefficient }: PairItems): void {
  for (const column of [contract, start, row, coefficient]) release(column);
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
