/**
 * Gives the module that scans users the items of pairs, where nearly every pair has an item of its own.
 *
 * @module
 */
import { cellsOf, type ItemCells } from "../../drop/instance/limits.ts";
import type { Items } from "../../limits/items.ts";
import type { BlockBuilder, PairBlock } from "../dual/pair_block.ts";
import {
  type PairCells,
  PairCellsBuilder,
  type PairItems,
  PairItemsBuilder,
} from "../dual/pair_items.ts";
import type { ScanColumns } from "./user_scan_memory.ts";

/** Copies the items of the pairs that are taken next into the module's memory, one after the other: pair p has item p there. */
export class OwnItems {
  readonly #items: Items;
  readonly #to: ScanColumns;
  /** Cells and numbers are all that is copied where items have some, as the module has the cells; else their rows are. */
  readonly #cells: ItemCells | null;
  /** Whether pair p of the drop has item p, so that items lie side by side. */
  readonly #inOrder: boolean;
  readonly #places: Uint32Array;
  readonly #gathered = new PairItemsBuilder();
  readonly #gatheredCells = new PairCellsBuilder();

  constructor(items: Items, to: ScanColumns) {
    this.#items = items;
    this.#to = to;
    this.#cells = cellsOf(items);
    this.#inOrder = isInOrder(items.item);
    this.#places = Uint32Array.from(to.cells, (_, p) => p);
    if (this.#cells === null) to.cells.set(this.#places);
    else {
      const { contract, start, row, fixed, factor } = this.#cells;
      to.itemContract.set(contract);
      to.rowStart.set(start);
      to.rows.set(row);
      to.rowFixed.set(fixed);
      to.rowFactor.set(factor);
    }
  }

  /** How many cells the module keeps, which it can price once for all pairs; 0: each pair that is taken is a cell. */
  get cells(): number {
    return this.#cells?.contract.length ?? 0;
  }

  /** The items of some pairs of the drop. A loop, as `map` takes many times as long. */
  itemsOf(pair: Uint32Array): Uint32Array {
    if (this.#inOrder) return pair;
    const { item } = this.#items, own = new Uint32Array(pair.length);
    for (let n = 0; n < own.length; n++) own[n] = item[pair[n]];
    return own;
  }

  /** Takes the items of pairs `[from, end)` of a block, with prices where they are given. */
  take(block: PairBlock, from: number, end: number, netPrice: Float64Array | null) {
    const { item } = block, count = end - from;
    this.#to.items.set(this.#places.subarray(0, count));
    if (netPrice !== null) {
      for (let n = 0; n < count; n++) this.#to.netPrice[n] = netPrice[item[from + n]];
    }
    if (this.#cells === null) this.#takeItems(block, from, end);
    else this.#takeCells(this.#cells, block, from, end);
  }

  #takeItems({ item, ownItems }: PairBlock, from: number, end: number): void {
    if (ownItems !== null) return this.#copy(ownItems, from, end);
    const first = item[from];
    if (this.#isRun(item, from, end)) return this.#copy(this.#items, first, first + end - from);
    this.#gathered.clear();
    this.#gathered.append(this.#items, item.subarray(from, end));
    this.#copy(this.#gathered.finish(), 0, end - from);
  }

  #takeCells(cells: ItemCells, { item, ownCells }: PairBlock, from: number, end: number): void {
    if (ownCells !== null) return this.#copyCells(ownCells, from, end);
    const first = item[from];
    if (this.#isRun(item, from, end)) return this.#copyCells(cells, first, first + end - from);
    this.#gatheredCells.clear();
    this.#gatheredCells.append(cells, item.subarray(from, end));
    this.#copyCells(this.#gatheredCells.finish(), 0, end - from);
  }

  /** Whether the items of pairs `[from, end)` lie side by side in the drop. */
  #isRun(item: PairBlock["item"], from: number, end: number): boolean {
    return this.#inOrder && item[end - 1] - item[from] === end - 1 - from;
  }

  #copy({ start, contract, row, coefficient }: PairItems, from: number, end: number): void {
    const { itemContract, rowStart, rows, rowFixed } = this.#to;
    const first = start[from], last = start[end];
    itemContract.set(contract.subarray(from, end));
    for (let i = from; i <= end; i++) rowStart[i - from] = start[i] - first;
    rows.set(row.subarray(first, last));
    rowFixed.set(coefficient.subarray(first, last));
  }

  #copyCells({ cell, number }: PairCells, from: number, end: number): void {
    this.#to.cells.set(cell.subarray(from, end));
    this.#to.numbers.set(number.subarray(from, end));
  }

  /** Appends those of the pairs that are kept to the items of a builder. */
  append(builder: BlockBuilder, pairs: number): void {
    const { items, cells: cell, numbers: number, itemContract, rowStart, rows, rowFixed } =
      this.#to;
    const kept = items.subarray(0, pairs);
    if (this.#cells !== null) return builder.ownCells.append({ cell, number }, kept);
    const own = { contract: itemContract, start: rowStart, row: rows, coefficient: rowFixed };
    builder.ownItems.append(own, kept);
  }
}

function isInOrder(item: Uint32Array): boolean {
  let p = 0;
  while (p < item.length && item[p] === p) p++;
  return p === item.length;
}
