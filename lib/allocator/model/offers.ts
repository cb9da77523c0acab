/**
 * Turns chosen pairs into the offers of an {@link Allocation}, and adds up what offers are worth.
 *
 * @module
 */
import type { Allocation } from "./allocation.ts";
import { coverageValue, mostOffers, ownCoverage, type Policy } from "./policy.ts";
import { LongSum } from "../../base/numbers/long_sum.ts";
import type { Instance } from "../drop/instance/instance.ts";
import { idRank } from "../drop/pairs/tidy_pairs.ts";
import { excessOfRows, useOfPairs } from "./row_use.ts";

/** Offers in CSR order by user. */
export type Offers = Pick<Allocation, "offerStart" | "offerPair">;

/** The pairs that are offers of user `u`. */
export function offersOfUser({ offerStart, offerPair }: Offers, u: number): Uint32Array {
  return offerPair.subarray(offerStart[u], offerStart[u + 1]);
}

/**
 * Sorts each user's chosen pairs by score descending, then by contract id.
 *
 * @param slots Int32Array, length users × k: chosen pairs of user u in `[u·k, u·k + count[u])`
 * @param count Uint8Array or Uint16Array, length users: how many each user has
 * @param onUser called with each user and its offers once they are sorted
 */
export function offersFromSlots(
  instance: Instance,
  k: number,
  slots: Int32Array | Uint32Array,
  count: Uint8Array | Uint16Array | Uint32Array,
  onUser?: (u: number, offerPair: Uint32Array, from: number, to: number) => void,
): Offers {
  const { score, contract, contracts } = instance;
  const users = count.length;
  const offerStart = new Uint32Array(users + 1);
  for (let u = 0; u < users; u++) offerStart[u + 1] = offerStart[u] + count[u];
  const offerPair = new Uint32Array(offerStart[users]);
  const rank = idRank(contracts);
  for (let u = 0; u < users; u++) {
    const from = offerStart[u];
    for (let t = 0; t < count[u]; t++) {
      const pair = slots[u * k + t];
      let at = from + t;
      while (at > from) {
        const other = offerPair[at - 1];
        const ahead = score[other] > score[pair] ||
          (score[other] === score[pair] && rank[contract[other]] < rank[contract[pair]]);
        if (ahead) break;
        offerPair[at] = other;
        at--;
      }
      offerPair[at] = pair;
    }
    onUser?.(u, offerPair, from, from + count[u]);
  }
  return { offerStart, offerPair };
}

/** The worth of offers and the shortfalls and costs in it: what {@link valueOfOffers} computes of an {@link Allocation}. */
export type OffersValue = Pick<
  Allocation,
  | "objective"
  | "score"
  | "shortfall"
  | "shortfallPrice"
  | "limitPenalty"
  | "limitShortfall"
  | "changed"
  | "changeCost"
>;

/**
 * The objective of offers and its parts, added up user by user in order, so that equal offers give equal bits. Whether rules and
 * hard limits are kept is not checked.
 *
 * @param leastSponsored Float64Array, length groups: least sponsored users, from `groupRules`; 0 under model coverage
 * @param price the shortfall price P
 */
export function valueOfOffers(
  instance: Instance,
  policy: Policy,
  { offerStart, offerPair }: Offers,
  leastSponsored: Float64Array,
  price: number,
): OffersValue {
  const sums = new OfferSums(instance, policy);
  for (let u = 0; u + 1 < offerStart.length; u++) {
    sums.add(u, offerPair, offerStart[u], offerStart[u + 1]);
  }
  return sums.value(offerPair, leastSponsored, price);
}

/** {@link offersFromSlots} and {@link valueOfOffers} in one go, as both need the score of every offer. */
export function valuedOffers(
  instance: Instance,
  policy: Policy,
  { k, slots, count }: {
    readonly k: number;
    readonly slots: Int32Array | Uint32Array;
    readonly count: Uint8Array | Uint16Array | Uint32Array;
  },
  leastSponsored: Float64Array,
  price: number,
): Offers & OffersValue {
  const sums = new OfferSums(instance, policy);
  const offers = offersFromSlots(
    instance,
    k,
    slots,
    count,
    (u, pairs, from, to) => sums.add(u, pairs, from, to),
  );
  return { ...offers, ...sums.value(offers.offerPair, leastSponsored, price) };
}

/** The sums that the objective of offers is made of. */
class OfferSums {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #coverage: Float64Array;
  readonly #sponsoredUsers: Float64Array;
  // Over millions of users who are alike, rounding would add up.
  readonly #scores = new LongSum();
  readonly #extras = new LongSum();

  constructor(instance: Instance, policy: Policy) {
    this.#instance = instance;
    this.#policy = policy;
    this.#coverage = coverageValue(policy, mostOffers(instance, policy));
    this.#sponsoredUsers = new Float64Array(instance.groups.length);
  }

  /** Adds the offers of a user, `offerPair[from … to)`. */
  add(u: number, offerPair: Uint32Array, from: number, to: number): void {
    const { score, middle, group, k } = this.#instance, policy = this.#policy;
    this.#scores.addAt(score, offerPair, from, to);
    let sponsored = 0;
    for (let o = from; o < to; o++) if (offerPair[o] < middle[u]) sponsored++;
    if (sponsored > 0) this.#sponsoredUsers[group[u]]++;
    const bonuses = policy.model === "coverage" ? sponsored : Math.min(1, sponsored);
    this.#extras.add(this.#coverage[to - from] + policy.sponsoredBonus * bonuses);
    if (k !== undefined) this.#extras.add(ownCoverage(this.#instance, policy, u));
  }

  /** The value of all offers, once every user's are added. */
  value(offerPair: Uint32Array, leastSponsored: Float64Array, price: number): OffersValue {
    const instance = this.#instance, sponsoredUsers = this.#sponsoredUsers;
    let shortfall = 0;
    for (let g = 0; g < sponsoredUsers.length; g++) {
      shortfall += Math.max(0, leastSponsored[g] - sponsoredUsers[g]);
    }
    const changes = valueOfChanges(instance, this.#policy, offerPair);
    const worth = new LongSum(), costs = -price * shortfall;
    for (const part of [this.#scores.value, this.#extras.value, costs]) worth.add(part);
    worth.add(-(changes.changeCost ?? 0));
    const score = this.#scores.decimal;
    const value = { score, shortfall, shortfallPrice: price, ...changes };
    if (instance.limits === undefined) return { objective: worth.decimal, ...value };
    const { rows } = instance.limits;
    const { penalty, missed } = excessOfRows(rows, useOfPairs(rows, offerPair), price);
    worth.add(-penalty);
    return {
      objective: worth.decimal,
      ...value,
      limitPenalty: penalty,
      limitShortfall: missed,
    };
  }
}

/** How many offers are new, and what that costs. */
function valueOfChanges(
  { previous }: Instance,
  { changeCost }: Policy,
  offerPair: Uint32Array,
): Pick<OffersValue, "changed" | "changeCost"> {
  if (previous === undefined) return {};
  let changed = 0;
  for (const pair of offerPair) changed += 1 - previous.given[pair];
  return { changed, changeCost: changeCost * changed };
}
