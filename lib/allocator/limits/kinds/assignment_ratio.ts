/**
 * The assignment ratio: of a group's offers at least the share ρ = sponsorship_ratio − ratioSlack is sponsored, that is
 * Σ (1 − ρ) · sponsored − ρ · unsponsored ≥ 0.
 *
 * @module
 */
import type { Instance } from "../../drop/instance.ts";
import type { Policy } from "../../model/policy_table.ts";
import type { LimitKind } from "./kind.ts";
import { SPONSORED_OFFERS, UNSPONSORED_OFFERS } from "./user_counts.ts";

/** A share below this is as good as 0 to the tolerances of programs, which measure the limit in shares. */
const SMALL_SHARE = 1e-6;

/** Relative room for rounding in comparisons of ratio × offers. */
const ROUNDING = 1e-9;

/** ρ of group `g`; 0: no such limit. */
function leastShare({ ratio }: Instance, { ratioSlack }: Policy, g: number): number {
  return Math.max(0, ratio[g] - ratioSlack);
}

function isEnforced({ model, enforceAssignmentRatio, assignmentRatioGuard }: Policy): boolean {
  return model !== "coverage" && enforceAssignmentRatio && assignmentRatioGuard !== "none";
}

/** See the module. */
export const assignmentRatio: LimitKind<"assignmentRatio", "assignment_ratio"> = {
  name: "assignmentRatio",
  field: "assignment_ratio",
  row: "assignment_ratio",
  means: "the least share of sponsored offers",
  sense: -1,
  mayBeMissed: false,
  reason: "ratio_guard",
  amount(instance, policy, g) {
    return isEnforced(policy) && leastShare(instance, policy, g) > 0 ? 0 : null;
  },
  weights(instance, policy, g) {
    const share = leastShare(instance, policy, g);
    return [0, 1 - share, -share, 0];
  },
  unit: (instance, policy, g) => Math.max(leastShare(instance, policy, g), SMALL_SHARE),
  /**
   * The moving guard: unsponsored offers are at most ((1 − ratio) / ratio) · sponsored + ratioSlack · max(1, offers before),
   * a budget that grows with the sponsored ones; whatever it allows, the limit allows too.
   */
  gate(policy) {
    if (!isEnforced(policy) || policy.assignmentRatioGuard !== "moving") return null;
    return ({ sponsored: isSponsored, ratio, counts }) => {
      if (isSponsored || ratio === 0) return true;
      const sponsored = counts[SPONSORED_OFFERS], unsponsored = counts[UNSPONSORED_OFFERS];
      const before = sponsored + unsponsored - 1;
      const budget = ((1 - ratio) / ratio) * sponsored + policy.ratioSlack * Math.max(1, before);
      return unsponsored <= budget * (1 + ROUNDING);
    };
  },
};
