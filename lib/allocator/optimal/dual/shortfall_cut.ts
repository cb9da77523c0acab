/**
 * Computes how many units of minima, and of limits at the shortfall price, every allocation misses, from the prices of a solved
 * drop.
 *
 * A missed unit costs P. So where a lack of offers causes it, their prices come near P, while all other prices stay near the
 * size of a score. Rounded to 1 and 0 they are the prices of a cut: with all scores 0 and P = 1, D at these prices is minus a
 * number of units that every allocation misses. That is a proof whatever the limits are; in a network it is exact at some cut
 * (Ford and Fulkerson, "Maximal flow through a network", 1956).
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
  /** The units that every allocation misses at least. */
  readonly total: number;
  /** The prices that prove it, for P = 1. */
  readonly point: Pick<PricePoint, "row" | "sponsored">;
}

/** Prices above a share of P are rounded to 1; each of these shares is tried. */
const SHARES = [0.5, 0.7, 0.8, 0.9, 0.95];

/** A number of units this close to a whole number counts as that number. */
const NEARLY = 1e-6;

/**
 * The cut that proves most, of those that rounding the prices gives. One pass over the pairs for each.
 *
 * @param search.missed units that some allocation misses: as no cut proves more, the search ends with one that proves these
 * @param search.boundOf `boundAt`, or what computes the same
 * @param search.isLate asked after each pass: whether to be content with the cuts so far
 */
export function shortfallCut(
  problem: DualProblem,
  found: Prices,
  { missed = Infinity, boundOf = boundAt, isLate = () => false }: {
    missed?: number;
    boundOf?: typeof boundAt;
    isLate?: () => boolean;
  } = {},
): ShortfallCut {
  const missing = missingOnly(problem), prices = ofSponsoredOffers(missing, found);
  let best = prices, total = -Infinity;
  for (const share of SHARES) {
    if (total >= missed || (total > -Infinity && isLate())) break;
    const rounded = roundedPrices(missing, prices, share * problem.shortfallPrice);
    const units = -boundOf(missing, rounded);
    if (units > total) [best, total] = [rounded, units];
  }
  const { row, sponsored } = pointOfPrices(missing, best);
  return {
    total: Math.max(0, missesWhole(problem) ? Math.ceil(total - NEARLY) : total),
    point: { row, sponsored },
  };
}

/** The same problem with an objective of minus the units missed: all worth 0, and a missed unit costs 1. */
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

/** The prices of rows that sponsored offers count toward or that may be missed, others set to 0: only they can be in a cut. */
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

/** Prices of 1 where a price is at least `least`, else 0; those of limits at most what the problem allows. */
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
