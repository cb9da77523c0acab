/**
 * The rates at which a tree of rates is computed: points in log odds, close together where rates are likely.
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
  /** Float64Array: the stretch of log odds that each point stands for. The first and last stand for all beyond as well. */
  readonly width: Float64Array;
}

/** Margin of close points, in log odds, below the lowest and above the highest rate of the counts. */
const MARGIN = 2;
/** How far wide points go beyond these, and about how far they are apart. */
const TAIL = 6, WIDE = 0.3;
/** Largest log odds: rates of about 1 in 500 million. */
const FARTHEST = 20;

/**
 * A grid of so many points over all rates that contracts with these counts may have. Rates that vary much are often far
 * below those seen (half of Beta(0.1, 1.9) is below 0.0015), so it goes on to rates of which no hits are to be expected.
 */
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
  const odds = pointsAround(low - MARGIN, high + MARGIN, points);
  const width = odds.map((x, i) => ((odds[i + 1] ?? x) - (odds[i - 1] ?? x)) / 2);
  return {
    rate: odds.map((x) => 1 / (1 + Math.exp(-x))),
    logRate: odds.map((x) => -Math.log1p(Math.exp(-x))),
    logRest: odds.map((x) => -Math.log1p(Math.exp(x))),
    width,
  };
}

/** Points from `low` to `high`, with wide ones to either side: at most a third of all. */
function pointsAround(low: number, high: number, points: number): Float64Array {
  const wide = Math.min(Math.round(TAIL / WIDE), Math.floor(points / 6));
  const first = Math.max(-FARTHEST, low), last = Math.min(FARTHEST, high);
  const below = Math.min(TAIL, FARTHEST + first) / wide;
  const above = Math.min(TAIL, FARTHEST - last) / wide;
  const step = (last - first) / (points - 2 * wide - 1);
  return Float64Array.from({ length: points }, (_, i) => {
    if (i < wide) return first - (wide - i) * below;
    const inner = Math.min(i - wide, points - 2 * wide - 1);
    return first + inner * step + (i - wide - inner) * above;
  });
}

/**
 * How a rate spreads around that of its parent, Beta(strength·p, strength·(1 − p)): row i has the chances of every point
 * where the parent is at point i. Rows sum to 1.
 *
 * @returns Float64Array, points × points
 */
export function spread(grid: RateGrid, strength: number): Float64Array {
  const { rate, logRest } = grid, points = rate.length;
  const chances = new Float64Array(points * points);
  for (let i = 0; i < points; i++) {
    const row = chances.subarray(i * points, (i + 1) * points);
    fillBeta(grid, strength * rate[i], strength * Math.exp(logRest[i]), row);
  }
  return chances;
}

/** Jeffreys' prior of a rate, Beta(½, ½). */
export function jeffreys(grid: RateGrid): Float64Array {
  const chances = new Float64Array(grid.rate.length);
  fillBeta(grid, 0.5, 0.5, chances);
  return chances;
}

/**
 * Fills `row` with the chances of every point under Beta(alpha, beta). Its density in log odds x, that of the rate times
 * p(1 − p), goes down as exp(alpha x) to the left of all points: 1/alpha of it is there, and to the right 1/beta.
 */
function fillBeta(
  { logRate, logRest, width }: RateGrid,
  alpha: number,
  beta: number,
  row: Float64Array,
): void {
  const points = row.length, last = points - 1;
  let most = -Infinity, sum = 0;
  for (let j = 0; j < points; j++) {
    row[j] = alpha * logRate[j] + beta * logRest[j];
    if (row[j] > most) most = row[j];
  }
  for (let j = 0; j < points; j++) {
    const beyond = (j === 0 ? 1 / alpha : 0) + (j === last ? 1 / beta : 0);
    sum += row[j] = Math.exp(row[j] - most) * (width[j] + beyond);
  }
  for (let j = 0; j < points; j++) row[j] /= sum;
}
