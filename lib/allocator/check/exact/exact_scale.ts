/**
 * Finds the unit for a drop's exact figures, and the grid that its objectives lie on.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { fractionOf } from "./decimal.ts";
import { type GroupDemand, largestK, priceOfMissing } from "../rules/demands.ts";
import { jointGroups } from "../bound/joint_loss.ts";
import { LimitCosts, type LimitPrices } from "../bound/limit_prices.ts";
import type { DividedPrices } from "../bound/own_limits.ts";
import { consequenceOf, type DeclaredLimits, highestPrice } from "../rules/limits.ts";
import { MOST_UNITS } from "./units.ts";

/** Most decimals of a unit: doubles print with fewer, and certificates may name no more. */
const FINEST = 330;

/** Most decimals that a number of the grid may have. */
const MOST_DECIMALS = 15;

/** The unit and the grid of a drop. */
export interface Scale {
  /** The unit is 10^−decimals: the smallest in which the value of any user's bundle is at most 10^15. */
  readonly decimals: number;
  /** The most decimals of any objective; null: numbers have too many digits to say. */
  readonly step: number | null;
  /** Decimals that no score has more than; null: one has more than 15 digits. */
  readonly ofScores: number | null;
  /** The largest size of a bundle's value, without prices of sponsored users. */
  readonly perUser: number;
}

/**
 * Looks at every number that bounds and objectives are made of, and finds unit and grid.
 *
 * @param further the price of cases, which may be added to an offer's score
 */
export function scaleOf(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  prices: Prices,
  { limits, own }: DividedPrices,
  further = 0,
): Scale {
  const scores = withCharge(decimalsOfColumn(instance.score), policy.changeCost);
  const k = largestK(instance, policy);
  const options = instance.start.reduce(
    (widest, from, u) => u === 0 ? 0 : Math.max(widest, from - instance.start[u - 1]),
    0,
  );
  const most = Math.min(k, options);
  const largest = (column: Float64Array) => column.reduce((a, b) => Math.max(a, b), 0);
  const perOffer = scores.largest + further + largest(prices.contract) +
    largest(prices.assignmentRatio) +
    (limits === null ? 0 : largestCost(instance, limits));
  const weights = policy.covMode === "shortfall"
    ? policy.shortfallPenalty * k
    : policy.covW.reduce((sum, w) => sum + Math.abs(w), 0);
  const perUser = most * (perOffer + Math.abs(policy.sponsoredBonus)) + weights +
    largest(prices.mixedShare) + (own?.largest(most, priceOfMissing(instance, policy)) ?? 0);
  let size = perUser;
  for (const g of jointGroups(prices)) {
    // For a group's joint choice the losses of all its users are added up.
    size = Math.max(size, 2 * perUser * instance.groupSize[g]);
  }
  const decimals = size === 0 ? 0 : Math.min(
    FINEST,
    Math.floor(Math.log10(MOST_UNITS) - Math.log10(size) - 1e-9),
  );
  const others = decimalsOfRest(instance, policy, demands, limits?.declared ?? null);
  const step = scores.decimals === null || others === null
    ? null
    : Math.max(scores.decimals, others);
  return {
    decimals,
    step,
    ofScores: scores.decimals,
    perUser,
  };
}

/** {@link decimalsOfColumn} of scores less a cost. */
function withCharge(scores: ReturnType<typeof decimalsOfColumn>, cost: number): typeof scores {
  if (cost === 0) return scores;
  const ofCost = decimalsOfColumn(Float64Array.of(cost)).decimals;
  const { largest, decimals } = scores;
  return {
    largest: largest + cost,
    decimals: ofCost === null || decimals === null ? null : Math.max(decimals, ofCost),
  };
}

/** The largest size of a number, and the most decimals of any; null: one has more than 15 digits. */
function decimalsOfColumn(numbers: Float64Array): { largest: number; decimals: number | null } {
  let largest = 0, decimals = 0, power = 1, isDecimal = true;
  for (let i = 0; i < numbers.length; i++) {
    const size = Math.abs(numbers[i]);
    if (size > largest) largest = size;
    while (isDecimal) {
      const units = Math.round(size * power);
      if (units <= MOST_UNITS && units / power === size) break;
      if (units > MOST_UNITS) {
        // Beside smaller ones of more decimals: its own are fewer, or it has more than 15 digits.
        isDecimal = size <= MOST_UNITS && hasFewDigits(size);
        if (decimalsOf(size) <= decimals) break;
      }
      if (++decimals > MOST_DECIMALS) isDecimal = false;
      power = 10 ** decimals;
    }
  }
  return { largest, decimals: isDecimal ? decimals : null };
}

/** The most decimals of the other numbers in objectives: weights, bonus, prices of what is missed; null: too many. */
function decimalsOfRest(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  declared: DeclaredLimits | null,
): number | null {
  const { covMode, shortfallPenalty, covW, k, sponsoredBonus } = policy;
  const numbers = [
    ...(covMode === "shortfall"
      ? [shortfallPenalty]
      : instance.k === undefined
      ? covW.slice(0, k)
      : covW),
    sponsoredBonus,
  ];
  const price = priceOfMissing(instance, policy);
  if (demands.some(({ least }) => least > 0)) numbers.push(price);
  let most = numbers.reduce((most, value) => Math.max(most, decimalsOf(value)), 0);
  const counted = new Map<string, number | null>([["offers", 0]]);
  for (const limit of declared?.limits ?? []) {
    if (consequenceOf(limit) === "broken") continue;
    const { family, amount } = limit;
    if (!counted.has(family.counts)) {
      counted.set(family.counts, decimalsOfColumn(declared!.numbersOf(family)).decimals);
    }
    // The units that a limit lacks have the decimals of its amount and of what it counts.
    const ofUnits = counted.get(family.counts) ?? null;
    if (ofUnits === null) return null;
    const ofPrice = decimalsOf(highestPrice(limit, price));
    most = Math.max(most, ofPrice + Math.max(decimalsOf(amount), ofUnits));
  }
  return most <= MOST_DECIMALS ? most : null;
}

/** Whether a decimal has at most 15 digits. */
function hasFewDigits(value: number): boolean {
  const { top } = fractionOf(value);
  return top <= BigInt(MOST_UNITS);
}

function decimalsOf(value: number): number {
  return String(fractionOf(value).bottom).length - 1;
}

/** The largest amount that an offer pays for limits, or gets from them. */
function largestCost(instance: Instance, limits: LimitPrices): number {
  const { start, contract, group } = instance;
  const costs = new LimitCosts(instance, limits);
  let most = 0;
  for (let u = 0; u < group.length; u++) {
    for (let p = start[u]; p < start[u + 1]; p++) {
      most = Math.max(most, Math.abs(costs.of(contract[p], u, p)));
    }
  }
  return most;
}
