/**
 * The bound that prices prove, in whole units: exact, or rounded up if a number has more digits than the unit.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { chargedPairs } from "../rules/charges.ts";
import type { Amount } from "../bound/amount.ts";
import { Choices, type ChoiceTerms, IN_DOUBLES } from "../bound/choices.ts";
import { ceilOf, floorOf, type Fraction, fractionOf, fractionOfText } from "./decimal.ts";
import { type GroupDemand, largestK, priceOfMissing } from "../rules/demands.ts";
import {
  type Counts,
  type GroupLimits,
  jointMembers,
  keepsLimits,
  lossOfGroup,
  waysFor,
} from "../bound/joint_loss.ts";
import { LAST_DIGITS, LimitCosts, LimitPrices } from "../bound/limit_prices.ts";
import { highestPrice } from "../rules/limits.ts";
import { type OwnTerms, stepsOfEach } from "../bound/own_choices.ts";
import type { DividedPrices, OwnLimits } from "../bound/own_limits.ts";
import { type Settled, settledInUnits, type SettledUnits } from "./settled.ts";
import { ExactSum, type Units } from "./units.ts";
import { worthInUnits } from "./exact_worth.ts";

/**
 * Computes what {@link boundFromPrices} does, but in whole units and never below the exact value. Prices are rounded down to whole
 * units: any prices prove a bound, so that is allowed. Scores, weights and bonuses are rounded up if they are no whole units.
 *
 * @param known.isExact whether every score is known to be whole units
 * @param known.settled what a case settles
 * @param known.perUser the largest size of a bundle's value, without prices of sponsored users
 */
export function exactBound(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  { prices, limits, own = null }: DividedPrices & { prices: Prices },
  units: Units,
  { isExact, perUser, settled }: { isExact: boolean; perUser: number; settled?: Settled },
): bigint {
  // A price of sponsored users of this size decides a user's type, whatever its offers are worth.
  const decisive = 4 * (Number(units.upOf(perUser)) + 100);
  const inUnits = (column: Float64Array) => column.map((price) => units.down(price));
  const ofCase = settled === undefined ? null : settledInUnits(settled, units);
  const given = { instance, policy, demands, prices, units, ofCase };
  const group = new GroupPrices(given, BigInt(decisive));
  const limitPrices = pricesInUnits(limits, units);
  const costs = limits === null ? null : costsInUnits(instance, limits, limitPrices);
  const { score } = instance;
  const inDoubles = (amounts: readonly bigint[]) => Float64Array.from(amounts, Number);
  const contract = inUnits(prices.contract);
  const plain = isExact ? (p: number) => units.exact(score[p]) : (p: number) => units.up(score[p]);
  const isCharged = chargedPairs(instance, policy), charge = units.down(policy.changeCost);
  const charged = isCharged === null
    ? plain
    : (p: number) => plain(p) - (isCharged(p) ? charge : 0);
  const terms: ChoiceTerms = {
    score: ofCase === null ? charged : (p) => charged(p) + Number(ofCase.more(p)),
    contract,
    sponsored: inDoubles(group.sponsored),
    others: inDoubles(group.others),
    becoming: inDoubles(group.becoming),
    mixing: inDoubles(group.mixing),
    bonus: units.up(policy.sponsoredBonus),
    worthOfCount: (own, offers) => worthInUnits(own, offers, (value) => units.up(value), 0),
    limits: costs,
    own: own === null ? null : ownInDoubles(instance, policy, own, units),
    ...IN_DOUBLES,
  };
  const choices = new Choices(instance, policy, terms);
  const sum = new ExactSum(), decided = new Float64Array(demands.length);
  for (let u = 0; u < instance.group.length; u++) {
    const best = choices.bestOf(u);
    sum.add(best);
    // Such a value means that a deciding price is in it, as all else is small compared to that.
    if (best > decisive / 2) decided[instance.group[u]]++;
  }
  let bound = sum.total() + (ofCase?.worth ?? 0n);
  for (let c = 0; c < contract.length; c++) bound += BigInt(contract[c]) * BigInt(instance.cap[c]);
  bound += group.worth(decided);
  if (limits !== null) bound += worthOfLimits(limits, limitPrices);
  return bound - lossOfGroups(given, group, choices);
}

/** Prices of limits in units, rounded down. */
export function pricesInUnits(limits: LimitPrices | null, units: Units): bigint[] {
  return Array.from(limits?.price ?? [], (price) => units.downOf(price));
}

/** What an offer pays for limits, in units and rounded down. */
function costsInUnits(
  instance: Instance,
  { declared }: LimitPrices,
  price: readonly bigint[],
): OwnTerms["cost"] {
  // If a limit's unit is very small, its price may be too large for an exact double; `LimitCosts` allows for that.
  const inUnits = new LimitPrices(declared, instance);
  inUnits.price.set(price.map(Number));
  const costs = new LimitCosts(instance, inUnits, true);
  return (c, u, p, isPinned) => costs.of(c, u, p, isPinned);
}

