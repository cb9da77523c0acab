/**
 * The least number of sponsored users of a group: ⌈sponsorship_ratio × users⌉. A user that is missing costs the shortfall
 * price.
 *
 * @module
 */
import { ceilShare } from "../../../base/numbers/share.ts";
import type { LimitKind } from "./kind.ts";

/** The least sponsored users; see the module. */
export const minSponsored: LimitKind<"minSponsored", "min_sponsored"> = {
  name: "minSponsored",
  field: "min_sponsored",
  row: "least_sponsored",
  means: "the least number of sponsored users",
  sense: -1,
  mayBeMissed: true,
  reason: "ratio_guard",
  amount: ({ ratio, groupSize }, _, g) => ceilShare(ratio[g], groupSize[g]) || null,
  weights: () => [1, 0, 0, 0],
};
