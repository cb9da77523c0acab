/**
 * Parses JSON documents and checks them against a schema, with errors of one line.
 *
 * @module
 */
import type { z } from "../../deps/zod.ts";
import { InputError } from "../../base/errors.ts";
import { documentError, parseJson, pathText, valueAt } from "./json_text.ts";
import { expectedBy, unknownName } from "./schema_fault.ts";

/**
 * The one key that zod's records leave out. An id may be spelled so, and its price must not get lost. While the schema checks
 * a document the key has a NUL in front; keys that look like that get one NUL more, so that no two keys become one.
 */
const PROTO = /^\0*__proto__$/;
const hidden = (key: string) => PROTO.test(key) ? `\0${key}` : key;
const shown = (key: string) => PROTO.test(key) ? key.slice(1) : key;

/** `value` with all keys in it renamed; the same object where no key changes. */
function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  const entries = Object.entries(value);
  const inner = entries.map(([key, item]): [string, unknown] => [
    rename(key),
    renamed(item, rename),
  ]);
  const same = inner.every(([key, item], i) => key === entries[i][0] && item === entries[i][1]);
  // fromEntries defines own properties, where an assignment to __proto__ would set the prototype.
  return same ? value : Object.fromEntries(inner);
}

/**
 * Parses a JSON text by a schema. Keys may be any text, even `__proto__`.
 *
 * @param file the file's name, for errors
 * @param name kind of document, for errors about the document as a whole
 * @throws {InputError} naming the first path in the document whose value can't be used
 */
export function parseDocument<T>(
  text: string,
  file: string,
  name: string,
  schema: z.ZodType<T>,
): T {
  const json = renamed(parseJson(text, file), hidden);
  const result = schema.safeParse(json);
  if (result.success) return renamed(result.data, shown) as T;
  const [issue] = result.error.issues;
  const path = issue.path.map((key) => typeof key === "string" ? shown(key) : key);
  const unknown = unknownName(schema, issue);
  if (unknown !== null) {
    const place = pathText(path);
    throw new InputError(`${file}: ${place === "" ? "" : `${place}: `}${unknown}`, {
      file,
      column: place || name,
    });
  }
  throw documentError(file, name, path, valueAt(json, issue.path), expectedBy(issue));
}
