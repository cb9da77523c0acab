/**
 * Reads the certificates that options name.
 *
 * @module
 */
import type { Certificate } from "../../allocator/model/certificate.ts";
import { parseCertificate } from "../../io/documents/certificate_file.ts";
import { readText } from "./read_text.ts";

/**
 * The certificate in a file; undefined where the option is not given.
 *
 * @throws {InputError} where the file can't be read or is no certificate
 */
export async function readCertificate(file: string | undefined): Promise<Certificate | undefined> {
  return file === undefined ? undefined : parseCertificate(await readText(file), file);
}
