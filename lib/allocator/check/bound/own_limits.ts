/**
 * Limits of single users, such as hours a week: those toward which only one user's offers count.
 *
 * With a price on such a limit a user may keep it by a fraction of an offer, so the bound is above what any allocation is worth. A
 * certificate may say that they are kept (`own_limits_kept`): then a user chooses among the bundles that keep the user's own limits, or
 * pays what missing them costs. Their prices are no part of the bound. They show which bundles can't be the best, see own_choices.ts.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";
import { LimitPrices } from "./limit_prices.ts";
import { consequenceOf, type DeclaredLimit, highestPrice } from "../rules/limits.ts";

/** What an offer counts toward the limits of its user. */
export interface OwnCounts {
  /** By place of the limit among the user's: what the offer counts. */
  readonly counted: readonly number[];
  /** Likewise, whether it is one of the offers that a share is taken of. */
  readonly belongs: readonly boolean[];
}

/** A limit of a user. */
export interface OwnLimit {
  /** Its index among the drop's. */
  readonly index: number;
  /** What it demands. */
  readonly limit: DeclaredLimit;
  /** The most that any offer counts toward it. */
  readonly largest: number;
}

/** The prices of a drop's limits. */
export interface DividedPrices {
  /** Those of all limits, or of all but single users'; null: the drop has no limits. */
  readonly limits: LimitPrices | null;
  /** Those of single users' limits, if these are kept; absent or null: they have prices like all others, or there are none. */
  readonly own?: OwnLimits | null;
}

/** The limits of single users, with their prices. */
export class OwnLimits {
  /** Their prices; those of all other limits are 0. */
  readonly prices: LimitPrices;
  readonly #ofUser: ReadonlyMap<number, readonly OwnLimit[]>;

  private constructor(prices: LimitPrices, ofUser: ReadonlyMap<number, readonly OwnLimit[]>) {
    this.prices = prices;
    this.#ofUser = ofUser;
  }

  /** Takes the limits of single users out of the prices of all, so that they are kept. */
  static divide(instance: Instance, all: LimitPrices): DividedPrices {
    const { declared } = all, found = ownLimits(instance, all);
    if (found.size === 0) return { limits: all };
    const limits = new LimitPrices(declared, instance), own = new LimitPrices(declared, instance);
    limits.price.set(all.price);
    for (const { index } of [...found.values()].flat()) {
      own.price[index] = all.price[index];
      limits.price[index] = 0;
    }
    return { limits, own: new OwnLimits(own, found) };
  }

  /** How many users have any. */
  get users(): number {
    return this.#ofUser.size;
  }

  /** The limits of user `u`; undefined: there are none. */
  of(u: number): readonly OwnLimit[] | undefined {
    return this.#ofUser.get(u);
  }

  /** What an offer of pair `p` (contract `c`, user `u`) counts toward these limits of the user's. */
  countsOf(own: readonly OwnLimit[], c: number, u: number, p: number): OwnCounts {
    const counted = own.map(() => 0), belongs = own.map(() => false);
    this.prices.declared.visit(c, u, p, (l, units) => {
      const at = own.findIndex(({ index }) => index === l);
      if (at < 0) return;
      counted[at] = units;
      belongs[at] = true;
    });
    return { counted, belongs };
  }

  /** The largest size of what the own limits of one user, who has at most so many offers, add to a bundle's value or take off it. */
  largest(offers: number, shortfallPrice: number): number {
    let most = 0;
    for (const own of this.#ofUser.values()) {
      const size = own.reduce((sum, { index, limit, largest }) => {
        const missed = consequenceOf(limit) === "broken" ? 0 : highestPrice(limit, shortfallPrice);
        const allowed = limit.amount * (limit.family.shareOf === null ? 1 : offers);
        return sum + (this.prices.price[index] + missed) * (allowed + offers * largest);
      }, 0);
      most = Math.max(most, size);
    }
    return most;
  }
}

/** What a limit's offers are known to be: of nobody yet, or of several users. */
const NOBODY = -1, SEVERAL = -2;

/** A user with more limits than this leaves them to their prices: each of its pairs may count toward each of them. */
const MOST_OF_USER = 200;

/** Whether even all offers that count toward a limit, which add up to `sum`, keep it. */
function isAlwaysKept({ side, family, amount }: DeclaredLimit, sum: number): boolean {
  return side === "at_most" && family.shareOf === null && sum <= amount;
}

/** By user: the limits toward which no other user's offers count. */
function ownLimits(
  { start, group, contract }: Instance,
  { declared, price }: LimitPrices,
): Map<number, OwnLimit[]> {
  const owner = new Int32Array(declared.limits.length).fill(NOBODY);
  const largest = new Float64Array(owner.length), sum = new Float64Array(owner.length);
  group.forEach((_, u) => {
    contract.subarray(start[u], start[u + 1]).forEach((c, i) => {
      declared.visit(c, u, start[u] + i, (l, counted) => {
        owner[l] = owner[l] === NOBODY || owner[l] === u ? u : SEVERAL;
        largest[l] = Math.max(largest[l], counted);
        sum[l] += counted;
      });
    });
  });
  const ofUser = new Map<number, OwnLimit[]>();
  owner.forEach((u, index) => {
    if (u < 0 || (price[index] === 0 && isAlwaysKept(declared.limits[index], sum[index]))) return;
    const one = { index, limit: declared.limits[index], largest: largest[index] };
    const others = ofUser.get(u);
    if (others === undefined) ofUser.set(u, [one]);
    else others.push(one);
  });
  for (const [u, own] of ofUser) if (own.length > MOST_OF_USER) ofUser.delete(u);
  return ofUser;
}
