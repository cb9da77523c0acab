/**
 * What may take the place of an offer that a user declines.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import { allowsShape, type Policy } from "./policy.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";

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

/**
 * Uint8Array, length items (contracts, where there are no limits): 1 for those that nobody can have, as the cap of their contract is
 * 0, or a hard limit is lower than what one offer counts.
 */
export function barredItems({ cap, limits }: Pick<Instance, "cap" | "limits">): Uint8Array {
  if (limits === undefined) return Uint8Array.from(cap, (units) => units < 1 ? 1 : 0);
  const { rows, families } = limits, { contract, start, row, coefficient } = rows;
  const forbids = (e: number) => {
    const r = row[e], isMost = rows.sense[r] > 0 && rows.price[r] === Infinity;
    // Shares allow an offer beside others.
    return isMost && families[rows.family[r]].shareOf === null &&
      coefficient[e] > rows.amount[r] * (1 + COUNT_ROUNDING);
  };
  return Uint8Array.from(contract, (c, item) => {
    let isBarred = cap[c] < 1;
    for (let e = start[item]; e < start[item + 1] && !isBarred; e++) isBarred = forbids(e);
    return isBarred ? 1 : 0;
  });
}
