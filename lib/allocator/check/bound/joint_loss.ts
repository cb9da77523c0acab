/**
 * Computes what a group loses by keeping its rules over whole users, against the sum of its users' best bundles at some prices.
 *
 * @module
 */

import type { Instance } from "../../drop/instance/instance.ts";
import type { Prices } from "../../model/allocation.ts";
import { type Amount, minus, plus } from "./amount.ts";
import type { ValuedShape } from "./choices.ts";
import { reachesShare } from "../rules/demands.ts";

/** A user's best bundle with these numbers of offers. */
export type Bundle = ValuedShape<number>;

/** Numbers of offers. */
type Shape = Pick<ValuedShape<Amount>, "sponsored" | "others">;

/** A limit and its price. */
interface Priced {
  limit: number;
  price: number;
}

/** The limits of a group. A limit that it does not have is 0 for a least, Infinity for a most. */
export interface GroupLimits {
  /** Least sponsored users. */
  least: Priced;
  /** Most sponsored users. */
  most: Priced;
  /** Least share of sponsored assignments. */
  share: Priced;
  /** Most mixed users. */
  mixed: Priced;
  /** The price of a sponsored user that the group lacks. */
  missing: number;
}

/** The counts of a group for one way to give its users bundles. */
export interface Counts {
  sponsoredUsers: number;
  mixedUsers: number;
  sponsored: number;
  others: number;
}

/** If more ways than this are within one allowance, a loss of 0 is returned, which is always valid. */
const MOST_WAYS = 3_000_000;

/** All groups together may look at so many ways, and at so many more for each user of the drop: good prices leave far fewer. */
const WAYS = 10_000_000, WAYS_OF_USER = 150;

/** How many ways may still be looked at. */
export interface WaysLeft {
  left: number;
}

/**
 * The ways that may be looked at in a drop of so many users. At prices of a search that was cut short each group has millions, and a
 * minute would go into the proof of a bound that is far off in any case.
 */
export function waysFor(users: number): WaysLeft {
  return { left: WAYS + WAYS_OF_USER * users };
}

/** The first allowance, as a share of the largest difference between bundles of a user, and its growth factor. */
const FIRST_ALLOWANCE = 1e-6, GROWTH = 2;

/** Groups with a price of a rule that fractions of a user could keep better than whole users. */
export function jointGroups({ assignmentRatio, mixedShare }: Prices): number[] {
  return [...assignmentRatio.keys()].filter((g) => assignmentRatio[g] > 0 || mixedShare[g] > 0);
}

/** The users of each of {@link jointGroups}. */
export function jointMembers({ group }: Instance, prices: Prices): Map<number, number[]> {
  const members = new Map<number, number[]>(jointGroups(prices).map((g) => [g, []]));
  if (members.size > 0) group.forEach((g, u) => members.get(g)?.push(u));
  return members;
}

/** Users of a group who are not looked at one by one: each takes its best bundle. */
export interface OtherUsers {
  /** Their counts. */
  readonly counts: Counts;
  /** The largest difference between bundles of one of them. */
  readonly widest: number;
  /** Each of them loses more than this by any other bundle. */
  readonly beyond: number;
}

/**
 * The least loss of any way to give the group's users bundles that keeps its limits; 0 if finding it takes too long, or needs users
 * who are not listed.
 *
 * A way loses, for each user, what its bundle is worth less than its best one, and for each limit the price times what is left of
 * the limit. Ways with the same counts differ only in what users lose, so the best of them is enough. Ways that lose more than an
 * allowance are left out; it grows until some way loses no more than it.
 *
 * @param lossOfWay the loss of a way, given its counts and the loss of its users (at least that loss); Infinity if it breaks a
 *   limit. The last argument is the number of sponsored users when each takes its best bundle
 * @param work what is looked at is taken off it
 */
