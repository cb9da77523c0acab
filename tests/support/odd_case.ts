/** Drops of odd shapes and sizes with any policy, for tests that look for what nobody thought of. */
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import type { Policy } from "../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { randomInstance } from "./random_instance.ts";
import { randomPolicy } from "./random_policy.ts";

/**
 * A drop of 0 to 60 users: caps of 0, 1 or huge, all scores tied, zero or negative, scores from 1e-9 to 1e9, groups of one
 * user or one group, few brands, k from 1 to 6, weights that scale with the scores or do not, or are negative.
 */
export function oddCase(seed: number): [Instance, Policy] {
  const random = seededRandom(seed * 7919 + 13);
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  const brands = one(0, 0, 1, 3, 5);
  const base = randomInstance({
    seed,
    users: one(1, 2, 3, 5, 10, 20, 40, 60),
    contracts: one(1, 2, 3, 6, 10, 14),
    groups: one(1, 1, 2, 4, 40, 1000),
    density: one(0.15, 0.4, 0.7, 1),
    capShare: one(0.001, 0.1, 0.3, 0.8, 1.5, 100),
    scoreStep: one(10, 0.5, 0.1, 0.01, 0.001, 1e-6),
    zeroShare: one(0, 0.15, 0.35, 1),
    negativeShare: one(0, 0, 0.3, 1),
    sponsoredShare: one(0, 0.2, 0.5, 0.8, 1),
    ratios: one([0, 0.2, 0.4, 0.5, 0.8, 1], [1], [0], [0.333, 0.667], [0.07, 0.93]),
    brands,
  });
  const scale = one(1, 1, 1, 1e-9, 1e-4, 1e4, 1e9);
  const instance = {
    ...base,
    score: base.score.map((score) => score * scale),
    cap: base.cap.map((cap) => one(cap, cap, cap, cap, 1, 0, 1e9)),
  };
  let policy: Policy = {
    ...randomPolicy(seed + 5e5, brands > 0),
    k: one(1, 2, 3, 4, 5, 6),
    enforceAssignmentRatio: one(false, true),
    maxMixedShare: one(1, 0.3, 0, 0.5),
    ratioSlack: one(0, 0.1, 0.05, 2),
  };
  if (one(false, true)) {
    policy = {
      ...policy,
      covW: policy.covW.map((w) => w * scale),
      sponsoredBonus: policy.sponsoredBonus * scale,
      shortfallPenalty: policy.shortfallPenalty * scale,
      shortfallPrice: policy.shortfallPrice === null ? null : policy.shortfallPrice * scale,
    };
  }
  if (one(false, false, false, false, true)) {
    policy = { ...policy, covW: [-0.01, 0.02, -0.05], sponsoredBonus: one(-0.01, 0.05) };
  }
  return [instance, policy];
}
