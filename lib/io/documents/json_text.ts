/**
 * The text of JSON documents that people give: parsed, and refused where an object has a key twice; and what is said of a place
 * in one.
 *
 * @module
 */
import { parse } from "../../deps/std_jsonc.ts";
import { InputError } from "../../base/errors.ts";

/**
 * The value of a JSON text. A key that an object has twice is refused: a parser would keep the last one silently, and it is not
 * known which was meant.
 *
 * @param file the file's name, for errors
 * @param options `comments`: whether comments and trailing commas are allowed
 * @throws {InputError} naming the line where the text is not JSON, and the line and the key
 *
 * @example
 * ```ts
 * import { parseJson } from "./json_text.ts";
 * import { assertEquals, assertThrows } from "../../deps/std_assert.ts";
 * assertEquals(parseJson('{"k": 3} // three', "divvy.json", { comments: true }), { k: 3 });
 * assertThrows(() => parseJson('{"k": 3, "k": 4}', "c.json"), Error, 'c.json:1: key is "k"');
 * ```
 */
export function parseJson(
  text: string,
  file: string,
  { comments = false }: { comments?: boolean } = {},
): unknown {
  const value = comments ? withComments(text, file) : strict(text, file);
  refuseRepeatedKeys(text, file);
  return value;
}

function strict(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The other parser knows the line, and says why in the same words.
    withComments(text, file);
    const only = "comments and trailing commas are read in divvy.json and splits only";
    throw new InputError(`${file}: not valid JSON: ${only}`, { file, expected: "JSON" });
  }
}

function withComments(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    // "Cannot parse JSONC: unexpected token "}" in JSONC at position 6"
    const message = error instanceof Error ? error.message : String(error);
    const found = /^Cannot parse JSONC: (.*?)(?: in JSONC at position (\d+))?$/s.exec(message);
    const what = (found?.[1] ?? message).replaceAll("\n", " ");
    const line = text.slice(0, Number(found?.[2] ?? text.length)).split("\n").length;
    throw new InputError(`${file}:${line}: not valid JSON: ${what}`, { file, line });
  }
}

/** @param text valid JSON, perhaps with comments */
function refuseRepeatedKeys(text: string, file: string): void {
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

/** A path in a document as messages say it, `requirements[3].interval`; "" for the document as a whole. */
export function pathText(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`);
  return parts.join("").replace(/^\./, "");
}

/** The value at a path; undefined where there is none. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | null | undefined)?.[key],
    document,
  );
}

/** The error for the value at a path of a document of this kind; undefined: it is missing. */
export function documentError(
  file: string,
  kind: string,
  path: readonly PropertyKey[],
  value: unknown,
  expected: string,
): InputError {
  const column = pathText(path) || kind;
  if (value !== undefined) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return InputError.at({ file, column, value: text, expected });
  }
  if (path.length !== 1) return InputError.at({ file, column, expected });
  // A missing field at the top most likely means another kind of document, such as a summary.
  const message = `${file}: no ${kind}: ${column} is missing, expected ${expected}`;
  return new InputError(message, { file, column, expected });
}
