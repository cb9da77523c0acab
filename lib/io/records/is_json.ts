/**
 * Tells tables of JSON objects from CSV.
 *
 * @module
 */

const OPEN_ARRAY = 91, OPEN_OBJECT = 123;

/** Whether a table's first bytes begin JSON objects or an array; a header of CSV never begins with a bracket. */
export function isJson(head: Uint8Array): boolean {
  const isMarked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const first = head.subarray(isMarked ? 3 : 0).find((byte) => byte > 32);
  return first === OPEN_OBJECT || first === OPEN_ARRAY;
}

/** Whether a file's name says that it holds JSON objects; for a blank file, whose bytes can't tell. */
export function hasJsonName(file: string): boolean {
  return /\.(jsonl|ndjson|json)(\.(gz|zst))?$/i.test(file);
}
