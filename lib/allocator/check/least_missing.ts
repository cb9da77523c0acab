/**
 * How many units every allocation must lack, as far as a certificate's prices prove it.
 *
 * Minima may be out of reach for other reasons than options and caps: a limit that is a rule, a pin. What proves that are prices
 * again. If all scores are 0 and a missing user or unit costs 1, the bound at any allowed prices is minus a number of units
 * that every allocation lacks. Prices found at the drop's own scores come near the shortfall price where a lack causes them,
 * and stay small elsewhere; so they are tried as shares of the shortfall price, and rounded to 0 and 1.
 *
 * @module
 */
import type { Certificate } from "../model/certificate.ts";
import type { Prices } from "../model/allocation.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Policy } from "../model/policy.ts";
import { canHoldPins } from "./rules/before.ts";
import { boundFromPrices } from "./bound/bound.ts";
import { claimedPrices } from "./bound/claimed_prices.ts";
import { demandsOf } from "./rules/demands.ts";
import { LimitPrices } from "./bound/limit_prices.ts";
import { OwnLimits } from "./bound/own_limits.ts";
import { consequenceOf, DeclaredLimits } from "./rules/limits.ts";

/** Prices from these shares of the shortfall price on are rounded to 1, others to 0. */
const SHARES = [0.5, 0.7, 0.8, 0.9, 0.95];

/** A number of units this close to a whole number counts as that number. */
const NEARLY = 1e-6;

/**
 * Users of minima, and units of leasts without a price of their own, that every allocation lacks in all. At least 0, which any
 * prices prove; so many as the prices of `certificate` prove if they are allowed for this drop, whatever else it claims.
 */
export function leastMissing(
  instance: Instance,
  policy: Policy,
  certificate: Pick<
    Certificate,
    "contracts" | "groups" | "limits" | "shortfall_price" | "own_limits_kept"
  >,
): number {
  const declared = DeclaredLimits.of(instance), demands = demandsOf(instance, policy);
  // Those of single users' limits too: where these are kept they are taken out below, after they are rounded.
  const priced = { ...certificate, own_limits_kept: false };
  const claimed = claimedPrices(instance, demands, declared, priced);
  const unit = certificate.shortfall_price;
  if (claimed.problems.length > 0 || !(unit > 0) || !canHoldPins(instance, policy)) return 0;
  const withoutScores = { ...instance, score: new Float64Array(instance.score.length) };
  const onlyMissing: Policy = {
    ...policy,
    covMode: "z",
    covW: [],
    sponsoredBonus: 0,
    changeCost: 0,
    shortfallPrice: 1,
  };
  const provenBy = (of: (price: number) => number) => {
    const prices = pricesBy(claimed.prices, of);
    const limits = claimed.limits && limitPricesBy(instance, claimed.limits, of);
    const divided = limits !== null && certificate.own_limits_kept === true
      ? OwnLimits.divide(instance, limits)
      : { limits };
    return -boundFromPrices(withoutScores, onlyMissing, demands, prices, divided).bound;
  };
  const units = Math.max(
    0,
    provenBy((price) => price / unit),
    ...SHARES.map((share) => provenBy((price) => price >= share * unit ? 1 : 0)),
  );
  return declared === null || lacksWhole(declared) ? Math.ceil(units - NEARLY) : units;
}

/** Prices where a missing user costs 1. */
function pricesBy(prices: Prices, of: (price: number) => number): Prices {
  return {
    contract: prices.contract.map(of),
    minSponsored: prices.minSponsored.map((price) => Math.min(1, of(price))),
    maxSponsored: prices.maxSponsored.map(of),
    assignmentRatio: prices.assignmentRatio.map(of),
    mixedShare: prices.mixedShare.map(of),
  };
}

/** Prices of limits where a missing unit costs 1, and one beyond a limit with a price of its own nothing. */
function limitPricesBy(
  instance: Instance,
  { declared, price }: LimitPrices,
  of: (price: number) => number,
): LimitPrices {
  const prices = new LimitPrices(declared, instance);
  const most = { broken: Infinity, at_shortfall_price: 1, at_own_price: 0 };
  declared.limits.forEach((limit, l) => {
    prices.price[l] = Math.min(most[consequenceOf(limit)], of(price[l]));
  });
  return prices;
}

/** Whether leasts without a price of their own can only lack whole units. */
function lacksWhole(declared: DeclaredLimits): boolean {
  return declared.limits.every((limit) =>
    consequenceOf(limit) !== "at_shortfall_price" ||
    limit.family.shareOf === null && Number.isInteger(limit.amount) &&
      (limit.family.counts === "offers" ||
        declared.numbersOf(limit.family).every((number) => Number.isInteger(number)))
  );
}
