/**
 * Errors of a schema in the words that all of Divvy's errors use.
 *
 * @module
 */
import { z } from "../../deps/zod.ts";
import { quote } from "../../base/errors.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";

/** Words for types of values. */
const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  record: "an object of names and values",
  object: "an object",
};

/**
 * What a schema expected in place of a value that it refused: "a number ≤ 1", "a list".
 *
 * @example
 * ```ts
 * import { z } from "../../deps/zod.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * import { expectedBy } from "./schema_fault.ts";
 * const schema = z.strictObject({ ratio: z.number().max(1) });
 * const fault = schema.safeParse({ ratio: 2 }).error!.issues[0];
 * assertEquals(expectedBy(fault), "a number ≤ 1");
 * ```
 */
export function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return WORDS[issue.expected] ?? issue.expected;
    case "too_small":
      return sized(issue.origin, issue.inclusive === false ? ">" : "≥", Number(issue.minimum));
    case "too_big":
      return sized(issue.origin, issue.inclusive === false ? "<" : "≤", Number(issue.maximum));
    case "invalid_value":
      return `${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    default:
      return issue.message.replace(/^Invalid [a-z]+: expected /, "").replace(/, received .*/, "");
  }
}

function sized(origin: string, sign: string, limit: number): string {
  if (origin === "string" && sign === "≥" && limit === 1) return "text that is not empty";
  if (origin === "array" && sign === "≥" && limit === 1) return "a list that is not empty";
  if (origin === "string") return `text of a length ${sign} ${limit}`;
  if (origin === "array" || origin === "set") return `a list of a length ${sign} ${limit}`;
  return `${WORDS[origin] ?? origin} ${sign} ${limit}`;
}

/**
 * The error for a name that the schema does not have, with the nearest that it has, or all of them; null for other errors.
 *
 * @example
 * ```ts
 * import { z } from "../../deps/zod.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * import { unknownName } from "./schema_fault.ts";
 * const schema = z.strictObject({ ratio: z.number().optional() });
 * const fault = schema.safeParse({ ratoi: 2 }).error!.issues[0];
 * assertEquals(unknownName(schema, fault), 'there is no "ratoi" (did you mean ratio?)');
 * ```
 */
export function unknownName(schema: z.ZodType, issue: z.core.$ZodIssue): string | null {
  if (issue.code !== "unrecognized_keys") return null;
  const known = namesAt(schema, issue.path), [name] = issue.keys;
  const near = didYouMean(name, known) ||
    (known.length > 0 ? `, expected one of ${known.join(", ")}` : "");
  return `there is no ${quote(name)}${near}`;
}

/** Names that the object at a path may have; none where the schema on the way is not made of objects and lists only. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const key of [...path, null]) {
    while (at instanceof z.ZodOptional || at instanceof z.ZodNullable) at = at.unwrap();
    if (key === null) break;
    if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else if (at instanceof z.ZodObject) at = at.shape[key as string];
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}
