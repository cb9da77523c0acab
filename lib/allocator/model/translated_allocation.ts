/**
 * Translates the result for a stand-in drop (without pins, or with change costs in its scores) back to the original drop.
 *
 * @module
 */
import { type Instance, userCount } from "../drop/instance/instance.ts";
import { type Allocation, relativeGap } from "./allocation.ts";
import { offersFromSlots, type OffersValue, valueOfOffers } from "./offers.ts";
import { groupRules } from "../limits/kinds/group_rules.ts";
import { mostOffers, type Policy } from "./policy.ts";

/**
 * The allocation `found` for the stand-in of `instance`, with the offers, worth and bounds of `instance`. Prices stay those of the
 * stand-in.
 *
 * @param pairOf Uint32Array: for each pair of the stand-in, the pair of `instance`; null: they are the same
 * @param boundOf turns a bound of the stand-in into one of `instance`, whose offers have the given worth
 */
export function translatedAllocation(
  instance: Instance,
  policy: Policy,
  found: Allocation,
  pairOf: Uint32Array | null,
  boundOf: (bound: number, value: OffersValue) => number,
): Allocation {
  const offers = offersOfPairs(instance, policy, found, pairOf);
  const { sponsored: { least: leastSponsored } } = groupRules(instance, policy);
  const value = valueOfOffers(instance, policy, offers, leastSponsored, found.shortfallPrice);
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

/** The found offers as pairs of the original drop. */
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
