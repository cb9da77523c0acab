/**
 * Estimated rates of contracts in groups, shrunk towards contract, brand and overall rates.
 *
 * @module
 */
import { betaQuantile } from "../deps/jstat.ts";
import { fitStrengths } from "./fit_strengths.ts";
import type { Interval } from "./intervals.ts";
import { cellStarts, type RateCounts } from "./rate_counts.ts";
import { type RateGrid, rateGrid } from "./rate_grid.ts";
import { contractLikelihood, type RateTree, rateTree, type Strengths } from "./rate_tree.ts";

/** A rate and how sure it is. */
export interface RateEstimate extends Interval {
  /** Mean of the rate's distribution. */
  readonly rate: number;
  /** Standard deviation of the same. */
  readonly deviation: number;
}

/** Estimated rates of all contracts and cells. */
export interface Rates {
  /** The strengths used. */
  readonly strengths: Strengths;
  /** Share of the intervals that hold what they are of. */
  readonly confidence: number;
  /** The rate that brands vary around; that of the brand where there is one only. */
  readonly overall: RateEstimate;
  /** The rate of a cell of the counts, by its index. */
  readonly cell: (cell: number) => RateEstimate;
  /** The rate of a cell of contract c that has no counts: it follows from the contract's other cells. */
  readonly otherCell: (c: number) => RateEstimate;
  /** A contract's mean rate over offers spread over its cells by the weights given (null: as they were). */
  readonly contract: (c: number, weights?: Float64Array | null) => RateEstimate;
  /** The rate of a contract that the counts don't have, of brand b (null: of a new brand). */
  readonly newContract: (b: number | null) => RateEstimate;
  /** How much of the rate of a contract comes from its own offers, its brand's and all others': sums to 1. */
  readonly sources: (c: number) => RateSources;
  /** The same of a contract that the counts don't have, of brand b (null: of a new brand). */
  readonly sourcesOfNew: (b: number | null) => RateSources;
}

/** What a rate comes from: shares that sum to 1. */
export interface RateSources {
  /** The contract's own offers. */
  readonly own: number;
  /** Other contracts of its brand. */
  readonly brand: number;
  /** All others. */
  readonly overall: number;
}

/** Points of the grid that estimates are made on. */
const POINTS = 384;

/** How {@link estimateRates} goes about it. */
export interface EstimateOptions {
  /** Share of the intervals that hold what they are of. @default 0.9 */
  readonly confidence?: number;
  /** Strengths to use. @default those that are likeliest */
  readonly strengths?: Strengths;
  /** Equally likely strengths, over which estimates are averaged. @default `strengths` alone */
  readonly among?: readonly Strengths[];
}

/**
 * Estimates the rate of every contract in every group by a tree of beta-binomials:
 *
 *     overall ~ Beta(½, ½)                       brand    | overall  ~ Beta around overall, worth strength₁ cases
 *     contract | brand ~ Beta around the brand's  contract in a group | contract ~ Beta around the contract's
 *     hits in a cell ~ Binomial(offers, the cell's rate)
 *
 * with the three strengths by maximum likelihood of the counts, rates integrated out. Few offers leave a cell at its
 * contract's rate, a contract at its brand's, a brand at the overall one; many offers make it its own. What the rates above
 * are not sure of is in the intervals (they are integrated over, not set to their best values); what the strengths are not
 * sure of is where `among` has them as they may be, see `strengthsAround`.
 *
 * The model is the conjugate one of Gelman et al., "Bayesian Data Analysis" (3rd ed., section 5.3: rates of tumours), a level
 * deeper; empirical Bayes as Robbins (1956) and Efron and Morris (JASA 70, 1975) have it; sums over the tree as
 * Pearl's belief propagation (1982).
 */
export function estimateRates(counts: RateCounts, options: EstimateOptions): Rates {
  const { confidence = 0.9, strengths = fitStrengths(counts), among = [strengths] } = options;
  const grid = rateGrid(counts, POINTS);
  const beliefs = among.map((one) => new Beliefs(counts, grid, one));
  const estimate = (of: (beliefs: Beliefs) => Moments) => {
    const { mean, variance } = mixed(beliefs.map(of));
    return estimateOf(mean, variance, confidence);
  };
  return {
    strengths,
    confidence,
    overall: estimate((b) => b.overall()),
    cell: (cell) =>
      estimate((b) => b.around(counts.contract[cell], counts.hits[cell], counts.offers[cell])),
    otherCell: (c) => estimate((b) => b.around(c, 0, 0)),
    contract: (c, weights = null) => estimate((b) => b.contract(c, weights)),
    newContract: (brand) => estimate((b) => b.newContract(brand)),
    ...sourcesOf(counts, strengths),
  };
}

/** What the counts say about rates, for given strengths. */
class Beliefs {
  readonly #counts: RateCounts;
  readonly #grid: RateGrid;
  readonly #tree: RateTree;
  readonly #start: Uint32Array;
  /** Strength of the cells. */
  readonly #s: number;
  readonly #known = new Map<number, Moments>();

