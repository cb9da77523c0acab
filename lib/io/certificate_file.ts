/**
 * Certificates as JSON text.
 *
 * @module
 */
import type { Certificate } from "../allocator/certificate.ts";
import { z } from "../deps/zod.ts";
import { parseDocument } from "./json_document.ts";

const price = z.number().min(0).finite();
const count = z.number().int();

/** Unknown fields are allowed, so that later versions can add some. */
const schema = z.object({
  model: z.enum(["coverage", "uniform"]),
  k: count.min(1),
  cov_w: z.array(z.number()),
  cov_mode: z.enum(["z", "shortfall"]),
  sponsored_bonus: z.number(),
  shortfall_penalty: z.number(),
  shortfall_price: price,
  max_sponsored_ratio: z.number().nullable().default(null),
  enforce_assignment_ratio: z.boolean().default(false),
  assignment_ratio_guard: z.enum(["none", "moving", "hard"]).default("hard"),
  ratio_slack: z.number().default(0),
  mix_tail: z.boolean().default(false),
  third_slot_only_mixing: z.boolean().default(true),
  sponsored_first_rounds: count.default(2),
  max_mixed_share: z.number().default(1),
  max_per_brand: count.nullable().default(null),
  objective: z.number(),
  bound: z.number(),
  gap: z.number(),
  contracts: z.record(z.string(), price),
  groups: z.record(
    z.string(),
    z.object({
      min_sponsored: price.optional(),
      max_sponsored: price.optional(),
      assignment_ratio: price.optional(),
      mixed_share: price.optional(),
    }),
  ),
});

/**
 * Reads a certificate from JSON text.
 *
 * @param file the file's name, for errors
 * @throws {InputError} naming the first path in the document whose value can't be used
 *
 * @example
 * ```ts
 * import { parseCertificate } from "./certificate_file.ts";
 * let message = "";
 * try {
 *   parseCertificate('{"model": "best"}', "c.json");
 * } catch (error) {
 *   message = (error as Error).message;
 * }
 * console.assert(message.startsWith('c.json: model is "best", expected'));
 * ```
 */
export function parseCertificate(text: string, file: string): Certificate {
  return parseDocument(text, file, "certificate", schema);
}

/**
 * A certificate as JSON text, two blanks indented and ended by a newline. Numbers are the shortest text that reads back
 * to the same double, so the bound can be recomputed to the bit.
 */
export function formatCertificate(certificate: Certificate): string {
  return `${JSON.stringify(certificate, null, 2)}\n`;
}
