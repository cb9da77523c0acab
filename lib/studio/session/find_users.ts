/**
 * Users by a part of their id.
 *
 * @module
 */
import type { IdPool } from "../../base/ids/ids.ts";

/** Most users that are found. */
export const MOST_FOUND = 20;

/**
 * Ids that hold `text`, those that begin with it first, at most {@link MOST_FOUND}. One pass over the ids' bytes, none for an
 * exact beginning.
 */
export function usersLike(users: IdPool, text: string): string[] {
  if (text === "") return [];
  const key = new TextEncoder().encode(text);
  const { bytes, offsets } = users;
  const beginning: number[] = [], within: number[] = [];
  for (let i = 0; i < users.length && beginning.length < MOST_FOUND; i++) {
    const from = offsets[i], last = offsets[i + 1] - key.length;
    for (let at = from; at <= last; at++) {
      let n = 0;
      while (n < key.length && bytes[at + n] === key[n]) n++;
      if (n < key.length) continue;
      if (at === from) beginning.push(i);
      else if (within.length < MOST_FOUND) within.push(i);
      break;
    }
  }
  return [...beginning, ...within].slice(0, MOST_FOUND).map((i) => users.at(i));
}
