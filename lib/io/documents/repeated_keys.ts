/**
 * Keys that a JSON document has twice.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";

/**
 * Refuses a key that an object has twice. The parser would keep the last one silently, and it is not known which was meant.
 *
 * @param text valid JSON, perhaps with comments
 * @throws {InputError} naming the line and the key
 *
 * @example
 * ```ts
 * import { refuseRepeatedKeys } from "./repeated_keys.ts";
 * import { assertThrows } from "../../deps/std_assert.ts";
 * assertThrows(() => refuseRepeatedKeys('{"k": 3, "k": 4}', "divvy.json"), Error, 'key is "k"');
 * ```
 */
export function refuseRepeatedKeys(text: string, file: string): void {
  const token = /\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  const open: (Set<string> | null)[] = [];
  let last: { text: string; at: number } | undefined;
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found.startsWith("/")) continue;
    if (found === "{") open.push(new Set());
    else if (found === "[") open.push(null);
    else if (found === "}" || found === "]") open.pop();
    else if (found === ":" && last !== undefined) {
      const key = JSON.parse(last.text) as string, keys = open[open.length - 1];
      if (keys?.has(key)) {
        const line = text.slice(0, last.at).split("\n").length;
        throw InputError.at({ file, line, column: "key", value: key, expected: "each key once" });
      }
      keys?.add(key);
    }
    last = found.startsWith('"') ? { text: found, at: index } : undefined;
  }
}
