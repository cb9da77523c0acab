/**
 * Who wants room under a limit, at which price, and what one unit more could add.
 *
 * @module
 */
import { aboutContract, type KnownContract } from "../drop/contract_columns.ts";
import { quote, UsageError } from "../../base/errors.ts";
import { didYouMean } from "../../base/near_ids.ts";
import { type Limits, nameOfRow } from "../drop/limits.ts";
import { BundleKernel } from "../optimal/dual/bundle_kernel.ts";
import { type LimitRow, limitRows } from "./limit_rows.ts";
import type { Inquiry } from "./question.ts";

/** A pair that counts toward a limit, and what it is worth. */
export interface LimitBidder extends KnownContract {
  /** The user. */
  user_id: string;
  /** The user's score for it. */
  score: number;
  /** What it counts. */
  adds: number;
  /** What the user's best bundle gains by it, all prices but the limit's as they are; below 0 where it would lose. */
  worth: number;
  /**
   * The limit's price at which the pair is just worth it: of a most, it is an offer at any lower price; of a least, at any
   * higher one.
   */
  price: number;
}

/** One row of a limit: who is near, what one unit more could add. */
export interface LimitRowExplanation extends LimitRow {
  /** The most that one unit more (of a least: less) could add to the objective: the price, and what the objective is below the bound. */
  gain_at_most: number;
  /** What it adds to the best objective, where the drop was solved again with it; null elsewhere. */
  gain: number | null;
  /** Pairs that are no offers and nearest to be: of a most those that would come in first at a lower price, of a least at a higher; at most ten. */
  nearly: LimitBidder[];
  /** Offers that would go first, of a most at a higher price, of a least at a lower; at most ten. */
  barely: LimitBidder[];
}

/** A limit: its rows, and one of them in full. */
export interface LimitExplanation {
  /** Its name. */
  limit: string;
  /** All of its rows, missed ones first, then the dearest. */
  rows: LimitRow[];
  /** The row asked about, or the only one; null where none of several was asked about. */
  row: LimitRowExplanation | null;
}

/** Most pairs that a list names. */
const NAMED = 10;

/**
 * Explains a limit.
 *
 * @param row index of one of its rows; undefined: the only one in full, of several none
 */
export function explainLimit(inquiry: Inquiry, limit: string, row?: number): LimitExplanation {
  const { instance, policy, prices, offers } = inquiry.question, limits = instance.limits!;
  const { shortfallPrice } = inquiry.problem;
  const all = limitRows({
    instance: { ...instance, limits },
    policy,
    offers,
    prices,
    shortfallPrice,
  });
  const own = all.flatMap((found, r) => found.limit === limit ? [r] : []);
  const chosen = row ?? (own.length === 1 ? own[0] : undefined);
  return {
    limit,
    rows: own.map((r) => all[r]).sort((a, b) =>
      Number(b.missed > 0) - Number(a.missed > 0) || (b.price ?? 0) - (a.price ?? 0)
    ),
    row: chosen === undefined ? null : rowInFull(inquiry, all[chosen], chosen),
  };
}

/**
 * The row of a limit that somebody names.
 *
 * @param values the values of its columns as `brand_id=31, group_id=north` or `31+north`
 * @param side which of two rows for the same values is meant; undefined: the first, which is the most
 * @throws {UsageError} for a limit that the drop does not have, or values that it has no row for
 */
export function findLimitRow(
  limits: Limits | undefined,
  limit: string,
  values?: string,
  side?: LimitRow["side"],
): number | undefined {
  const names = limits?.families.map((family) => family.limit) ?? [];
  if (!names.includes(limit)) {
    const near = limits === undefined
      ? " (the drop has no limits)"
      : didYouMean(limit, names) || ` (there is ${names.slice(0, 5).map(quote).join(", ")})`;
    throw new UsageError(`limit is ${quote(limit)}, expected the name of a limit${near}`);
  }
  if (values === undefined) return undefined;
  const { rows, families } = limits!;
  const plain: string[] = [];
  for (let r = 0; r < rows.family.length; r++) {
    if (families[rows.family[r]].limit !== limit) continue;
    if (side !== undefined && (side === "at_most") !== rows.sense[r] > 0) continue;
    const spelled = [nameOfRow(limits!, r), rows.key[r].join("+"), rows.key[r].join(", ")];
    if (spelled.includes(values)) return r;
    plain.push(spelled[1]);
  }
  const { per } = families[names.indexOf(limit)];
  throw new UsageError(
    per.length === 0
      ? `row is ${quote(values)}, but limit ${quote(limit)} has one row only`
      : `row is ${quote(values)}, expected values of ${per.join("+")}${
        didYouMean(values, [...new Set(plain)]) || `, such as ${plain[0]}`
      }`,
  );
}

function rowInFull(inquiry: Inquiry, row: LimitRow, r: number): LimitRowExplanation {
  const { prices, instance } = inquiry.question;
  const { rows, families } = instance.limits!;
  const share = families[rows.family[r]].shareOf === null ? 0 : rows.declared[r];
  const shown = ({ pair, user, adds, worth, enters }: Bid): LimitBidder => ({
    user_id: instance.users.at(user),
    contract_address: instance.contracts[instance.contract[pair]],
    ...aboutContract(instance, instance.contract[pair]),
    score: inquiry.scoreOf(pair),
    adds: rows.sense[r] * adds + share,
    worth,
    price: enters,
  });
  const { nearly, barely } = new Bids(inquiry, r).nearest();
  return {
    ...row,
    gain_at_most: (prices.limit?.[r] ?? 0) + inquiry.slack,
    gain: null,
    nearly: nearly.map(shown),
    barely: barely.map(shown),
  };
}

