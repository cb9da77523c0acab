/**
 * The most sponsored users of a group: ⌊maxSponsoredRatio × users⌋, but at least one if the ratio is above 0 and the group must
 * have a sponsored user.
 *
 * @module
 */
import { ceilShare, floorShare } from "../../../base/numbers/share.ts";
import type { LimitKind } from "./kind.ts";

/** The most sponsored users; see the module. */
export const maxSponsored: LimitKind<"maxSponsored", "max_sponsored"> = {
  name: "maxSponsored",
  field: "max_sponsored",
  row: "most_sponsored",
  means: "the most sponsored users",
  sense: 1,
  mayBeMissed: false,
  reason: "ratio_guard",
  amount({ ratio, groupSize }, { maxSponsoredRatio: most }, g) {
    if (most === null) return null;
    const needsOne = most > 0 && ceilShare(ratio[g], groupSize[g]) > 0;
    return Math.max(floorShare(most, groupSize[g]), needsOne ? 1 : 0);
  },
  weights: () => [1, 0, 0, 0],
};
