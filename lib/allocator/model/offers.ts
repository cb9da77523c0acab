/**
 * From chosen pairs to the offers of an {@link Allocation}, in their order.
 *
 * @module
 */
import { coverageValue, mostOffers, ownCoverage, type Policy } from "./policy.ts";
import { compareIds } from "../../base/ids.ts";
import type { Instance } from "../drop/instance.ts";
import { excessOfRows, useOfPairs } from "./row_use.ts";

/** Offers in CSR order by user. */
export interface Offers {
  /** Uint32Array, length users + 1. */
  readonly offerStart: Uint32Array;
  /** Uint32Array, length offers: pair of each offer. */
  readonly offerPair: Uint32Array;
}

/**
 * Sorts each user's chosen pairs by score descending, then by contract id (pairs of one type already lie in
 * id order, and ids of the two types are compared).
 *
 * @param slots Int32Array, length users × k: chosen pairs of user u in `[u·k, u·k + count[u])`
 * @param count Uint8Array or Uint16Array, length users: how many each user has
 */
export function offersFromSlots(
  instance: Instance,
  k: number,
  slots: Int32Array | Uint32Array,
  count: Uint8Array | Uint16Array | Uint32Array,
): Offers {
  const { score, contract, contracts } = instance;
  const users = count.length;
  const offerStart = new Uint32Array(users + 1);
  for (let u = 0; u < users; u++) offerStart[u + 1] = offerStart[u] + count[u];
  const offerPair = new Uint32Array(offerStart[users]);
  // Contract indices are in id order within a type only.
  const rank = new Uint32Array(contracts.length);
  Array.from(contracts.keys())
    .sort((a, b) => compareIds(contracts[a], contracts[b]))
    .forEach((c, i) => rank[c] = i);
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
  }
  return { offerStart, offerPair };
}

/** What offers are worth, and their minima. */
export interface OffersValue {
  /** Objective of the policy's model, missed minima and limits priced in. */
  readonly objective: number;
  /** Σ score. */
  readonly score: number;
  /** Σ over groups of users that the minima lack (0 under model coverage). */
  readonly shortfall: number;
  /** The price of each of those in the objective. */
  readonly shortfallPrice: number;
  /** Σ price · units beyond the amounts of limits that may be missed, taken off the objective; absent: no limits. */
  readonly limitPenalty?: number;
  /** Units that limits at the shortfall price lack, among those in `limitPenalty`; absent: no limits. */
  readonly limitShortfall?: number;
  /** Offers that were none before; absent: the drop is compared with none. */
  readonly changed?: number;
  /** What those cost, taken off the objective; absent: the drop is compared with none. */
  readonly changeCost?: number;
}

/**
 * Objective, Σ score and shortfall of offers, summed user by user in order, so equal offers give equal bits.
 * It does not check that the rules and hard limits are kept.
 *
 * @param minSponsored least sponsored users per group, from `groupRules`
 * @param price the shortfall price P
 */
export function valueOfOffers(
  instance: Instance,
  policy: Policy,
  offers: Offers,
  minSponsored: Float64Array,
  price: number,
): OffersValue {
  const { offerStart, offerPair } = offers;
  const coverage = coverageValue(policy, mostOffers(instance, policy));
  const sponsoredUsers = new Float64Array(instance.groups.length);
  let score = 0, extra = 0;
  for (let u = 0; u + 1 < offerStart.length; u++) {
    const from = offerStart[u], to = offerStart[u + 1];
    let sponsored = 0;
    for (let o = from; o < to; o++) {
      score += instance.score[offerPair[o]];
      if (instance.contract[offerPair[o]] < instance.sponsoredContracts) sponsored++;
    }
    if (sponsored > 0) sponsoredUsers[instance.group[u]]++;
    const bonuses = policy.model === "coverage" ? sponsored : Math.min(1, sponsored);
    extra += coverage[to - from] + policy.sponsoredBonus * bonuses;
    if (instance.k !== undefined) extra += ownCoverage(instance, policy, u);
  }
  let shortfall = 0;
  for (let g = 0; g < sponsoredUsers.length; g++) {
    shortfall += Math.max(0, minSponsored[g] - sponsoredUsers[g]);
  }
  const changes = valueOfChanges(instance, policy, offerPair);
  const objective = score + extra - price * shortfall - (changes.changeCost ?? 0);
  const value = { objective, score, shortfall, shortfallPrice: price, ...changes };
  if (instance.limits === undefined) return value;
  const { rows } = instance.limits;
  const { penalty, missed } = excessOfRows(rows, useOfPairs(rows, offerPair), price);
  return {
    ...value,
    objective: objective - penalty,
    limitPenalty: penalty,
    limitShortfall: missed,
  };
}

/** How many offers were none before, and what that costs. */
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
