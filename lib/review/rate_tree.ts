/**
 * Rates of contracts in groups as a tree: overall → brand → contract → contract in a group, each Beta around the one above.
 *
 * @module
 */
import { logRising } from "./beta_binomial.ts";
import { cellStarts, type RateCounts } from "./rate_counts.ts";
import { jeffreys, type RateGrid, spread } from "./rate_grid.ts";

/** How little rates vary around the one above: the number of cases that the rate above is worth. */
export interface Strengths {
  /** Brands around the overall rate. */
  readonly brand: number;
  /** Contracts around their brand's. */
  readonly contract: number;
  /** Groups around their contract's. */
  readonly cell: number;
}

/** ln of the chance of each contract's counts, were its rate at each point: contracts × points. */
export function contractLikelihood(
  counts: RateCounts,
  grid: RateGrid,
  cellStrength: number,
): Float64Array {
  const { contracts, offers, hits } = counts;
  const points = grid.rate.length, start = cellStarts(counts);
  const rising = risingAtPoints(grid, cellStrength);
  const log = new Float64Array(contracts * points);
  for (let c = 0; c < contracts; c++) {
    const row = log.subarray(c * points, (c + 1) * points);
    for (let cell = start[c]; cell < start[c + 1]; cell++) {
      const r = hits[cell], n = offers[cell];
      const hit = rising.hits(r), missed = rising.misses(n - r);
      for (let i = 0; i < points; i++) row[i] += hit[i] + missed[i];
    }
    // The third part, −ln (strength)_n, is the same at every point, but not for every strength.
    let rest = 0;
    for (let cell = start[c]; cell < start[c + 1]; cell++) {
      rest += rising.all(offers[cell]);
    }
    for (let i = 0; i < points; i++) row[i] -= rest;
  }
  return log;
}

/** Rising factorials at every point, each count's computed once: counts repeat from cell to cell. */
function risingAtPoints({ rate }: RateGrid, strength: number) {
  const known = [new Map<number, Float64Array>(), new Map<number, Float64Array>()];
  const whole = new Map<number, number>();
  const of = (side: 0 | 1, n: number): Float64Array => {
    let values = known[side].get(n);
    if (values === undefined) {
      values = rate.map((p) => logRising(strength * (side === 0 ? p : 1 - p), n));
      known[side].set(n, values);
    }
    return values;
  };
  const all = (n: number): number => {
    let value = whole.get(n);
    if (value === undefined) whole.set(n, value = logRising(strength, n));
    return value;
  };
  return { hits: (n: number) => of(0, n), misses: (n: number) => of(1, n), all };
}

/** The distributions of all rates given the counts. */
export interface RateTree {
  /** ln of the chance of all counts, rates integrated out (without binomial coefficients). */
  readonly logLikelihood: number;
  /** Chances of the overall rate at every point, given all counts. */
  readonly overall: Float64Array;
  /** The same for brand b's rate; null: what is to be expected of a new brand. */
  readonly brand: (b: number | null) => Float64Array;
  /** The same of a contract's rate, for contract c. */
  readonly contract: (c: number) => Float64Array;
  /** What is to be expected of the rate of a new contract of a brand (null: of a new brand). */
  readonly newContract: (b: number | null) => Float64Array;
}

/** The likelihood of brands' rates, by the counts of their contracts. */
export interface BrandEvidence {
  /** How a contract's rate spreads around its brand's; see {@link spread}. */
  readonly toContract: Float64Array;
  /** For each contract: ln of the chance of its counts, were its brand's rate at each point. */
  readonly fromContract: readonly Float64Array[];
  /** For each brand: the sum of its contracts'. */
  readonly brandLog: readonly Float64Array[];
  /** The sum of the scales that were taken off the logarithms. */
  readonly scale: number;
}

/**
 * Sums up what contracts say of their brands.
 *
 * @param likelihood of {@link contractLikelihood}, with the same counts and grid
 * @param contractStrength how little contracts vary, or the {@link spread} that it makes
 */
export function brandEvidence(
  { contracts, brands, brandOf }: RateCounts,
  grid: RateGrid,
  likelihood: Float64Array,
  contractStrength: number | Float64Array,
): BrandEvidence {
  const points = grid.rate.length;
  const toContract = typeof contractStrength === "number"
    ? spread(grid, contractStrength)
    : contractStrength;
  const fromContract: Float64Array[] = [], brandLog = empty(brands, points);
  let scale = 0;
  for (let c = 0; c < contracts; c++) {
    const message = upward(likelihood.subarray(c * points, (c + 1) * points), toContract);
    scale += message.scale;
    fromContract.push(message.log);
    add(brandLog[brandOf[c]], message.log);
  }
  return { toContract, fromContract, brandLog, scale };
}

/** ln of the chance of all counts, by what contracts say of their brands. */
export function treeLikelihood(
  { brandLog, scale }: BrandEvidence,
  grid: RateGrid,
  brandStrength: number,
): number {
  const { overallLog, scale: more } = overallEvidence(brandLog, grid, spread(grid, brandStrength));
  return scale + more + normalised(overallLog).scale;
}

