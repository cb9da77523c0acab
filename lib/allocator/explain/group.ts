/**
 * What a group's ratio costs, and what lowering it could gain.
 *
 * @module
 */
import { ceilShare } from "../../base/share.ts";
import type { Inquiry } from "./question.ts";

/** A user and what the choice of type means to them. */
export interface Swayed {
  /** The user. */
  user_id: string;
  /** What the user's best bundle without a sponsored offer is worth more than the best with one, at the prices. */
  cost: number;
}

/** What a group's ratio costs, and what lowering it could gain. */
export interface GroupExplanation {
  /** The group. */
  group_id: string;
  /** Users of it that have an eligible pair. */
  users: number;
  /** Least share of them that must be sponsored. */
  sponsorship_ratio: number;
  /** That share as users, rounded up. */
  required_sponsored_users: number;
  /** Users with a sponsored offer. */
  sponsored_users: number;
  /** Users that the minimum lacks. */
  shortfall: number;
  /** Users with a sponsored option. */
  users_with_sponsored_option: number;
  /** Price of the minimum: what lowering it by one user adds to the bound. */
  price: number;
  /**
   * The most that lowering the minimum by one user could add to the objective: the price, and what the objective is below
   * the bound; never more than the shortfall price.
   */
  gain_at_most: number;
  /** What lowering it by one user adds to the best objective, where the drop was solved again; null elsewhere. */
  gain: number | null;
  /** What each user that the minimum lacks costs: as high as `price` can be. */
  shortfall_price: number;
  /** Price of the most sponsored users, where the policy has a maximum. */
  max_sponsored_price: number;
  /** Price of the assignment ratio, where the policy enforces it: per sponsored offer. */
  assignment_ratio_price: number;
  /** Price of the most mixed users, where the policy limits them. */
  mixed_share_price: number;
  /** Users who would be sponsored without the minimum's price. */
  sponsored_by_choice: number;
  /** Sponsored users whom only the minimum's price makes so. */
  sponsored_by_minimum: number;
  /** Those of them to whom being sponsored costs most, dearest first, at most ten: the first that a lower minimum frees. */
  dearest: Swayed[];
  /** Users without a sponsored offer to whom it would cost least, cheapest first, at most ten: the first that a higher minimum takes. */
  next: Swayed[];
}

/** Most users that a list names. */
const NAMED = 10;

/** Explains group `g` (index in the instance). One scan of each of its users. */
export function explainGroup(inquiry: Inquiry, g: number): GroupExplanation {
  const { instance, prices } = inquiry.question;
  const { group, contract, start, middle, sponsoredContracts } = instance;
  const required = ceilShare(instance.ratio[g], instance.groupSize[g]);
  const dearest: { user: number; cost: number }[] = [], next: typeof dearest = [];
  let sponsoredUsers = 0, optional = 0, byChoice = 0, byMinimum = 0;
  for (let u = 0; u < group.length; u++) {
    if (group[u] !== g) continue;
    if (middle[u] === start[u]) continue;
    optional++;
    const { sponsored, unsponsored } = inquiry.worthByKind(u);
    const cost = unsponsored - (sponsored - prices.minSponsored[g]);
    if (cost < 0) byChoice++;
    if (inquiry.taken(u).some((p) => contract[p] < sponsoredContracts)) {
      sponsoredUsers++;
      if (cost > inquiry.tolerance) {
        byMinimum++;
        dearest.push({ user: u, cost });
      }
    } else if (Number.isFinite(cost)) next.push({ user: u, cost });
  }
  const named = (list: typeof dearest, sign: 1 | -1): Swayed[] =>
    list.sort((a, b) => sign * (a.cost - b.cost) || a.user - b.user).slice(0, NAMED)
      .map(({ user, cost }) => ({ user_id: instance.users.at(user), cost }));
  return {
    group_id: instance.groups[g],
    users: instance.groupSize[g],
    sponsorship_ratio: instance.ratio[g],
    required_sponsored_users: required,
    sponsored_users: sponsoredUsers,
    shortfall: Math.max(0, required - sponsoredUsers),
    users_with_sponsored_option: optional,
    price: prices.minSponsored[g],
    gain_at_most: inquiry.problem.rules.sponsored.least[g] === 0
      ? 0
      : Math.min(inquiry.problem.shortfallPrice, prices.minSponsored[g] + inquiry.slack),
    gain: null,
    shortfall_price: inquiry.problem.shortfallPrice,
    max_sponsored_price: prices.maxSponsored[g],
    assignment_ratio_price: prices.assignmentRatio[g],
    mixed_share_price: prices.mixedShare[g],
    sponsored_by_choice: byChoice,
    sponsored_by_minimum: byMinimum,
    dearest: named(dearest, -1),
    next: named(next, 1),
  };
}
