/**
 * Schemas of numbers, for the documents that are checked or described by one.
 *
 * @module
 */
import type { NumberRange } from "../../base/value_kind.ts";
import { z } from "../../deps/zod.ts";

/** The schema of a number in a range. */
export function numberSchema({ min, max, above, whole }: NumberRange): z.ZodType {
  let schema = whole ? z.int() : z.number();
  if (min !== undefined) schema = above ? schema.gt(min) : schema.gte(min);
  if (max !== undefined) schema = schema.lte(max);
  return schema;
}
