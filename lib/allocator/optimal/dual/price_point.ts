/**
 * The prices in the form that the search works with.
 *
 * @module
 */
import { canBind, type GroupRule } from "../../limits/kinds/group_rules.ts";
import { type Prices, pricesOfKinds } from "../../model/allocation.ts";
import { sharedFloat64 } from "../../../base/arrays/shared_array.ts";
import { type Items, loadOf } from "../../limits/items.ts";
import { type DualProblem, rowCount } from "./dual_problem.ts";

/**
 * Prices in the form that the search moves them. The prices of the limits on a group's number of sponsored users matter only
 * together: as the group's sponsored price, which a sponsored user adds to its bundle, between −∞ and P.
 */
export interface PricePoint {
  /**
   * Float64Array, length rows: prices λ ≥ 0 of the caps, then of the limits, those per unit of the row (see `limits/items.ts`)
   * and at most what a unit beyond the amount costs.
   */
  readonly row: Float64Array;
  /** Float64Array, length groups: the sponsored prices. Above 0 a minimum binds, below 0 a maximum. */
  readonly sponsored: Float64Array;
  /** By place in `rules.others` of the problem, a Float64Array of length groups: the prices ≥ 0 of each other limit. */
  readonly others: readonly Float64Array[];
}

/** All prices 0, in memory that workers share. */
export function zeroPoint(rows: number, groups: number, others: number): PricePoint {
  return {
    row: sharedFloat64(rows),
    sponsored: sharedFloat64(groups),
    others: Array.from({ length: others }, () => sharedFloat64(groups)),
  };
}

/**
 * The start of a search: all prices 0, but the highest for limits that are missed in any case, as no offer counts toward them,
 * and a price that is never paid for limits that allow no offer at all.
 */
export function firstPoint(problem: DualProblem): PricePoint {
  const { instance: { cap, groupSize }, items, rules } = problem;
  const point = zeroPoint(rowCount(problem), groupSize.length, rules.others.length);
  if (items === null) return point;
  const highest = highestPrices(problem);
  for (const r of missedRows(items)) point.row[cap.length + r] = highest[cap.length + r];
  const closing = closingPrices(problem, items);
  closing?.forEach((price, r) =>
    point.row[cap.length + r] = Math.max(price, point.row[cap.length + r])
  );
  return point;
}

/** Limits that ask for some offers, toward which none counts. */
function missedRows({ row, amount }: Items): number[] {
  const isMissed = Uint8Array.from(amount, (own) => own < 0 ? 1 : 0);
  let left = isMissed.reduce((sum, own) => sum + own, 0);
  for (let e = 0; e < row.length && left > 0; e++) {
    if (isMissed[row[e]] === 0) continue;
    isMissed[row[e]] = 0;
    left--;
  }
  return left === 0 ? [] : Array.from(isMissed.keys()).filter((r) => isMissed[r] === 1);
}

/**
 * For hard limits with an amount of 0, such as a budget that is spent: prices at which nobody wants an offer that counts toward
 * them. They cost the bound nothing, as a price is multiplied by the amount, and a search that had to find them would take many
 * steps where scores differ widely. Null where there are no such limits.
 *
 * @returns Float64Array, length limits: prices per unit of the row; 0 for other limits
 */
function closingPrices(
  { instance: { score }, shapeWorth, offerBonus, shortfallPrice }: DualProblem,
  items: Items,
): Float64Array | null {
  const { item, start, row, coefficient, amount, highest } = items;
  const isClosed = Uint8Array.from(
    amount,
    (most, r) => most === 0 && highest[r] === Infinity ? 1 : 0,
  );
  // Limits of shares have an amount of 0 too, and coefficients of both signs.
  if (!isClosed.includes(1)) return null;
  for (let e = 0; e < row.length; e++) if (coefficient[e] < 0) isClosed[row[e]] = 0;
  if (!isClosed.includes(1)) return null;
  // What an offer may bring besides its score.
  const more = Math.max(...shapeWorth) - Math.min(...shapeWorth) +
    offerBonus.reduce((most, bonus) => Math.max(most, bonus), 0) + shortfallPrice;
  const price = new Float64Array(amount.length);
  for (let p = 0; p < item.length; p++) {
    for (let e = start[item[p]]; e < start[item[p] + 1]; e++) {
      const r = row[e];
      if (isClosed[r] === 0) continue;
      const load = loadOf(items, e);
      if (load !== 0) price[r] = Math.max(price[r], (Math.max(0, score[p]) + more) / load);
    }
  }
  return price;
}

