/**
 * What a repair has to mend and what room it has.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { balances, mostMixed, sharesOf, type Usage } from "./usage.ts";

/** How much each constraint lacks or has to spare. */
export interface Room {
  /** Float64Array, length contracts: users over the cap. */
  readonly over: Float64Array;
  /** Float64Array, length contracts: users that still fit. */
  readonly open: Float64Array;
  /** Float64Array, length groups: sponsored users lacking to the minimum. */
  readonly lacking: Float64Array;
  /** Float64Array, length groups: sponsored users over the maximum. */
  readonly excess: Float64Array;
  /** Float64Array, length groups: mixed users over the maximum. */
  readonly overMixed: Float64Array;
  /** Float64Array, length groups: balance lacking to the assignment ratio. */
  readonly unbalanced: Float64Array;
  /** Float64Array, length groups: sponsored users that may go. */
  readonly mayLeave: Float64Array;
  /** Float64Array, length groups: sponsored users that may come, or Infinity. */
  readonly mayEnter: Float64Array;
  /** Float64Array, length groups: balance that may go, or Infinity. */
  readonly toSpare: Float64Array;
  /** Float64Array, length groups: mixed users that may come, or Infinity. */
  readonly mayMix: Float64Array;
}

/** Balances are sums of shares: this much is rounding, relative to the offers. */
export const ROUNDING = 1e-9;

/** What the usage leaves. */
export function roomOf(problem: DualProblem, usage: Usage): Room {
  const { cap } = problem.instance;
  const { load, counts } = usage;
  const { sponsoredUsers: sponsored, sponsoredOffers, unsponsoredOffers, mixedUsers: mixed } =
    counts;
  const { least: minSponsored, most: maxSponsored } = problem.rules.sponsored;
  const share = sharesOf(problem), maxMixed = mostMixed(problem);
  const atLeastZero = (values: Float64Array) => values.map((v) => Math.max(0, v));
  const balance = balances(problem, usage).map((b, g) =>
    Math.abs(b) <= ROUNDING * (1 + sponsoredOffers[g] + unsponsoredOffers[g]) ? 0 : b
  );
  return {
    over: atLeastZero(load.map((n, c) => n - cap[c])),
    open: atLeastZero(load.map((n, c) => cap[c] - n)),
    lacking: atLeastZero(sponsored.map((n, g) => Math.min(minSponsored[g], maxSponsored[g]) - n)),
    excess: atLeastZero(sponsored.map((n, g) => n - maxSponsored[g])),
    overMixed: atLeastZero(mixed.map((n, g) => n - maxMixed[g])),
    unbalanced: atLeastZero(balance.map((b) => -b)),
    mayLeave: atLeastZero(sponsored.map((n, g) => n - minSponsored[g])),
    mayEnter: atLeastZero(sponsored.map((n, g) => maxSponsored[g] - n)),
    toSpare: atLeastZero(balance.map((b, g) => share[g] > 0 ? b : Infinity)),
    mayMix: atLeastZero(mixed.map((n, g) => maxMixed[g] - n)),
  };
}

/** How much of the rules that must hold is broken. */
export function brokenRules({ over, excess, overMixed, unbalanced }: Room): number {
  return sum(over) + sum(excess) + sum(overMixed) + sum(unbalanced);
}

/** The room in which no contract may be entered, and so nobody is asked to become sponsored. */
export function closed(room: Room): Room {
  return { ...room, open: room.open.map(() => 0), lacking: room.lacking.map(() => 0) };
}

/** The prices of what is used up; what has room costs nothing. */
export function stillPriced(prices: Prices, room: Room): Prices {
  const without = (price: Float64Array, spare: Float64Array, least = 1) =>
    price.map((p, at) => spare[at] >= least ? 0 : p);
  return {
    contract: without(prices.contract, room.open),
    minSponsored: without(prices.minSponsored, room.mayLeave),
    maxSponsored: without(prices.maxSponsored, room.mayEnter),
    // What an offer can take of a balance is less than 1.
    assignmentRatio: without(prices.assignmentRatio, room.toSpare),
    mixedShare: without(prices.mixedShare, room.mayMix),
  };
}

/** Σ price × what is left unused. */
export function worthOfUnused(room: Room, prices: Prices): number {
  let worth = 0;
  const add = (price: Float64Array, spare: Float64Array) =>
    price.forEach((p, at) => worth += p > 0 ? p * spare[at] : 0);
  add(prices.contract, room.open);
  add(prices.minSponsored, room.mayLeave);
  add(prices.assignmentRatio, room.toSpare);
  add(prices.mixedShare, room.mayMix);
  return worth;
}

/** Σ of an array. */
export function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
