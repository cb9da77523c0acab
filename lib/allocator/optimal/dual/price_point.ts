/**
 * The prices while they are being searched for.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import { sharedFloat64 } from "../../../base/shared_array.ts";
import { type DualProblem, rowCount } from "./dual_problem.ts";

/**
 * Prices as the search moves them. The two prices of a group's sponsored users only ever matter as their
 * difference t = μ − ν, which is free between −∞ and P.
 */
export interface PricePoint {
  /**
   * Float64Array, length rows: λ ≥ 0 of the caps, then of the limits, theirs per unit of the row (see `limits/items.ts`)
   * and at most what exceeding the limit costs.
   */
  readonly row: Float64Array;
  /** Float64Array, length groups: t = μ − ν, what a sponsored user adds. */
  readonly sponsored: Float64Array;
  /** Float64Array, length groups: α ≥ 0 of the assignment ratio. */
  readonly ratio: Float64Array;
  /** Float64Array, length groups: β ≥ 0 of the most mixed users. */
  readonly mixed: Float64Array;
}

/** All prices 0, in memory that workers share. */
export function zeroPoint(rows: number, groups: number): PricePoint {
  return {
    row: sharedFloat64(rows),
    sponsored: sharedFloat64(groups),
    ratio: sharedFloat64(groups),
    mixed: sharedFloat64(groups),
  };
}

/** Copies the prices of one point into another. */
export function copyPoint(from: PricePoint, to: PricePoint): void {
  to.row.set(from.row);
  to.sponsored.set(from.sponsored);
  to.ratio.set(from.ratio);
  to.mixed.set(from.mixed);
}

/**
 * The prices of a point: t split into μ and ν so that −μ R + ν M is least. That is one of them 0 where R ≤ M; where
 * a minimum lies above the maximum, users are short whatever is done, so μ = P.
 */
export function pricesOfPoint(problem: DualProblem, point: PricePoint): Prices {
  const { rules, shortfallPrice, instance: { cap }, items } = problem;
  const groups = point.sponsored.length;
  const minSponsored = new Float64Array(groups), maxSponsored = new Float64Array(groups);
  for (let g = 0; g < groups; g++) {
    const t = point.sponsored[g];
    const short = rules.minSponsored[g] > rules.maxSponsored[g];
    minSponsored[g] = short ? shortfallPrice : Math.max(0, t);
    maxSponsored[g] = Math.max(0, minSponsored[g] - t);
  }
  return {
    contract: Float64Array.from(point.row.subarray(0, cap.length)),
    minSponsored,
    maxSponsored,
    assignmentRatio: Float64Array.from(point.ratio),
    mixedShare: Float64Array.from(point.mixed),
    ...(items !== null && {
      limit: Float64Array.from(point.row.subarray(cap.length), (price, r) => price / items.unit[r]),
    }),
  };
}

/** What scans look at of a point: prices of offers; t is left out of their values. */
export function kernelPrices(problem: DualProblem, point: PricePoint): Prices {
  const { instance: { cap }, items } = problem;
  return {
    contract: point.row.subarray(0, cap.length),
    minSponsored: point.sponsored,
    maxSponsored: point.sponsored,
    assignmentRatio: point.ratio,
    mixedShare: point.mixed,
    ...(items !== null && {
      limit: point.row.slice(cap.length).map((price, r) => price / items.unit[r]),
    }),
  };
}

/** Float64Array, length rows: the most that each price may be. */
export function highestPrices({ instance: { cap }, items }: DualProblem): Float64Array {
  const highest = new Float64Array(cap.length + (items?.amount.length ?? 0)).fill(Infinity);
  items?.highest.forEach((most, r) => highest[cap.length + r] = most * items.unit[r]);
  return highest;
}

/** The point of prices, with those of rules that this problem does not have left out and the others in their range. */
export function pointOfPrices(problem: DualProblem, prices: Prices): PricePoint {
  const { rules, shortfallPrice, instance, items } = problem;
  const point = zeroPoint(rowCount(problem), prices.minSponsored.length);
  const atLeastZero = (price: number) => price > 0 && price < Infinity ? price : 0;
  prices.contract.forEach((price, c) => point.row[c] = atLeastZero(price));
  const highest = highestPrices(problem);
  for (let r = prices.contract.length; r < point.row.length; r++) {
    const at = r - prices.contract.length;
    const price = atLeastZero(prices.limit?.[at] ?? 0) * items!.unit[at];
    point.row[r] = Math.min(price, highest[r]);
  }
  for (let g = 0; g < point.sponsored.length; g++) {
    const size = instance.groupSize[g];
    if (rules.minSponsored[g] > 0) point.sponsored[g] += atLeastZero(prices.minSponsored[g]);
    if (rules.maxSponsored[g] < size) point.sponsored[g] -= atLeastZero(prices.maxSponsored[g]);
    point.sponsored[g] = Math.min(point.sponsored[g], shortfallPrice);
    if (rules.assignmentRatio[g] > 0) point.ratio[g] = atLeastZero(prices.assignmentRatio[g]);
    if (rules.maxMixed[g] < size) point.mixed[g] = atLeastZero(prices.mixedShare[g]);
  }
  return point;
}
