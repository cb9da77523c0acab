/**
 * Issues certificates with exact figures and hashes of the inputs, and corrects allocations by what they prove.
 *
 * @module
 */
import type { Allocation } from "../allocator/model/allocation.ts";
import { type Certificate, certificateOf, isBelow } from "../allocator/model/certificate.ts";
import { withExactFigures } from "../allocator/check/exact.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { inputHashes } from "../allocator/drop/input_hashes.ts";

/**
 * The certificate of an allocation, with exact figures and hashes of its drop.
 *
 * @throws {RangeError} if the allocation has no prices, bound or gap, as a greedy one
 */
export function issueCertificate(drop: Drop, allocation: Allocation): Certificate {
  return { ...exactCertificate(drop, allocation), inputs: inputHashes(drop.instance) };
}

/** {@link issueCertificate} without hashes, which take longer than the figures. */
function exactCertificate({ instance }: Drop, allocation: Allocation): Certificate {
  const certificate = certificateOf(instance, allocation);
  const user = new Uint32Array(allocation.offerPair.length);
  for (let u = 0; u < instance.group.length; u++) {
    user.fill(u, allocation.offerStart[u], allocation.offerStart[u + 1]);
  }
  return withExactFigures(instance, certificate, { pair: allocation.offerPair, user });
}

/**
 * The allocation with the bound that its certificate proves. Solvers sum doubles, and set the bound to the objective where
 * the two differ by rounding only. Beside large costs that claims more than the certificate, which does not round, can prove;
 * then its bound replaces the solver's. A warning is added where some scores are smaller than the last digits of the sum, so
 * that the proof does not reach them.
 */
export function asCertified(
  drop: Drop,
  allocation: Allocation,
  certificate: Certificate,
): Allocation {
  const { bound } = certificate, claimed = allocation.pricesBound ?? allocation.bound;
  if (claimed === null) return allocation;
  if (isBelow(claimed, bound)) return { ...allocation, pricesBound: bound };
  const lost = scoresLost(drop, certificate);
  return lost === null ? allocation : { ...allocation, warnings: [...allocation.warnings, lost] };
}

/** Relative gaps up to this can come from rounding in sums of doubles; larger ones are left by the search. */
const ROUNDING_GAP = 1e-9;

/**
 * The warning where some scores are smaller than the last digits of the sum; null where none are, and where the gap is not one
 * of rounding.
 */
function scoresLost({ instance: { score } }: Drop, certificate: Certificate): string | null {
  const { objective, bound } = certificate, room = bound - objective;
  if (room <= 0 || room > ROUNDING_GAP * Math.abs(bound)) return null;
  let least = Infinity, most = 0;
  for (let p = 0; p < score.length; p++) {
    const size = Math.abs(score[p]);
    if (size > 0 && size < least) least = size;
    if (size > most) most = size;
  }
  return least > room
    ? null
    : `scores of less than ${
      roomInWords(room)
    } are lost beside the largest, ${most}: what they decide is beyond what is proven`;
}

/** A number with two digits, rounded up. */
function roomInWords(room: number): string {
  const unit = 10 ** (Math.floor(Math.log10(room)) - 1);
  return String(Number((Math.ceil(room / unit) * unit).toPrecision(2)));
}

/**
 * The allocation with the bound that its certificate would prove, for runs that issue none, so that their figures are exact as
 * well. Takes about a tenth of the time of a run. An allocation without prices is returned as it is.
 */
export function provenExactly(drop: Drop, allocation: Allocation): Allocation {
  const { prices, bound } = allocation;
  if (prices === null || bound === null) return allocation;
  return asCertified(drop, allocation, exactCertificate(drop, allocation));
}
