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

/** Whether a table's first bytes begin JSON in UTF-16 with its byte order mark, which is not read. */
export function isWideJson(head: Uint8Array): boolean {
  const isLittle = head[0] === 0xff && head[1] === 0xfe,
    isBig = head[0] === 0xfe && head[1] === 0xff;
  if (!isLittle && !isBig) return false;
  const even = head.length - head.length % 2;
  return isJson(head.subarray(2, even).filter((_, i) => i % 2 === (isLittle ? 0 : 1)));
}

/** Whether a file's name says that it holds JSON objects; for a blank file, whose bytes say nothing. */
export function hasJsonName(file: string): boolean {
  return /\.(jsonl|ndjson|json)(\.(gz|zst))?$/i.test(file);
}
