/**
 * The rates at which a tree of rates is computed: points evenly spaced in log odds.
 *
 * @module
 */
import type { RateCounts } from "./rate_counts.ts";

/** Points of a grid. */
export interface RateGrid {
  /** Float64Array: rates, ascending. */
  readonly rate: Float64Array;
  /** Float64Array: ln of each rate. */
  readonly logRate: Float64Array;
  /** Float64Array: ln of one less each rate. */
  readonly logRest: Float64Array;
}

/** Margin of the grid, in log odds, below the lowest and above the highest rate of the counts. */
const MARGIN = 3;
/** Largest log odds of the grid: rates of about 1 in 160,000. */
const FARTHEST = 12;

/** A grid of so many points over all rates that contracts with these counts may have. */
export function rateGrid(counts: RateCounts, points: number): RateGrid {
  const offers = new Float64Array(counts.contracts), hits = new Float64Array(counts.contracts);
  counts.contract.forEach((c, i) => {
    offers[c] += counts.offers[i];
    hits[c] += counts.hits[i];
  });
  let low = Infinity, high = -Infinity;
  for (let c = 0; c < counts.contracts; c++) {
    // Half a hit and half a miss are added, so that the grid also holds the rates that no hits allow.
    const odds = Math.log((hits[c] + 0.5) / (offers[c] - hits[c] + 0.5));
    if (odds < low) low = odds;
    if (odds > high) high = odds;
  }
  low = Math.max(-FARTHEST, Math.min(low, 0) - MARGIN);
  high = Math.min(FARTHEST, Math.max(high, low + MARGIN) + MARGIN);
  const odds = Float64Array.from(
    { length: points },
    (_, i) => low + (high - low) * i / (points - 1),
  );
  return {
    rate: odds.map((x) => 1 / (1 + Math.exp(-x))),
    logRate: odds.map((x) => -Math.log1p(Math.exp(-x))),
    logRest: odds.map((x) => -Math.log1p(Math.exp(x))),
  };
}

/**
 * How a rate spreads around that of its parent, Beta(strength·p, strength·(1 − p)): row i has the chances of every point
 * where the parent is at point i. Rows sum to 1.
 *
 * @returns Float64Array, points × points
 */
export function spread({ rate, logRate, logRest }: RateGrid, strength: number): Float64Array {
  const points = rate.length, chances = new Float64Array(points * points);
  for (let i = 0; i < points; i++) {
    const alpha = strength * rate[i], beta = strength * (1 - rate[i]), row = i * points;
    let most = -Infinity;
    for (let j = 0; j < points; j++) {
      // Density in log odds: that of the rate times p(1 − p).
      const log = alpha * logRate[j] + beta * logRest[j];
      chances[row + j] = log;
      if (log > most) most = log;
    }
    let sum = 0;
    for (let j = 0; j < points; j++) sum += chances[row + j] = Math.exp(chances[row + j] - most);
    for (let j = 0; j < points; j++) chances[row + j] /= sum;
  }
  return chances;
}
