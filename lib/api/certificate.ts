/**
 * Issues certificates with exact figures and hashes of the inputs, and corrects allocations by what they prove.
 *
 * @module
 */
import type { Allocation } from "../allocator/model/allocation.ts";
import { type Certificate, certificateOf } from "../allocator/model/certificate.ts";
import { withExactFigures } from "../allocator/check/exact/exact.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { inputHashes } from "../allocator/drop/input_hashes.ts";
import { beginHashes } from "./hashes_aside.ts";
import { isBelow } from "../base/numbers/is_below.ts";
import { twoDigitsUp } from "../base/numbers/two_digits.ts";

/**
 * The certificate of an allocation, with exact figures and hashes of its drop.
 *
 * @throws {RangeError} if the allocation has no prices, bound or gap, as a greedy one
 */
export function issueCertificate(drop: Drop, allocation: Allocation): Certificate {
  return { ...exactCertificate(drop.instance, allocation), inputs: inputHashes(drop.instance) };
}

/** {@link issueCertificate}, where there are `workers` to hash the pairs while this thread finds the figures. */
export async function issueInThreads(
  drop: Drop,
  allocation: Allocation,
  workers: number,
): Promise<Certificate> {
  const hashes = beginHashes(drop.instance, workers);
  const certificate = exactCertificate(drop.instance, allocation);
  return { ...certificate, inputs: await hashes() };
}

/** {@link issueCertificate} without hashes, which take longer than the figures. */
export function exactCertificate(instance: Instance, allocation: Allocation): Certificate {
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
 * then its bound replaces the solver's. Where doubles show no gap between objective and what the prices prove, the gap is the
 * certificate's; where a search proves more than the prices, it stays the search's. A warning is added where some scores are
 * smaller than the last digits of the sum, so that the proof does not reach them.
 */
export function asCertified(
  drop: Drop,
  allocation: Allocation,
  certificate: Certificate,
): Allocation {
  const { bound } = certificate, claimed = allocation.pricesBound ?? allocation.bound;
  if (claimed === null) return allocation;
  if (isBelow(claimed, bound)) {
    const isOfSearch = allocation.bound! < claimed;
    return {
      ...allocation,
      pricesBound: bound,
      ...(!isOfSearch && { bound, gap: certificate.gap }),
    };
  }
  const lost = scoresLost(drop, certificate);
  const hasNoGap = !isBelow(allocation.objective, claimed);
  return {
    ...allocation,
    ...(hasNoGap && { gap: certificate.gap }),
    warnings: lost === null ? allocation.warnings : [...allocation.warnings, lost],
  };
}

/** The distance of objective and bound is small if it is at most this part of the largest score. */
const SMALL_PART = 1e-6;

/** Up to this many scores, their differences are looked at too. */
const MOST_SORTED = 100_000;

/** The warning where the distance of objective and bound is more than some scores, differences of scores, or weights; else null. */
function scoresLost({ instance: { score } }: Drop, certificate: Certificate): string | null {
  // The difference of the two doubles may be 0 where they differ.
  const { gap, bound, cov_w, sponsored_bonus } = certificate, room = gap * Math.abs(bound);
  if (room <= 0) return null;
  let most = 0;
  for (let p = 0; p < score.length; p++) most = Math.max(most, Math.abs(score[p]));
  if (room > SMALL_PART * most) return null;
  const isLost = (value: number) => value !== 0 && Math.abs(value) <= room;
  const what = score.some(isLost)
    ? "scores"
    : leastDifference(score) <= room
    ? "differences between scores"
    : [...cov_w, sponsored_bonus].some(isLost)
    ? "weights"
    : null;
  return what === null
    ? null
    : `${what} of less than ${
      twoDigitsUp(room)
    } are lost beside the largest score, ${most}: what they decide is beyond what is proven`;
}

/** The least difference between two scores that are not the same; Infinity for more scores than are sorted. */
function leastDifference(score: Float64Array): number {
  if (score.length > MOST_SORTED) return Infinity;
  const sorted = score.toSorted();
  let least = Infinity;
  for (let i = 1; i < sorted.length; i++) {
    const difference = sorted[i] - sorted[i - 1];
    if (difference > 0 && difference < least) least = difference;
  }
  return least;
}

/**
 * The allocation with the bound that its certificate would prove, for runs that issue none, so that their figures are exact as
 * well. Takes about a tenth of the time of a run. An allocation without prices is returned as it is.
 */
export function provenExactly(drop: Drop, allocation: Allocation): Allocation {
  const { prices, bound } = allocation;
  if (prices === null || bound === null) return allocation;
  return asCertified(drop, allocation, exactCertificate(drop.instance, allocation));
}
