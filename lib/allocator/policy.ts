/**
 * What an allocation must keep to and what it is worth: the model, its weights and the policy switches.
 *
 * @module
 */
import type { Instance } from "./instance.ts";

/**
 * `coverage`: caps and k only. `uniform`: all offers of a user are of one type, and groups have minima of
 * sponsored users. See docs/model.md.
 */
export type Model = "coverage" | "uniform";

/** The rules and weights of one allocation. Every field has a default; see {@link defaultPolicy}. */
export interface Policy {
  /** Which model. @default "uniform" */
  readonly model: Model;
  /** Most offers a user gets. @default 3 */
  readonly k: number;
  /** `z`: a user's n-th offer adds covW[n − 1]; `shortfall`: each missing offer costs shortfallPenalty. @default "z" */
  readonly covMode: "z" | "shortfall";
  /** Worth of a user's 1st, 2nd, … offer beside its score; zero past its length. @default [0.0003, 0.0006, 0.001] */
  readonly covW: readonly number[];
  /** Cost of each offer that a user has fewer than k (covMode `shortfall`). @default 0.1 */
  readonly shortfallPenalty: number;
  /** Bonus per sponsored assignment (coverage) or per sponsored user (uniform). @default 0.001 */
  readonly sponsoredBonus: number;
  /** Cost of each user that a group's minimum lacks; null: above any bundle's value, see {@link shortfallPrice}. @default null */
  readonly shortfallPrice: number | null;
  /** Most share of a group's users that may be sponsored; null: no limit. @default null */
  readonly maxSponsoredRatio: number | null;
  /** Whether a group's share of sponsored assignments must reach its ratio. @default false */
  readonly enforceAssignmentRatio: boolean;
  /** How `enforceAssignmentRatio` is kept while placing: `none` switches it off. @default "hard" */
  readonly assignmentRatioGuard: "none" | "moving" | "hard";
  /** How far below the ratio the share of sponsored assignments may lie. @default 0 */
  readonly ratioSlack: number;
  /** Whether a sponsored user may get unsponsored offers in the last slots. @default false */
  readonly mixTail: boolean;
  /** Whether only the last of the k slots may hold the other type. @default true */
  readonly thirdSlotOnlyMixing: boolean;
  /** How many sponsored offers a mixed user has at least. @default 2 */
  readonly sponsoredFirstRounds: number;
  /** Most share of a group's users that may be mixed. @default 1 */
  readonly maxMixedShare: number;
  /** Most offers of one brand that a user gets; null: no limit. @default null */
  readonly maxPerBrand: number | null;
}

/** The defaults of every {@link Policy} field: those of the tool that Divvy replaces, model `uniform`. */
export const defaultPolicy: Policy = Object.freeze({
  model: "uniform",
  k: 3,
  covMode: "z",
  covW: Object.freeze([0.0003, 0.0006, 0.001]),
  shortfallPenalty: 0.1,
  sponsoredBonus: 0.001,
  shortfallPrice: null,
  maxSponsoredRatio: null,
  enforceAssignmentRatio: false,
  assignmentRatioGuard: "hard",
  ratioSlack: 0,
  mixTail: false,
  thirdSlotOnlyMixing: true,
  sponsoredFirstRounds: 2,
  maxMixedShare: 1,
  maxPerBrand: null,
});

/** The policy of some options: what they leave open is as in {@link defaultPolicy}; other options are passed over. */
export function policyFrom(options: Partial<Policy>): Policy {
  const given = options as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(defaultPolicy).map(([name, value]) => [name, given[name] ?? value]),
  ) as unknown as Policy;
}

/** How many sponsored and unsponsored offers a bundle holds. */
export interface BundleShape {
  /** Sponsored offers. */
  readonly sponsored: number;
  /** Unsponsored offers. */
  readonly unsponsored: number;
}

/**
 * The bundle shapes that a policy allows a user, the empty one first, then by sponsored and unsponsored count.
 * coverage: all with at most k offers. uniform: pure ones, and with `mixTail` the mixed ones: exactly
 * (k − 1, 1) with `thirdSlotOnlyMixing`, else at least max(1, min(sponsoredFirstRounds, k − 1)) sponsored.
 */
export function bundleShapes(policy: Policy): BundleShape[] {
  const { k, model, mixTail, thirdSlotOnlyMixing } = policy;
  const leastSponsored = thirdSlotOnlyMixing
    ? k - 1
    : Math.max(1, Math.min(policy.sponsoredFirstRounds, k - 1));
  const shapes: BundleShape[] = [];
  for (let sponsored = 0; sponsored <= k; sponsored++) {
    for (let unsponsored = 0; sponsored + unsponsored <= k; unsponsored++) {
      const pure = sponsored === 0 || unsponsored === 0;
      const mixed = mixTail && sponsored > 0 && sponsored >= leastSponsored;
      if (model === "coverage" || pure || mixed) shapes.push({ sponsored, unsponsored });
    }
  }
  return shapes;
}

