/**
 * Each user's best bundle at given prices, as SQL over a table with a row per user: the kernel of the price solver
 * (lib/allocator/optimal/bundle_kernel.ts) in arrays.
 *
 * The arrays `sc`, `sv` hold contracts and scores of the user's sponsored pairs, `uc`, `uv` those of the others (all
 * pairs where types don't matter). Functions are kept to those that servers have had since 18.16.
 *
 * @module
 */
import type { DualProblem } from "../allocator/optimal/dual_problem.ts";
import { sqlIntegers, sqlLookup, sqlNumber } from "./literal.ts";

/** Stands for what can't be had; sums of a few stay far from Float64's end, and below {@link IMPOSSIBLE}. */
export const BARRED = -1e100;
/** Values below this are of bundles that can't be had. */
export const IMPOSSIBLE = -1e90;

/** What the bundles of one statement are chosen by. */
export interface BundleTerms {
  /** Subquery or quoted table with a row per user. */
  readonly from: string;
  /** Columns of `from` to carry along, each a name. */
  readonly keep: readonly string[];
  /** Net value of a pair of contract `c` and score `s`; may use columns of `from`. */
  readonly net: string;
  /** Added to the value of bundles with a sponsored offer; may use columns of `from`. */
  readonly sponsored: string;
  /** Added to the value of bundles without one. @default nothing */
  readonly unsponsored?: string;
}

/** The net value of a pair at prices: score − price + bonus per offer. */
export function netAt(problem: DualProblem, price: ArrayLike<number>): string {
  const cost = Float64Array.from(price, (p, c) => p - problem.offerBonus[c]);
  return `s - ${sqlLookup("c", cost)}`;
}

/** Columns `keep`, `v1` and `v0`: values of the best bundle with and without a sponsored offer, before `sponsored`. */
export function bestOfKinds(problem: DualProblem, terms: BundleTerms): string {
  const { shapeSponsored } = problem;
  const of = (withSponsored: boolean) => {
    const places = Array.from(shapeSponsored.keys())
      .filter((s) => (shapeSponsored[s] > 0) === withSponsored)
      .map((s) => `vals[${s + 1}]`);
    return places.length === 0 ? sqlNumber(BARRED) : `arrayReduce('max', [${places.join(", ")}])`;
  };
  const bare = { ...terms, sponsored: sqlNumber(0), unsponsored: sqlNumber(0) };
  return `SELECT ${list(terms.keep)}${of(true)} AS v1, ${of(false)} AS v0 FROM (${
    values(problem, bare)
  })`;
}

/**
 * Columns `keep`, `sc`, `uc`, `best` (the value), `i` and `j` (how many sponsored and unsponsored offers) and `chosen` (their
 * contracts, sponsored ones first). Where types don't matter `i` is 0.
 */
export function bestBundles(problem: DualProblem, terms: BundleTerms): string {
  const { shapeSponsored, shapeUnsponsored } = problem;
  const count = (of: Int32Array) =>
    `toUInt8(transform(b, ${sqlIntegers(Array.from(of, (_, s) => s + 1))}, ${sqlIntegers(of)}, 0))`;
  const top = (contracts: string, net: string, n: string) =>
    `arraySlice(arraySort((c, v) -> -v, ${contracts}, ${net}), 1, ${n})`;
  const kept = list(terms.keep);
  return `SELECT ${kept}sc, uc, best, i, j, arrayConcat(${top("sc", "sn", "i")}, ${
    top("uc", "un", "j")
  }) AS chosen
FROM (SELECT ${kept}best, sc, uc, sn, un, ${count(shapeSponsored)} AS i, ${
    count(shapeUnsponsored)
  } AS j
FROM (SELECT ${kept}sc, uc, sn, un, best, indexOf(vals, best) AS b
FROM (SELECT ${kept}sc, uc, sn, un, vals, arrayReduce('max', vals) AS best
FROM (${values(problem, terms)}))))`;
}

/** Columns `keep`, `sc`, `uc`, their net values `sn`, `un`, and `vals`, the value of each shape. */
function values(problem: DualProblem, terms: BundleTerms): string {
  const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  const kept = list(terms.keep);
  const net = (contracts: string, scores: string) =>
    `arrayMap((c, s) -> ${terms.net}, ${contracts}, ${scores})`;
  const top = (net: string) => `arraySlice(arrayReverseSort(${net}), 1, ${k})`;
  // sums[n + 1] is the sum of the n best; what isn't there can't be had.
  const sums = (best: string) =>
    `arrayConcat([0.0], arrayCumSum(arrayResize(${best}, ${k}, ${sqlNumber(BARRED)})))`;
  const shapes = Array.from(shapeWorth, (worth, s) => {
    const group = shapeSponsored[s] > 0 ? terms.sponsored : terms.unsponsored ?? "0.0";
    const parts = [`S[${shapeSponsored[s] + 1}]`, `U[${shapeUnsponsored[s] + 1}]`];
    return [...parts, sqlNumber(worth), ...(group === "0.0" ? [] : [group])].join(" + ");
  });
  return `SELECT ${kept}sc, uc, sn, un, [${shapes.join(", ")}] AS vals
FROM (SELECT ${kept}sc, uc, sn, un, ${sums("st")} AS S, ${sums("ut")} AS U
FROM (SELECT ${kept}sc, uc, sn, un, ${top("sn")} AS st, ${top("un")} AS ut
FROM (SELECT ${kept}sc, uc, ${net("sc", "sv")} AS sn, ${net("uc", "uv")} AS un
FROM ${terms.from})))`;
}

/** Names as the beginning of a list of columns. */
function list(names: readonly string[]): string {
  return names.map((name) => `${name}, `).join("");
}
