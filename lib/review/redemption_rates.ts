/**
 * Redemption rates out of reviews: of every contract, and of every contract in every group.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { backtest, type BacktestWeek } from "./backtest.ts";
import {
  estimateRates,
  type RateEstimate,
  type Rates,
  type RateSources,
} from "./estimate_rates.ts";
import { fitStrengths } from "./fit_strengths.ts";
import { cellStarts } from "./rate_counts.ts";
import type { Strengths } from "./rate_tree.ts";
import { strengthsAround } from "./strengths_around.ts";
import { poolWeeks, type ReviewedContract, type ReviewedWeek } from "./reviewed_weeks.ts";

/** How rates are estimated. */
export interface RedemptionOptions {
  /** Share of the intervals that hold what they are of. @default 0.9 */
  confidence?: number;
  /** Whether weeks are predicted from those before them, to see how far estimates hold. @default true */
  backtest?: boolean;
}

/** The rate of a contract in a group. */
export interface CellRate extends RateEstimate {
  /** Contract. */
  readonly contract: string;
  /** Group; null: users without one. */
  readonly group: string | null;
  /** Offers in all weeks. */
  readonly offers: number;
  /** Of them redeemed. */
  readonly redeemed: number;
  /** How much of the rate comes from the cell's own offers; the rest from its contract's. */
  readonly own: number;
}

/** The rate of a contract, over groups as its offers were spread. */
export interface ContractRate extends RateEstimate {
  /** Contract. */
  readonly contract: string;
  /** Brand; null: none. */
  readonly brand: string | null;
  /** Offers in all weeks. */
  readonly offers: number;
  /** Of them redeemed. */
  readonly redeemed: number;
  /** What the rate comes from. */
  readonly sources: RateSources;
  /** What the reviews say of the contract. */
  readonly known: ReviewedContract;
}

/** Redemption rates, and how far they hold. */
export interface RedemptionRates {
  /** Share of the intervals that hold what they are of. */
  readonly confidence: number;
  /** Names of the weeks, the oldest first. */
  readonly weeks: readonly string[];
  /** The rate that brands vary around: not that of all offers, to which large brands add more. */
  readonly overall: RateEstimate;
  /** How little rates vary: cases that the rate above is worth. */
  readonly strengths: Strengths;
  /** Contracts, in the order of their ids. */
  readonly contracts: readonly ContractRate[];
  /** Contracts in groups, in the order of their ids; those that had offers. */
  readonly cells: readonly CellRate[];
  /** Weeks predicted from those before; empty for a single week. */
  readonly backtest: readonly BacktestWeek[];
  /** The rate of a contract that no review names, of a brand (null: of none that is known). */
  readonly newContract: (brand: string | null) => RateEstimate;
  /** What that rate comes from. */
  readonly sourcesOfNew: (brand: string | null) => RateSources;
}

/**
 * Estimates redemption rates from reviews of weeks, the oldest first; see {@link estimateRates} for the method.
 *
 * @throws {UsageError} for a review without redemptions, and where there is nothing to learn from
 *
 * @example
 * ```ts
 * import { redemptionRates } from "./redemption_rates.ts";
 * import { assert } from "../deps/std_assert.ts";
 *
 * const contract = (id: string) => ({
 *   contract_address: id,
 *   brand_id: null,
 *   is_sponsored: true,
 *   cap: null,
 *   planned_rate: null,
 * });
 * const { contracts: [cake, tea] } = redemptionRates([{
 *   title: "week 1",
 *   contracts: [contract("cake"), contract("tea")],
 *   cells: [
 *     { contract_address: "cake", group_id: "north", offered: 1000, redeemed: 100 },
 *     { contract_address: "tea", group_id: "north", offered: 2, redeemed: 2 },
 *   ],
 * }]);
 * // A thousand offers speak for themselves, two do not.
 * assert(Math.abs(cake.rate - 0.1) < 0.01);
 * assert(tea.rate < 0.9 && tea.high > cake.high);
 * ```
 */
export function redemptionRates(
  weeks: readonly ReviewedWeek[],
  options: RedemptionOptions = {},
): RedemptionRates {
  const { confidence = 0.9 } = options;
  for (const { title, cells } of weeks) {
    if (cells.some(({ redeemed }) => redeemed === null)) {
      throw new UsageError(`the review ${title} has no redemptions, and rates are about them`);
    }
  }
  const pooled = poolWeeks(weeks), { all } = pooled;
  if (!all.offers.some((n) => n > 0)) {
    throw new UsageError("the reviews have no offers, so there is nothing to learn from");
  }
  const strengths = fitStrengths(all);
  const among = strengthsAround(all, strengths);
  const rates = estimateRates(all, { confidence, strengths, among });
  const wanted = options.backtest ?? true;
  // Where no brands are known all contracts share one.
  const unbranded = pooled.brandIds.length === 1 && pooled.brandIds[0] === null;
  const placeOf = (brand: string | null) => {
    const place = brand === null ? -1 : pooled.brandIds.indexOf(brand);
    return place >= 0 ? place : unbranded ? 0 : null;
  };
  return {
    confidence,
    weeks: weeks.map(({ title }) => title),
    overall: rates.overall,
    strengths,
    contracts: contractRates(pooled, rates),
    cells: cellRates(pooled, rates),
    backtest: wanted ? backtest(pooled, confidence, fitStrengths) : [],
    newContract: (brand) => rates.newContract(placeOf(brand)),
    sourcesOfNew: (brand) => rates.sourcesOfNew(placeOf(brand)),
  };
}

type Pooled = ReturnType<typeof poolWeeks>;

function contractRates({ all, contracts, contractIds }: Pooled, rates: Rates): ContractRate[] {
  const start = cellStarts(all);
  return contractIds.map((contract, c) => {
    let offers = 0, redeemed = 0;
    for (let cell = start[c]; cell < start[c + 1]; cell++) {
      offers += all.offers[cell];
      redeemed += all.hits[cell];
    }
    return {
      contract,
      brand: contracts[c].brand_id,
      offers,
      redeemed,
      ...rates.contract(c),
      sources: rates.sources(c),
      known: contracts[c],
    };
  });
}

function cellRates({ all, contractIds, groupIds }: Pooled, rates: Rates): CellRate[] {
  return Array.from(all.contract, (c, cell) => ({
    contract: contractIds[c],
    group: groupIds[all.group[cell]],
    offers: all.offers[cell],
    redeemed: all.hits[cell],
    own: all.offers[cell] / (all.offers[cell] + rates.strengths.cell),
    ...rates.cell(cell),
  }));
}
