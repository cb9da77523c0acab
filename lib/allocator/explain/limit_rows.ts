/**
 * What became of each row of a drop's limits: amount, use, price, and why a least is missed.
 *
 * @module
 */
import type { Limits } from "../drop/limits.ts";
import type { Prices } from "../model/allocation.ts";
import { excessOf, priceOfRow, useOfPairs } from "../model/row_use.ts";
import type { LimitsQuestion } from "./limits_question.ts";
import { type MissedReason, reasonsOfMissed } from "./missed_limits.ts";
export type { MissedReason } from "./missed_limits.ts";

/**
 * How a row stands:
 * - `broken`: beyond its amount, which is hard (never so in what a solver returns);
 * - `missed`: beyond its amount, at a price; for a least: short of it;
 * - `full`: at its amount, or as near as what is counted allows while more is wanted;
 * - `unused`: nothing counts toward it;
 * - `open`: it has room.
 */
export type RowStatus = "broken" | "missed" | "full" | "unused" | "open";

/** One row of a limit and what became of it. */
export interface LimitRow {
  /** Name of the limit. */
  limit: string;
  /** The values that the row is for, by the columns that the limit is per; none where there is one row. */
  values: Record<string, string>;
  /** Whether the amount is the most or the least. */
  side: "at_most" | "at_least";
  /** Whether amount and use are shares of all offers. */
  is_share: boolean;
  /** The amount: a number of what is counted, or a share. */
  amount: number;
  /** What offers add up to: a share where the amount is one; null where there are no offers to have a share of. */
  used: number | null;
  /** Offers that count. */
  offers: number;
  /** Eligible pairs that would count if they were offers. */
  eligible_pairs: number;
  /** How it stands. */
  status: RowStatus;
  /** Units beyond the most, or short of the least; 0 where it is kept. Of shares they are offers. */
  missed: number;
  /** What each of those costs the objective; null: the limit is hard. */
  unit_cost: number | null;
  /** What one unit more (of a least: less) could add to the objective at most, where there are prices. */
  price?: number;
  /** Why a least is missed. */
  reason?: MissedReason;
}

/** What is known of a row from the offers alone. */
export type StandingRow = Omit<LimitRow, "eligible_pairs" | "reason">;

/** How every row stands, in the order of the limits. */
export function standingRows(
  { instance: { limits }, offerPair, prices, shortfallPrice }: {
    readonly instance: { readonly limits: Limits };
    /** Pairs that are offers; one that stands for several alike may come as often. */
    readonly offerPair: Uint32Array;
    /** Prices; null: there are none. */
    readonly prices: Pick<Prices, "limit"> | null;
    readonly shortfallPrice: number;
  },
): StandingRow[] {
  const { families, rows } = limits;
  const use = useOfPairs(rows, offerPair), offers = entriesByRow(limits, offerPair);
  return Array.from(rows.family, (f, r): StandingRow => {
    const family = families[f], sense = rows.sense[r], amount = rows.declared[r];
    const cost = priceOfRow(rows, r, shortfallPrice);
    const missed = excessOf(use.used[r], use.size[r], rows.amount[r]);
    const total = sense * use.used[r];
    const isShare = family.shareOf !== null;
    const used = !isShare
      ? positive(total)
      : offers.all[r] === 0
      ? null
      : positive(total / offers.all[r] + amount);
    const price = prices?.limit?.[r];
    return {
      limit: family.limit,
      values: Object.fromEntries(family.per.map((column, i) => [column, rows.key[r][i]])),
      side: sense > 0 ? "at_most" : "at_least",
      is_share: isShare,
      amount,
      used,
      offers: offers.counted[r],
      status: statusOf(missed, cost, used, rows.amount[r] - use.used[r], use.size[r], price),
      missed,
      unit_cost: cost === Infinity ? null : cost,
      ...(price !== undefined && { price }),
    };
  });
}

/** Every row, in the order of the limits; reasons of missed ones too. Two passes over the pairs at most. */
export function limitRows(question: LimitsQuestion): LimitRow[] {
  const { instance, offers: { offerPair }, prices, shortfallPrice } = question;
  const eligible = entriesOfAll(instance);
  const standing = standingRows({ instance, offerPair, prices, shortfallPrice });
  const found = standing.map(({ status, missed, unit_cost, price, ...row }, r): LimitRow => ({
    ...row,
    eligible_pairs: eligible.counted[r],
    ...{ status, missed, unit_cost, ...(price !== undefined && { price }) },
  }));
  const lacking = found.flatMap(({ side, missed }, r) =>
    side === "at_least" && missed > 0 ? [r] : []
  );
  const reasons = lacking.length === 0 ? null : reasonsOfMissed(question, lacking);
  lacking.forEach((r, i) => found[r].reason = reasons![i]);
  return found;
}

/** Room for the rounding of sums of fractions. */
const ROUNDING = 1e-9;

function statusOf(
  missed: number,
  cost: number,
  used: number | null,
  room: number,
  size: number,
  price: number | undefined,
): RowStatus {
  if (missed > 0) return cost === Infinity ? "broken" : "missed";
  if (room <= ROUNDING * size || (price !== undefined && price > 0)) return "full";
  return used === null || used === 0 ? "unused" : "open";
}

/** A sum of terms ≥ 0 without a sign on its zero, or the rounding of shares below it. */
function positive(value: number): number {
  return value > 1e-15 ? value : 0;
}

/** How many of some pairs stand in each row. */
interface RowCounts {
  /** All of them: of shares those that the share is of. */
  readonly all: Float64Array;
  /** Those that count toward the amount. */
  readonly counted: Float64Array;
}

function entriesByRow(limits: Limits, pairs: Uint32Array): RowCounts {
  const times = new Float64Array(limits.rows.contract.length);
  for (const p of pairs) times[limits.rows.item[p]]++;
  return countRows(limits, times);
}

function entriesOfAll({ limits }: { limits: Limits }): RowCounts {
  const times = new Float64Array(limits.rows.contract.length);
  for (const i of limits.rows.item) times[i]++;
  return countRows(limits, times);
}

/** Counts by row from how many times each item is there. */
function countRows({ families, rows }: Limits, times: Float64Array): RowCounts {
  const { start, row, coefficient, sense, declared, family } = rows;
  const all = new Float64Array(sense.length), counted = new Float64Array(sense.length);
  for (let i = 0; i < times.length; i++) {
    if (times[i] === 0) continue;
    for (let e = start[i]; e < start[i + 1]; e++) {
      const r = row[e], share = families[family[r]].shareOf === null ? 0 : declared[r];
      all[r] += times[i];
      // In a share, a pair that the limit does not select has the coefficient 0 − amount.
      if (sense[r] * coefficient[e] + share > 1e-12) counted[r] += times[i];
    }
  }
  return { all, counted };
}
