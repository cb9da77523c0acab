/**
 * Each row of a drop's limits after a run: amount, use, price, and why an at-least row is missed.
 *
 * @module
 */
import { isNameColumn } from "../drop/instance/contract_columns.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Limits } from "../drop/instance/limits.ts";
import { withoutRounding } from "../../base/numbers/without_rounding.ts";
import type { Prices } from "../model/allocation.ts";
import { excessOf, priceOfRow, useOfPairs } from "../model/row_use.ts";
import type { LimitsQuestion } from "./limits_question.ts";
import { type MissedReason, reasonsOfMissed } from "./missed_limits.ts";
import { COUNT_ROUNDING } from "../../base/numbers/rounding.ts";
export type { MissedReason } from "./missed_limits.ts";

/**
 * The state of a row:
 * - `broken`: a hard limit is not kept (what a solver returns never has such a row);
 * - `missed`: a soft limit is not kept, at a cost;
 * - `full`: the use is at the amount, or the row has a price and an offer may not fit into what is left; not a least of 0, or a
 *   share of no offers;
 * - `unused`: no offer counts toward it;
 * - `open`: it has room.
 */
export type RowStatus = "broken" | "missed" | "full" | "unused" | "open";

/** One row of a limit and what the offers use of it. */
export interface LimitRow {
  /** Name of the limit. */
  limit: string;
  /** The values that the row is for, by the columns that the limit is `per`; {} if the limit has only one row. */
  values: Record<string, string>;
  /** What the contract is called that the row is for; absent: it is for none, or caps have no names. */
  contract_name?: string;
  /** Whether the amount is the most or the least. */
  side: "at_most" | "at_least";
  /** Whether amount and use are shares of all offers, or means over them. */
  is_share: boolean;
  /** True where they are means of a column; absent if not. */
  is_mean?: true;
  /** The amount: a number of what is counted, or a share. */
  amount: number;
  /** What the offers add up to: a share if the amount is one; null for a share of no offers. */
  used: number | null;
  /** Number of offers that count. */
  offers: number;
  /** Number of eligible pairs that would count if they were offers. */
  eligible_pairs: number;
  /** Its state. */
  status: RowStatus;
  /**
   * Units above an at-most amount, or short of an at-least amount; 0 if the row is kept. For shares the unit is an offer, for means
   * one of the column.
   */
  missed: number;
  /** What each missed unit costs the objective; null if the limit is hard. */
  unit_cost: number | null;
  /** The most that relaxing the row by one unit could add to the bound; absent if there are no prices. */
  price?: number;
  /** Why an at-least row is missed; absent if it is not. */
  reason?: MissedReason;
}

/** What is known of a row from the offers alone. */
export type StandingRow = Omit<LimitRow, "contract_name" | "eligible_pairs" | "reason">;

/** How every row stands, in the order of the limits. */
export function standingRows(
  { instance: { limits }, offerPair, prices, shortfallPrice }: {
    readonly instance: { readonly limits: Limits };
    /** Pairs that are offers. Where one pair represents several equal ones, it is listed once for each. */
    readonly offerPair: Uint32Array;
    /** Prices; null: there are none. */
    readonly prices: Pick<Prices, "limit"> | null;
    readonly shortfallPrice: number;
  },
): StandingRow[] {
  const { families, rows } = limits;
  const use = useOfPairs(rows, offerPair),
    offers = countRows(limits, offerPair.map((p) => rows.item[p]));
  const largest = new Float64Array(rows.family.length);
  rows.row.forEach((r, e) => largest[r] = Math.max(largest[r], Math.abs(rows.coefficient[e])));
  return Array.from(rows.family, (f, r): StandingRow => {
    const family = families[f], sense = rows.sense[r], amount = rows.declared[r];
    const cost = priceOfRow(rows, r, shortfallPrice);
    const missed = excessOf(use.used[r], use.size[r], rows.amount[r]);
    const total = sense * use.used[r];
    const isShare = family.shareOf !== null;
    const used = !isShare
      ? positive(total, use.size[r])
      : offers.all[r] === 0
      ? null
      : positive(total / offers.all[r] + amount, use.size[r] / offers.all[r] + amount);
    const price = prices?.limit?.[r], room = rows.amount[r] - use.used[r];
    // A least of 0 asks for nothing, so it is never what keeps anything from being better; nor is a share of no offers.
    const asks = (sense > 0 || amount > 0) && used !== null;
    const isAtAmount = asks && (room <= COUNT_ROUNDING * use.size[r] ||
      (price !== undefined && price > 0 && room < largest[r]));
    return {
      limit: family.limit,
      values: Object.fromEntries(family.per.map((column, i) => [column, rows.key[r][i]])),
      side: sense > 0 ? "at_most" : "at_least",
      is_share: isShare,
      ...(isShare && family.counts !== "offers" && { is_mean: true }),
      amount,
      used,
      offers: offers.counted[r],
      status: statusOf(missed, cost, used, isAtAmount),
      missed: withoutRounding(missed, use.size[r]),
      unit_cost: cost === Infinity ? null : cost,
      ...(price !== undefined && { price }),
    };
  });
}

