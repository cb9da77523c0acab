/**
 * What a case of a proof settles: limits with prices, on single offers and on numbers of offers.
 *
 * @module
 */
import type { Units } from "./units.ts";

/** What a case settles. */
export interface Settled {
  /** By pair: whether an offer is made. */
  readonly made: ReadonlyMap<number, boolean>;
  /** The price of each: what an offer that is made counts more, and one that is not made less. */
  readonly price: number;
  /** Numbers of offers. */
  readonly counts: readonly SettledCount[];
}

/** A number of offers that a case settles. */
export interface SettledCount {
  /** Uint8Array, length pairs: 1 where an offer counts. */
  readonly counted: Uint8Array;
  /** Whether so many at most are made, or at least. */
  readonly side: "at_most" | "at_least";
  /** How many. */
  readonly offers: number;
  /** Price of an offer more or less. */
  readonly price: number;
}

/** In units, prices cut: what an offer of pair `p` counts more in a case, and what D is more besides. */
export interface SettledUnits {
  /** What an offer of a pair counts more. */
  readonly more: (p: number) => bigint;
  /** Price times amount of the case's limits. */
  readonly worth: bigint;
}

/** A case in units. */
export function settledInUnits({ made, price, counts }: Settled, units: Units): SettledUnits {
  const ofOffer = units.downOf(price), ofCount = counts.map(({ price }) => units.downOf(price));
  const sign = ({ side }: SettledCount) => side === "at_most" ? 1n : -1n;
  const isMade = [...made.values()].filter((isMade) => isMade).length;
  return {
    more: (p) => {
      const own = made.get(p);
      let more = own === undefined ? 0n : own ? ofOffer : -ofOffer;
      counts.forEach((count, i) => {
        if (count.counted[p] === 1) more -= sign(count) * ofCount[i];
      });
      return more;
    },
    worth: counts.reduce(
      (sum, count, i) => sum + sign(count) * ofCount[i] * BigInt(count.offers),
      -BigInt(isMade) * ofOffer,
    ),
  };
}