/** The terms of users' own limits in units, as doubles: the unit is one in which they are exact (see `scaleOf`). */
function ownInDoubles(
  instance: Instance,
  policy: Policy,
  limits: OwnLimits,
  units: Units,
): OwnTerms {
  const { prices } = limits, price = pricesInUnits(prices, units);
  const penalty = penaltiesInUnits(instance, policy, prices, units);
  return {
    limits,
    cost: costsInUnits(instance, prices, price),
    worth: (l) => Number(worthOfLimit(prices, l, price[l])),
    penalty: (l, beyond, size) => Number(penalty(l, beyond, size)),
    mostSteps: stepsOfEach(limits.users),
  };
}

/** What units beyond a limit cost, in units and rounded down, as the size of the figures that were compared may have rounded them up. */
export function penaltiesInUnits(
  instance: Instance,
  policy: Policy,
  { declared }: LimitPrices,
  units: Units,
): (limit: number, beyond: number, size: number) => bigint {
  const missing = priceOfMissing(instance, policy);
  return (l, beyond, size) => {
    const isWhole = Number.isInteger(beyond) && Number.isInteger(size);
    const sure = isWhole ? beyond : Math.max(0, beyond - LAST_DIGITS * size);
    const { top, bottom } = fractionOf(sure);
    return floorOf(units.downOf(highestPrice(declared.limits[l], missing)) * top, bottom);
  };
}

/** The share that a bound must assume: if the tolerance of the rule lets a slightly smaller share pass, that one. */
export function judgedShare(share: number, offers: number): Fraction {
  const exact = fractionOf(share);
  // A balance of shares and offers is a multiple of 1 / bottom: within the tolerance it is 0.
  if (BigInt(1_000_000_000) > exact.bottom * BigInt(offers) * 2n) return exact;
  const lower = exact.top * 1_000_000_000_000_000n * 999_999_999n;
  return {
    top: floorOf(lower, exact.bottom * 1_000_000_000n),
    bottom: 1_000_000_000_000_000n,
  };
}

/** What the prices of groups in units are made of. */
export interface PricesGiven {
  readonly instance: Instance;
  readonly policy: Policy;
  readonly demands: readonly GroupDemand[];
  readonly prices: Prices;
  readonly units: Units;
  /** What a case settles; null: there is none. */
  readonly ofCase: SettledUnits | null;
}

/** The prices of groups in units. */
export class GroupPrices {
  readonly sponsored: readonly bigint[];
  readonly others: readonly bigint[];
  readonly becoming: readonly bigint[];
  readonly mixing: readonly bigint[];
  readonly ratio: readonly bigint[];
  readonly minimum: bigint[];
  readonly maximum: bigint[];
  readonly shares: (Fraction | null)[];
  /** In users' choices prices of sponsored users are cut to ± this. */
  readonly decisive: bigint | null;
  readonly #demands: readonly GroupDemand[];
  readonly #ofCase: SettledUnits | null;

  constructor(
    { instance, policy, demands, prices, units, ofCase }: PricesGiven,
    decisive: bigint | null,
  ) {
    this.#ofCase = ofCase;
    this.decisive = decisive;
    this.#demands = demands;
    const inUnits = (column: Float64Array) => Array.from(column, (price) => units.downOf(price));
    const k = largestK(instance, policy);
    this.shares = demands.map(({ share }, g) =>
      share === null ? null : judgedShare(share, k * instance.groupSize[g])
    );
    this.ratio = inUnits(prices.assignmentRatio);
    this.mixing = inUnits(prices.mixedShare);
    const paid = (g: number, sponsored: boolean): bigint => {
      const share = this.shares[g];
      if (share === null) return 0n;
      const { top, bottom } = share;
      return ceilOf(this.ratio[g] * (sponsored ? bottom - top : -top), bottom);
    };
    this.sponsored = demands.map((_, g) => paid(g, true));
    this.others = demands.map((_, g) => paid(g, false));
    this.minimum = inUnits(prices.minSponsored);
    this.maximum = inUnits(prices.maxSponsored);
    this.becoming = demands.map((_, g) => {
      const price = this.#priceOfBecoming(g);
      if (decisive === null) return price;
      return price > decisive ? decisive : price < -decisive ? -decisive : price;
    });
  }

  #priceOfBecoming(g: number): bigint {
    return this.minimum[g] - this.maximum[g] + (this.#ofCase?.becoming(g) ?? 0n);
  }

  /** The part of a price of sponsored users that was cut off in users' choices. */
  further(g: number): bigint {
    if (this.decisive === null) return 0n;
    const price = this.#priceOfBecoming(g) - this.decisive;
    return price > 0n ? price : 0n;
  }

