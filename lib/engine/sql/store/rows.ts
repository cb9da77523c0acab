/**
 * Rows that statements return, as numbers and without repetitions.
 *
 * @module
 */
import type { Rows } from "./store.ts";

/** The cells of rows as numbers; an empty cell is 0. */
export function numbersOf(rows: Rows): number[][] {
  return rows.map((row) => row.map(Number));
}

/** Rows, each once, in the order in which they first come: several parts may have the same. */
export function uniqueRows(rows: Rows): string[][] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), [...row]])).values()];
}
