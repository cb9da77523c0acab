/**
 * What a solver found for a drop that stands for another, in that other's terms.
 *
 * @module
 */
import { type Instance, userCount } from "../drop/instance.ts";
import { type Allocation, relativeGap } from "./allocation.ts";
import { offersFromSlots, type OffersValue, valueOfOffers } from "./offers.ts";
import { groupRules } from "../limits/kinds/group_rules.ts";
import { mostOffers, type Policy } from "./policy.ts";

/**
 * An allocation of the drop that stands for `instance`, with offers, worth and bounds of `instance`; its prices stay those of
 * the drop that was solved.
 *
 * @param pairOf the pair that a pair of the solved drop stands for; null where pairs are the same
 * @param boundOf a bound of this drop from one of the solved drop, given what the offers are worth here
 */
export function translatedAllocation(
  instance: Instance,
  policy: Policy,
  found: Allocation,
  pairOf: Uint32Array | null,
  boundOf: (bound: number, value: OffersValue) => number,
): Allocation {
  const offers = offersOfPairs(instance, policy, found, pairOf);
  const { sponsored: { least: minSponsored } } = groupRules(instance, policy);
  const value = valueOfOffers(instance, policy, offers, minSponsored, found.shortfallPrice);
  const bound = found.bound === null ? null : boundOf(found.bound, value);
  return {
    ...found,
    ...offers,
    ...value,
    bound,
    gap: bound === null ? null : relativeGap(bound, value.objective),
    ...(found.pricesBound !== undefined && { pricesBound: boundOf(found.pricesBound, value) }),
  };
}

/** Offers of the pairs that those found stand for, in the order of the drop. */
function offersOfPairs(
  instance: Instance,
  policy: Policy,
  { offerStart, offerPair }: Allocation,
  pairOf: Uint32Array | null,
) {
  const users = userCount(instance), k = mostOffers(instance, policy);
  const slots = new Uint32Array(users * k), count = new Uint16Array(users);
  for (let u = 0; u < users; u++) {
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      slots[u * k + count[u]++] = pairOf === null ? offerPair[o] : pairOf[offerPair[o]];
    }
  }
  return offersFromSlots(instance, k, slots, count);
}
