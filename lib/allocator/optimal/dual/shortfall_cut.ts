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
import { sharedFloat64 } from "../../../base/arrays/shared_array.ts";
import { hasShortfallPrice } from "../../limits/items.ts";
import { boundAt } from "./bound.ts";
import type { DualProblem } from "./dual_problem.ts";
import { pointOfPrices, type PricePoint } from "./price_point.ts";

/** The prices of a cut, for P = 1, and their point. */
export interface CutPrices {
  readonly prices: Prices;
  readonly point: Pick<PricePoint, "row" | "sponsored">;
}

/** A proof that units are missed, and the prices that prove it. */
export interface ShortfallCut extends CutPrices {
  /** The units that every allocation misses at least. */
  readonly total: number;
}

/** Prices above a share of P are rounded to 1; each of these shares is tried. */
const SHARES = [0.5, 0.7, 0.8, 0.9, 0.95];

/** A number of units this close to a whole number counts as that number. */
const NEARLY = 1e-6;

/** Begins to compute D of a problem at some prices; the function returned gives it. */
export type BeginBound = (problem: DualProblem, prices: Prices) => () => Promise<number>;

/** D, computed when it is wanted. */
const boundWhenWanted: BeginBound = (problem, prices) => () =>
  Promise.resolve(boundAt(problem, prices));

/** When a search for a cut may end before all are tried. */
export interface CutEnd {
  /** Units that some allocation misses: as no cut proves more, one that proves these is the best. @default Infinity */
  readonly missed?: number;
  /** Asked after each cut: whether to be content with those so far. @default never */
  readonly isLate?: () => boolean;
}

/**
 * Begins to look for the cut that proves most, of those that rounding the prices gives: one pass over the pairs for each.
 *
 * @param begin what computes D
 * @returns what gives the cut; and its prices if it is the first that is tried, as it mostly is
 */
export function beginCut(
  problem: DualProblem,
  found: Prices,
  begin: BeginBound = boundWhenWanted,
): { best(end?: CutEnd): Promise<ShortfallCut>; readonly likely: CutPrices } {
  const missing = missingOnly(problem), prices = ofHelpfulOffers(missing, found);
  const trials = SHARES.map((share) =>
    roundedPrices(missing, prices, share * problem.shortfallPrice)
  );
  // Some shares round all prices as the one before does.
  const bounds: (() => Promise<number>)[] = [];
  trials.forEach((rounded, n) => {
    const isSame = n > 0 && areEqual(rounded, trials[n - 1]);
    bounds.push(isSame ? bounds[n - 1] : begin(missing, rounded));
  });
  return {
    best: (end = {}) => bestCut(missing, trials, bounds, end),
    likely: withPoint(missing, trials[0]),
  };
}

function withPoint(missing: DualProblem, prices: Prices): CutPrices {
  const { row, sponsored } = pointOfPrices(missing, prices);
  return { prices, point: { row, sponsored } };
}

/** The cut that proves most of those tried. */
async function bestCut(
  missing: DualProblem,
  trials: readonly Prices[],
  bounds: readonly (() => Promise<number>)[],
  { missed = Infinity, isLate = () => false }: CutEnd,
): Promise<ShortfallCut> {
  let [best] = trials, total = -Infinity;
  for (const [n, bound] of bounds.entries()) {
    if (total >= missed || (total > -Infinity && isLate())) break;
    const units = -(await bound());
    if (units > total) [best, total] = [trials[n], units];
  }
  return {
    total: Math.max(0, missesWhole(missing) ? Math.ceil(total - NEARLY) : total),
    ...withPoint(missing, best),
  };
}

/** Whether any price is so high that a cut can be read off: if not, nothing is missed for want of offers. */
export function isCutLikely({ shortfallPrice }: DualProblem, prices: Prices): boolean {
  const least = SHARES[0] * shortfallPrice;
  return Object.values(prices).some((own: Float64Array) => own.some((price) => price >= least));
}

function areEqual(a: Prices, b: Prices): boolean {
  return Object.entries(a).every(([name, own]: [string, Float64Array]) => {
    const other = (b as unknown as Record<string, Float64Array>)[name];
    return own.every((price, i) => price === other[i]);
  });
}

/** The same problem with an objective of minus the units missed: all worth 0, and a missed unit costs 1. */
function missingOnly(problem: DualProblem): DualProblem {
  const { instance, items, shapeWorth, offerBonus } = problem;
  const price = instance.limits?.rows.price;
  return {
    ...problem,
    instance: { ...instance, score: sharedFloat64(instance.score.length) },
    shapeWorth: new Float64Array(shapeWorth.length),
    offerBonus: sharedFloat64(offerBonus.length),
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

/**
 * The prices of rows that may be missed, and of caps and rows of the offers that can make less be missed, others set to 0: only they can
 * be in a cut. Such offers are sponsored, or count toward a row at the shortfall price.
 */
function ofHelpfulOffers({ instance, items }: DualProblem, prices: Prices): Prices {
  const { sponsoredContracts, cap } = instance;
  const isHelped = cap.map((_, c) => c < sponsoredContracts ? 1 : 0);
  const keep = (own: Float64Array, helped: Float64Array) =>
    own.map((price, i) => price * helped[i]);
  if (items === null) return { ...prices, contract: keep(prices.contract, isHelped) };
  // With all scores 0 and P = 1 only rows at the shortfall price may be missed at a cost.
  const counts = items.highest.map((most) => most < Infinity ? 1 : 0);
  const { start, row, highest } = items;
  items.contract.forEach((c, i) => {
    let helps = c < sponsoredContracts;
    for (let e = start[i]; !helps && e < start[i + 1]; e++) helps = highest[row[e]] === 1;
    if (!helps) return;
    isHelped[c] = 1;
    for (let e = start[i]; e < start[i + 1]; e++) counts[row[e]] = 1;
  });
  const limit = prices.limit && keep(prices.limit, counts);
  return { ...prices, contract: keep(prices.contract, isHelped), limit };
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
