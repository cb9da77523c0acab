/**
 * Schemas of plain values, for the documents that are checked or described by one.
 *
 * @module
 */
import type { NumberRange, ValueKind } from "../../base/value_kind.ts";
import { z } from "../../deps/zod.ts";

/** The schema of a number in a range. */
export function numberSchema({ min, max, above, whole }: NumberRange): z.ZodType {
  let schema = whole ? z.int() : z.number();
  if (min !== undefined) schema = above ? schema.gt(min) : schema.gte(min);
  if (max !== undefined) schema = schema.lte(max);
  return schema;
}

/** The schema of a yes or no, a choice or numbers; of any other kind that of any text. */
export function plainSchema(kind: ValueKind): z.ZodType {
  switch (kind.type) {
    case "flag":
      return z.boolean();
    case "choice":
      return z.enum(kind.choices);
    case "number":
      return numberSchema(kind.range);
    case "numbers":
      return z.array(numberSchema(kind.range));
    default:
      return z.string();
  }
}
