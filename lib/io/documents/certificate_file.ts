/**
 * Certificates as JSON text.
 *
 * @module
 */
import type { Certificate } from "../../allocator/model/certificate.ts";
import { certificateFault } from "../../allocator/model/certificate_fault.ts";
import { documentError, parseJson } from "./json_text.ts";

/**
 * Reads a certificate from JSON text.
 *
 * @param file the file's name, for errors
 * @throws {InputError} naming a key that is there twice, or the first path in the document whose value can't be used
 *
 * @example
 * ```ts
 * import { parseCertificate } from "./certificate_file.ts";
 * import { assert } from "../../deps/std_assert.ts";
 * let message = "";
 * try {
 *   parseCertificate('{"model": "best"}', "c.json");
 * } catch (error) {
 *   message = (error as Error).message;
 * }
 * assert(message.startsWith('c.json: model is "best", expected'));
 * ```
 */
export function parseCertificate(text: string, file: string): Certificate {
  const json = parseJson(text, file);
  const fault = certificateFault(json);
  if (fault === null) return json as Certificate;
  throw documentError(file, "certificate", fault.path, fault.value, fault.expected);
}

/**
 * A certificate as JSON text, indented by two blanks, with a newline at the end. A number is the shortest text that reads back
 * as the same double, so that the bound can be recomputed to the last bit.
 */
export function formatCertificate(certificate: Certificate): string {
  return `${JSON.stringify(certificate, null, 2)}\n`;
}
