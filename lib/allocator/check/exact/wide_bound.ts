/**
 * The bound that prices prove, in units too small for doubles to count them.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { chargedPairs } from "../rules/charges.ts";
import { Choices, IN_ANY_SIZE } from "../bound/choices.ts";
import { floorOf, fractionOf } from "./decimal.ts";
import type { GroupDemand } from "../rules/demands.ts";
import {
  GroupPrices,
  leftBesidePins,
  lossOfGroups,
  penaltiesInUnits,
  pricesInUnits,
  worthOfLimit,
  worthOfLimits,
} from "./exact_bound.ts";
import { worthInUnits } from "./exact_worth.ts";
import type { LimitPrices } from "../bound/limit_prices.ts";
import { type OwnTerms, stepsOfEach } from "../bound/own_choices.ts";
import type { DividedPrices, OwnLimits } from "../bound/own_limits.ts";
import { type Settled, settledInUnits } from "./settled.ts";
import type { Units } from "./units.ts";

/**
 * What exact_bound.ts computes, in whole numbers of any size: for scores so far apart in size that the largest and the smallest
 * have no common unit in doubles. Some ten times as slow.
 */
export function wideBound(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  { prices, limits, own = null }: DividedPrices & { prices: Prices },
  units: Units,
  settled?: Settled,
): bigint {
  const ofCase = settled === undefined ? null : settledInUnits(settled, units);
  const given = { instance, policy, demands, prices, units, ofCase };
  const group = new GroupPrices(given, null);
  const contract = Array.from(prices.contract, (price) => units.downOf(price));
  const limitPrices = pricesInUnits(limits, units);
  const isCharged = chargedPairs(instance, policy), charge = units.downOf(policy.changeCost);
  const choices = new Choices(instance, policy, {
    score: (p) =>
      units.upOf(instance.score[p]) - (isCharged?.(p) ? charge : 0n) + (ofCase?.more(p) ?? 0n),
    contract,
    sponsored: group.sponsored,
    others: group.others,
    becoming: group.becoming,
    mixing: group.mixing,
    bonus: units.upOf(policy.sponsoredBonus),
    worthOfCount: (own, offers) => worthInUnits(own, offers, (value) => units.upOf(value), 0n),
    limits: limits === null ? null : wideCosts(limits, limitPrices),
    own: own === null ? null : ownInAnySize(instance, policy, own, units),
    ...IN_ANY_SIZE,
  });
  let bound = group.worth() + (ofCase?.worth ?? 0n);
  for (let u = 0; u < instance.group.length; u++) bound += choices.bestOf(u);
  contract.forEach((price, c) => bound += price * BigInt(instance.cap[c]));
  if (limits !== null) bound += worthOfLimits(limits, limitPrices);
  return bound - lossOfGroups(given, group, choices);
}

/** The terms of users' own limits. */
function ownInAnySize(
  instance: Instance,
  policy: Policy,
  limits: OwnLimits,
  units: Units,
): OwnTerms<bigint> {
  const { prices } = limits, price = pricesInUnits(prices, units);
  return {
    limits,
    cost: wideCosts(prices, price),
    worth: (l) => worthOfLimit(prices, l, price[l]),
    penalty: penaltiesInUnits(instance, policy, prices, units),
    mostSteps: stepsOfEach(limits.users),
  };
}

/** What an offer of a pair pays for limits, rounded down. */
function wideCosts(
  limits: LimitPrices,
  price: readonly bigint[],
): (c: number, u: number, p: number, isPinned: boolean) => bigint {
  const all = limits.declared.limits;
  const amount = all.map(({ amount }) => fractionOf(amount));
  const left = all.map(({ amount }, l) => leftBesidePins(amount, limits.countedByPins(l)));
  return (c, u, p, isPinned) => {
    let cost = 0n;
    limits.declared.visit(c, u, p, (l, value) => {
      if (price[l] === 0n) return;
      const { family, side } = all[l], counted = fractionOf(value);
      const sign = side === "at_most" ? 1n : -1n;
      const pay = (top: bigint, bottom: bigint) => cost += floorOf(sign * price[l] * top, bottom);
      if (family.shareOf !== null) {
        const { top, bottom } = amount[l];
        pay(counted.top * bottom - top * counted.bottom, counted.bottom * bottom);
        return;
      }
      if (side === "at_least" && isPinned) return;
      const most = left[l];
      const isMore = side === "at_least" && amount[l].top > 0n &&
        counted.top * most.bottom > most.top * counted.bottom;
      pay(isMore ? most.top : counted.top, isMore ? most.bottom : counted.bottom);
    }, "all");
    return cost;
  };
}
