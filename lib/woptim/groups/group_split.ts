/**
 * Splits among people in groups, in exact arithmetic.
 *
 * @module
 */
import {
  clamped,
  costBetween,
  type Demand,
  demandAt,
  demandOf,
  demandOfGroup,
  FixedPoint,
  type Piece,
  type Pieces,
  priceFor,
  sumOfDemands,
} from "./exact_demand.ts";
import type { CheckedGroups } from "../problem/group_tree.ts";
import type { ResolvedSplitOptions } from "../problem/options.ts";
import type { Wishes } from "../problem/discontent.ts";
import type { HardBounds } from "../exact/rounding.ts";

/** What is split among whom: people with hard bounds and the group of each (−1: none), and the groups with theirs. */
export interface TreeProblem {
  total: number;
  wishes: Wishes;
  hard: HardBounds;
  group: Int32Array;
  groups: CheckedGroups;
  groupHard: HardBounds;
}

/**
 * The units x that make Σ f(x) of all people and of all groups least, where a group's x is the sum of its members'. Writes
 * them into `units` and returns half the derivative of that sum by the total.
 *
 * A nested search for prices. What the members of a group demand at a price is piecewise linear and never falls; the group
 * takes the same, at a price that is higher by half the derivative of its own discontent, within its own bounds:
 * a demand of the same kind, and the group is like one person of the group that it is in. So demands are merged from the
 * innermost groups outward, the price for the total is found at the end, and the prices inside follow from the units of
 * each group. That takes O(n log n) for each level of groups. All of it is done in integers so fine that the units are
 * the exact ones, rounded once.
 */
export function solveTree(
  problem: TreeProblem,
  options: ResolvedSplitOptions,
  units: Float64Array,
): TreePrices {
  const { wishes, hard, group, groups, groupHard, total } = problem;
  const fixed = new FixedPoint(bitsFor(problem, options));
  const bound = (x: number) => Number.isFinite(x) ? fixed.ofNumber(x) : null;
  const own: Demand[] = Array.from(units, (_, i) =>
    clamped(
      demandOf(piecesOf(wishes, i, hard, options, fixed), fixed),
      bound(hard.floor[i]),
      bound(hard.ceiling[i]),
      fixed,
    ));
  const members: Demand[][] = groups.names.map(() => []), outermost: Demand[] = [];
  own.forEach((demand, i) => (group[i] < 0 ? outermost : members[group[i]]).push(demand));
  const inside: Demand[] = [], taken: Demand[] = [];
  for (const g of groups.inwardOut) {
    inside[g] = sumOfDemands(members[g]);
    const { names: _, ...wishesOfGroup } = groups;
    taken[g] = clamped(
      demandOfGroup(inside[g], piecesOf(wishesOfGroup, g, groupHard, options, fixed), fixed),
      bound(groupHard.floor[g]),
      bound(groupHard.ceiling[g]),
      fixed,
    );
    (groups.parent[g] < 0 ? outermost : members[groups.parent[g]]).push(taken[g]);
  }
  const all = sumOfDemands(outermost), handedOut = fixed.ofNumber(total);
  const price = priceFor(all, handedOut, fixed);
  const costTo = (next: number) => {
    const cost = costBetween(all, handedOut, fixed.ofNumber(next), fixed);
    return cost === null ? null : 2 * fixed.toNumber(cost);
  };
  const prices: bigint[] = [];
  for (const g of groups.inwardOut.toReversed()) {
    const around = groups.parent[g] < 0 ? price : prices[groups.parent[g]];
    prices[g] = priceFor(inside[g], demandAt(taken[g], around, fixed), fixed);
  }
  own.forEach((demand, i) => {
    units[i] = fixed.toNumber(demandAt(demand, group[i] < 0 ? price : prices[group[i]], fixed));
  });
  return {
    price: fixed.toNumber(price),
    inside: prices.map((inside) => fixed.toNumber(inside)),
    more: costTo(total + 1),
    less: costTo(total - 1),
  };
}

/** Prices of a split among people in groups. */
export interface TreePrices {
  /** Half the derivative of the objective by the total. */
  price: number;
  /** What the members of each group pay for a unit: `price` less the marginal discontent of the groups around them. */
  inside: number[];
  /** What a unit more in total adds to the objective under the same hard bounds; null: nobody can take it. */
  more: number | null;
  /** What a unit less adds. */
  less: number | null;
}

/** The pieces of the discontent of person or group i that hard bounds leave; a target that is NaN has no part in it. */
function piecesOf(
  { lower, upper, target, weight, previous }: Wishes,
  i: number,
  { floor, ceiling }: HardBounds,
  options: ResolvedSplitOptions,
  fixed: FixedPoint,
): Pieces {
  const factor = fixed.ofNumber(weight?.[i] ?? 1);
  const part = (v: number, share: number) =>
    pieceFor(v, fixed.times(factor, fixed.ofNumber(share)), options, fixed);
  let inside: Piece = { slope: 0n, pull: 0n };
  if (!Number.isNaN(target[i])) inside = part(target[i], options.gamma);
  const before = options.changeWeight > 0 ? previous?.[i] ?? NaN : NaN;
  if (!Number.isNaN(before)) inside = sum(inside, part(before, options.changeWeight));
  const l = floor[i] >= lower[i] ? -Infinity : lower[i];
  const u = ceiling[i] <= upper[i] ? Infinity : upper[i];
  return {
    lower: Number.isFinite(l) ? fixed.ofNumber(l) : null,
    upper: Number.isFinite(u) ? fixed.ofNumber(u) : null,
    inside,
    below: Number.isFinite(l) ? sum(inside, part(l, 1)) : inside,
    above: Number.isFinite(u) ? sum(inside, part(u, 1)) : inside,
  };
}

function sum(a: Piece, b: Piece): Piece {
  return { slope: a.slope + b.slope, pull: a.pull + b.pull };
}

/** A parabola's part in half the derivative: slope · x − pull, for a miss of `v` that counts `share`. */
function pieceFor(
  v: number,
  share: bigint,
  { absolute, tMin }: ResolvedSplitOptions,
  fixed: FixedPoint,
): Piece {
  const number = fixed.ofNumber(v);
  if (absolute) return { slope: share, pull: fixed.times(share, number) };
  if (v > tMin) return { slope: fixed.over(share, number), pull: share };
  const slope = fixed.over(share, fixed.ofNumber(tMin));
  return { slope, pull: fixed.times(slope, number) };
}

/** Bits so fine that units come out right to more than a double's, whatever the sizes of the numbers. */
function bitsFor(
  { wishes, hard, groups, groupHard, total }: TreeProblem,
  options: ResolvedSplitOptions,
): number {
  let largest = Math.max(1, total), smallest = 1;
  const look = (value: number) => {
    const size = Math.abs(value);
    if (!(size > 0 && size < Infinity)) return;
    if (size > largest) largest = size;
    if (size < smallest) smallest = size;
  };
  look(total);
  for (const { lower, upper, target, weight, previous } of [wishes, groups as Wishes]) {
    for (const column of [lower, upper, target, weight, previous]) column?.forEach(look);
  }
  for (const { floor, ceiling } of [hard, groupHard]) {
    floor.forEach(look);
    ceiling.forEach(look);
  }
  for (const value of [options.gamma, options.changeWeight, options.tMin]) look(value);
  // Rates and slopes multiply and divide two or three of these.
  return 192 + Math.ceil(3 * (Math.log2(largest) - Math.log2(smallest)));
}
