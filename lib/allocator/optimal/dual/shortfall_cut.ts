/**
 * How many units every allocation misses of the minima, and of limits that may be missed at the same price, read off the
 * prices of a solved drop.
 *
 * What is missed costs P a unit, so where offers that many want are what is missing, their prices come near P, and
 * all others stay near the size of a score. Rounded to 1 and 0 they are the prices of a cut: with all scores 0 and P = 1
 * the dual at these prices is a bound, less than nothing by the units that every allocation misses. In a network it is exact at
 * some cut (Ford and Fulkerson, "Maximal flow through a network", 1956), and it is a proof whatever the limits are.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import { hasShortfallPrice } from "../../limits/items.ts";
import { boundAt } from "./bound.ts";
import type { DualProblem } from "./dual_problem.ts";
import { pointOfPrices, type PricePoint } from "./price_point.ts";

/** A proof that units are missed. */
export interface ShortfallCut {
  /** What every allocation misses, at least. */
  readonly total: number;
  /** The prices that prove it, for P = 1. */
  readonly point: Pick<PricePoint, "row" | "sponsored">;
}

/** Prices above this share of P belong to the cut; each is tried. */
const SHARES = [0.5, 0.7, 0.8, 0.9, 0.95];

/** A number of units this close to a whole number is that number. */
const NEARLY = 1e-6;

/** The cut that proves most, of those that the prices of a problem are rounded to. One pass over the pairs for each. */
export function shortfallCut(problem: DualProblem, found: Prices): ShortfallCut {
  const missing = missingOnly(problem), prices = ofSponsoredOffers(missing, found);
  let best = prices, total = -Infinity;
  for (const share of SHARES) {
    const rounded = roundedPrices(missing, prices, share * problem.shortfallPrice);
    const units = -boundAt(missing, rounded);
    if (units > total) [best, total] = [rounded, units];
  }
  const { row, sponsored } = pointOfPrices(missing, best);
  return {
    total: Math.max(0, missesWhole(problem) ? Math.ceil(total - NEARLY) : total),
    point: { row, sponsored },
  };
}

/** The same drop where nothing is worth anything but that a unit less is missed, which is worth 1. */
function missingOnly(problem: DualProblem): DualProblem {
  const { instance, items, shapeWorth, offerBonus } = problem;
  const price = instance.limits?.rows.price;
  return {
    ...problem,
    instance: { ...instance, score: new Float64Array(instance.score.length) },
    shapeWorth: new Float64Array(shapeWorth.length),
    offerBonus: new Float64Array(offerBonus.length),
    ownCoverage: 0,
    shortfallPrice: 1,
    items: items && {
      ...items,
      highest: items.highest.map((most, r) =>
        most === Infinity ? most : Number.isNaN(price![r]) ? 1 : 0
      ),
    },
  };
}

/** The prices of what sponsored offers count toward, or what may be missed: no others are in a cut. */
function ofSponsoredOffers({ instance, items }: DualProblem, prices: Prices): Prices {
  const { sponsoredContracts } = instance;
  const contract = prices.contract.map((price, c) => c < sponsoredContracts ? price : 0);
  if (items === null) return { ...prices, contract };
  const counts = items.highest.map((most) => most < Infinity ? 1 : 0);
  items.contract.forEach((c, i) => {
    for (let e = items.start[i]; c < sponsoredContracts && e < items.start[i + 1]; e++) {
      counts[items.row[e]] = 1;
    }
  });
  return { ...prices, contract, limit: prices.limit?.map((price, r) => price * counts[r]) };
}

/** 1 where a price is at least `least` and the problem lets it be so high, else 0. */
function roundedPrices({ items }: DualProblem, prices: Prices, least: number): Prices {
  const rounded = Object.entries(prices).map(([name, own]: [string, Float64Array]) =>
    [name, own.map((price) => price >= least ? 1 : 0)] as const
  );
  const { limit, ...others } = Object.fromEntries(rounded) as unknown as Prices;
  return {
    ...others,
    ...(limit && { limit: limit.map((x, r) => Math.min(x, items!.highest[r])) }),
  };
}

/** Whether all that can be missed counts in whole units. */
function missesWhole({ instance: { limits }, items }: DualProblem): boolean {
  if (!hasShortfallPrice(limits)) return true;
  return limits!.rows.price.every((price, r) => !Number.isNaN(price) || items!.whole[r] === 1);
}
