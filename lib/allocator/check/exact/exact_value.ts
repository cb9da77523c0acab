/**
 * The objective of assignments in whole units, rounded down if a number has more digits than the unit.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { chargedPairs } from "../rules/charges.ts";
import { ceilOf, type Fraction, fractionOf } from "./decimal.ts";
import { bonusOf, type GroupDemand, priceOfMissing, UserPolicies } from "../rules/demands.ts";
import { worthInUnits } from "./exact_worth.ts";
import { consequenceOf, type DeclaredLimits, highestPrice } from "../rules/limits.ts";
import { ExactSum, type Units } from "./units.ts";

/** Distinct eligible pairs that are assigned, each with its user. */
export interface HeldPairs {
  /** Pairs. */
  readonly pair: Uint32Array;
  /** The user of each. */
  readonly user: Uint32Array;
}

/** The objective of assignments, missed minima and limits priced in. */
export function exactObjective(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  { pair, user }: HeldPairs,
  declared: DeclaredLimits | null,
  units: Units,
): bigint {
  const users = instance.group.length;
  const offers = new Uint32Array(users), sponsored = new Uint32Array(users);
  const sum = new ExactSum();
  const isCharged = chargedPairs(instance, policy);
  let charged = 0n, large = 0n;
  for (let i = 0; i < pair.length; i++) {
    const p = pair[i], u = user[i], score = units.down(instance.score[p]);
    // Past whole numbers of doubles there are those of any size.
    if (Number.isNaN(score)) large += units.downOf(instance.score[p]);
    else sum.add(score);
    if (isCharged?.(p)) charged++;
    offers[u]++;
    if (p < instance.middle[u]) sponsored[u]++;
  }
  const own = new UserPolicies(instance, policy), served = new UsersByOffers();
  let bonuses = 0;
  const sponsoredUsers = new Float64Array(instance.groups.length);
  for (let u = 0; u < users; u++) {
    served.add(own.of(u), offers[u]);
    if (sponsored[u] === 0) continue;
    sponsoredUsers[instance.group[u]]++;
    bonuses += bonusOf({ ...policy, sponsoredBonus: 1 }, sponsored[u]);
  }
  const worth = served.worth(units) + BigInt(bonuses) * units.downOf(policy.sponsoredBonus);
  const price = priceOfMissing(instance, policy), ofMissing = fractionOf(price);
  let missing = 0n;
  demands.forEach(({ least }, g) => {
    if (sponsoredUsers[g] >= least) return;
    missing += costInUnits(ofMissing, BigInt(least - sponsoredUsers[g]), 1n, units);
  });
  const penalty = declared === null
    ? 0n
    : penaltyOfLimits(instance, { pair, user }, declared, price, units);
  const changes = charged * units.upOf(policy.changeCost);
  return sum.total() + large + worth - missing - penalty - changes;
}

/** How many users have so many offers, by policy. */
class UsersByOffers {
  readonly #count = new Map<Policy, number[]>();

  add(policy: Policy, offers: number): void {
    let count = this.#count.get(policy);
    if (count === undefined) this.#count.set(policy, count = []);
    count[offers] = (count[offers] ?? 0) + 1;
  }

  /** What their numbers of offers are worth, rounded down. */
  worth(units: Units): bigint {
    let worth = 0n;
    const down = (value: number) => units.downOf(value);
    for (const [policy, count] of this.#count) {
      count.forEach((users, offers) => {
        worth += BigInt(users) * worthInUnits(policy, offers, down, 0n);
      });
    }
    return worth;
  }
}

/** Decimals to which fractions that limits count are rounded up. */
const PLACES = 30n, SCALE = 10n ** PLACES;

/** What missed limits take off the objective, rounded up. */
function penaltyOfLimits(
  { contract }: Instance,
  { pair, user }: HeldPairs,
  declared: DeclaredLimits,
  shortfallPrice: number,
  units: Units,
): bigint {
  const { limits } = declared;
  const missable = limits.map((limit) => consequenceOf(limit) !== "broken");
  if (!missable.includes(true)) return 0n;
  const whole = new Float64Array(limits.length), rest = limits.map(() => 0n);
  const offers = new Float64Array(limits.length);
  const scaled = (value: number) => {
    const { top, bottom } = fractionOf(value);
    return ceilOf(top * SCALE, bottom);
  };
  for (let i = 0; i < pair.length; i++) {
    declared.visit(contract[pair[i]], user[i], pair[i], (l, counted) => {
      if (!missable[l]) return;
      offers[l]++;
      if (Number.isInteger(counted)) whole[l] += counted;
      else rest[l] += scaled(counted);
    });
  }
  let penalty = 0n;
  limits.forEach((limit, l) => {
    if (!missable[l]) return;
    const { family, amount, side } = limit;
    const counted = BigInt(whole[l]) * SCALE + rest[l];
    const allowed = scaled(amount) * (family.shareOf === null ? 1n : BigInt(offers[l]));
    const beyond = side === "at_most" ? counted - allowed : allowed - counted;
    if (beyond <= 0n) return;
    penalty += costInUnits(fractionOf(highestPrice(limit, shortfallPrice)), beyond, SCALE, units);
  });
  return penalty;
}

/** Price × top / bottom of what is missed, in units and rounded up. */
function costInUnits(price: Fraction, top: bigint, bottom: bigint, { decimals }: Units): bigint {
  const scale = decimals >= 0
    ? { up: 10n ** BigInt(decimals), down: 1n }
    : { up: 1n, down: 10n ** BigInt(-decimals) };
  return ceilOf(price.top * top * scale.up, price.bottom * bottom * scale.down);
}
