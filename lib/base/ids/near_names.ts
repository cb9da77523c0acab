/**
 * Names of columns and fields in another spelling or with a typing error.
 *
 * @module
 */
import { isTypingError } from "./near_ids.ts";

/**
 * The first name that is probably a column's, and that column; null where there is none.
 *
 * @param others names that are nobody's
 * @param columns those that there may be
 * @param options.there columns that are there: nothing else is meant by them
 */
export function misspelt(
  others: readonly string[],
  columns: readonly string[],
  { there, loosely = false }: { readonly there: readonly string[]; readonly loosely?: boolean },
): { readonly near: string; readonly column: string } | null {
  for (const column of columns) {
    if (there.includes(column)) continue;
    const near = others.find((name) => isMisspelt(name, column)) ??
      (loosely ? others.find((name) => isPartInWords(name, column)) : undefined);
    if (near !== undefined) return { near, column };
  }
  return null;
}

/** A name without what may be written in other ways: case, blanks, signs between words. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Columns of fewer letters are other words by one letter: `score` and `store`, `weight` and `height`. */
const LONG = 7;

/** Whether a name is probably a column's, written in another way or with a typing error. */
export function isMisspelt(name: string, column: string): boolean {
  if (bare(name) === bare(column)) return true;
  return isTypingError(name, column) &&
    (column.length >= LONG || isPartOf(name, column) || isSlip(name, column));
}

/** Whether a name with a typing error has a letter too many or too few, or two swapped: no other word, unlike one that has another letter. */
function isSlip(name: string, column: string): boolean {
  const letters = (text: string) => [...bare(text)].sort().join("");
  return column.length >= 4 &&
    (bare(name).length !== bare(column).length || letters(name) === letters(column));
}

/** Whether a name is one or more of a column's words, the last of them perhaps cut off: `contract`, `contract_addr`. */
function isPartInWords(name: string, column: string): boolean {
  const words = (text: string) => `_${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_")}`;
  const theirs = words(name.trim()), ours = words(column);
  return theirs.length > 4 && ours.includes(theirs);
}

/** Whether a name has a column's in it, or is a part of it. */
export function isPartOf(name: string, column: string): boolean {
  const theirs = bare(name), ours = bare(column);
  return theirs.length >= 3 && (theirs.includes(ours) || ours.includes(theirs));
}
