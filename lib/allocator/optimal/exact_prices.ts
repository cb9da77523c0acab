/**
 * The best prices of a tiny drop, by linear programming: where many users are alike, prices that must rise together a long way
 * make Newton's method crawl.
 *
 * The least D is the optimum of the linear program that gives each user a mixture of bundles, and the prices are the
 * shadow prices of its rows. Its columns are generated: those that some prices make best are added until the program's
 * optimum is D at its prices (Dantzig and Wolfe, "Decomposition principle for linear programs", 1960).
 *
 * @module
 */
import type { Prices } from "../allocation.ts";
import { MipBuilder, solveLp } from "../mip.ts";
import { argmaxBundles } from "./argmax_bundles.ts";
import type { Assignment } from "./assignment.ts";
import { boundAt } from "./bound.ts";
import { equalBundles } from "./bundle_program.ts";
import { type DualProblem, zeroPrices } from "./dual_problem.ts";

/** Most programs solved one after another. */
const ROUNDS = 60;
/** Where the bound is this near to the program's optimum, relative to it, no column is missing that matters. */
const ENOUGH = 1e-10;

/** A bundle that users' mixtures are made of. */
interface Column {
  readonly u: number;
  readonly pairs: Int32Array;
}

/** Prices at least as good as those given, and their bound: the best where the rounds are enough. */
export async function exactPrices(
  assignment: Assignment,
  found: { prices: Prices; bound: number },
  stop: () => boolean,
): Promise<{ prices: Prices; bound: number }> {
  const { problem } = assignment;
  const columns: Column[][] = [];
  for (let u = 0; u < assignment.count.length; u++) {
    columns.push([{ u, pairs: assignment.bundleOf(u).sort() }]);
    add(columns[u], new Int32Array(0));
  }
  let best = found, prices = found.prices;
  for (let round = 0; round < ROUNDS && !stop(); round++) {
    const wanted = argmaxBundles(problem, prices, null);
    let any = false;
    columns.forEach((own, u) => {
      if (add(own, wanted.bundleOf(u).sort())) any = true;
    });
    if (!any && round > 0) break;
    const solved = await mixture(assignment, columns);
    if (solved === null) break;
    prices = solved.prices;
    const bound = boundAt(problem, prices);
    if (bound < best.bound) best = { prices, bound };
    if (bound - solved.optimum <= ENOUGH * Math.abs(bound)) break;
  }
  return best;
}

/** Adds a bundle to a user's, unless it is there; whether it was new. */
function add(own: Column[], pairs: Int32Array): boolean {
  if (own.some((column) => equalBundles(column.pairs, pairs))) return false;
  own.push({ u: own[0].u, pairs });
  return true;
}

/** Solves the program of some columns; its optimum and prices, null where HiGHS has none. */
async function mixture(
  assignment: Assignment,
  columns: readonly (readonly Column[])[],
): Promise<{ optimum: number; prices: Prices } | null> {
  const { problem } = assignment;
  const { instance: { cap, contract, group, groups, middle }, rules, shortfallPrice } = problem;
  const lp = new MipBuilder();
  for (const most of cap) lp.row(-Infinity, most);
  const least = lp.rowLower.length, G = groups.length;
  for (let g = 0; g < G; g++) lp.row(rules.minSponsored[g], Infinity);
  for (let g = 0; g < G; g++) lp.row(-Infinity, rules.maxSponsored[g]);
  for (let g = 0; g < G; g++) lp.row(rules.assignmentRatio[g] > 0 ? 0 : -Infinity, Infinity);
  for (let g = 0; g < G; g++) lp.row(-Infinity, rules.maxMixed[g]);
  const most = least + G, ratio = most + G, mixed = ratio + G;
  for (const own of columns) {
    const one = lp.row(1, 1), g = group[own[0].u];
    for (const { u, pairs } of own) {
      lp.column(assignment.worthOf(u, pairs), Infinity, false);
      lp.entry(one, 1);
      let sponsored = 0;
      for (const p of pairs) {
        lp.entry(contract[p], 1);
        if (!problem.oneList && p < middle[u]) sponsored++;
      }
      if (sponsored > 0) {
        lp.entry(least + g, 1);
        lp.entry(most + g, 1);
        if (pairs.length > sponsored) lp.entry(mixed + g, 1);
      }
      const rho = rules.assignmentRatio[g];
      if (rho > 0) lp.entry(ratio + g, sponsored - rho * pairs.length);
    }
  }
  for (let g = 0; g < G; g++) {
    lp.column(-shortfallPrice, Infinity, false);
    lp.entry(least + g, 1);
  }
  const solved = await solveLp(lp);
  if (solved === null) return null;
  return { optimum: solved.objective, prices: pricesOfRows(problem, solved.rowPrice) };
}

/** The prices that the rows of the program have. */
function pricesOfRows(problem: DualProblem, row: Float64Array): Prices {
  const { instance: { cap, groups }, rules, shortfallPrice } = problem;
  const prices = zeroPrices(problem);
  const K = cap.length, G = groups.length;
  for (let c = 0; c < K; c++) prices.contract[c] = Math.max(0, row[c]);
  for (let g = 0; g < G; g++) {
    prices.minSponsored[g] = Math.min(shortfallPrice, Math.max(0, -row[K + g]));
    if (rules.maxSponsored[g] < Infinity) prices.maxSponsored[g] = Math.max(0, row[K + G + g]);
    if (rules.assignmentRatio[g] > 0) {
      prices.assignmentRatio[g] = Math.max(0, -row[K + 2 * G + g]);
    }
    if (rules.maxMixed[g] < Infinity) prices.mixedShare[g] = Math.max(0, row[K + 3 * G + g]);
  }
  return prices;
}
