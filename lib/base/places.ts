/**
 * Where rows stand in files whose lines are not those of the CSV text that they are read as: JSON Lines has no header, a
 * sheet has cells. The reader of such a file registers it here, and messages then name the place that the user sees.
 *
 * @module
 */

/** Where the rows of a file stand. */
export interface Places {
  /** The file's line, or the sheet's row, for a line of the text that was read. */
  lineOf(line: number): number;
  /** The place as messages name it, file included. */
  text(line: number, column?: string): string;
}

const known = new Map<string, Places>();

/** Registers where the rows of a file stand; null: on the lines that they are read from. */
export function setPlaces(file: string, places: Places | null): void {
  if (places === null) known.delete(file);
  else known.set(file, places);
}

/**
 * A place in a file as messages name it: `caps.csv:7`, `drop.xlsx: caps!B7`.
 *
 * @param line line of the text that was read; undefined: the file as a whole
 *
 * @example
 * ```ts
 * import { assertEquals } from "../deps/std_assert.ts";
 * import { placeText } from "./places.ts";
 * assertEquals(placeText("caps.csv", 7), "caps.csv:7");
 * ```
 */
export function placeText(file: string, line?: number, column?: string): string {
  if (line === undefined) return file;
  return known.get(file)?.text(line, column) ?? `${file}:${line}`;
}

/** The file's line for a line of the text that was read. */
export function lineInFile(file: string, line: number): number {
  return known.get(file)?.lineOf(line) ?? line;
}

/** Maps lines of the text that was read to lines of the file; stores only the lines where their difference changes. */
export class LineMap {
  readonly #from: number[] = [];
  readonly #shift: number[] = [];

  /** Line `read` of the text is line `line` of the file, and so on from there. */
  add(read: number, line: number): void {
    const shift = line - read;
    if (shift === this.#shift.at(-1)) return;
    this.#from.push(read);
    this.#shift.push(shift);
  }

  /** The file's line. */
  lineOf(read: number): number {
    let low = 0, high = this.#from.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#from[middle] <= read) low = middle + 1;
      else high = middle;
    }
    return read + (low === 0 ? 0 : this.#shift[low - 1]);
  }
}
