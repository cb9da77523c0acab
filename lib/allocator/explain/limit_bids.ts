/**
 * The pairs that come into their users' best bundles, or leave them, when the price of one row of a limit moves.
 *
 * The value of a user's best bundle, as a function of the row's price alone, is the highest of lines, one for each bundle: it is
 * convex, and bends where another bundle becomes the best one. The bends are found from the ends of the range of prices (Eisner
 * and Severance 1976): where the lines of two bundles meet, either that is a bend, or a third bundle is better there.
 *
 * @module
 */
import { BundleKernel, SPONSORED, UNSPONSORED } from "../optimal/dual/bundle_kernel.ts";
import type { Entries } from "./limits_against.ts";
import { type Inquiry, isPinned } from "./question.ts";
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";

/** A pair, and the price of the row at which it becomes, or ceases to be, part of its user's best bundle. */
export interface Bid {
  readonly pair: number;
  readonly user: number;
  readonly price: number;
}

/** A best bundle of a user: its worth at price p of the row is worth − p · counts. */
interface Bundle {
  readonly pairs: ReadonlySet<number>;
  readonly worth: number;
  readonly counts: number;
}

/** Prices of the row, and the bundle that is best between them. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bundle: Bundle;
}

/** What an offer of pair `p` adds to row `r`, with the row's sign; 0 if it does not count. */
export function addsToRow(
  { item, start, row, coefficient }: Entries,
  p: number,
  r: number,
): number {
  for (let e = start[item[p]]; e < start[item[p] + 1]; e++) if (row[e] === r) return coefficient[e];
  return 0;
}

/** Most pairs that a list names. */
const NAMED = 10;

/** Looks at the pairs of one row. */
export class LimitBids {
  readonly #inquiry: Inquiry;
  readonly #row: number;
  /** The row's price. */
  readonly #price: number;
  readonly #isMost: boolean;
  readonly #kernel: BundleKernel;
  /** Float64Array, length items: what an offer of each costs while the row's price is 0. */
  readonly #free: Float64Array;

  constructor(inquiry: Inquiry, row: number) {
    const { instance, prices } = inquiry.question;
    this.#inquiry = inquiry;
    this.#row = row;
    this.#price = prices.limit?.[row] ?? 0;
    this.#isMost = instance.limits!.rows.sense[row] > 0;
    this.#kernel = new BundleKernel(inquiry.problem);
    const limit = prices.limit?.slice();
    limit?.fill(0, row, row + 1);
    this.#kernel.setPrices({ ...prices, limit });
    this.#free = this.#kernel.netPrice.slice();
  }

