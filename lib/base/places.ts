/**
 * Where rows stand in files that are not read line for line: JSON Lines has no header, a sheet has cells. Whoever reads
 * such a file says so here, and every message about it names the place that its user sees.
 *
 * @module
 */

/** Where the rows of a file stand. */
export interface Places {
  /** Line (of a sheet: row) of the file that a line of the text stands for that was read. */
  lineOf(line: number): number;
  /** The place as messages name it, file included. */
  text(line: number, column?: string): string;
}

const known = new Map<string, Places>();

/** Says where the rows of a file stand; null: on the lines that they are read from. */
export function setPlaces(file: string, places: Places | null): void {
  if (places === null) known.delete(file);
  else known.set(file, places);
}

/**
 * A place in a file as messages name it: `caps.csv:7`, `drop.xlsx: caps!B7`.
 *
 * @param line line that was read; undefined: the file as a whole
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

/** The line of the file that a line stands for that was read. */
export function lineInFile(file: string, line: number): number {
  return known.get(file)?.lineOf(line) ?? line;
}

/** Lines of a file by lines of the text that its rows are read as: kept where one moves against the other. */
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
