/**
 * JSON documents, checked against a schema with one-line errors.
 *
 * @module
 */
import type { z } from "../../deps/zod.ts";
import { InputError } from "../../base/errors.ts";

/**
 * A JSON text as the schema has it.
 *
 * @param file the file's name, for errors
 * @param name what the document is, for faults of the document as a whole
 * @throws {InputError} naming the first path in the document whose value can't be used
 */
export function parseDocument<T>(
  text: string,
  file: string,
  name: string,
  schema: z.ZodType<T>,
): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(`${file}: expected JSON`, { file, expected: "JSON" });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  const value = path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
  const expected = message.replace(/^Invalid [a-z]+: expected /, "").replace(/, received .*/, "");
  if (path.length === 1 && value === undefined) {
    // Another document most likely: a summary given as the certificate.
    const column = String(path[0]);
    throw new InputError(`${file}: no ${name}: ${column} is missing, expected ${expected}`, {
      file,
      column,
      expected,
    });
  }
  throw InputError.at({
    file,
    column: path.length === 0 ? name : path.join("."),
    ...(value !== undefined &&
      { value: typeof value === "string" ? value : JSON.stringify(value) }),
    expected,
  });
}
