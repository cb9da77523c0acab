/**
 * What the ratio of a group costs, and what lowering it could gain.
 *
 * @module
 */
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import { ceilShare } from "../../base/numbers/share.ts";
import { LIMIT_KINDS, type LimitField } from "../limits/kinds/list.ts";
import type { Prices } from "../model/allocation.ts";
import { type Inquiry, isPinned } from "./question.ts";

/** A user, and what being sponsored costs the user. */
export interface Swayed {
  /** The user. */
  user_id: string;
  /** Value of the user's best bundle without a sponsored offer, less that of the best bundle with one, at the prices. */
  cost: number;
}

/** The price of each kind of limit on groups, such as `max_sponsored_price`; 0 where the policy sets no such limit. */
export type GroupLimitPrices = { [Field in LimitField as `${Field}_price`]: number };

/** What the ratio of a group costs, and what lowering it could gain. */
export interface GroupExplanation extends GroupLimitPrices {
  /** The group. */
  group_id: string;
  /** The model of the rules: only `uniform` asks for a least share. */
  model: "coverage" | "uniform";
  /** Users of the group who have an eligible pair. */
  users: number;
  /** Least share of them that must be sponsored. */
  sponsorship_ratio: number;
  /** That share as users, rounded up. */
  required_sponsored_users: number;
  /** Users with a sponsored offer. */
  sponsored_users: number;
  /** Users missing to the minimum; 0 where none is asked for. */
  shortfall: number;
  /** Users with an eligible sponsored pair. */
  users_with_sponsored_option: number;
  /** Price of the minimum: what lowering it by one user adds to the bound. */
  price: number;
  /**
   * The most that lowering the minimum by one user could add to the objective: the price, plus the distance of the objective to
   * the bound, but never more than the shortfall price.
   */
  gain_at_most: number;
  /** What lowering it by one user adds to the best objective, if the drop was solved again; else null. */
  gain: number | null;
  /** What each user missing to the minimum costs; `price` is at most this. */
  shortfall_price: number;
  /**
   * Users whose best bundle would have a sponsored offer without the minimum's price, or who have one by a pin; where no minimum is
   * asked for, all who have one.
   */
  sponsored_by_choice: number;
  /** Sponsored users whose best bundle has a sponsored offer only because of the minimum's price. */
  sponsored_by_minimum: number;
  /** Those of them to whom being sponsored costs most, highest cost first, at most ten: a lower minimum frees these first. */
  dearest: Swayed[];
  /** Users without a sponsored offer to whom one would cost least, lowest cost first, at most ten: a higher minimum takes these first. */
  next: Swayed[];
}

/** Most users that a list names. */
const NAMED = 10;

/** Explains group `g` (index in the instance). It finds one pair of best bundles of each of the group's users. */
export function explainGroup(inquiry: Inquiry, g: number): GroupExplanation {
  const { instance, policy: { model }, prices } = inquiry.question;
  const { group, contract, start, middle, sponsoredContracts } = instance;
  const isAsked = inquiry.problem.rules.sponsored.least[g] > 0;
  const required = ceilShare(instance.ratio[g], instance.groupSize[g]);
  const price = priceOfMinimum(inquiry, g);
  const dearest: { user: number; cost: number }[] = [], next: typeof dearest = [];
  let sponsoredUsers = 0, optional = 0, byChoice = 0, byMinimum = 0;
  for (let u = 0; u < group.length; u++) {
    if (group[u] !== g) continue;
    if (middle[u] === start[u]) continue;
    optional++;
    const isSponsored = inquiry.taken(u).some((p) => contract[p] < sponsoredContracts);
    if (isSponsored) sponsoredUsers++;
    // Model coverage looks at no types: nobody is sponsored but by the worth of offers.
    if (model === "coverage") {
      if (isSponsored) byChoice++;
      continue;
    }
    const pinned = inquiry.taken(u).filter((p) => isPinned(instance, p));
    if (pinned.some((p) => contract[p] < sponsoredContracts)) {
      byChoice++;
      continue;
    }
    const { sponsored, unsponsored } = inquiry.worthByType(u);
    const cost = withoutRounding(unsponsored - (sponsored - price), unsponsored, sponsored, price);
    const isSwayed = isSponsored && isAsked && cost > inquiry.tolerance;
    if (cost < 0 || (isSponsored && !isSwayed)) byChoice++;
    if (isSwayed) {
      byMinimum++;
      dearest.push({ user: u, cost });
    } else if (!isSponsored && Number.isFinite(cost)) {
      next.push({ user: u, cost });
    }
  }
  const named = (list: typeof dearest, sign: 1 | -1): Swayed[] =>
    list.sort((a, b) => sign * (a.cost - b.cost) || a.user - b.user).slice(0, NAMED)
      .map(({ user, cost }) => ({ user_id: instance.users.at(user), cost }));
  return {
    group_id: instance.groups[g],
    model,
    users: instance.groupSize[g],
    sponsorship_ratio: instance.ratio[g],
    required_sponsored_users: required,
    sponsored_users: sponsoredUsers,
    shortfall: isAsked ? Math.max(0, required - sponsoredUsers) : 0,
    users_with_sponsored_option: optional,
    price,
    gain_at_most: isAsked ? Math.min(inquiry.problem.shortfallPrice, price + inquiry.slack) : 0,
    gain: null,
    shortfall_price: inquiry.problem.shortfallPrice,
    ...groupLimitPrices(prices, g),
    sponsored_by_choice: byChoice,
    sponsored_by_minimum: byMinimum,
    dearest: named(dearest, -1),
    next: named(next, 1),
  };
}

/** Price of the least number of sponsored users of group `g`. */
function priceOfMinimum({ problem: { rules }, question: { prices } }: Inquiry, g: number): number {
  let price = 0;
  for (const { name, onSponsoredUsers, sense } of rules.all) {
    if (onSponsoredUsers && sense < 0) price += prices[name][g];
  }
  return price;
}

function groupLimitPrices(prices: Prices, g: number): GroupLimitPrices {
  return Object.fromEntries(
    LIMIT_KINDS.map(({ name, field }) => [`${field}_price`, prices[name][g]]),
  ) as GroupLimitPrices;
}
