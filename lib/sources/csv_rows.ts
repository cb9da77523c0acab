/**
 * A database's rows as CSV.
 *
 * @module
 */
import type { RunControl } from "../base/progress.ts";
import { nullFault, requiredColumns } from "./required_columns.ts";
import { breaksIn, RowPlaces } from "./row_places.ts";
import { RowMeter } from "./source_progress.ts";

/** Rows of cells. */
export interface CellRows<Cell> {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** The rows, some at a time; null is NULL. */
  readonly batches: AsyncIterable<readonly (readonly (Cell | null)[])[]>;
}

const encoder = new TextEncoder();

/**
 * The rows in chunks of CSV, the header in the first.
 *
 * @param source name for messages
 * @param textOf a cell's text, given its column from 0 and its row from 1
 * @throws {InputError} for a NULL in a required column; what `textOf` throws; the signal's reason on abort
 */
export async function* csvRows<Cell>(
  { names, batches }: CellRows<Cell>,
  source: string,
  { signal, onProgress }: RunControl,
  textOf: (cell: Cell, column: number, row: number) => string,
): AsyncGenerator<Uint8Array, undefined> {
  const meter = new RowMeter(`read ${source}`, onProgress);
  const required = requiredColumns(names);
  yield encoder.encode(`${names.map(csvCell).join(",")}\n`);
  const places = new RowPlaces(source, breaksIn(names.join()));
  let row = 0;
  for await (const batch of batches) {
    signal?.throwIfAborted();
    let lines = "";
    for (const cells of batch) {
      row++;
      let breaks = 0;
      cells.forEach((cell, c) => {
        if (cell === null && required[c]) throw nullFault(source, row, names[c]);
        const text = cell === null ? "" : textOf(cell, c, row);
        breaks += breaksIn(text);
        lines += (c === 0 ? "" : ",") + csvCell(text);
      });
      places.add(breaks);
      lines += "\n";
    }
    meter.at(row);
    yield encoder.encode(lines);
  }
  meter.end();
}

/** A cell, quoted where it must be, and also where it begins or ends with white space, which readers of CSV may drop. */
function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
