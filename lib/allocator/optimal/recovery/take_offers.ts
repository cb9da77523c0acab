/**
 * Sets holdings to offers from elsewhere: another solver, or other holdings.
 *
 * @module
 */
import type { Holdings } from "./holdings.ts";
import { type Offers, offersOfUser } from "../../model/offers.ts";

/** Gives every user its offers of an allocation, in place of what it holds. */
export function takeOffers(holdings: Holdings, offers: Offers): void {
  for (let u = 0; u < holdings.count.length; u++) {
    const pairs = Int32Array.from(offersOfUser(offers, u)).sort();
    holdings.setBundle(u, pairs, pairs.length);
  }
}

/** Gives every user what it holds in other holdings of the same drop, in place of what it holds. */
export function takeHeld(holdings: Holdings, other: Holdings): void {
  for (let u = 0; u < holdings.count.length; u++) {
    const pairs = other.bundleOf(u);
    holdings.setBundle(u, pairs, pairs.length);
  }
}

/** Gives every user the pairs `[u·k, u·k + count[u])` of `pair`, in place of what it holds. */
export function takeSlots(holdings: Holdings, pair: Int32Array, count: Uint16Array): void {
  const { k } = holdings.problem;
  for (let u = 0; u < count.length; u++) {
    const own = pair.slice(u * k, u * k + count[u]).sort();
    holdings.setBundle(u, own, own.length);
  }
}
