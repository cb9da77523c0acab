/**
 * Which pairs a limit keeps out or brings in, at which price, and what relaxing it by one unit could add.
 *
 * @module
 */
import { withoutRounding } from "../../base/without_rounding.ts";
import { aboutContract, type KnownContract } from "../drop/instance/contract_columns.ts";
import { quote, UsageError } from "../../base/errors.ts";
import { didYouMean } from "../../base/near_ids.ts";
import { type Limits, nameOfRow } from "../drop/instance/limits.ts";
import { BundleKernel } from "../optimal/dual/bundle_kernel.ts";
import { type LimitRow, limitRows } from "./limit_rows.ts";
import type { Inquiry } from "./question.ts";
import { isPinned } from "./why_not.ts";

/** A pair that counts toward a limit, and what it is worth. */
export interface LimitBidder extends KnownContract {
  /** The user. */
  user_id: string;
  /** The user's score for it. */
  score: number;
  /** What the pair adds to what the limit counts. */
  adds: number;
  /** Value of the user's best bundle with the pair, free of the limit's price, less that of the best without; may be below 0. */
  worth: number;
  /**
   * The price of the limit at which the user is indifferent. Of an at-most limit the pair is an offer at any lower price, of an
   * at-least limit at any higher one.
   */
  price: number;
}

/** One row of a limit: the pairs nearest to becoming or ceasing to be offers, and what relaxing it by one unit could add. */
export interface LimitRowExplanation extends LimitRow {
  /** The most that relaxing the row by one unit could add to the objective: the price, plus the distance of the objective to the bound. */
  gain_at_most: number;
  /** What relaxing it by one unit adds to the best objective, if the drop was solved again; else null. */
  gain: number | null;
  /** Pairs that are no offers and would be the next ones: at a lower price of an at-most limit, at a higher of an at-least limit; at most ten. */
  nearly: LimitBidder[];
  /** Offers that would go first: at a higher price of an at-most limit, at a lower of an at-least limit; at most ten. */
  barely: LimitBidder[];
}

/** A limit: its rows, and one of them in full. */
export interface LimitExplanation {
  /** Its name. */
  limit: string;
  /** All of its rows, missed ones first, then those with the highest price. */
  rows: LimitRow[];
  /** The row asked about, or the only one; null where none of several was asked about. */
  row: LimitRowExplanation | null;
}

/** Most pairs that a list names. */
const NAMED = 10;

/**
 * Explains a limit of a drop that has limits.
 *
 * @param row index of the row to give in full; undefined: the limit's only row, or none if it has several
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
 * The index of the row of a limit that the caller names; undefined where neither values nor side tell one of several.
 *
 * @param values the values of its columns as `brand_id=31, group_id=north` or `31+north`
 * @param side which of two rows for the same values is meant; undefined: the first, which is the at-most row
 * @throws {UsageError} for a limit or a side of it that the drop does not have, or values that have no row or name several
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
  const { rows, families } = limits!, family = names.indexOf(limit);
  const all = Array.from(rows.family.keys()).filter((r) => rows.family[r] === family);
  const isMeant = (r: number) => side === undefined || (side === "at_most") === rows.sense[r] > 0;
  const own = all.filter(isMeant);
  if (own.length === 0 && all.length > 0) {
    const other = side === "at_most" ? "at_least" : "at_most";
    throw new UsageError(`side is "${side}", but limit ${quote(limit)} has only ${other}`);
  }
  if (values === undefined) {
    return side !== undefined && own.length === 1 ? own[0] : undefined;
  }
  const { per } = families[family];
  if (per.length === 0) {
    if (values === "") return own[0];
    throw new UsageError(
      `row is ${quote(values)}, but limit ${quote(limit)} has ${
        all.length === 1 ? "one row only" : "no rows per value: a side tells its two apart"
      }`,
    );
  }
  if (own.length === 0) {
    throw new UsageError(
      `row is ${quote(values)}, but no eligible pair that is left counts toward limit ${
        quote(limit)
      }`,
    );
  }
  return rowOfValues(limits!, own, values);
}

/** The index of the row that an answer is about. */
export function indexOfRow(
  { families, rows }: Limits,
  { limit, values, side }: Pick<LimitRow, "limit" | "values" | "side">,
): number {
  return rows.family.findIndex((f, r) =>
    families[f].limit === limit && (side === "at_most") === rows.sense[r] > 0 &&
    families[f].per.every((column, i) => values[column] === rows.key[r][i])
  );
}

/** The first of some rows of a limit that has values. */
function rowOfValues(limits: Limits, own: readonly number[], values: string): number {
  const { rows: { key, family }, families } = limits, { per } = families[family[own[0]]];
  const named = own.filter((r) => nameOfRow(limits, r) === values);
  const found = named.length > 0
    ? named
    : own.filter((r) => [key[r].join("+"), key[r].join(", ")].includes(values));
  if (found.length === 0) {
    const plain = [...new Set(own.map((r) => key[r].join("+")))];
    throw new UsageError(
      `row is ${quote(values)}, expected values of ${per.join("+")}${
        didYouMean(values, plain) || `, such as ${plain[0]}`
      }`,
    );
  }
  const other = found.find((r) => key[r].some((value, i) => value !== key[found[0]][i]));
  if (other !== undefined) {
    throw new UsageError(
      `row is ${quote(values)}, which are the values of several rows, expected one such as ${
        quote(nameOfRow(limits, other))
      }`,
    );
  }
  return found[0];
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
    gain_at_most: (prices.limit?.[r] ?? 0) + inquiry.slackOfRow(r),
    gain: null,
    nearly: nearly.map(shown),
    barely: barely.map(shown),
  };
}