  constructor(counts: RateCounts, grid: RateGrid, strengths: Strengths) {
    this.#counts = counts;
    this.#grid = grid;
    this.#tree = rateTree(
      counts,
      grid,
      contractLikelihood(counts, grid, strengths.cell),
      strengths,
    );
    this.#start = cellStarts(counts);
    this.#s = strengths.cell;
  }

  overall(): Moments {
    // A single brand is the whole drop, and says next to nothing about brands at large.
    return moments(
      this.#counts.brands === 1 ? this.#tree.brand(0) : this.#tree.overall,
      this.#grid,
    );
  }

  /** A rate around that of contract c, with counts of its own. */
  around(c: number, hits: number, offers: number): Moments {
    return momentsAround(this.#contractRate(c), this.#s, hits, offers);
  }

  contract(c: number, weights: Float64Array | null): Moments {
    const cells = { from: this.#start[c], to: this.#start[c + 1] };
    return mixMoments(this.#counts, cells, weights, this.#contractRate(c), this.#s);
  }

  newContract(b: number | null): Moments {
    return momentsAround(moments(this.#tree.newContract(b), this.#grid), this.#s, 0, 0);
  }

  #contractRate(c: number): Moments {
    let found = this.#known.get(c);
    if (found === undefined) {
      this.#known.set(c, found = moments(this.#tree.contract(c), this.#grid));
    }
    return found;
  }
}

/** Moments of a rate that is Beta around another, worth s cases, with r hits out of n of its own. */
function momentsAround({ mean, variance }: Moments, s: number, r: number, n: number): Moments {
  // Given the rate above, p: mean (s·p + r)/(s + n), and variance mean·(1 − mean)/(s + n + 1).
  const m = (s * mean + r) / (s + n), between = variance * (s / (s + n)) ** 2;
  return { mean: m, variance: between + (m * (1 - m) - between) / (s + n + 1) };
}

/** Moments of an equal mixture of distributions. */
function mixed(all: readonly Moments[]): Moments {
  let mean = 0, square = 0;
  for (const { mean: m } of all) mean += m / all.length;
  for (const { mean: m, variance } of all) square += (variance + (m - mean) ** 2) / all.length;
  return { mean, variance: square };
}

/** Mean and variance of a rate. */
interface Moments {
  readonly mean: number;
  readonly variance: number;
}

function moments(chance: Float64Array, { rate }: RateGrid): Moments {
  let mean = 0, square = 0;
  for (let i = 0; i < rate.length; i++) {
    mean += chance[i] * rate[i];
    square += chance[i] * rate[i] * rate[i];
  }
  return { mean, variance: Math.max(0, square - mean * mean) };
}

/**
 * Mean and variance of Σ w·p over the cells of a contract: each cell's is linear in the contract's rate, so two moments of
 * that are enough.
 */
function mixMoments(
  { offers, hits }: RateCounts,
  { from, to }: { from: number; to: number },
  weights: Float64Array | null,
  { mean, variance }: Moments,
  s: number,
): Moments {
  let all = 0;
  for (let i = from; i < to; i++) all += weights === null ? offers[i] : weights[i - from];
  if (!(all > 0)) return { mean, variance: variance + mean * (1 - mean) / (s + 1) };
  let slope = 0, middle = 0, within = 0;
  for (let i = from; i < to; i++) {
    const n = offers[i], w = (weights === null ? n : weights[i - from]) / all;
    const m = (s * mean + hits[i]) / (s + n), between = variance * (s / (s + n)) ** 2;
    slope += w * s / (s + n);
    middle += w * m;
    within += w * w * (m * (1 - m) - between) / (s + n + 1);
  }
  return { mean: middle, variance: slope * slope * variance + within };
}

/** A rate's mean, deviation and interval, by the beta distribution that has the mean and variance given. */
function estimateOf(mean: number, variance: number, confidence: number): RateEstimate {
  const rate = Math.min(1, Math.max(0, mean)), spread = rate * (1 - rate);
  const deviation = Math.sqrt(variance);
  if (!(spread > 0) || !(variance > 0)) return { rate, deviation, low: rate, high: rate };
  const cases = Math.max(1e-3, spread / variance - 1), tail = (1 - confidence) / 2;
  return {
    rate,
    deviation,
    low: betaQuantile(tail, rate * cases, (1 - rate) * cases),
    high: betaQuantile(1 - tail, rate * cases, (1 - rate) * cases),
  };
}

/**
 * Where a contract's rate comes from, over its cells as its offers were spread. A cell's rate is n/(n + s) its own and
 * the rest its contract's. Likewise one level up: n offers of a cell say as much about the contract's rate as n(1 +
 * s)/(n + s) offers would whose rate did not vary.
 */
function sourcesOf(
  counts: RateCounts,
  strengths: Strengths,
): Pick<Rates, "sources" | "sourcesOfNew"> {
  const worth = (n: number, s: number) => n === 0 ? 0 : n * (1 + s) / (n + s);
  const own = new Float64Array(counts.contracts), ofBrand = new Float64Array(counts.brands);
  const offers = new Float64Array(counts.contracts), ofCells = new Float64Array(counts.contracts);
  counts.contract.forEach((c, i) => {
    const n = counts.offers[i];
    own[c] += worth(n, strengths.cell);
    offers[c] += n;
    ofCells[c] += n * n / (n + strengths.cell);
  });
  own.forEach((n, c) => ofBrand[counts.brandOf[c]] += worth(n, strengths.contract));
  const shares = (self: number, others: number): RateSources => {
    const share = counts.brands === 1 ? 1 : others / (others + strengths.brand);
    const brand = (1 - self) * share;
    return { own: self, brand, overall: 1 - self - brand };
  };
  return {
    sources: (c) => {
      const others = ofBrand[counts.brandOf[c]] - worth(own[c], strengths.contract);
      const cells = offers[c] === 0 ? 0 : ofCells[c] / offers[c];
      const rest = own[c] / (own[c] + strengths.contract);
      return shares(cells + (1 - cells) * rest, Math.max(0, others));
    },
    sourcesOfNew: (b) => shares(0, b === null ? 0 : ofBrand[b]),
  };
}