export function lossOfGroup<N extends Amount, L extends Amount = N>(
  users: readonly (readonly ValuedShape<N>[])[],
  lossOfWay: (counts: Counts, loss: N, sponsoredAtBest: number) => L | number,
  others: OtherUsers = { counts: noCounts(), widest: 0, beyond: Infinity },
  work: WaysLeft = { left: Infinity },
): L | number {
  const losses = users.map((own) => lossesOf(own));
  // What a user's best bundle loses.
  const zero = losses[0]?.[0].loss ?? 0 as N;
  const sponsoredAtBest = others.counts.sponsoredUsers +
    losses.filter(([best]) => best.sponsored > 0).length;
  const widest = losses.reduce(
    (most, own) => Math.max(most, Number(own[own.length - 1].loss)),
    others.widest,
  );
  for (let allowance = FIRST_ALLOWANCE * widest; allowance > 0;) {
    if (allowance > others.beyond) return 0;
    const ways = new Ways(
      losses.map((own) => own.filter(({ loss }) => loss <= allowance)),
      others.counts,
      zero,
    );
    let least: L | number = Infinity;
    const most = Math.min(MOST_WAYS, work.left);
    const looked = ways.count(allowance, most, (counts, loss) => {
      const own = lossOfWay(counts, loss, sponsoredAtBest);
      if (own < least) least = own;
    });
    if (looked === null) return 0;
    work.left -= looked;
    if (looked > most) return 0;
    if (least <= allowance) return least;
    // Whole numbers of any size may lie between two doubles: the next allowance is not below the least.
    allowance = Math.min(GROWTH * allowance, Number(least) * (1 + Number.EPSILON));
    if (least === Infinity && allowance > widest * Math.max(1, users.length) * GROWTH) return 0;
  }
  return 0;
}

/** A bundle and its loss against the user's best one. */
interface Losing<N extends Amount> extends ValuedShape<N> {
  readonly loss: N;
}

/** The bundles that exist, best first. */
function lossesOf<N extends Amount>(bundles: readonly ValuedShape<N>[]): Losing<N>[] {
  let best = bundles[0].value;
  for (const { value } of bundles) if (value > best) best = value;
  return bundles.filter(({ value }) => value > -Infinity)
    .map((bundle) => ({ ...bundle, loss: minus(best, bundle.value) }))
    .sort((a, b) => Number(minus(a.loss, b.loss)));
}

/** Ways with different counts, in ascending order of the codes of these, and the least loss of each. */
interface WaysByCode<N extends Amount> {
  readonly code: number[];
  readonly loss: N[];
}

/** The ways of `known`, and those of `before` with a change that loses so much more, if it is within the allowance. */
function withChange<N extends Amount>(
  known: WaysByCode<N>,
  before: WaysByCode<N>,
  change: { readonly code: number; readonly loss: N },
  allowance: number,
): WaysByCode<N> {
  const code: number[] = [], loss: N[] = [];
  let i = 0;
  const takeKnownBelow = (end: number) => {
    for (; i < known.code.length && known.code[i] < end; i++) {
      code.push(known.code[i]);
      loss.push(known.loss[i]);
    }
  };
  for (let j = 0; j < before.code.length; j++) {
    const total = plus(before.loss[j], change.loss), to = before.code[j] + change.code;
    if (total > allowance) continue;
    takeKnownBelow(to);
    const isKnown = i < known.code.length && known.code[i] === to;
    code.push(to);
    loss.push(isKnown && known.loss[i] < total ? known.loss[i] : total);
    if (isKnown) i++;
  }
  takeKnownBelow(Infinity);
  return { code, loss };
}

/** All ways to give users one of their bundles each. */
class Ways<N extends Amount> {
  readonly #settled: Counts;
  readonly #zero: N;
  /** Users with a choice; those whose second-best bundle costs most come first. */
  readonly #choosing: Losing<N>[][];
  /** Changes of counts are packed into one number in these bases (for users and for offers), which have room for negative digits. */
  readonly #base: readonly [number, number];