  /** The non-offers nearest to becoming offers, and the offers nearest to be lost. A few best bundles of each user. */
  nearest(): { nearly: Bid[]; barely: Bid[] } {
    const { question: { instance } } = this.#inquiry, { start } = instance;
    // An at-most limit keeps out the pairs of the least worth per unit, an at-least limit brings in those of the least cost.
    const nearly = new Nearest(this.#isMost), barely = new Nearest(!this.#isMost);
    const items = this.#inquiry.problem.items!;
    // What may not have a price, such as a least of 0, moves nobody.
    if (items.highest[this.#row] === 0) return { nearly: [], barely: [] };
    for (let u = 0; u + 1 < start.length; u++) {
      const counting = new Map<number, number>();
      for (let p = start[u]; p < start[u + 1]; p++) {
        const adds = addsToRow(items, p, this.#row);
        if (adds !== 0) counting.set(p, adds);
      }
      // In a share, pairs that the limit does not select count with the other sign.
      const looked = [...counting.keys()].filter((p) =>
        counting.get(p)! > 0 === this.#isMost && !isPinned(instance, p)
      );
      if (looked.length === 0) continue;
      const taken = this.#inquiry.taken(u),
        moves = new Moves(this.#traced(u, counting), this.#price);
      for (const pair of looked) {
        const held = taken.includes(pair), price = moves.of(pair, this.#isMost);
        // Without a price the limit neither keeps a pair out nor brings one in.
        if (price === null || (this.#price === 0 && held !== this.#isMost)) continue;
        (held ? barely : nearly).take({ pair, user: u, price });
      }
    }
    return { nearly: nearly.bids, barely: barely.bids };
  }

  /**
   * Which bundle of user `u` is best, from a price of 0 to where only what it counts matters; one begins at the row's price. []
   * if there is none.
   */
  #traced(u: number, counting: ReadonlyMap<number, number>): Stretch[] {
    const least = Math.min(...[...counting.values()].map(Math.abs));
    const high = this.#price + 2 * this.#inquiry.spanOf(this.#kernel, u) / least;
    const at = (price: number) => this.#bestAt(u, counting, price);
    const here = at(this.#price);
    if (!Number.isFinite(here.worth)) return [];
    return [
      ...(this.#price > 0 ? stretches(at, [0, at(0)], [this.#price, here]) : []),
      ...stretches(at, [this.#price, here], [high, at(high)]),
    ];
  }

  /** The best bundle of user `u` at a price of the row. */
  #bestAt(u: number, counting: ReadonlyMap<number, number>, price: number): Bundle {
    const { problem, problem: { item } } = this.#inquiry;
    const kernel = this.#kernel, { netPrice } = kernel;
    for (const [p, adds] of counting) netPrice[item[p]] = this.#free[item[p]] + price * adds;
    const { sponsored, unsponsored } = this.#inquiry.worthByType(u, kernel);
    for (const p of counting.keys()) netPrice[item[p]] = this.#free[item[p]];
    const kind = sponsored > unsponsored ? SPONSORED : UNSPONSORED;
    const pairs = new Int32Array(problem.k), size = kernel.takeShape(kernel.shape[kind], pairs);
    let counts = 0;
    for (const p of pairs.subarray(0, size)) counts += counting.get(p) ?? 0;
    const value = Math.max(sponsored, unsponsored);
    return { pairs: new Set(pairs.subarray(0, size)), worth: value + price * counts, counts };
  }
}

/** The best bundles between two prices at which they are known, in order. */
function stretches(
  at: (price: number) => Bundle,
  [from, low]: [number, Bundle],
  [to, high]: [number, Bundle],
): Stretch[] {
  const counts = low.counts - high.counts, gain = low.worth - high.worth;
  const meet = Math.min(to, Math.max(from, gain / counts));
  if (counts <= WORTH_ROUNDING * (Math.abs(low.counts) + Math.abs(high.counts)) || meet >= to) {
    return [{ from, to, bundle: low }, { from: to, to, bundle: high }];
  }
  const between = at(meet), value = ({ worth, counts }: Bundle) => worth - meet * counts;
  const room = WORTH_ROUNDING *
    [low, high, between].reduce((n, b) => n + Math.abs(b.worth) + Math.abs(meet * b.counts), 0);
  // What is better than both there counts less than one and more than the other, unless digits are lost beside huge prices.
  const isBetween = between.counts < low.counts && between.counts > high.counts;
  if (!isBetween || meet <= from || value(between) <= Math.max(value(low), value(high)) + room) {
    return [{ from, to: meet, bundle: low }, { from: meet, to, bundle: high }];
  }
  return [
    ...stretches(at, [from, low], [meet, between]),
    ...stretches(at, [meet, between], [to, high]),
  ];
}

/** When the pairs of one user come and go. */
class Moves {
  readonly #below: readonly Stretch[];
  readonly #above: readonly Stretch[];

  /** Best bundles by price, of which one stretch begins at the present price. */
  constructor(all: readonly Stretch[], price: number) {
    this.#below = all.filter(({ to }) => to <= price).toReversed();
    this.#above = all.filter(({ from }) => from >= price);
  }

  /**
   * The price nearest to the present one at which pair `p` comes or goes; null if there is none.
   *
   * @param falls whether it goes as the price rises
   */
  of(p: number, falls: boolean): number | null {
    const isIn = ({ bundle }: Stretch) => bundle.pairs.has(p);
    if (this.#above.length === 0) return null;
    const isNow = isIn(this.#above[0]);
    // What goes as the price rises is looked for above where it is in now, and below where it is out.
    if (isNow === falls) {
      const next = this.#above.find((one) => isIn(one) !== isNow);
      return next === undefined ? null : next.from;
    }
    const next = this.#below.find((one) => isIn(one) !== isNow);
    return next === undefined || next.to === 0 ? null : next.to;
  }
}

/** At most ten bids, those with the highest or the lowest prices. */
class Nearest {
  readonly bids: Bid[] = [];
  readonly #sign: 1 | -1;

  constructor(highestFirst: boolean) {
    this.#sign = highestFirst ? 1 : -1;
  }

  /** Inserts a bid if it is among the ten nearest; of equal ones the first comes first. */
  take(bid: Bid): void {
    const { bids } = this, isNearer = (other: Bid) => this.#sign * (bid.price - other.price) > 0;
    if (bids.length === NAMED && !isNearer(bids[NAMED - 1])) return;
    let at = bids.length;
    while (at > 0 && isNearer(bids[at - 1])) at--;
    bids.splice(at, 0, bid);
    bids.length = Math.min(bids.length, NAMED);
  }
}
