/**
 * How much rates vary from brand to brand, contract to contract and group to group: by maximum likelihood.
 *
 * @module
 */
import { cellStarts, type RateCounts } from "./rate_counts.ts";
import { rateGrid } from "./rate_grid.ts";
import { contractLikelihood, rateTree, type Strengths } from "./rate_tree.ts";

/** Points of the grid that strengths are looked for on. */
const POINTS = 192;
/** Strengths that are looked at, from rates all over the place to rates that are the same. */
const LEAST = 0.5, MOST = 1e5;
/** Where the search begins: as much as there is to tell apart with a few hundred offers. */
const FIRST = 50;
/** A strength that nothing can tell: the rate above is worth little. */
const UNKNOWN = 2;
/** Most rounds over the three strengths, and the gain of ln likelihood that one more is worth. */
const ROUNDS = 12, WORTH = 0.01;

/**
 * The strengths under which the counts are likeliest (empirical Bayes, type II maximum likelihood), each in turn along
 * its logarithm until nothing is gained. Where the counts can't tell a strength (one brand, one group), it is set: a
 * brand's then says little, and groups don't differ.
 *
 * @param first where to begin: what was found for most of the same counts
 */
export function fitStrengths(counts: RateCounts, first?: Strengths): Strengths {
  const grid = rateGrid(counts, POINTS);
  const start = cellStarts(counts);
  const several = (n: number) => n > 1;
  const hasCells = counts.contract.some((c) => several(start[c + 1] - start[c]));
  let strengths: Strengths = {
    brand: several(counts.brands) ? first?.brand ?? FIRST : UNKNOWN,
    contract: first?.contract ?? FIRST,
    cell: hasCells ? first?.cell ?? FIRST : MOST,
  };
  let likelihood = contractLikelihood(counts, grid, strengths.cell);
  const upper = (given: Strengths) => rateTree(counts, grid, likelihood, given).logLikelihood;
  let best = upper(strengths);
  for (let round = 0; round < ROUNDS; round++) {
    const before = best;
    const reach = round === 0 && first === undefined ? 4 : 1.5;
    if (hasCells) {
      const cell = climb(strengths.cell, reach, (value) => {
        const given = { ...strengths, cell: value };
        return rateTree(counts, grid, contractLikelihood(counts, grid, value), given).logLikelihood;
      });
      strengths = { ...strengths, cell };
      likelihood = contractLikelihood(counts, grid, cell);
    }
    if (several(counts.contracts)) {
      const contract = climb(
        strengths.contract,
        reach,
        (v) => upper({ ...strengths, contract: v }),
      );
      strengths = { ...strengths, contract };
    }
    if (several(counts.brands)) {
      const brand = climb(strengths.brand, reach, (v) => upper({ ...strengths, brand: v }));
      strengths = { ...strengths, brand };
    }
    best = upper(strengths);
    if (best - before < WORTH) break;
  }
  return strengths;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The strength near `at` under which `value` is largest: golden section on its logarithm, `reach` to either side. */
function climb(at: number, reach: number, value: (strength: number) => number): number {
  const f = (log: number) => value(Math.exp(log));
  let low = Math.max(Math.log(LEAST), Math.log(at) - reach);
  let high = Math.min(Math.log(MOST), Math.log(at) + reach);
  let a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
  let fa = f(a), fb = f(b);
  while (high - low > 0.05) {
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
