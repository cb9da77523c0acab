/**
 * A proof by cases, where prices alone leave a gap.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";
import { ANY_GAP_PAIRS, BRANCHED_PAIRS } from "./dual/drop_sizes.ts";
import { proveByCases } from "./cases/branches.ts";
import { hasLargeScores } from "./cases/counted_offers.ts";
import type { Clock } from "./clock.ts";
import { isPinnedPair, type PinnedDrop } from "../pins/pinned_drop.ts";
import { pairCount } from "../drop/instance/instance.ts";
import { bestProof } from "./result.ts";
import { relativeGap } from "../model/allocation.ts";
import type { Solved } from "./solved.ts";
import { whyNoHighs } from "../../deps/highs.ts";

/** Cases that leave more than this part of the gap of the prices aren't worth their place in the certificate. */
const WORTHWHILE = 0.5;

/**
 * A proof by cases is tried for relative gaps up to this; for any gap if there are at most {@link ANY_GAP_PAIRS}, or scores so far
 * above the others that a gap is about a whole number of such offers.
 */
const TOLERANCE = 1e-6;

/**
 * If the prices leave a gap but the holdings seem optimal, tries to add a proof by cases, which `check` can verify like prices.
 */
export async function withCases(found: Solved, clock: Clock, pinned?: PinnedDrop): Promise<Solved> {
  const { holdings, proof, bound } = found;
  const pairs = pairCount(holdings.problem.instance);
  if (pairs > BRANCHED_PAIRS) return found;
  const objective = holdings.objective();
  const isOpen = (bound: number) =>
    bound > objective + WORTH_ROUNDING * (Math.abs(bound) + proof.size);
  const ofPrices = bestProof(found).bound;
  if (!isOpen(ofPrices) || await whyNoHighs() !== null) return found;
  const bonus = pinned?.bonus ?? 0;
  const isFar = relativeGap(bound - bonus, objective - bonus) > TOLERANCE;
  if (isFar && pairs > ANY_GAP_PAIRS && !hasLargeScores(holdings.problem.instance)) return found;
  const cases = await proveByCases(holdings.problem, proof.prices, objective, {
    pairs: holdings.slots.filter((pair) => pair >= 0),
    known: ofPrices,
    isPinned: (pair) => pinned !== undefined && isPinnedPair(pinned, pair),
    stop: () => clock.stopped(),
  });
  if (cases === null || cases.bound - objective > WORTHWHILE * (ofPrices - objective)) {
    return found;
  }
  return { ...found, cases, bound: Math.min(bound, cases.bound) };
}
