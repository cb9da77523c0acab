/**
 * Redemptions of weeks that were held out, predicted from the weeks before, against those seen.
 *
 * @module
 */
import { betaQuantile } from "../deps/jstat.ts";
import { logBetaBinomialMass } from "./beta_binomial.ts";
import { estimateRates, type RateEstimate } from "./estimate_rates.ts";
import { deviationsFor, type Interval } from "./intervals.ts";
import { cellStarts, type RateCounts } from "./rate_counts.ts";
import type { Strengths } from "./rate_tree.ts";
import { strengthsAround } from "./strengths_around.ts";
import type { PooledWeeks } from "./reviewed_weeks.ts";

/** One week, predicted from those before it. */
export interface BacktestWeek {
  /** Which week, from 0. */
  readonly week: number;
  /** Offers made in it. */
  readonly offers: number;
  /** Redemptions predicted. */
  readonly predicted: number;
  /** The interval in which they should lie if contracts are independent. */
  readonly interval: Interval;
  /** Redemptions seen. */
  readonly seen: number;
  /** Contracts with offers in it. */
  readonly contracts: number;
  /** Contracts among them whose redemptions lie in their interval. */
  readonly contractsInside: number;
  /** Mean of |predicted − seen| over the cells: a contract in a group. */
  readonly error: number;
  /**
   * The same with each cell's own rate so far (half a hit and half a miss added): what one would predict without
   * shrinking.
   */
  readonly errorOwn: number;
  /** The same with the overall rate for all. */
  readonly errorOverall: number;
}

/**
 * Predicts every week but the first from the weeks before it, with the offers it made.
 *
 * @param strengthsOf the strengths of counts; those of the weeks before are where their search may begin
 */
export function backtest(
  { all, weeks }: PooledWeeks,
  confidence: number,
  strengthsOf: (counts: RateCounts, before?: Strengths) => Strengths,
): BacktestWeek[] {
  const before = {
    offers: new Float64Array(all.offers.length),
    hits: new Float64Array(all.offers.length),
  };
  const found: BacktestWeek[] = [];
  // Nothing is taken from the weeks that are predicted, so the search begins with what was found without them.
  let strengths: Strengths | undefined;
  weeks.forEach((week, w) => {
    const offers = week.offers.reduce((sum, n) => sum + n, 0);
    if (w > 0 && offers > 0 && before.offers.some((n) => n > 0)) {
      const counts = { ...all, offers: before.offers.slice(), hits: before.hits.slice() };
      strengths = strengthsOf(counts, strengths);
      found.push(predict(counts, week, w, confidence, strengths));
    }
    week.offers.forEach((n, i) => before.offers[i] += n);
    week.hits.forEach((r, i) => before.hits[i] += r);
  });
  return found;
}

function predict(
  counts: RateCounts,
  week: { readonly offers: Float64Array; readonly hits: Float64Array },
  w: number,
  confidence: number,
  strengths: Strengths,
): BacktestWeek {
  // As rates themselves are estimated, with what the strengths are not sure of.
  const among = strengthsAround(counts, strengths);
  const rates = estimateRates(counts, { confidence, strengths, among });
  const start = cellStarts(counts);
  let offers = 0, predicted = 0, variance = 0, seen = 0, contracts = 0, inside = 0;
  for (let c = 0; c < counts.contracts; c++) {
    const n = week.offers.subarray(start[c], start[c + 1]).reduce((sum, x) => sum + x, 0);
    if (n === 0) continue;
    const hits = week.hits.subarray(start[c], start[c + 1]).reduce((sum, x) => sum + x, 0);
    const rate = rates.contract(c, week.offers.subarray(start[c], start[c + 1]));
    const { low, high } = countInterval(rate, n, confidence);
    offers += n;
    predicted += n * rate.rate;
    variance += n * rate.rate * (1 - rate.rate) + n * (n - 1) * rate.deviation ** 2;
    seen += hits;
    contracts++;
    if (hits >= low && hits <= high) inside++;
  }
  const reach = deviationsFor(confidence) * Math.sqrt(variance);
  return {
    week: w,
    offers,
    predicted,
    interval: { low: Math.max(0, predicted - reach), high: Math.min(offers, predicted + reach) },
    seen,
    contracts,
    contractsInside: inside,
    ...errors(counts, week, (cell) => rates.cell(cell).rate),
  };
}

/** Mean errors of predictions of cells: by the estimates, by each cell's own rate, by the overall rate. */
function errors(
  counts: RateCounts,
  week: { readonly offers: Float64Array; readonly hits: Float64Array },
  rateOf: (cell: number) => number,
) {
  const sum = (values: Float64Array) => values.reduce((all, x) => all + x, 0);
  const overall = sum(counts.hits) / sum(counts.offers);
  let error = 0, errorOwn = 0, errorOverall = 0, cells = 0;
  for (let i = 0; i < week.offers.length; i++) {
    const n = week.offers[i], seen = week.hits[i];
    if (n === 0) continue;
    cells++;
    error += Math.abs(n * rateOf(i) - seen);
    errorOwn += Math.abs(n * (counts.hits[i] + 0.5) / (counts.offers[i] + 1) - seen);
    errorOverall += Math.abs(n * overall - seen);
  }
  return { error: error / cells, errorOwn: errorOwn / cells, errorOverall: errorOverall / cells };
}

/** Above so many offers a count's share is taken as a beta variable of the same mean and variance. */
const MANY = 20_000;

/**
 * An interval for the redemptions among n offers whose rate is estimated: quantiles of the beta-binomial with the
 * estimate's mean and deviation. Counts are whole numbers, so it holds somewhat more than the confidence.
 */
export function countInterval(
  { rate, deviation }: RateEstimate,
  n: number,
  confidence: number,
): Interval {
  const spread = rate * (1 - rate);
  if (!(spread > 0)) return { low: n * rate, high: n * rate };
  const tail = (1 - confidence) / 2;
  if (n > MANY) {
    const variance = spread / n + deviation ** 2 * (1 - 1 / n);
    const cases = Math.max(1e-3, spread / variance - 1);
    const at = (share: number) => n * betaQuantile(share, rate * cases, (1 - rate) * cases);
    return { low: Math.floor(at(tail)), high: Math.ceil(at(1 - tail)) };
  }
  const strength = Math.max(1e-3, spread / Math.max(deviation ** 2, 1e-12 * spread) - 1);
  let below = 0, low = -1;
  for (let r = 0; r <= n; r++) {
    below += Math.exp(logBetaBinomialMass(r, n, rate, strength));
    if (low < 0 && below > tail) low = r;
    if (below >= 1 - tail) return { low, high: r };
  }
  return { low: Math.max(0, low), high: n };
}
