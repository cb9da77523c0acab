/**
 * How a limit stands: its rows, and of one of them which pairs are nearest, and what relaxing it by one unit could add.
 *
 * @module
 */
import { aboutContract, type KnownContract } from "../drop/instance/contract_columns.ts";
import { quote, UsageError } from "../../base/errors.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import { shortWords } from "../../base/text/short_words.ts";
import { type Limits, nameOfRow } from "../drop/instance/limits.ts";
import { addsToRow, type Bid, LimitBids } from "./limit_bids.ts";
import { type LimitRow, limitRows } from "./limit_rows.ts";
import type { Inquiry } from "./question.ts";

/** A pair that counts toward a limit, and what it is worth. */
export interface LimitBidder extends KnownContract {
  /** The user. */
  user_id: string;
  /** The user's score for it. */
  score: number;
  /** What the pair adds to what the limit counts. */
  adds: number;
  /**
   * The price of the limit, all other prices unchanged, at which the pair comes into the user's best bundle or leaves it: the one
   * nearest to the present price. Of an at-most limit the pair is in it just below that price, of an at-least limit just above.
   */
  price: number;
}

/** One row of a limit: the pairs nearest to becoming or ceasing to be offers, and what relaxing it by one unit could add. */
export interface LimitRowExplanation extends LimitRow {
  /** The most that relaxing the row by one unit could add to the objective: the price, plus the distance of the objective to the bound. */
  gain_at_most: number;
  /** What relaxing it by one unit adds to the best objective, if the drop was solved again; else null. */
  gain: number | null;
  /**
   * Pairs that are no offers and would be the next ones: at a lower price of an at-most limit, at a higher of an at-least
   * limit; at most ten.
   */
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
        didYouMean(values, plain) || `, such as ${shortWords(plain[0])}`
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
  const shown = ({ pair, user, price }: Bid): LimitBidder => ({
    user_id: instance.users.at(user),
    contract_address: instance.contracts[instance.contract[pair]],
    ...aboutContract(instance, instance.contract[pair]),
    score: inquiry.scoreOf(pair),
    adds: rows.sense[r] * addsToRow(rows, pair, r) + share,
    price,
  });
  const { nearly, barely } = new LimitBids(inquiry, r).nearest();
  return {
    ...row,
    gain_at_most: (prices.limit?.[r] ?? 0) + inquiry.slackOfRow(r),
    gain: null,
    nearly: nearly.map(shown),
    barely: barely.map(shown),
  };
}
