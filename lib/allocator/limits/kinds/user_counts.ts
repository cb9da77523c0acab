/**
 * The counts of a user's offers that limits on groups are made of. All solvers, explanations and reports use these.
 *
 * @module
 */

/** How many counts there are. */
export const COUNTS = 4;
/** Count 0: users with a sponsored offer. */
export const SPONSORED_USERS = 0;
/** Count 1: sponsored offers. */
export const SPONSORED_OFFERS = 1;
/** Count 2: unsponsored offers. */
export const UNSPONSORED_OFFERS = 2;
/** Count 3: mixed users, who have offers of both types. */
export const MIXED_USERS = 3;

/** A number for each count, in order: the counts of users, or the weight of each count. */
export type Counts = readonly [number, number, number, number];

/** The counts of one user with this many sponsored and unsponsored offers. */
export function countsOfUser(sponsored: number, unsponsored: number): Counts {
  const isSponsored = sponsored > 0;
  return [isSponsored ? 1 : 0, sponsored, unsponsored, isSponsored && unsponsored > 0 ? 1 : 0];
}

/**
 * The counts of each group's users, kept up to date by {@link change}.
 *
 * @example
 * ```ts
 * import { GroupCounts } from "./user_counts.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 *
 * const counts = new GroupCounts(1);
 * counts.change(0, 2, 1, 1);
 * counts.change(0, 0, 3, 1);
 * assertEquals([counts.sponsoredUsers[0], counts.mixedUsers[0]], [1, 1]);
 * assertEquals([counts.sponsoredOffers[0], counts.unsponsoredOffers[0]], [2, 4]);
 * ```
 */
export class GroupCounts {
  /** Float64Array, length groups: users with a sponsored offer. */
  readonly sponsoredUsers: Float64Array;
  /** Float64Array, length groups: sponsored offers. */
  readonly sponsoredOffers: Float64Array;
  /** Float64Array, length groups: unsponsored offers. */
  readonly unsponsoredOffers: Float64Array;
  /** Float64Array, length groups: users with offers of both types. */
  readonly mixedUsers: Float64Array;

  /** Counts of 0 for each group. */
  constructor(groups: number) {
    this.sponsoredUsers = new Float64Array(groups);
    this.sponsoredOffers = new Float64Array(groups);
    this.unsponsoredOffers = new Float64Array(groups);
    this.mixedUsers = new Float64Array(groups);
  }

  /** Adds the counts of a user of group `g` with this many offers (`sign` 1), or takes them away (−1). */
  change(g: number, sponsored: number, unsponsored: number, sign: 1 | -1): void {
    this.unsponsoredOffers[g] += sign * unsponsored;
    if (sponsored === 0) return;
    this.sponsoredOffers[g] += sign * sponsored;
    this.sponsoredUsers[g] += sign;
    if (unsponsored > 0) this.mixedUsers[g] += sign;
  }

  /** The counts of group `g`, in the order of {@link Counts}. */
  of(g: number): Counts {
    return [
      this.sponsoredUsers[g],
      this.sponsoredOffers[g],
      this.unsponsoredOffers[g],
      this.mixedUsers[g],
    ];
  }

  /** A copy. */
  copy(): GroupCounts {
    const copy = new GroupCounts(this.sponsoredUsers.length);
    copy.sponsoredUsers.set(this.sponsoredUsers);
    copy.sponsoredOffers.set(this.sponsoredOffers);
    copy.unsponsoredOffers.set(this.unsponsoredOffers);
    copy.mixedUsers.set(this.mixedUsers);
    return copy;
  }
}
