/**
 * How much rates vary from brand to brand, contract to contract and group to group: by maximum likelihood.
 *
 * @module
 */
import { cellStarts, type RateCounts } from "./rate_counts.ts";
import { rateGrid } from "./rate_grid.ts";
import { brandEvidence, contractLikelihood, type Strengths, treeLikelihood } from "./rate_tree.ts";

/** Points of the grid of rates that strengths are fitted on. */
const POINTS = 160;
/** The range of strengths: from rates that vary without limit to rates that are all the same. */
export const SMALLEST = 0.5, LARGEST = 1e5;
/** Where the search begins: about what a few hundred offers can tell. */
const FIRST = 50;
/** The strength where the counts say nothing: the rate above is worth little. */
const UNKNOWN = 2;
/** Most rounds over the three strengths, and the gain of ln likelihood that one more is worth. */
const ROUNDS = 12, WORTH = 0.02;
/** Most rounds where the search begins near the answer. */
const ROUNDS_AGAIN = 2;
/** How far a round looks to either side, in logarithms of strengths: the first of all, and others. */
const FAR = 4, NEAR = 1;

/** Centre and scale of the weak prior of a strength's logarithm. */
const MIDDLE = Math.log(FIRST), LOOSE = 2;

/**
 * ln of the weak prior of a strength: logistic in its logarithm. Where counts tell little the likelihood alone may be
 * largest at infinity, as if contracts did not differ at all, and every interval would be too narrow. See Chung,
 * Rabe-Hesketh, Dorie, Gelman and Liu, "A nondegenerate penalized likelihood estimator for variance parameters in multilevel
 * models", Psychometrika 78 (2013).
 */
function logPrior(strength: number): number {
  const x = (Math.log(strength) - MIDDLE) / LOOSE;
  return -x - 2 * Math.log1p(Math.exp(-x));
}

/**
 * The strengths under which the counts are likeliest (empirical Bayes, type II maximum likelihood, held a little from
 * infinity), each in turn along its logarithm until nothing is gained. Where the counts can't tell a strength (one brand, one
 * group), it is set: a brand's then says little, and groups don't differ.
 *
 * @param first where to begin: what was found for most of the same counts
 */
export function fitStrengths(counts: RateCounts, first?: Strengths): Strengths {
  const grid = rateGrid(counts, POINTS);
  const set = fixedStrengths(counts), hasCells = !set.has("cell");
  let brand = set.has("brand") ? UNKNOWN : first?.brand ?? FIRST;
  let contract = first?.contract ?? FIRST, cell = hasCells ? first?.cell ?? FIRST : LARGEST;
  let likelihood = contractLikelihood(counts, grid, cell);
  const evidenceOf = (contract: number) => brandEvidence(counts, grid, likelihood, contract);
  let evidence = evidenceOf(contract), best = -Infinity;
  const rounds = first === undefined ? ROUNDS : ROUNDS_AGAIN;
  for (let round = 0; round < rounds; round++) {
    const reach = round === 0 && first === undefined ? FAR : NEAR;
    if (hasCells) {
      const toContract = evidence.toContract;
      cell = climb(cell, reach, (value) => {
        const own = contractLikelihood(counts, grid, value);
        return treeLikelihood(brandEvidence(counts, grid, own, toContract), grid, brand) +
          logPrior(value);
      });
      likelihood = contractLikelihood(counts, grid, cell);
    }
    if (!set.has("contract")) {
      contract = climb(
        contract,
        reach,
        (value) => treeLikelihood(evidenceOf(value), grid, brand) + logPrior(value),
      );
    }
    evidence = evidenceOf(contract);
    if (!set.has("brand")) {
      brand = climb(
        brand,
        reach,
        (value) => treeLikelihood(evidence, grid, value) + logPrior(value),
      );
    }
    const reached = treeLikelihood(evidence, grid, brand) + logPrior(brand) + logPrior(contract) +
      logPrior(cell);
    if (reached - best < WORTH) break;
    best = reached;
  }
  return { brand, contract, cell };
}

/** The strengths that the counts can't tell: where there is one brand, one contract for each, or one group. */
export function fixedStrengths(counts: RateCounts): ReadonlySet<keyof Strengths> {
  const start = cellStarts(counts), set = new Set<keyof Strengths>();
  if (counts.brands <= 1) set.add("brand");
  if (counts.contracts <= 1) set.add("contract");
  if (!counts.contract.some((c) => start[c + 1] - start[c] > 1)) set.add("cell");
  return set;
}

/** ln of the chance of the counts under some strengths, times that of the strengths' weak prior. */
export function logPosterior(counts: RateCounts, { brand, contract, cell }: Strengths): number {
  const grid = rateGrid(counts, POINTS), set = fixedStrengths(counts);
  const evidence = brandEvidence(counts, grid, contractLikelihood(counts, grid, cell), contract);
  const prior = Object.entries({ brand, contract, cell })
    .reduce((sum, [name, s]) => sum + (set.has(name as keyof Strengths) ? 0 : logPrior(s)), 0);
  return treeLikelihood(evidence, grid, brand) + prior;
}

/** A search ends at this share of its reach; later rounds reach less far. */
const APART = 1 / 16;

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The strength near `at` under which `value` is largest: golden section on its logarithm, `reach` to either side. */
function climb(at: number, reach: number, value: (strength: number) => number): number {
  const f = (log: number) => value(Math.exp(log));
  let low = Math.max(Math.log(SMALLEST), Math.log(at) - reach);
  let high = Math.min(Math.log(LARGEST), Math.log(at) + reach);
  let a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
  let fa = f(a), fb = f(b);
  while (high - low > APART * reach) {
    if (fa > fb) {
      high = b;
      b = a;
      fb = fa;
      a = high - GOLDEN * (high - low);
      fa = f(a);
    } else {
      low = a;
      a = b;
      fa = fb;
      b = low + GOLDEN * (high - low);
      fb = f(b);
    }
  }
  const found = Math.exp((low + high) / 2);
  return f((low + high) / 2) >= value(at) ? found : at;
}
