/**
 * Brings each group's counts to its rules by changing the bundles of the users who lose least by it.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Assignment } from "./assignment.ts";
import { type BundleChooser, DECISIVE } from "./bundle_chooser.ts";
import { SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import type { GroupUsers } from "../../drop/group_users.ts";

/** Asked whether time ran out: what is not repaired by then is left to others. */
type Late = () => boolean;

const never: Late = () => false;

/** Users between two looks at the time. */
const STEPS = 1024;

/** Prices of the assignment ratio at which alternatives are sought, in units of an offer's size. */
const RATIO_STEPS = [0.01, 0.05, 0.2, 1, DECISIVE];

/**
 * The number of sponsored users that group g should have: within its minimum and maximum, and just the minimum or
 * the maximum where that has a price.
 */
export function sponsoredTarget(assignment: Assignment, prices: Prices, g: number): number {
  const { minSponsored, maxSponsored } = assignment.problem.rules;
  const count = assignment.sponsoredUsers[g];
  const least = Math.min(minSponsored[g], maxSponsored[g]);
  const price = prices.minSponsored[g] - prices.maxSponsored[g];
  if (count > maxSponsored[g] || (price < 0 && maxSponsored[g] < Infinity)) return maxSponsored[g];
  return count < least || price > 0 ? least : count;
}

/**
 * Changes the type of the users who lose least until each group has its target of sponsored users. Where the rule
 * behind the target is not a hard one, a change that costs more than the rule's price is left out. Groups whose users have
 * a `shape` of a joint choice are as they should be.
 */
export function repairSponsoredCounts(
  assignment: Assignment,
  prices: Prices,
  byGroup: GroupUsers,
  chooser: BundleChooser,
  { shape, late = never }: { shape?: Int32Array; late?: Late } = {},
): void {
  const { rules, instance: { groups }, shortfallPrice } = assignment.problem;
  for (let g = 0; g < groups.length && !late(); g++) {
    if (shape !== undefined && shape[byGroup.user[byGroup.start[g]]] >= 0) continue;
    const count = assignment.sponsoredUsers[g];
    const target = sponsoredTarget(assignment, prices, g);
    if (target === count) continue;
    const kind = target > count ? SPONSORED : UNSPONSORED;
    const price = prices.minSponsored[g] - prices.maxSponsored[g];
    const most = count > rules.maxSponsored[g]
      ? Infinity
      : count < rules.minSponsored[g]
      ? (chooser.withinCaps ? 0 : shortfallPrice - price)
      : Math.abs(price);
    const users = byGroup.user.subarray(byGroup.start[g], byGroup.start[g + 1]);
    changeCheapest(users, chooser, {
      needed: () =>
        kind === SPONSORED
          ? assignment.sponsoredUsers[g] < target
          : assignment.sponsoredUsers[g] > target,
      applies: (u) => (assignment.sponsored[u] > 0) !== (kind === SPONSORED),
      choose: (u) => chooser.choose(u, { kind }),
      most,
      forced: count > rules.maxSponsored[g],
      late,
    });
  }
}

/** Makes mixed users pure where a group has too many of them. */
export function repairMixedShares(
  assignment: Assignment,
  byGroup: GroupUsers,
  chooser: BundleChooser,
  late: Late = never,
): void {
  const { rules: { maxMixed }, instance: { groups } } = assignment.problem;
  for (let g = 0; g < groups.length && !late(); g++) {
    const needed = () => assignment.mixedUsers[g] > maxMixed[g];
    if (!needed()) continue;
    const users = byGroup.user.subarray(byGroup.start[g], byGroup.start[g + 1]);
    const isMixed = (u: number) =>
      assignment.sponsored[u] > 0 && assignment.count[u] > assignment.sponsored[u];
    changeCheapest(users, chooser, {
      needed,
      applies: isMixed,
      choose: (u) => chooser.choose(u, { pure: true }),
      forced: true,
      late,
    });
  }
}

/**
 * Restores broken assignment ratios. Every user's best change is sought at a few prices of the ratio; where that is not
 * enough, users give up all they hold, those first who lose least by it: a group where nobody holds more unsponsored offers
 * than its ratio allows keeps the rule.
 */
export function repairAssignmentRatios(
  assignment: Assignment,
  prices: Prices,
  byGroup: GroupUsers,
  chooser: BundleChooser,
  late: Late = never,
): void {
  const { rules: { assignmentRatio }, instance: { groups }, unit } = assignment.problem;
  for (let g = 0; g < groups.length && !late(); g++) {
    const users = byGroup.user.subarray(byGroup.start[g], byGroup.start[g + 1]);
    for (const step of RATIO_STEPS) {
      if (assignment.ratioKept(g) || late()) break;
      const ratioPrice = prices.assignmentRatio[g] + step * unit;
      const gain = (u: number) =>
        chooser.sponsored - assignment.sponsored[u] -
        assignmentRatio[g] * (chooser.count - assignment.count[u]);
      changeCheapest(users, chooser, {
        needed: () => !assignment.ratioKept(g),
        choose: (u) => chooser.choose(u, { ratioPrice }) && gain(u) > 0,
        perUnit: gain,
        late,
      });
    }
    const excess = (u: number) =>
      assignmentRatio[g] * assignment.count[u] - assignment.sponsored[u];
    const givers = [...users].filter((u) => excess(u) > 0)
      .map((u) => ({ u, cost: assignment.worth(u) / excess(u) }))
      .sort((a, b) => a.cost - b.cost || a.u - b.u);
    for (const { u } of givers) {
      if (assignment.ratioKept(g)) break;
      chooser.clear(u);
    }
  }
}

/** A change to make to some of a group's users. */
interface Change {
  /** Whether another change is needed. */
  needed(): boolean;
  /** Whether user `u` can make it. @default () => true */
  applies?(u: number): boolean;
  /** Chooses the bundle that user `u` would change to; whether there is one. */
  choose(u: number): boolean;
  /** What the bundle chosen for `u` contributes; costs are compared per unit of it. @default 1 */
  perUnit?(u: number): number;
  /** Leave out changes that cost more. @default Infinity */
  most?: number;
  /** Whether users without a bundle to change to give up all they hold, as a last resort. @default false */
  forced?: boolean;
  /** Asked now and then whether to leave the rest as it is. @default never */
  late?: Late;
}

/** Makes a change to the users it costs least, as long as it is needed. Bundles are chosen again when their turn comes. */
function changeCheapest(
  users: Uint32Array,
  chooser: BundleChooser,
  {
    needed,
    applies = () => true,
    choose,
    perUnit = () => 1,
    most = Infinity,
    forced = false,
    late = never,
  }: Change,
): void {
  const candidates: { u: number; cost: number }[] = [];
  for (const [i, u] of users.entries()) {
    if (i % STEPS === STEPS - 1 && late()) break;
    if (!applies(u)) continue;
    const found = choose(u);
    const cost = found ? (chooser.valueHeld(u) - chooser.value) / perUnit(u) : Infinity;
    if (found ? cost <= most : forced) candidates.push({ u, cost });
  }
  // Equal costs, the infinite ones too, in the users' order.
  candidates.sort((a, b) => a.cost < b.cost ? -1 : a.cost > b.cost ? 1 : a.u - b.u);
  for (const [i, { u }] of candidates.entries()) {
    if (!needed() || i % STEPS === STEPS - 1 && late()) return;
    if (choose(u)) chooser.give(u);
    else if (forced) chooser.clear(u);
  }
}
