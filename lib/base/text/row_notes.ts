/**
 * What is said of rows that are no rows, and of inputs without any.
 *
 * @module
 */
import { count, counted } from "./counted.ts";

/** The note on a table with rows of nothing but separators, as spreadsheets leave them. */
export function blankRowsNote(table: string, rows: number): string {
  return `${table}: ${counted(rows, "row")} of separators only left out`;
}

/**
 * The note on rows about a contract, user or group, or of a pair, that has had a row.
 *
 * @param noun what they are about: `contract`
 * @param conflicting those of the rows whose values differ from the first row's
 */
export function repeatedRowsNote(
  table: string,
  rows: number,
  noun: string,
  conflicting: number,
): string {
  const differ = conflicting === 0 ? "" : `, ${count(conflicting)} with other values`;
  return `${table}: ${counted(rows, "row")} of a ${noun} seen before left out${differ}`;
}

/**
 * The note on an input that was given and is empty, so that nobody takes its rules for kept.
 *
 * @param table its name
 * @param what what it would have had: `limits`
 */
export function noRowsNote(table: string, what: string): string {
  return `${table}: no rows, so there are no ${what}`;
}