/** Float64Array, length k + 1: worth of having n = 0…k offers beside their scores, C(n) of docs/model.md. */
export function coverageValue(policy: Policy): Float64Array {
  const value = new Float64Array(policy.k + 1);
  for (let n = 0; n <= policy.k; n++) {
    value[n] = policy.covMode === "shortfall"
      ? -policy.shortfallPenalty * (policy.k - n)
      : n === 0
      ? 0
      : value[n - 1] + (policy.covW[n - 1] ?? 0);
  }
  return value;
}

/** Constraints of each group, all arrays of length groups. */
export interface GroupRules {
  /** Least sponsored users; 0 under model coverage. */
  readonly minSponsored: Float64Array;
  /** Most sponsored users; Infinity: no limit. */
  readonly maxSponsored: Float64Array;
  /** Least share of sponsored assignments; NaN: no such rule. */
  readonly assignmentRatio: Float64Array;
  /**
   * Least of Σ sponsored offers − share × offers, the balance of the assignment ratio: 0 for a drop; for a sample of
   * one, what the other users leave to it.
   */
  readonly leastBalance: Float64Array;
  /** Most mixed users; Infinity: no limit. */
  readonly maxMixed: Float64Array;
}

/**
 * The constraints that a policy puts on each group. Model coverage has none. A maximum never rounds a group that
 * must have a sponsored user down to zero.
 */
export function groupRules(instance: Instance, policy: Policy): GroupRules {
  const groups = instance.groups.length;
  const minSponsored = new Float64Array(groups);
  const maxSponsored = new Float64Array(groups).fill(Infinity);
  const assignmentRatio = new Float64Array(groups).fill(NaN);
  const leastBalance = new Float64Array(groups);
  const maxMixed = new Float64Array(groups).fill(Infinity);
  const rules = { minSponsored, maxSponsored, assignmentRatio, leastBalance, maxMixed };
  if (policy.model === "coverage") return rules;
  const guarded = policy.enforceAssignmentRatio && policy.assignmentRatioGuard !== "none";
  for (let g = 0; g < groups; g++) {
    const users = instance.groupSize[g];
    minSponsored[g] = ceilShare(instance.ratio[g], users);
    if (policy.maxSponsoredRatio !== null) {
      maxSponsored[g] = Math.max(
        floorShare(policy.maxSponsoredRatio, users),
        minSponsored[g] > 0 ? 1 : 0,
      );
    }
    if (guarded) assignmentRatio[g] = Math.max(0, instance.ratio[g] - policy.ratioSlack);
    if (policy.mixTail && policy.maxMixedShare < 1) {
      maxMixed[g] = floorShare(policy.maxMixedShare, users);
    }
  }
  return rules;
}

/** Relative room for the rounding of share × users: 100 × 0.07 is 7.000000000000001 in doubles and means 7. */
const ROUNDING = 1e-9;

/** ⌈share × users⌉, tolerating the rounding of the product. */
export function ceilShare(share: number, users: number): number {
  return Math.ceil(share * users - ROUNDING * Math.max(1, share * users));
}

/** ⌊share × users⌋, tolerating the rounding of the product. */
export function floorShare(share: number, users: number): number {
  return Math.floor(share * users + ROUNDING * Math.max(1, share * users));
}

/**
 * The price P of a user that a minimum lacks: `policy.shortfallPrice`, or by default the least power of ten that
 * is at least twice what any bundle can add to or take from the objective, so that no user's own gain buys a missed minimum.
 */
export function shortfallPrice(instance: Instance, policy: Policy): number {
  if (policy.shortfallPrice !== null) return policy.shortfallPrice;
  let largest = 0;
  for (let p = 0; p < instance.score.length; p++) {
    const size = Math.abs(instance.score[p]);
    if (size > largest) largest = size;
  }
  const coverage = coverageValue(policy);
  let spread = 0;
  for (const value of coverage) spread = Math.max(spread, Math.abs(value));
  const bundle = policy.k * largest + spread + Math.abs(policy.sponsoredBonus);
  // Just above a power by rounding is that power.
  return bundle === 0 ? 1 : 10 ** Math.ceil(Math.log10(2 * bundle * (1 - ROUNDING)));
}
