/** Policies that every engine keeps. */
import type { Policy } from "../../lib/allocator/model/policy.ts";

/** Mixed bundles of every kind. */
const anyMix = { mixTail: true, thirdSlotOnlyMixing: false, sponsoredFirstRounds: 1 };

/** Policies whose rules tie a group's or a user's offers together. */
export const policies: [name: string, change: Partial<Policy>, inSql: boolean][] = [
  ["assignment ratio", { enforceAssignmentRatio: true }, false],
  ["assignment ratio with slack, moving", {
    enforceAssignmentRatio: true,
    assignmentRatioGuard: "moving",
    ratioSlack: 0.1,
  }, false],
  ["assignment ratio and mixing", { enforceAssignmentRatio: true, ...anyMix }, true],
  ["mixed share", { mixTail: true, maxMixedShare: 0.1 }, false],
  ["everything at once", {
    enforceAssignmentRatio: true,
    ratioSlack: 0.05,
    maxSponsoredRatio: 0.6,
    mixTail: true,
    maxMixedShare: 0.15,
    maxPerBrand: 2,
    k: 4,
  }, true],
  ["one per brand, coverage", { model: "coverage", maxPerBrand: 1 }, true],
  ["two per brand", { maxPerBrand: 2, k: 4 }, false],
  ["one per brand of both types", { maxPerBrand: 1, ...anyMix }, true],
];

/** Two of them, in SQL, that have all kinds of their parts: for where all would take long. */
export const FEW_POLICIES: ReadonlySet<string> = new Set([
  "everything at once",
  "one per brand, coverage",
]);
