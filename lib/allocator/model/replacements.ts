/**
 * What may take the place of an offer that a user declines.
 *
 * @module
 */
import { allowsShape, type Policy } from "./policy.ts";

/** What the n-th offer of a user adds to the objective besides its score. */
export function bonusOfOffer({ covMode, covW, shortfallPenalty }: Policy, n: number): number {
  return covMode === "shortfall" ? shortfallPenalty : covW[n - 1] ?? 0;
}

/**
 * Whether an unsponsored, and whether a sponsored offer may replace one of the offers of a user who has so many of either type.
 * Except under model coverage, a user keeps its type.
 *
 * @param policy with the user's own k
 */
export function typesThatFit(
  policy: Policy,
  sponsored: number,
  unsponsored: number,
): [boolean, boolean] {
  const all = sponsored + unsponsored;
  const fits = (addsSponsored: boolean) =>
    [true, false].some((dropsSponsored) => {
      if (dropsSponsored ? sponsored === 0 : unsponsored === 0) return false;
      const after = sponsored - (dropsSponsored ? 1 : 0) + (addsSponsored ? 1 : 0);
      const keepsType = policy.model === "coverage" || (after > 0) === (sponsored > 0);
      return keepsType && allowsShape(policy, after, all - after);
    });
  return [fits(false), fits(true)];
}
