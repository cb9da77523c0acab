/**
 * Gives the module that scans users the items of pairs, where nearly every pair has an item of its own.
 *
 * @module
 */
import type { Items } from "../../limits/items.ts";
import type { BlockBuilder, PairBlock } from "../dual/pair_block.ts";
import { type PairItems, PairItemsBuilder } from "../dual/pair_items.ts";
import type { ScanColumns } from "./user_scan_memory.ts";

/** Copies the items of the pairs that are taken next into the module's memory, item after item: pair p has item p there. */
export class OwnItems {
  readonly #items: Items;
  readonly #to: ScanColumns;
  /** Whether pair p of the drop has item p, so that items lie side by side. */
  readonly #inOrder: boolean;
  readonly #places: Uint32Array;
  readonly #gathered = new PairItemsBuilder();

  constructor(items: Items, to: ScanColumns) {
    this.#items = items;
    this.#to = to;
    this.#inOrder = items.item.every((i, p) => i === p);
    this.#places = new Uint32Array(to.items.length).map((_, p) => p);
  }

  /** Takes the items of pairs `[from, end)` of a block, with prices where they are given. */
  take({ item, ownItems }: PairBlock, from: number, end: number, netPrice: Float64Array | null) {
    const count = end - from;
    this.#to.items.set(this.#places.subarray(0, count));
    if (netPrice !== null) {
      for (let n = 0; n < count; n++) this.#to.netPrice[n] = netPrice[item[from + n]];
    }
    if (ownItems !== null) return this.#copy(ownItems, from, end);
    const isRun = this.#inOrder && item[end - 1] - item[from] === count - 1;
    if (isRun) return this.#copy(this.#items, item[from], item[from] + count);
    this.#gathered.clear();
    this.#gathered.append(this.#items, item.subarray(from, end));
    this.#copy(this.#gathered.finish(), 0, count);
  }

  #copy({ start, contract, row, coefficient }: PairItems, from: number, end: number): void {
    const { itemContract, rowStart, rows, rowCoefficient } = this.#to;
    const first = start[from], last = start[end];
    itemContract.set(contract.subarray(from, end));
    for (let i = from; i <= end; i++) rowStart[i - from] = start[i] - first;
    rows.set(row.subarray(first, last));
    rowCoefficient.set(coefficient.subarray(first, last));
  }

  /** Appends those of the pairs that are kept to the items of a builder. */
  append(builder: BlockBuilder, pairs: number): void {
    const {
      items,
      itemContract: contract,
      rowStart: start,
      rows: row,
      rowCoefficient: coefficient,
    } = this.#to;
    builder.ownItems.append({ contract, start, row, coefficient }, items.subarray(0, pairs));
  }
}