/** Copies the prices of one point into another. */
export function copyPoint(from: PricePoint, to: PricePoint): void {
  to.row.set(from.row);
  to.sponsored.set(from.sponsored);
  from.others.forEach((price, i) => to.others[i].set(price));
}

/**
 * The prices of a point. A sponsored price is split among the limits on the number of sponsored users so that D is least: above 0
 * it is the price of the largest minimum, below 0 that of the smallest maximum. If the minimum is above the maximum, it is
 * missed in any case, so its price is P.
 */
export function pricesOfPoint(problem: DualProblem, point: PricePoint): Prices {
  const { rules, shortfallPrice, instance: { cap }, items } = problem;
  const groups = point.sponsored.length;
  const prices = {
    contract: Float64Array.from(point.row.subarray(0, cap.length)),
    ...pricesOfKinds(() => new Float64Array(groups)),
    ...(items !== null && {
      // Near the least of all doubles a price is rounded by as much as it is.
      limit: Float64Array.from(
        point.row.subarray(cap.length),
        (price, r) => Math.min(price / items.unit[r], items.highest[r]),
      ),
    }),
  };
  rules.others.forEach(({ name }, i) => prices[name].set(point.others[i]));
  const counting = rules.all.filter((rule) => rule.onSponsoredUsers);
  const least = counting.filter(({ sense }) => sense < 0);
  const most = counting.filter(({ sense }) => sense > 0);
  for (let g = 0; g < groups; g++) {
    const sponsoredPrice = point.sponsored[g];
    const isShort = rules.sponsored.least[g] > rules.sponsored.most[g];
    const up = isShort ? shortfallPrice : Math.max(0, sponsoredPrice);
    const binding = (tied: readonly GroupRule[], amount: number) =>
      tied.find((rule) => rule.amount[g] === amount) ?? tied[0];
    if (up > 0) prices[binding(least, rules.sponsored.least[g]).name][g] = up;
    const down = Math.max(0, up - sponsoredPrice);
    if (down > 0) prices[binding(most, rules.sponsored.most[g]).name][g] = down;
  }
  return prices;
}

/** The prices of a point for the kernel. It reads no prices of limits on the number of sponsored users; those columns are fillers. */
export function kernelPrices(problem: DualProblem, point: PricePoint): Prices {
  const { instance: { cap }, items, rules } = problem;
  const others = new Map(rules.others.map(({ name }, i) => [name, point.others[i]]));
  return {
    contract: point.row.subarray(0, cap.length),
    ...pricesOfKinds((name) => others.get(name) ?? point.sponsored),
    ...(items !== null && {
      limit: point.row.slice(cap.length).map((price, r) => price / items.unit[r]),
    }),
  };
}

/** Float64Array, length rows: the highest that each price may be. */
export function highestPrices({ instance: { cap }, items }: DualProblem): Float64Array {
  const highest = new Float64Array(cap.length + (items?.amount.length ?? 0)).fill(Infinity);
  items?.highest.forEach((most, r) => highest[cap.length + r] = most * items.unit[r]);
  return highest;
}

/** The point of given prices, brought into their ranges; prices of limits that this problem does not have are left out. */
export function pointOfPrices(problem: DualProblem, prices: Prices): PricePoint {
  const { rules, shortfallPrice, instance, items } = problem;
  const point = firstPoint(problem);
  const atLeastZero = (price: number) => price > 0 && price < Infinity ? price : 0;
  prices.contract.forEach((price, c) => point.row[c] = atLeastZero(price));
  const highest = highestPrices(problem);
  for (let r = prices.contract.length; r < point.row.length; r++) {
    const at = r - prices.contract.length;
    const price = atLeastZero(prices.limit?.[at] ?? 0) * items!.unit[at];
    point.row[r] = Math.max(point.row[r], Math.min(price, highest[r]));
  }
  const counting = rules.all.filter((rule) => rule.onSponsoredUsers);
  for (let g = 0; g < point.sponsored.length; g++) {
    const size = instance.groupSize[g];
    for (const rule of counting) {
      if (canBind(rule, g, size)) {
        point.sponsored[g] -= rule.sense * atLeastZero(prices[rule.name][g]);
      }
    }
    point.sponsored[g] = Math.min(point.sponsored[g], shortfallPrice);
    rules.others.forEach((rule, i) => {
      if (canBind(rule, g, size)) point.others[i][g] = atLeastZero(prices[rule.name][g]);
    });
  }
  return point;
}
