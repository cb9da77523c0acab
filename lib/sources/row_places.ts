/**
 * Where a database's rows stand: messages count rows, not the lines of the CSV that they are read as.
 *
 * @module
 */
import { LineMap, setPlaces } from "../base/places.ts";

/** The rows of a source, as they are made into CSV with a header. */
export class RowPlaces {
  readonly #lines = new LineMap();
  #rows = 0;
  #next: number;

  /** @param headerBreaks line breaks within the names of columns */
  constructor(source: string, headerBreaks: number) {
    this.#next = 2 + headerBreaks;
    this.#lines.add(1, -headerBreaks);
    const lineOf = (line: number) => Math.max(0, this.#lines.lineOf(line));
    setPlaces(source, {
      lineOf,
      text: (line) => lineOf(line) === 0 ? source : `${source}: row ${lineOf(line)}`,
    });
  }

  /** Counts the next row; `breaks` are the line breaks within its cells. */
  add(breaks: number): void {
    this.#lines.add(this.#next, ++this.#rows);
    this.#next += 1 + breaks;
  }
}

/** Line breaks in a text, as lines of CSV are counted. */
export function breaksIn(text: string): number {
  return text.includes("\n") ? text.split("\n").length - 1 : 0;
}
