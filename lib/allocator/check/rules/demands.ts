/**
 * What the policy demands of groups and bundles. The checker has its own arithmetic for this and shares none with the solvers.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";

/** Room for the rounding of share × offers, relative to it. */
const NEARLY = 1e-9;

/** What the rules demand of one group. */
export interface GroupDemand {
  /** Least sponsored users. */
  least: number;
  /** Most sponsored users, or null. */
  most: number | null;
  /** Least share of sponsored assignments, or null. 0: any share will do. */
  share: number | null;
  /** Most mixed users, or null. */
  mixed: number | null;
}

/** The demands on each group; none under model coverage. */
export function demandsOf(instance: Instance, policy: Policy): GroupDemand[] {
  return instance.groups.map((_, g) => {
    if (policy.model === "coverage") return { least: 0, most: null, share: null, mixed: null };
    const size = instance.groupSize[g], ratio = instance.ratio[g];
    const least = usersOf(ratio, size, "least");
    const capped = policy.maxSponsoredRatio;
    const guarded = policy.enforceAssignmentRatio && policy.assignmentRatioGuard !== "none";
    const share = ratio - policy.ratioSlack;
    return {
      least,
      most: capped === null ? null : mostUsers(capped, size, least),
      share: guarded ? Math.max(0, share) : null,
      mixed: mixes(policy) && policy.maxMixedShare < 1
        ? usersOf(policy.maxMixedShare, size, "most")
        : null,
    };
  });
}

/** The most sponsored users of a group: ⌊share × size⌋, but at least 1 if it must have a sponsored user and the share is not 0. */
function mostUsers(share: number, size: number, least: number): number {
  return share === 0 ? 0 : Math.max(usersOf(share, size, "most"), Math.min(1, least));
}

/**
 * The least whole number that is not below share × size, or the largest that is not above it, where the share is the exact decimal
 * that it prints as. A share with 16 digits or more comes from a computation (5 / 6): if share × size is a whole number up to its
 * last digits, that number is taken.
 */
function usersOf(share: number, size: number, which: "least" | "most"): number {
  const text = share.toString();
  const [, mantissa, , point = "", exponent = "0"] = /^((\d+)(?:\.(\d+))?)(?:e(.+))?$/.exec(text)!;
  const written = mantissa.replace(".", "").replace(/^0+/, "");
  // In units of the share's last decimal, so that nothing is rounded; shares are 1 at most.
  const unit = 10n ** BigInt(point.length - Number(exponent));
  const asked = BigInt(mantissa.replace(".", "")) * BigInt(size);
  const near = BigInt(Math.round(share * size));
  if (written.length > 15) {
    const off = asked - near * unit, fifteen = 1_000_000_000_000_000n;
    if (off * off * fifteen * fifteen <= near * unit * near * unit) return Number(near);
  }
  const down = asked / unit;
  return Number(which === "most" || down * unit === asked ? down : down + 1n);
}

/** Whether `sponsored` of `all` assignments reach a share. */
export function reachesShare(sponsored: number, all: number, share: number): boolean {
  return sponsored >= share * all * (1 - NEARLY);
}

/** The policy of each user: the drop's, with the user's own k if it has one. */
export class UserPolicies {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #byK = new Map<number, Policy>();

  /** Policies for the users of a drop. */
  constructor(instance: Instance, policy: Policy) {
    this.#instance = instance;
    this.#policy = policy;
  }

  /** The policy of user `u`; the drop's for a user who is not in the drop (−1). */
  of(u: number): Policy {
    const own = u < 0 ? undefined : this.#instance.k?.[u];
    if (own === undefined || own < 0 || own === this.#policy.k) return this.#policy;
    let policy = this.#byK.get(own);
    if (policy === undefined) this.#byK.set(own, policy = { ...this.#policy, k: own });
    return policy;
  }
}

/** The most offers that any user of the drop may get; at least 1. */
export function largestK(instance: Instance, policy: Policy): number {
  if (instance.k === undefined) return policy.k;
  const own = new UserPolicies(instance, policy);
  return instance.group.reduce((most, _, u) => Math.max(most, own.of(u).k), 1);
}

/** The most offers that all users together may get. */
export function placesFor(instance: Instance, policy: Policy): number {
  const own = new UserPolicies(instance, policy);
  return instance.group.reduce((sum, _, u) => sum + own.of(u).k, 0);
}

/** Whether the policy allows mixed bundles, under its conditions. */
export function mixes(policy: Policy): boolean {
  return policy.model === "uniform" && policy.mixTail;
}

/** Whether the policy allows this mix of sponsored and unsponsored offers; their number is not judged. */
export function mayHold(policy: Policy, sponsored: number, unsponsored: number): boolean {
  if (sponsored === 0 || unsponsored === 0 || policy.model === "coverage") return true;
  if (!policy.mixTail) return false;
  if (policy.thirdSlotOnlyMixing) return unsponsored === 1 && sponsored === policy.k - 1;
  return sponsored >= Math.min(policy.sponsoredFirstRounds, policy.k - 1);
}

/** The worth C(n) of having n = `offers` offers, scores and bonuses aside. */
export function worthOfCount(policy: Policy, offers: number): number {
  if (policy.covMode === "shortfall") {
    return Math.min(0, offers - policy.k) * policy.shortfallPenalty;
  }
  return policy.covW.slice(0, Math.min(offers, policy.k)).reduce((sum, w) => sum + w, 0);
}

/** Bonus for `sponsored` sponsored offers of one user: each counts under coverage, the first under uniform. */
export function bonusOf(policy: Policy, sponsored: number): number {
  const counted = policy.model === "uniform" ? Math.min(1, sponsored) : sponsored;
  return counted * policy.sponsoredBonus;
}

/**
 * Price of a user that a minimum lacks: the policy's, or 1, 10, 100, … or 0.1, 0.01, …: the least that is at least twice
 * k × (the largest |score| + the change cost) + the largest |worth of a count| + |bonus|.
 */
export function priceOfMissing(instance: Instance, policy: Policy): number {
  if (policy.shortfallPrice !== null) return policy.shortfallPrice;
  const largestScore = instance.score.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
  const k = (instance.k ?? new Int32Array(0)).reduce((most, own) => Math.max(most, own), policy.k);
  let largestWorth = 0;
  // Past the last weight C(n) stays the same or comes nearer to 0, so larger n need no look.
  for (let n = 0; n <= Math.min(k, policy.covW.length); n++) {
    largestWorth = Math.max(largestWorth, Math.abs(worthOfCount({ ...policy, k }, n)));
  }
  const twice = 2 *
    (k * (largestScore + policy.changeCost) + largestWorth + Math.abs(policy.sponsoredBonus));
  if (twice === 0) return 1;
  const power = (exponent: number) => Number(`1e${exponent}`);
  // A value that is above a power of ten by rounding alone counts as that power.
  const enough = twice * (1 - NEARLY);
  let exponent = 0;
  while (power(exponent) < enough) exponent++;
  while (power(exponent - 1) >= enough) exponent--;
  return power(exponent);
}

/**
 * The brand of each contract; null if the policy does not limit brands.
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
