/**
 * Sets an assignment to offers from elsewhere: another solver, or another assignment.
 *
 * @module
 */
import type { Assignment } from "./assignment.ts";
import type { Offers } from "../../model/offers.ts";

/** Gives every user its offers of an allocation, in place of what it holds. */
export function takeOffers(assignment: Assignment, { offerStart, offerPair }: Offers): void {
  for (let u = 0; u < assignment.count.length; u++) {
    const pairs = Int32Array.from(offerPair.subarray(offerStart[u], offerStart[u + 1])).sort();
    assignment.setBundle(u, pairs, pairs.length);
  }
}

/** Gives every user what it holds in another assignment of the same drop, in place of what it holds. */
export function takeHeld(assignment: Assignment, other: Assignment): void {
  for (let u = 0; u < assignment.count.length; u++) {
    const pairs = other.bundleOf(u);
    assignment.setBundle(u, pairs, pairs.length);
  }
}

/** Gives every user the pairs `[u·k, u·k + count[u])` of `pair`, in place of what it holds. */
export function takeSlots(assignment: Assignment, pair: Int32Array, count: Uint16Array): void {
  const { k } = assignment.problem;
  for (let u = 0; u < count.length; u++) {
    const own = pair.slice(u * k, u * k + count[u]).sort();
    assignment.setBundle(u, own, own.length);
  }
}