  constructor(users: readonly Losing<N>[][], others: Counts, zero: N) {
    this.#zero = zero;
    this.#settled = { ...others };
    for (const [best] of users) addCounts(this.#settled, best, 1);
    this.#choosing = users.filter((own) => own.length > 1)
      .sort((a, b) => Number(minus(b[1].loss, a[1].loss)));
    let most = 0;
    for (const own of this.#choosing) {
      for (const { sponsored, others } of own) most = Math.max(most, sponsored + others);
    }
    const choosing = this.#choosing.length;
    this.#base = [2 * choosing + 1, 2 * most * choosing + 1];
  }

  /**
   * Visits the counts that ways lead to, with the least loss of each, if at most `allowance`. Returns the ways looked at, of which more
   * than `most` are too many; null: they can't be counted.
   */
  count(allowance: number, most: number, visit: (counts: Counts, loss: N) => void): number | null {
    let looked = 0;
    // Counts are packed into one number, which is exact in doubles up to here.
    const [ofUsers, ofOffers] = this.#base;
    if ((ofUsers * ofOffers) ** 2 > Number.MAX_SAFE_INTEGER) return null;
    let ways: WaysByCode<N> = { code: [0], loss: [this.#zero] };
    for (const [best, ...worse] of this.#choosing) {
      const before = ways;
      for (const bundle of worse) {
        const change = { code: this.#codeOf(best, bundle), loss: bundle.loss };
        ways = withChange(ways, before, change, allowance);
      }
      looked += ways.code.length;
      if (looked > most) return looked;
    }
    ways.code.forEach((code, i) => visit(this.#countsOf(code), ways.loss[i]));
    return looked;
  }

  /** The code of the change of counts when a user takes `bundle` instead of `best`. */
  #codeOf(best: Shape, bundle: Shape): number {
    const change = noCounts();
    addCounts(change, bundle, 1);
    addCounts(change, best, -1);
    const [ofUsers, ofOffers] = this.#base;
    const users = change.sponsoredUsers * ofUsers + change.mixedUsers;
    return (users * ofOffers + change.sponsored) * ofOffers + change.others;
  }

  #countsOf(code: number): Counts {
    const next = (base: number): number => {
      const digit = code - base * Math.round(code / base);
      code = (code - digit) / base;
      return digit;
    };
    const [ofUsers, ofOffers] = this.#base;
    const others = next(ofOffers), sponsored = next(ofOffers);
    const mixedUsers = next(ofUsers), sponsoredUsers = next(ofUsers);
    const settled = this.#settled;
    return {
      sponsoredUsers: settled.sponsoredUsers + sponsoredUsers,
      mixedUsers: settled.mixedUsers + mixedUsers,
      sponsored: settled.sponsored + sponsored,
      others: settled.others + others,
    };
  }
}

function noCounts(): Counts {
  return { sponsoredUsers: 0, mixedUsers: 0, sponsored: 0, others: 0 };
}

/** Adds a bundle's counts, `times` times. */
function addCounts(counts: Counts, { sponsored, others }: Shape, times: number): void {
  if (sponsored > 0) counts.sponsoredUsers += times;
  if (sponsored > 0 && others > 0) counts.mixedUsers += times;
  counts.sponsored += times * sponsored;
  counts.others += times * others;
}

/** Whether counts keep the limits that can't be missed. */
export function keepsLimits({ most, share, mixed }: GroupLimits, counts: Counts): boolean {
  const { sponsoredUsers, mixedUsers, sponsored, others } = counts;
  return sponsoredUsers <= most.limit && mixedUsers <= mixed.limit &&
    reachesShare(sponsored, sponsored + others, share.limit);
}

/**
 * Σ price × what is left of each limit; a missing user costs the shortfall price less the minimum's price; Infinity if a limit
 * is broken.
 */
export function lossOfLimits(limits: GroupLimits, counts: Counts): number {
  const { least, most, share, mixed, missing } = limits;
  const { sponsoredUsers, mixedUsers, sponsored, others } = counts;
  if (!keepsLimits(limits, counts)) return Infinity;
  const beyond = sponsored - share.limit * (sponsored + others);
  const worth = (price: number, left: number) => price === 0 ? 0 : price * Math.max(0, left);
  const over = sponsoredUsers - least.limit;
  return (over >= 0 ? worth(least.price, over) : -over * (missing - least.price)) +
    worth(most.price, most.limit - sponsoredUsers) +
    worth(mixed.price, mixed.limit - mixedUsers) + worth(share.price, beyond);
}
