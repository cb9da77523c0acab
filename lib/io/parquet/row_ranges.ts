/**
 * The rows of a Parquet file, in pieces that are read at once.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { limitText } from "../bytes/read_limits.ts";
import type { FileMetadata } from "./parquet_metadata.ts";

/** Rows `[rowStart, rowEnd)` of a file: one row group, or several small ones. */
export interface RowRange {
  /** First row, counted from 0. */
  readonly rowStart: number;
  /** The row behind the last. */
  readonly rowEnd: number;
  /** Its first row group. */
  readonly groupStart: number;
  /** The row group behind its last. */
  readonly groupEnd: number;
}

/** Row groups are joined up to this many rows: reading a row group costs as much as some thousand rows. */
const FEW_ROWS = 1 << 16;

/** Memory for a row while it is read, roughly. */
const ROW_BYTES = 16;

/**
 * The ranges that cover a file's rows; small row groups are joined.
 *
 * @param mostBytes limit on the memory for a row group
 * @throws {InputError} where a row group has too many rows
 * @throws {RangeError} where the numbers of rows contradict each other
 */
export function rangesOf(
  { rowGroups, rows: allRows }: FileMetadata,
  file: string,
  mostBytes: number,
): RowRange[] {
  const ranges: RowRange[] = [];
  let rowStart = 0, rowEnd = 0, groupStart = 0;
  rowGroups.forEach(({ rows }, i) => {
    if (!(Number.isInteger(rows) && rows >= 0)) {
      throw new RangeError("a row group's size is damaged");
    }
    if (rows * ROW_BYTES > mostBytes) {
      const why = `row group ${i + 1} says that it has ${rows} rows`;
      throw new InputError(`${file}: ${why}, more than ${limitText("inflated", mostBytes)}`, {
        file,
      });
    }
    rowEnd += rows;
    if (rowEnd - rowStart < FEW_ROWS && i + 1 < rowGroups.length) return;
    if (rowEnd > rowStart) ranges.push({ rowStart, rowEnd, groupStart, groupEnd: i + 1 });
    rowStart = rowEnd;
    groupStart = i + 1;
  });
  if (rowEnd !== allRows) {
    throw new RangeError(`it says that it has ${allRows} rows, its row groups have ${rowEnd}`);
  }
  return ranges;
}

/** Number of rows of a range. */
export function rowsOf({ rowStart, rowEnd }: RowRange): number {
  return rowEnd - rowStart;
}
