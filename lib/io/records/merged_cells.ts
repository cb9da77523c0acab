/**
 * Which cells of a sheet are shown as part of a larger one.
 *
 * @module
 */
import { firstAbove } from "../../base/arrays/sorted_place.ts";
import type { MergeRange } from "../../deps/hucre.ts";

/** A column's ranges in the order of their first rows, and those rows. */
interface ColumnRanges {
  readonly ranges: readonly MergeRange[];
  readonly rows: Float64Array;
}

/** Ranges of merged cells, looked up by cell; rows and columns count from 0. */
export class MergedCells {
  readonly #ranges: readonly MergeRange[];
  readonly #columns = new Map<number, ColumnRanges>();

  /** Ranges of a sheet, which do not overlap. */
  constructor(ranges: readonly MergeRange[]) {
    this.#ranges = ranges.toSorted((a, b) => a.startRow - b.startRow);
  }

  /** The range that a cell is part of; null for a cell of its own. */
  at(row: number, column: number): MergeRange | null {
    let of = this.#columns.get(column);
    if (of === undefined) {
      const ranges = this.#ranges.filter((one) => one.startCol <= column && column <= one.endCol);
      of = { ranges, rows: Float64Array.from(ranges, ({ startRow }) => startRow) };
      this.#columns.set(column, of);
    }
    const range = of.ranges[firstAbove(of.rows, row) - 1];
    return range !== undefined && row <= range.endRow ? range : null;
  }
}