  /**
   * Σ price × what a way leaves of each limit, rounded down; a missing user costs the shortfall price less the minimum's price. Null:
   * it breaks a limit of the case.
   */
  lossOfLimits(
    g: number,
    { least, most, mixed }: GroupDemand,
    { sponsoredUsers, mixedUsers, sponsored, others }: Counts,
    missing: bigint,
  ): bigint | null {
    const ofCase = this.#ofCase === null ? 0n : this.#ofCase.left(g, sponsoredUsers);
    if (ofCase === null) return null;
    const over = BigInt(sponsoredUsers - least);
    let loss = ofCase;
    loss += over >= 0n ? this.minimum[g] * over : (missing - this.minimum[g]) * -over;
    if (most !== null) loss += this.maximum[g] * BigInt(most - sponsoredUsers);
    if (mixed !== null) loss += this.mixing[g] * BigInt(mixed - mixedUsers);
    const share = this.shares[g];
    if (share === null) return loss;
    const beyond = BigInt(sponsored) * share.bottom - share.top * BigInt(sponsored + others);
    return beyond <= 0n ? loss : loss + floorOf(this.ratio[g] * beyond, share.bottom);
  }

  /** Σ price × amount, plus what was cut off deciding prices for the users whose type they decided. */
  worth(decided?: Float64Array): bigint {
    let worth = 0n;
    this.#demands.forEach(({ least, most, mixed }, g) => {
      worth -= this.minimum[g] * BigInt(least);
      if (most !== null) worth += this.maximum[g] * BigInt(most);
      if (mixed !== null) worth += this.mixing[g] * BigInt(mixed);
      if (decided !== undefined) worth += BigInt(decided[g]) * this.further(g);
    });
    return worth;
  }
}

/** Σ price × amount of limits, rounded up; shares of offers have no amount. */
export function worthOfLimits(limits: LimitPrices, price: readonly bigint[]): bigint {
  return price.reduce((worth, one, l) => worth + worthOfLimit(limits, l, one), 0n);
}

/** Price × amount of limit `l`, rounded up; 0 of a share. */
export function worthOfLimit(limits: LimitPrices, l: number, price: bigint): bigint {
  const { family, amount, side } = limits.declared.limits[l];
  if (price === 0n || family.shareOf !== null) return 0n;
  const { top, bottom } = leftBesidePins(amount, limits.countedByPins(l));
  return ceilOf(price * (side === "at_most" ? top : -top), bottom);
}

/** An amount less what pins count toward it, exactly; with pins at least 0. */
export function leftBesidePins(amount: number, counted: readonly number[]): Fraction {
  if (counted.length === 0) return fractionOf(amount);
  const all = [amount, ...counted].map(fractionOf);
  // All are decimals, so the largest power of ten is a common denominator.
  const bottom = all.reduce((most, one) => one.bottom > most ? one.bottom : most, 1n);
  const [own, ...others] = all.map((one) => one.top * (bottom / one.bottom));
  const top = others.reduce((left, one) => left - one, own);
  return { top: top < 0n ? 0n : top, bottom };
}

/** What groups lose by keeping their rules over whole users, rounded down. */
export function lossOfGroups<N extends Amount>(
  { instance, policy, demands, prices, units }: PricesGiven,
  inUnits: GroupPrices,
  choices: Choices<N>,
): bigint {
  const missing = units.downOf(priceOfMissing(instance, policy));
  const ways = waysFor(instance.group.length);
  let loss = 0n;
  for (const [g, users] of jointMembers(instance, prices)) {
    const { least, most, mixed } = demands[g], share = inUnits.shares[g];
    const limits: GroupLimits = {
      least: { limit: least, price: 0 },
      most: { limit: most ?? Infinity, price: 0 },
      share: { limit: share === null ? 0 : Number(share.top) / Number(share.bottom), price: 0 },
      mixed: { limit: mixed ?? Infinity, price: 0 },
      missing: 0,
    };
    const bundles = users.map((u) => choices.bundlesOf(u));
    const lossOfWay = (counts: Counts, lost: N, sponsoredAtBest: number) => {
      if (!keepsLimits(limits, counts)) return Infinity;
      const ofLimits = inUnits.lossOfLimits(g, demands[g], counts, missing);
      if (ofLimits === null) return Infinity;
      // A sum of doubles is exact here: the unit is one in which a group's losses are below 2^53 (see `scaleOf`).
      return BigInt(lost) + ofLimits +
        inUnits.further(g) * BigInt(sponsoredAtBest - counts.sponsoredUsers);
    };
    const found = lossOfGroup(bundles, lossOfWay, undefined, ways);
    loss += BigInt(found);
  }
  return loss;
}

/** The units of a decimal in a certificate; null if it is not a whole number of units. */
export function unitsOfText(text: string, decimals: number): bigint | null {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return null;
  const { top, bottom } = fractionOfText(text);
  const scaled = decimals >= 0
    ? { top: top * 10n ** BigInt(decimals), bottom }
    : { top, bottom: bottom * 10n ** BigInt(-decimals) };
  return scaled.top % scaled.bottom === 0n ? scaled.top / scaled.bottom : null;
}