/** A pair, what it is worth without the limit's price, and the price at which it is just worth it. */
interface Bid {
  readonly pair: number;
  readonly user: number;
  readonly adds: number;
  readonly worth: number;
  readonly enters: number;
}

/** What the pairs of a row are worth to their users. */
class Bids {
  readonly #inquiry: Inquiry;
  readonly #row: number;
  readonly #limits: Limits;
  readonly #kernel: BundleKernel;
  /** A value beyond all others: what it is added to is in the best bundle. */
  readonly #beyond: number;

  constructor(inquiry: Inquiry, row: number) {
    this.#inquiry = inquiry;
    this.#row = row;
    this.#limits = inquiry.question.instance.limits!;
    this.#kernel = new BundleKernel(inquiry.problem);
    this.#kernel.setPrices(inquiry.question.prices);
    this.#beyond = 2 ** Math.ceil(Math.log2(8 * this.#span() + 1));
  }

  /** Pairs that are none of the offers and nearest to be, and offers nearest to be none. Two scans of each pair's user at most. */
  nearest(): { nearly: Bid[]; barely: Bid[] } {
    const { question: { instance: { start }, prices }, tolerance } = this.#inquiry;
    const price = prices.limit?.[this.#row] ?? 0;
    const isMost = this.#limits.rows.sense[this.#row] > 0;
    // A most keeps out what is worth least of what it counts; a least brings in what costs least.
    const nearly = new Nearest(isMost), barely = new Nearest(!isMost);
    for (let u = 0; u + 1 < start.length; u++) {
      const taken = this.#inquiry.taken(u);
      let unchanged: number | null = null;
      for (let p = start[u]; p < start[u + 1]; p++) {
        const adds = this.#adds(p);
        // Of shares, what is not selected is on the other side.
        if (isMost ? adds <= 0 : adds >= 0) continue;
        const held = taken.includes(p);
        const withIt = this.#withIt(u, p, adds);
        unchanged ??= this.#best(u);
        // A pair that is not worth its price is in no best bundle, which then is the best without it.
        const isOut = withIt - price * adds < unchanged - tolerance;
        const worth = withIt - (isOut ? unchanged : this.#without(u, p));
        const enters = worth / adds;
        // What comes by itself is kept by no least, and nobody takes for nothing what is worth less than that.
        if (
          !Number.isFinite(enters) ||
          (worth * Math.sign(adds) <= tolerance && !(isMost && held))
        ) continue;
        (held ? barely : nearly).take({ pair: p, user: u, adds, worth, enters });
      }
    }
    return { nearly: nearly.bids, barely: barely.bids };
  }

  /** What an offer of pair `p` adds to the row, with the row's sign; 0: nothing. */
  #adds(p: number): number {
    const { start, row, coefficient, item } = this.#limits.rows;
    for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
      if (row[e] === this.#row) return coefficient[e];
    }
    return 0;
  }

  /** Value of user `u`'s best bundle with pair `p`, free of the row's price; −Infinity where none may hold it. */
  #withIt(u: number, p: number, adds: number): number {
    const { prices } = this.#inquiry.question, { netPrice } = this.#kernel;
    const i = this.#inquiry.problem.item[p], usual = netPrice[i];
    netPrice[i] = usual - (prices.limit?.[this.#row] ?? 0) * adds - this.#beyond;
    const value = this.#best(u) - this.#beyond;
    netPrice[i] = usual;
    return value < -this.#beyond / 2 ? -Infinity : value;
  }

  #without(u: number, p: number): number {
    const { netPrice } = this.#kernel, i = this.#inquiry.problem.item[p], usual = netPrice[i];
    netPrice[i] = Infinity;
    const value = this.#best(u);
    netPrice[i] = usual;
    return value;
  }

  #best(u: number): number {
    return this.#inquiry.bestWorth(this.#kernel, u);
  }

  /** More than any user's best bundle is worth. */
  #span(): number {
    const { problem, question: { instance, prices } } = this.#inquiry;
    const rules = problem.rules.all.map(({ name }) => largest(prices[name]));
    const own = largest(instance.score) + largest(this.#kernel.netPrice);
    return (problem.k + 1) * rules.reduce((sum, n) => sum + n, own) + largest(problem.shapeWorth);
  }
}

/** The largest size of finite numbers. */
function largest(column: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < column.length; i++) {
    if (Number.isFinite(column[i])) most = Math.max(most, Math.abs(column[i]));
  }
  return most;
}

/** A few bids with the highest, or the lowest, prices. */
class Nearest {
  readonly bids: Bid[] = [];
  readonly #sign: 1 | -1;

  constructor(highestFirst: boolean) {
    this.#sign = highestFirst ? 1 : -1;
  }

  /** Keeps a bid that is among the nearest; of equal ones the first. */
  take(bid: Bid): void {
    const { bids } = this, isNearer = (other: Bid) => this.#sign * (bid.enters - other.enters) > 0;
    if (bids.length === NAMED && !isNearer(bids[NAMED - 1])) return;
    let at = bids.length;
    while (at > 0 && isNearer(bids[at - 1])) at--;
    bids.splice(at, 0, bid);
    bids.length = Math.min(bids.length, NAMED);
  }
}