/** What brands say of the overall rate, with its prior. */
function overallEvidence(
  brandLog: readonly Float64Array[],
  grid: RateGrid,
  toBrand: Float64Array,
) {
  let scale = 0;
  const overallLog = jeffreys(grid).map(Math.log);
  const fromBrand = brandLog.map((log) => {
    const message = upward(log, toBrand);
    scale += message.scale;
    add(overallLog, message.log);
    return message.log;
  });
  return { overallLog, fromBrand, scale };
}

/**
 * Sums and products over the tree (belief propagation), exact apart from the grid: rates above the cells are integrated
 * numerically, those of the cells by the beta-binomial's closed form.
 *
 * @param likelihood of {@link contractLikelihood}, with the same counts, grid and strength of the cells
 */
export function rateTree(
  counts: RateCounts,
  grid: RateGrid,
  likelihood: Float64Array,
  strengths: Strengths,
): RateTree {
  const { brandOf } = counts, points = grid.rate.length;
  const evidence = brandEvidence(counts, grid, likelihood, strengths.contract);
  const { toContract, fromContract, brandLog } = evidence;
  const toBrand = spread(grid, strengths.brand);
  const { overallLog, fromBrand, scale } = overallEvidence(brandLog, grid, toBrand);
  const all = normalised(overallLog);
  const brandPrior = (b: number | null) =>
    downward(b === null ? all.chance : normalised(less(overallLog, fromBrand[b])).chance, toBrand);
  const contractPrior = (c: number) => {
    const b = brandOf[c];
    const others = less(brandLog[b], fromContract[c]);
    return downward(times(brandPrior(b), others), toContract);
  };
  const brand = (b: number | null) =>
    b === null ? brandPrior(null) : times(brandPrior(b), brandLog[b]);
  return {
    logLikelihood: evidence.scale + scale + all.scale,
    overall: all.chance,
    brand,
    contract: (c) => times(contractPrior(c), likelihood.subarray(c * points, (c + 1) * points)),
    newContract: (b) => downward(brand(b), toContract),
  };
}

function empty(rows: number, points: number): Float64Array[] {
  return Array.from({ length: rows }, () => new Float64Array(points));
}

function add(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += more[i];
}

function less(all: Float64Array, part: Float64Array): Float64Array {
  return all.map((value, i) => value - part[i]);
}

/** Chances from their logarithms, and the ln of what they summed to. */
function normalised(log: Float64Array): { chance: Float64Array; scale: number } {
  const most = log.reduce((a, b) => Math.max(a, b), -Infinity);
  const chance = log.map((value) => Math.exp(value - most));
  const sum = chance.reduce((a, b) => a + b, 0);
  for (let i = 0; i < chance.length; i++) chance[i] /= sum;
  return { chance, scale: most + Math.log(sum) };
}

/** Chances times a likelihood given by its logarithms, normalised. */
function times(chance: Float64Array, log: Float64Array): Float64Array {
  const most = log.reduce((a, b) => Math.max(a, b), -Infinity);
  const out = chance.map((value, i) => value * Math.exp(log[i] - most));
  const sum = out.reduce((a, b) => a + b, 0);
  for (let i = 0; i < out.length; i++) out[i] /= sum;
  return out;
}

/** What a child's likelihood says of its parent: ln of Σ_j chances(i, j)·likelihood(j), and the scale taken off. */
function upward(
  log: Float64Array,
  chances: Float64Array,
): { log: Float64Array; scale: number } {
  const points = log.length;
  const scale = log.reduce((a, b) => Math.max(a, b), -Infinity);
  const value = log.map((x) => Math.exp(x - scale));
  const { from, to } = support(value);
  const out = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    let sum = 0;
    for (let j = from, at = i * points + from; j < to; j++, at++) sum += chances[at] * value[j];
    // A probability below the range of doubles.
    out[i] = sum > 0 ? Math.log(sum) : -745;
  }
  return { log: out, scale };
}

/** Chances of a child where those of its parent are known. */
function downward(parent: Float64Array, chances: Float64Array): Float64Array {
  const points = parent.length, out = new Float64Array(points);
  const { from, to } = support(parent);
  for (let i = from; i < to; i++) {
    const weight = parent[i];
    for (let j = 0, at = i * points; j < points; j++, at++) out[j] += weight * chances[at];
  }
  return out;
}

/** Values below this share of the largest are negligible. */
const NEGLIGIBLE = 1e-14;

/** The stretch outside which values are negligible. */
function support(value: Float64Array): { from: number; to: number } {
  const least = NEGLIGIBLE * value.reduce((a, b) => Math.max(a, b), 0);
  let from = 0, to = value.length;
  while (from < to && value[from] <= least) from++;
  while (to > from && value[to - 1] <= least) to--;
  return { from, to };
}
