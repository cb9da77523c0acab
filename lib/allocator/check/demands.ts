/**
 * What the policy demands of groups and bundles, worked out anew: the checker shares no arithmetic with the solvers.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { Instance } from "../instance.ts";
import type { Policy } from "../policy.ts";

/** Shares times users are taken for whole when they are this close, relative to their size. */
const NEARLY = 1e-9;

/** What the rules demand of one group. */
export interface GroupDemand {
  /** Least sponsored users. */
  least: number;
  /** Most sponsored users, or null. */
  most: number | null;
  /** Least share of sponsored assignments, or null. */
  share: number | null;
  /** Most mixed users, or null. */
  mixed: number | null;
}

/** The demands on each group; none under model coverage. */
export function demandsOf(instance: Instance, policy: Policy): GroupDemand[] {
  return instance.groups.map((_, g) => {
    if (policy.model === "coverage") return { least: 0, most: null, share: null, mixed: null };
    const size = instance.groupSize[g], ratio = instance.ratio[g];
    const least = leastWhole(ratio * size);
    const capped = policy.maxSponsoredRatio;
    const guarded = policy.enforceAssignmentRatio && policy.assignmentRatioGuard !== "none";
    const share = ratio - policy.ratioSlack;
    return {
      least,
      // A group that must have a sponsored user may have one, however small its maximum.
      most: capped === null ? null : Math.max(mostWhole(capped * size), Math.min(1, least)),
      share: guarded ? (share > 0 ? share : 0) : null,
      mixed: mixes(policy) && policy.maxMixedShare < 1
        ? mostWhole(policy.maxMixedShare * size)
        : null,
    };
  });
}

/** The whole number that `x` is nearly, or the next above. */
function leastWhole(x: number): number {
  return isNearlyWhole(x) ? Math.round(x) : Math.ceil(x);
}

/** The whole number that `x` is nearly, or the next below. */
function mostWhole(x: number): number {
  return isNearlyWhole(x) ? Math.round(x) : Math.floor(x);
}

function isNearlyWhole(x: number): boolean {
  return Math.abs(x - Math.round(x)) <= NEARLY * Math.max(1, Math.abs(x));
}

/** Whether `sponsored` of `all` assignments reach a share. */
export function reachesShare(sponsored: number, all: number, share: number): boolean {
  return sponsored - share * all >= -NEARLY * Math.max(1, share * all);
}

/** Whether the policy knows mixed bundles of limited kind. */
export function mixes(policy: Policy): boolean {
  return policy.model === "uniform" && policy.mixTail;
}

/** Whether a user may hold `sponsored` and `unsponsored` offers at once, however many they are. */
export function mayHold(policy: Policy, sponsored: number, unsponsored: number): boolean {
  if (sponsored === 0 || unsponsored === 0 || policy.model === "coverage") return true;
  if (!policy.mixTail) return false;
  if (policy.thirdSlotOnlyMixing) return unsponsored === 1 && sponsored === policy.k - 1;
  return sponsored >= Math.min(policy.sponsoredFirstRounds, policy.k - 1);
}

/** Worth of having `offers` offers, beside their scores and bonuses. */
export function worthOfCount(policy: Policy, offers: number): number {
  if (policy.covMode === "shortfall") {
    return offers < policy.k ? (offers - policy.k) * policy.shortfallPenalty : 0;
  }
  return policy.covW.slice(0, Math.min(offers, policy.k)).reduce((sum, w) => sum + w, 0);
}

/** Bonus for `sponsored` sponsored offers of one user: each counts under coverage, the first under uniform. */
export function bonusOf(policy: Policy, sponsored: number): number {
  const counted = policy.model === "uniform" && sponsored > 1 ? 1 : sponsored;
  return counted * policy.sponsoredBonus;
}

/**
 * Price of a user that a minimum lacks: the policy's, or 1, 10, 100, … or 0.1, 0.01, …: the least that is at least twice
 * k × the largest |score| + the largest |worth of a count| + |bonus|.
 */
export function priceOfMissing(instance: Instance, policy: Policy): number {
  if (policy.shortfallPrice !== null) return policy.shortfallPrice;
  const largestScore = instance.score.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
  let largestWorth = 0;
  for (let n = 0; n <= policy.k; n++) {
    largestWorth = Math.max(largestWorth, Math.abs(worthOfCount(policy, n)));
  }
  const twice = 2 * (policy.k * largestScore + largestWorth + Math.abs(policy.sponsoredBonus));
  if (twice === 0) return 1;
  const power = (exponent: number) => Number(`1e${exponent}`);
  // Just above a power by rounding is that power.
  const enough = twice * (1 - NEARLY);
  let exponent = 0;
  while (power(exponent) < enough) exponent++;
  while (power(exponent - 1) >= enough) exponent--;
  return power(exponent);
}

/**
 * Brand of each contract where the policy limits brands, else null.
 *
 * @throws {UsageError} if it does and the drop has no brands
 */
export function limitedBrands(instance: Instance, policy: Policy): Uint32Array | null {
  if (policy.maxPerBrand === null) return null;
  if (instance.brand === null) {
    throw new UsageError("a limit per brand needs the column brand_id in the caps file");
  }
  return instance.brand;
}
