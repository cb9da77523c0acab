/** Random policies for tests: every model, mode and switch comes up. */
import { defaultPolicy, type Policy } from "../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";

/** A policy drawn by `seed`; brand limits only where the drop has brands. */
export function randomPolicy(seed: number, withBrands = false): Policy {
  const random = seededRandom(seed);
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  const k = one(1, 2, 3, 3, 3, 4, 5);
  const uniform = random.next() < 0.75;
  return {
    ...defaultPolicy,
    model: uniform ? "uniform" : "coverage",
    k,
    covMode: one("z", "z", "shortfall"),
    covW: one([0.0003, 0.0006, 0.001], [0.05, 0.02], [0.01, 0.03, 0.08], []),
    shortfallPenalty: one(0.1, 0.01),
    sponsoredBonus: one(0.001, 0.001, 0.05, 0),
    shortfallPrice: one(null, null, null, 0.3),
    maxSponsoredRatio: one(null, null, 0.5, 0.8),
    enforceAssignmentRatio: one(false, false, true),
    assignmentRatioGuard: one("hard", "hard", "moving", "none"),
    ratioSlack: one(0, 0.1),
    mixTail: one(false, true),
    thirdSlotOnlyMixing: one(true, false),
    sponsoredFirstRounds: one(1, 2),
    maxMixedShare: one(1, 0.3, 0),
    maxPerBrand: withBrands ? one(1, 2, null) : null,
  };
}
