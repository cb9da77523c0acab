/**
 * Certificates that stand for themselves: with hashes of the inputs that they are about.
 *
 * @module
 */
import type { Allocation } from "../allocator/model/allocation.ts";
import { type Certificate, certificateOf } from "../allocator/model/certificate.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { inputHashes } from "../allocator/drop/input_hashes.ts";

/**
 * The certificate of an allocation, with hashes of the drop that it is about.
 *
 * @throws {RangeError} if the allocation has no prices, bound and gap (a greedy one)
 */
export function issueCertificate({ instance }: Drop, allocation: Allocation): Certificate {
  return { ...certificateOf(instance, allocation), inputs: inputHashes(instance) };
}
