/**
 * Splits in whole steps among people in groups.
 *
 * @module
 */
import type { TreePrices } from "../groups/group_split.ts";
import type { CheckedGroups } from "../problem/group_tree.ts";
import { People } from "../price/people.ts";
import type { HardBounds } from "../exact/rounding.ts";
import { StepCosts } from "./step_costs.ts";
import { cheaperThan } from "./step_split.ts";
import type { Steps } from "./steps.ts";
import {
  GroupStream,
  MergedStream,
  moveBy,
  PersonStream,
  type Stream,
  takeCheaper,
} from "./streams.ts";

/** What is split: people and groups with their hard bounds in steps. */
export interface StepTree {
  people: People;
  bounds: HardBounds;
  group: Int32Array;
  groups: CheckedGroups;
  groupBounds: HardBounds;
}

/**
 * The best split of `total` steps, which the bounds allow; `units` and `prices` are those of the split without steps, and decide
 * how fast this is, not what comes out. Returns everybody's steps.
 *
 * What a group's k-th step costs is what it costs the member who gets it, the cheapest one, and what it costs the group:
 * both never fall as k grows. So a group's steps are a sequence like a person's, and those of all outermost people and groups
 * merge into one, from which the first `total` are taken: the greedy method of `splitInSteps`, one level in another
 * (discontents of this kind are laminar convex functions, for which it is exact: Murota, "Discrete Convex Analysis", 2003).
 * A step that a group needs for its lower bound comes before all that none needs.
 */
export function splitTreeInSteps(
  { people, bounds, group, groups, groupBounds }: StepTree,
  steps: Steps,
  total: number,
  start: { units: Float64Array; prices: TreePrices },
): Float64Array {
  const costs = new StepCosts(people, steps);
  const open = { floor: groups.lower, ceiling: groups.upper };
  const groupCosts = new StepCosts(new People(groups, open, people.options), steps);
  const { floor: least, ceiling: most } = bounds, counts = new Float64Array(people.count);
  const members: Stream[][] = groups.names.map(() => []), outermost: Stream[] = [];
  const held = new Float64Array(groups.names.length);
  let all = 0;
  for (let i = 0; i < counts.length; i++) {
    const g = group[i], price = g < 0 ? start.prices.price : start.prices.inside[g];
    const limit = { worth: 2 * price * steps.size, orEqual: false };
    counts[i] = cheaperThan(limit, costs, i, { least, most }, steps.count(start.units[i]));
    (g < 0 ? outermost : members[g]).push(new PersonStream(costs, counts, i, least[i], most[i]));
    if (g < 0) all += counts[i];
    else held[g] += counts[i];
  }
  for (const g of groups.inwardOut) {
    const around = groups.parent[g];
    const price = around < 0 ? start.prices.price : start.prices.inside[around];
    const own = {
      costs: groupCosts,
      group: g,
      count: held[g],
      least: groupBounds.floor[g],
      most: groupBounds.ceiling[g],
    };
    const stream = new GroupStream(new MergedStream(members[g]), own);
    // Steps beyond the group's most are given back first; then the group is at its own price.
    moveBy(stream, Math.min(0, own.most - own.count));
    takeCheaper(stream, 2 * price * steps.size);
    (around < 0 ? outermost : members[around]).push(stream);
    if (around < 0) all += own.count;
    else held[around] += own.count;
  }
  moveBy(new MergedStream(outermost), total - all);
  return counts;
}
