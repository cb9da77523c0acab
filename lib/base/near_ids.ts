/**
 * Ids that somebody may have meant.
 *
 * @module
 */

/** Most ids that are named. */
const NAMED = 3;

/**
 * Words to put behind a message about an id that is not there: " (did you mean a, b?)", or "" where nothing is near.
 * Near are ids that it is the beginning of, that it is a shortened form of (`0x8ac7fa…e0e1`, as reports print long
 * ids), and those that differ from it by a few characters; only the nearest are named.
 *
 * @param ids every id that there is
 *
 * @example
 * ```ts
 * import { didYouMean } from "./near_ids.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
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
    // A beginning is nearer the less is lacking, and nearer than any slip of the keyboard of more characters.
    const distance = shortened
      ? Math.min(1, id.length - wanted.length)
      : slips(wanted.toLowerCase(), id.toLowerCase(), most);
    if (distance <= most) near.push({ id, distance });
  }
  if (near.length === 0) return "";
  const least = near.reduce((least, { distance }) => Math.min(least, distance), most);
  const nearest = near.filter(({ distance }) => distance === least).map(({ id }) => id).sort();
  return ` (did you mean ${nearest.slice(0, NAMED).map(shown).join(", ")}?)`;
}

/** An id as a message may have it: quoted where it has blanks or control characters. */
function shown(id: string): string {
  return /[\s\p{Cc}]/u.test(id) ? JSON.stringify(id) : id;
}

/**
 * How many characters must be put in, left out, changed or swapped with their neighbour to make `b` of `a`; anything
 * above `most` where it is more than that. The dynamic programme of Wagner and Fischer with Damerau's swaps.
 */
function slips(a: string, b: string, most: number): number {
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