/** Every row, in the order of the limits; reasons of missed ones too. Two passes over the pairs at most. */
export function limitRows(question: LimitsQuestion): LimitRow[] {
  const { instance, offers: { offerPair }, prices, shortfallPrice } = question;
  const eligible = countRows(instance.limits, instance.limits.rows.item);
  const standing = standingRows({ instance, offerPair, prices, shortfallPrice });
  const nameOf = contractNames(instance);
  const found = standing.map((
    { limit, values, status, missed, unit_cost, price, ...row },
    r,
  ): LimitRow => ({
    limit,
    values,
    ...nameOf(values),
    ...row,
    eligible_pairs: eligible.counted[r],
    status,
    missed,
    unit_cost,
    ...(price !== undefined && { price }),
  }));
  const missedLeasts = found.flatMap(({ side, missed }, r) =>
    side === "at_least" && missed > 0 ? [r] : []
  );
  const reasons = missedLeasts.length === 0 ? null : reasonsOfMissed(question, missedLeasts);
  missedLeasts.forEach((r, i) => found[r].reason = reasons![i]);
  return found;
}

/** What finds the name of the contract that a row is for, to spread into its facts. */
function contractNames(
  { contracts, about, limits }: Pick<Instance, "contracts" | "about"> & { readonly limits: Limits },
): (values: LimitRow["values"]) => Pick<LimitRow, "contract_name"> {
  const [, names] = Array.from(about ?? []).find(([column]) => isNameColumn(column)) ?? [];
  if (names === undefined || limits.families.every(({ per }) => !per.includes(CONTRACT))) {
    return () => ({});
  }
  const indices = new Map(contracts.map((id, c) => [id, c]));
  return (values) => {
    const name = names[indices.get(values[CONTRACT]) ?? -1] ?? "";
    return name === "" ? {} : { contract_name: name };
  };
}

/** The column of a contract's id. */
const CONTRACT = "contract_address";

function statusOf(
  missed: number,
  cost: number,
  used: number | null,
  isAtAmount: boolean,
): RowStatus {
  if (missed > 0) return cost === Infinity ? "broken" : "missed";
  if (isAtAmount) return "full";
  return used === null || used === 0 ? "unused" : "open";
}

/** A sum that is ≥ 0 by its terms, without the sign of −0 or what rounding leaves. @param size Σ |terms| */
function positive(value: number, size: number): number {
  return Math.max(0, withoutRounding(value, size));
}

/** How many of a set of pairs have an entry in each row. */
interface RowCounts {
  /** All entries; for a share, the pairs that it is a share of. */
  readonly all: Float64Array;
  /** Entries that count toward the amount; for a share, the pairs that the limit selects. */
  readonly counted: Float64Array;
}

/** Counts by row, of pairs with these items. */
function countRows({ families, rows }: Limits, items: Uint32Array): RowCounts {
  const { start, row, coefficient, sense, declared, family } = rows;
  const all = new Float64Array(sense.length), counted = new Float64Array(sense.length);
  const times = new Float64Array(rows.contract.length);
  for (const i of items) times[i]++;
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