/** A pair, what it is worth without the limit's price, and the price at which its user is indifferent. */
interface Bid {
  readonly pair: number;
  readonly user: number;
  /** What an offer of it adds to the row, with the row's sign. */
  readonly adds: number;
  readonly worth: number;
  /** The price of the row at which the pair becomes, or ceases to be, an offer. */
  readonly enters: number;
}

/** What the pairs of a row are worth to their users. */
class Bids {
  readonly #inquiry: Inquiry;
  readonly #row: number;
  readonly #limits: Limits;
  readonly #kernel: BundleKernel;
  /** A bonus larger than any bundle's value: a pair that gets it is in the best bundle. */
  readonly #bonus: number;

  constructor(inquiry: Inquiry, row: number) {
    this.#inquiry = inquiry;
    this.#row = row;
    this.#limits = inquiry.question.instance.limits!;
    this.#kernel = new BundleKernel(inquiry.problem);
    this.#kernel.setPrices(inquiry.question.prices);
    this.#bonus = 2 ** Math.ceil(Math.log2(8 * this.#span() + 1));
  }

  /** The non-offers nearest to becoming offers, and the offers nearest to be lost. For each pair it finds at most three best bundles. */
  nearest(): { nearly: Bid[]; barely: Bid[] } {
    const { question: { instance, prices }, tolerance } = this.#inquiry, { start } = instance;
    const price = prices.limit?.[this.#row] ?? 0;
    const isMost = this.#limits.rows.sense[this.#row] > 0;
    // An at-most limit keeps out the pairs of the least worth per unit, an at-least limit brings in those of the least cost.
    const nearly = new Nearest(isMost), barely = new Nearest(!isMost);
    for (let u = 0; u + 1 < start.length; u++) {
      const taken = this.#inquiry.taken(u);
      let unchanged: number | null = null;
      for (let p = start[u]; p < start[u + 1]; p++) {
        const adds = this.#adds(p);
        // In a share, pairs that the limit does not select count with the other sign.
        if (isMost ? adds <= 0 : adds >= 0) continue;
        const held = taken.includes(p);
        // A pin is an offer at any price.
        if (held && isPinned(instance, p)) continue;
        const withIt = this.#withIt(u, p, adds);
        unchanged ??= this.#best(u);
        // If the pair is in no best bundle, the unchanged best bundle is the best one without it.
        const isOut = withIt - price * adds < unchanged - tolerance;
        const beside = isOut ? unchanged : this.#without(u, p);
        const worth = withoutRounding(withIt - beside, withIt, beside);
        const enters = worth / adds;
        // An at-least limit does not hold a pair that is an offer at a price of 0 anyway, and an at-most limit
        // does not keep out one that would be no offer at a price of 0.
        if (
          !Number.isFinite(enters) ||
          (worth * Math.sign(adds) <= tolerance && !(isMost && held))
        ) continue;
        (held ? barely : nearly).take({ pair: p, user: u, adds, worth, enters });
      }
    }
    return { nearly: nearly.bids, barely: barely.bids };
  }

  /** What an offer of pair `p` adds to the row, with the row's sign; 0 if it does not count. */
  #adds(p: number): number {
    const { start, row, coefficient, item } = this.#limits.rows;
    for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
      if (row[e] === this.#row) return coefficient[e];
    }
    return 0;
  }

  /** Value of user `u`'s best bundle with pair `p`, where `p` does not pay the row's price; −Infinity if no bundle may hold it. */
  #withIt(u: number, p: number, adds: number): number {
    const { prices } = this.#inquiry.question, { netPrice } = this.#kernel;
    const i = this.#inquiry.problem.item[p], usual = netPrice[i];
    netPrice[i] = usual - (prices.limit?.[this.#row] ?? 0) * adds - this.#bonus;
    const value = this.#best(u) - this.#bonus;
    netPrice[i] = usual;
    return value < -this.#bonus / 2 ? -Infinity : value;
  }

  /** Value of user `u`'s best bundle without pair `p`. */
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

  /** More than the absolute value of any user's best bundle. */
  #span(): number {
    const { problem, question: { instance, prices } } = this.#inquiry;
    const rules = problem.rules.all.map(({ name }) => largest(prices[name]));
    const own = largest(instance.score) + largest(this.#kernel.netPrice);
    return (problem.k + 1) * rules.reduce((sum, n) => sum + n, own) + largest(problem.shapeWorth);
  }
}

/** The largest absolute value of the finite numbers of a column; 0 if there are none. */
function largest(column: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < column.length; i++) {
    if (Number.isFinite(column[i])) most = Math.max(most, Math.abs(column[i]));
  }
  return most;
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
    const { bids } = this, isNearer = (other: Bid) => this.#sign * (bid.enters - other.enters) > 0;
    if (bids.length === NAMED && !isNearer(bids[NAMED - 1])) return;
    let at = bids.length;
    while (at > 0 && isNearer(bids[at - 1])) at--;
    bids.splice(at, 0, bid);
    bids.length = Math.min(bids.length, NAMED);
  }
}
