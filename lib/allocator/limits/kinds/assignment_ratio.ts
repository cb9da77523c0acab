/**
 * The assignment ratio: of a group's offers at least the share ρ = sponsorship_ratio − ratioSlack is sponsored, that is
 * Σ (1 − ρ) · sponsored − ρ · unsponsored ≥ 0.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy_table.ts";
import type { LimitKind } from "./kind.ts";
import { SPONSORED_OFFERS, UNSPONSORED_OFFERS } from "./user_counts.ts";
import { COUNT_ROUNDING } from "../../../base/numbers/rounding.ts";

/** The least unit in which programs measure the limit; a smaller share is beyond their tolerances. */
const SMALL_SHARE = 1e-6;

/** ρ of group `g`; 0: no such limit. */
function leastShare({ ratio }: Instance, { ratioSlack }: Policy, g: number): number {
  return Math.max(0, ratio[g] - ratioSlack);
}

function isEnforced({ model, enforceAssignmentRatio, assignmentRatioGuard }: Policy): boolean {
  return model !== "coverage" && enforceAssignmentRatio && assignmentRatioGuard !== "none";
}

/** The assignment ratio; see the module. */
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
   * The moving guard: at most ((1 − ratio) / ratio) · sponsored + ratioSlack · max(1, offers before) unsponsored offers, a budget
   * that grows with the sponsored ones. It never allows what the limit forbids.
   */
  gate(policy) {
    if (!isEnforced(policy) || policy.assignmentRatioGuard !== "moving") return null;
    return ({ sponsored: isSponsored, ratio, counts }) => {
      if (isSponsored || ratio === 0) return true;
      const sponsored = counts[SPONSORED_OFFERS], unsponsored = counts[UNSPONSORED_OFFERS];
      const before = sponsored + unsponsored - 1;
      const budget = ((1 - ratio) / ratio) * sponsored + policy.ratioSlack * Math.max(1, before);
      return unsponsored <= budget * (1 + COUNT_ROUNDING);
    };
  },
};
