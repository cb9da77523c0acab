/**
 * What a case of a proof settles: limits with prices, on single offers, on numbers of offers and on numbers of users.
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
  /** Numbers of offers, and of users. */
  readonly counts: readonly (SettledCount | SettledUsers)[];
}

/** A limit on a number. */
interface SettledNumber {
  /** Whether there are so many at most, or at least. */
  readonly side: "at_most" | "at_least";
  /** How many. */
  readonly amount: number;
  /** Price of one more or less. */
  readonly price: number;
}

/** A number of offers that a case settles. */
export interface SettledCount extends SettledNumber {
  /** Uint8Array, length pairs: 1 where an offer counts. */
  readonly counted: Uint8Array;
}

/** A number of users of a group with a sponsored offer that a case settles. */
export interface SettledUsers extends SettledNumber {
  /** The group. */
  readonly group: number;
}

/** In units, prices cut: what an offer of pair `p` counts more in a case, and what D is more besides. */
export interface SettledUnits {
  /** What an offer of a pair counts more. */
  readonly more: (p: number) => bigint;
  /** What a sponsored user of a group counts more. */
  readonly becoming: (g: number) => bigint;
  /** Price times what so many sponsored users of a group leave of its limits; null: they break one. */
  readonly left: (g: number, sponsoredUsers: number) => bigint | null;
  /** Price times amount of the case's limits. */
  readonly worth: bigint;
}

/** A case in units. */
export function settledInUnits({ made, price, counts }: Settled, units: Units): SettledUnits {
  const ofOffer = units.downOf(price), ofCount = counts.map(({ price }) => units.downOf(price));
  const sign = ({ side }: SettledNumber) => side === "at_most" ? 1n : -1n;
  const isMade = [...made.values()].filter((isMade) => isMade).length;
  return {
    more: (p) => {
      const own = made.get(p);
      let more = own === undefined ? 0n : own ? ofOffer : -ofOffer;
      counts.forEach((count, i) => {
        if ("counted" in count && count.counted[p] === 1) more -= sign(count) * ofCount[i];
      });
      return more;
    },
    becoming: (g) =>
      counts.reduce(
        (more, count, i) =>
          "group" in count && count.group === g ? more - sign(count) * ofCount[i] : more,
        0n,
      ),
    left: (g, sponsoredUsers) => {
      let left: bigint | null = 0n;
      counts.forEach((count, i) => {
        if (!("group" in count) || count.group !== g) return;
        const room = sign(count) * BigInt(count.amount - sponsoredUsers);
        left = left === null || room < 0n ? null : left + room * ofCount[i];
      });
      return left;
    },
    worth: counts.reduce(
      (sum, count, i) => sum + sign(count) * ofCount[i] * BigInt(count.amount),
      -BigInt(isMade) * ofOffer,
    ),
  };
}
