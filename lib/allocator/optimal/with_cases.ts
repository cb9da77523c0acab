/**
 * A proof by cases, where prices alone leave a gap.
 *
 * @module
 */
import { BRANCHED_PAIRS, proveByCases } from "./core/branches.ts";
import type { Clock } from "./clock.ts";
import { isPinnedPair, type PinnedDrop } from "../pins/pinned_drop.ts";
import { pairCount } from "../drop/instance/instance.ts";
import { relativeGap } from "../model/allocation.ts";
import { ROUNDING, type Solved } from "./solved.ts";
import { whyNoHighs } from "../../deps/highs.ts";

/** Seconds for a proof by cases, at most. */
const CASES_SECONDS = 2;

/** A proof by cases is tried for relative gaps up to this, and for any gap if there are at most so many pairs. */
const TOLERANCE = 1e-6, FEW_PAIRS = 200;

/**
 * If the prices leave a gap but the assignment seems optimal, tries to add a proof by cases, which `check` can verify like prices.
 */
export async function withCases(found: Solved, clock: Clock, pinned?: PinnedDrop): Promise<Solved> {
  const { assignment, proof, bound } = found;
  const pairs = pairCount(assignment.problem.instance);
  // HiGHS takes longer to load than some large drops take to solve.
  if (pairs > BRANCHED_PAIRS) return found;
  const objective = assignment.objective();
  const isOpen = (bound: number) => bound > objective + ROUNDING * (Math.abs(bound) + proof.size);
  if (!isOpen(proof.bound) || await whyNoHighs() !== null) return found;
  const bonus = pinned?.bonus ?? 0;
  const isFar = relativeGap(bound - bonus, objective - bonus) > TOLERANCE;
  if (isFar && pairs > FEW_PAIRS) return found;
  const end = performance.now() + 1000 * CASES_SECONDS;
  const stop = () => performance.now() >= end || clock.stopped();
  const branches = await proveByCases(assignment.problem, proof.prices, objective, {
    pairs: assignment.slots.filter((pair) => pair >= 0),
    isPinned: (pair) => pinned !== undefined && isPinnedPair(pinned, pair),
    stop,
  });
  return branches === null ? found : { ...found, branches, bound: objective };
}
