/**
 * Suggestions for a misspelt id or name.
 *
 * @module
 */

import { shortText, shortWords } from "../text/short_words.ts";

/** Most suggestions in a message. */
const MOST_NAMED = 3;

/** Ids of more characters are not compared one by one, which takes as many steps as their lengths multiplied. */
const LONGEST = 1000;

/**
 * The end of a message about an unknown id: " (did you mean a, b?)", or "" where no id is near. An id is near if it begins
 * with `wanted`, if `wanted` is a shortened form of it (`0x8ac7fa…e0e1`, as reports print long ids), or if the two differ by
 * at most a quarter of the characters (where it has no more than a thousand). Only the nearest are named.
 *
 * @param ids every id that there is
 *
 * @example
 * ```ts
 * import { didYouMean } from "./near_ids.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(didYouMean("nroth", ["north", "south"]), " (did you mean north?)");
 * assertEquals(didYouMean("0x8a…e1", ["0x8ac7e1", "0x77c7e2"]), " (did you mean 0x8ac7e1?)");
 * ```
 */
export function didYouMean(wanted: string, ids: readonly string[]): string {
  const [head, tail = ""] = wanted.split("…");
  const most = Math.max(1, Math.floor(wanted.length / 4));
  const near: { id: string; distance: number }[] = [];
  for (const id of ids) {
    const shortened = wanted.length >= 3 && id.length >= head.length + tail.length &&
      id.startsWith(head) && id.endsWith(tail);
    // The beginning or the short form of an id counts as one typing error at most.
    const distance = shortened
      ? Math.min(1, id.length - wanted.length)
      : wanted.length > LONGEST
      ? Infinity
      : editDistance(wanted.toLowerCase(), id.toLowerCase(), most);
    if (distance <= most) near.push({ id, distance });
  }
  if (near.length === 0) return "";
  const least = near.reduce((least, { distance }) => Math.min(least, distance), most);
  const nearest = near.filter(({ distance }) => distance === least).map(({ id }) => id).sort();
  return ` (did you mean ${nearest.slice(0, MOST_NAMED).map(shown).join(", ")}?)`;
}

/**
 * Whether `name` is `meant` but for one typing error: a character more, less or other, or two swapped; upper and lower case alike.
 *
 * @example
 * ```ts
 * import { isTypingError } from "./near_ids.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(isTypingError("contract_adress", "contract_address"), true);
 * assertEquals(isTypingError("contract", "contract_address"), false);
 * ```
 */
export function isTypingError(name: string, meant: string): boolean {
  return editDistance(name.toLowerCase(), meant.toLowerCase(), 1) <= 1;
}

/** An id as messages show it: quoted where it has blanks or control characters. */
function shown(id: string): string {
  const short = shortText(shortWords(id), 200);
  return /[\s\p{Cc}]/u.test(id) ? JSON.stringify(short) : short;
}

/**
 * How many characters must be inserted, deleted, changed or swapped with their neighbour to turn `a` into `b`; some number
 * above `most` where it is more than `most`. Wagner and Fischer's dynamic programme with Damerau's swaps.
 */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [], above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let n = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        n = Math.min(n, before[j - 2] + 1);
      }
      row.push(n);
      if (n < least) least = n;
    }
    if (least > most) return most + 1;
    before = above;
    above = row;
  }
  return above[b.length];
}
