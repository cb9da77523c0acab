/**
 * The most mixed users of a group: ⌊maxMixedShare × users⌋, if the policy allows mixed users at all.
 *
 * @module
 */
import { floorShare } from "../../../base/numbers/share.ts";
import type { LimitKind } from "./kind.ts";

/** The most mixed users; see the module. */
export const mixedShare: LimitKind<"mixedShare", "mixed_share"> = {
  name: "mixedShare",
  field: "mixed_share",
  row: "most_mixed",
  means: "the most mixed users",
  sense: 1,
  mayBeMissed: false,
  reason: "mixed_share",
  amount: ({ groupSize }, { mixTail, maxMixedShare }, g) =>
    mixTail && maxMixedShare < 1 ? floorShare(maxMixedShare, groupSize[g]) : null,
  weights: () => [0, 0, 0, 1],
};
