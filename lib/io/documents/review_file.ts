/**
 * Reads reviews from JSON text, as far as rates are estimated from them.
 *
 * @module
 */
import { z } from "../../deps/zod.ts";
import type { ReviewedWeek } from "../../review/reviewed_weeks.ts";
import { parseDocument } from "./json_document.ts";

const count = z.number().int().min(0);
const textOrNull = z.string().nullable();

const schema = z.object({
  format: z.literal("divvy-review-1"),
  title: z.string(),
  contracts: z.array(z.object({
    contract_address: z.string(),
    brand_id: textOrNull,
    is_sponsored: z.boolean().nullable(),
    cap: z.number().nullable(),
    planned_rate: z.number().min(0).max(1).nullable(),
  })),
  cells: z.array(
    z.object({
      contract_address: z.string(),
      group_id: textOrNull,
      offered: count,
      redeemed: count.nullable(),
    }).refine(
      ({ offered, redeemed }) => redeemed === null || redeemed <= offered,
      { message: "a number up to offered", path: ["redeemed"] },
    ),
  ),
});

/**
 * Reads a review as `divvy review --facts` or `--json` writes it.
 *
 * @param file the file's name, for errors
 * @throws {InputError} naming the first path in the document whose value can't be used
 */
export function parseReview(text: string, file: string): ReviewedWeek {
  return parseDocument(text, file, "review", schema);
}
