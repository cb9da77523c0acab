/**
 * What follows from a policy: its defaults, the bundles it allows, the worth of a number of offers, the shortfall price.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import { type Policy, POLICY_FIELDS } from "./policy_table.ts";
import { kOfUser, largestK } from "./user_k.ts";
export type { Model, Policy } from "./policy_table.ts";

/** The defaults of every {@link Policy} field: those of the tool that Divvy replaces, model `uniform`. */
export const defaultPolicy: Policy = Object.freeze(
  Object.fromEntries(POLICY_FIELDS.map((field) => [field.name, field.default])),
) as unknown as Policy;

/** The policy that options give: fields that they leave out are as in {@link defaultPolicy}; other options are ignored. */
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
 * The most offers that any user can get: at most k, and at most as many as the user has pairs. So arrays by number of offers stay
 * short, however large k is.
 */
export function mostOffers(instance: Instance, policy: Pick<Policy, "k">): number {
  const { start } = instance;
  const largest = largestK(instance, policy);
  let most = 0;
  for (let u = 0; u + 1 < start.length && most < largest; u++) {
    most = Math.max(most, Math.min(start[u + 1] - start[u], kOfUser(instance, policy, u)));
  }
  return most;
}

/**
 * Whether a user may hold this many sponsored and unsponsored offers at once. Model coverage: at most k in all. Model uniform: at
 * most k of one type; with `mixTail` also of both types, with exactly (k − 1, 1) of them if `thirdSlotOnlyMixing`, else with at
 * least max(1, min(sponsoredFirstRounds, k − 1)) sponsored ones.
 */
export function allowsShape(policy: Policy, sponsored: number, unsponsored: number): boolean {
  const { k, model, mixTail, thirdSlotOnlyMixing } = policy;
  if (sponsored + unsponsored > k) return false;
  if (model === "coverage" || sponsored === 0 || unsponsored === 0) return true;
  const leastSponsored = thirdSlotOnlyMixing
    ? k - 1
    : Math.max(1, Math.min(policy.sponsoredFirstRounds, k - 1));
  return mixTail && sponsored >= leastSponsored;
}

/**
 * The bundle shapes that a policy allows a user ({@link allowsShape}), the empty one first, then by sponsored and
 * unsponsored count.
 *
 * @param most leaves out shapes of more offers than any user can get, see {@link mostOffers}
 * @param ks the k of the users: a shape is listed if any of them allows it. @default the policy's k
 */
export function bundleShapes(
  policy: Policy,
  most = policy.k,
  ks: readonly number[] = [policy.k],
): BundleShape[] {
  const shapes: BundleShape[] = [];
  for (let sponsored = 0; sponsored <= most; sponsored++) {
    for (let unsponsored = 0; sponsored + unsponsored <= most; unsponsored++) {
      if (ks.some((k) => allowsShape({ ...policy, k }, sponsored, unsponsored))) {
        shapes.push({ sponsored, unsponsored });
      }
    }
  }
  return shapes;
}

/**
 * Float64Array, length most + 1: the worth C(n) of having n = 0…most offers, scores aside; see docs/model.md.
 *
 * @param most the most offers that any user can get, see {@link mostOffers}
 */
export function coverageValue(policy: Policy, most = policy.k): Float64Array {
  const value = new Float64Array(most + 1);
  for (let n = 0; n <= most; n++) {
    value[n] = policy.covMode === "shortfall"
      ? -policy.shortfallPenalty * (policy.k - n)
      : n === 0
      ? 0
      : value[n - 1] + (policy.covW[n - 1] ?? 0);
  }
  return value;
}

/**
 * What to add to {@link coverageValue} for user `u`, whatever it gets: with covMode `shortfall` the offers that it lacks are counted
 * from its own k, not the policy's.
 */
export function ownCoverage(instance: Instance, policy: Policy, u: number): number {
  return policy.covMode === "shortfall"
    ? policy.shortfallPenalty * (policy.k - kOfUser(instance, policy, u))
    : 0;
}

/** Relative room for rounding when a power of ten is looked for. */
const ROUNDING = 1e-9;

/**
 * The price P of a user that a minimum lacks: `policy.shortfallPrice`, or by default the least power of ten that is at least twice
 * what any bundle can add to or take from the objective. So a minimum is never missed for one user's gain.
 */
export function shortfallPrice(instance: Instance, policy: Policy): number {
  return policy.shortfallPrice ?? defaultShortfallPrice(largestBundle(instance, policy));
}

/** The default of {@link shortfallPrice} where a bundle adds or takes this much at most. */
export function defaultShortfallPrice(bundle: number): number {
  // A value that is above a power of ten by rounding alone counts as that power.
  return bundle === 0 ? 1 : 10 ** Math.ceil(Math.log10(2 * bundle * (1 - ROUNDING)));
}

/** The most that a bundle can add to or take from the objective, by the sizes of scores. */
export function largestBundle(instance: Instance, policy: Policy): number {
  const largest = largestScore(instance);
  // Past the last weight C(n) stays the same or comes nearer to 0, so larger n need no look.
  const k = largestK(instance, policy);
  const counts = Math.min(k, policy.covW.length);
  let spread = 0;
  for (const value of coverageValue({ ...policy, k }, counts)) {
    spread = Math.max(spread, Math.abs(value));
  }
  return k * (largest + policy.changeCost) + spread + Math.abs(policy.sponsoredBonus);
}

/** The largest size of a score, without change costs and bonuses of pins; 0: there is none. */
export function largestScore(instance: Instance): number {
  const { plainScore = instance.score } = instance;
  return instance.largestScore ?? largestSize(plainScore);
}

/** The largest size of any number; 0 of none. Two at a time, as a processor compares them while it reads others. */
function largestSize(numbers: ArrayLike<number>): number {
  let even = 0, odd = 0, i = 0;
  for (; i + 1 < numbers.length; i += 2) {
    even = Math.max(even, Math.abs(numbers[i]));
    odd = Math.max(odd, Math.abs(numbers[i + 1]));
  }
  return i < numbers.length ? Math.max(even, odd, Math.abs(numbers[i])) : Math.max(even, odd);
}
