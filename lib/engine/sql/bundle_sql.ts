/**
 * Each user's best bundle at given prices, as SQL over a table with a row per user: the kernel of the price solver
 * (lib/allocator/optimal/dual/bundle_kernel.ts) in arrays.
 *
 * The arrays `sc`, `sv` hold contracts and scores of the user's sponsored pairs, `uc`, `uv` those of the others (all
 * pairs where types don't matter). Functions are kept to those that servers have had since 18.16.
 *
 * @module
 */
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { sqlIntegers, sqlLookup, sqlNumber } from "../server/literal.ts";

/** Stands for what can't be had; sums of a few stay far from Float64's end, and below {@link IMPOSSIBLE}. */
export const BARRED = -1e100;
/** Values below this are of bundles that can't be had. */
export const IMPOSSIBLE = -1e90;

/** What a bundle adds beside its offers' net values and its shape's worth, as SQL; what is not there adds nothing. */
export interface GroupTerms {
  /** Added to bundles with a sponsored offer. */
  readonly sponsored?: string;
  /** Added to bundles without one. */
  readonly unsponsored?: string;
  /** Added to bundles with offers of both types. */
  readonly mixed?: string;
  /** Added for each sponsored offer. */
  readonly perSponsored?: string;
  /** Added for each other offer. */
  readonly perOther?: string;
  /** Added to a bundle of `i` sponsored and `j` other offers, given as SQL. */
  readonly shape?: (i: string, j: string) => string;
}

/** What the bundles of one statement are chosen by. */
export interface BundleTerms {
  /** Subquery or quoted table with a row per user. */
  readonly from: string;
  /** Columns of `from` to carry along, those among them that the group terms use. */
  readonly keep: readonly string[];
  /** Net value of a pair of contract `c` and score `s`; may use columns of `from`. */
  readonly net: string;
  /** What a bundle adds beside. */
  readonly terms: GroupTerms;
  /**
   * Whether mixed bundles need keep to a limit per brand only among the sponsored and among the other offers: their values
   * are then those of the price solver's bound. Else they keep to it among all their offers.
   */
  readonly bound?: boolean;
}

/** The net value of a pair at prices: score − price + bonus per offer. */
export function netAt(problem: DualProblem, price: ArrayLike<number>): string {
  const cost = Float64Array.from(price, (p, c) => p - problem.offerBonus[c]);
  return `s - ${sqlLookup("c", cost)}`;
}

/** Columns `keep`, `v1` and `v0`: values of the best bundle with and without a sponsored offer. */
export function bestOfKinds(problem: DualProblem, of: BundleTerms): string {
  const { shapeSponsored } = problem;
  const best = (withSponsored: boolean) => {
    const places = Array.from(shapeSponsored.keys())
      .filter((s) => (shapeSponsored[s] > 0) === withSponsored)
      .map((s) => `vals[${s + 1}]`);
    return places.length === 0 ? sqlNumber(BARRED) : `arrayReduce('max', [${places.join(", ")}])`;
  };
  return `SELECT ${list(of.keep)}${best(true)} AS v1, ${best(false)} AS v0 FROM (${
    values(problem, of)
  })`;
}

/**
 * Columns `keep`, `best` (the value), `i` and `j` (how many sponsored and other offers) and `chosen` (their contracts,
 * sponsored ones first). Where types don't matter `i` is 0.
 *
 * @param more columns to add, as SQL over these and `vals`, `sn` and `un`: the values of all shapes, and the net values of
 * the sponsored and the other pairs to choose from
 */
export function bestBundles(
  problem: DualProblem,
  of: BundleTerms,
  more: Readonly<Record<string, string>> = {},
): string {
  const { shapeSponsored, shapeUnsponsored } = problem;
  const count = (counts: Int32Array) =>
    `toUInt8(transform(b, ${sqlIntegers(Array.from(counts, (_, s) => s + 1))}, ${
      sqlIntegers(counts)
    }, 0))`;
  const top = (contracts: string, net: string, n: string) =>
    `arraySlice(arraySort((c, v) -> -v, ${contracts}, ${net}), 1, ${n})`;
  const kept = list(of.keep);
  const brands = of.bound === true ? null : brandsAcross(problem);
  const chosen = brands === null
    ? `arrayConcat(${top("sb", "sn", "i")}, ${top("ub", "un", "j")})`
    // Both lists are sorted, and keep to the limit each.
    : `arrayConcat(arraySlice(sb, 1, i), arraySlice(arrayFilter((c, n) -> n <= ${brands.most}, ub,
  ${brands.ranksAfter("i")}), 1, j))`;
  const added = Object.entries(more).map(([name, sql]) => `, ${sql} AS ${name}`).join("");
  return `SELECT ${kept}best, i, j, ${chosen} AS chosen${added}
FROM (SELECT ${kept}best, sb, ub, sn, un, vals, ${count(shapeSponsored)} AS i, ${
    count(shapeUnsponsored)
  } AS j
FROM (SELECT ${kept}sb, ub, sn, un, vals, best, indexOf(vals, best) AS b
FROM (SELECT ${kept}sb, ub, sn, un, vals, arrayReduce('max', vals) AS best
FROM (${values(problem, of)}))))`;
}

/** What a bundle of `i` sponsored and `j` other offers adds beside its offers' net values, the counts given as SQL. */
export function worthOf(problem: DualProblem, terms: GroupTerms, i: string, j: string): string {
  const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  const worth = new Float64Array((k + 1) ** 2);
  shapeWorth.forEach((w, s) => worth[shapeSponsored[s] * (k + 1) + shapeUnsponsored[s]] = w);
  const parts = [sqlLookup(`(${i} * ${k + 1} + ${j})`, worth)];
  const { sponsored, unsponsored, mixed, perSponsored, perOther, shape } = terms;
  if (sponsored !== undefined) parts.push(`if(${i} > 0, ${sponsored}, 0.0)`);
  if (unsponsored !== undefined) parts.push(`if(${i} = 0, ${unsponsored}, 0.0)`);
  if (mixed !== undefined) parts.push(`if(${i} > 0 AND ${j} > 0, ${mixed}, 0.0)`);
  if (perSponsored !== undefined) parts.push(`${i} * ${perSponsored}`);
  if (perOther !== undefined) parts.push(`${j} * ${perOther}`);
  if (shape !== undefined) parts.push(shape(i, j));
  return parts.join(" + ");
}

/**
 * Columns `keep`, the pairs to choose from as `sb`, `sn` and `ub`, `un` (contracts and net values), and `vals`, the value
 * of each shape.
 */
function values(problem: DualProblem, { from, keep, net, terms, bound }: BundleTerms): string {
  const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  const kept = list(keep);
  const top = (nets: string) => `arraySlice(arrayReverseSort(${nets}), 1, ${k})`;
  // sums[n + 1] is the sum of the n best; what isn't there can't be had.
  const sums = (best: string) =>
    `arrayConcat([0.0], arrayCumSum(arrayResize(${best}, ${k}, ${sqlNumber(BARRED)})))`;
  // Beside i sponsored offers others may be had only as far as the limit per brand goes: u1, u2, … and their sums U1, U2, …
  const brands = bound === true ? null : brandsAcross(problem);
  const mixedCounts = brands === null
    ? []
    : [...new Set(shapeSponsored.filter((i, s) => i > 0 && shapeUnsponsored[s] > 0))];
  const shapes = Array.from(shapeWorth, (worth, s) => {
    const i = shapeSponsored[s], j = shapeUnsponsored[s];
    const others = brands !== null && i > 0 && j > 0 ? `U${i}` : "U";
    const parts = [`S[${i + 1}]`, `${others}[${j + 1}]`, sqlNumber(worth)];
    const add = (part: string | undefined, holds: boolean) => {
      if (part !== undefined && holds) parts.push(part);
    };
    add(terms.sponsored, i > 0);
    add(terms.unsponsored, i === 0);
    add(terms.mixed, i > 0 && j > 0);
    add(terms.perSponsored && `${i} * ${terms.perSponsored}`, i > 0);
    add(terms.perOther && `${j} * ${terms.perOther}`, j > 0);
    add(terms.shape?.(String(i), String(j)), true);
    return parts.join(" + ");
  });
  const mixed = mixedCounts.map((i) => `, ${sums(`u${i}`)} AS U${i}`).join("");
  const mixedTops = mixedCounts.map((i) =>
    `, ${
      top(`arrayFilter((v, n) -> n <= ${brands!.most}, un, ${brands!.ranksAfter(String(i))})`)
    } AS u${i}`
  ).join("");
  return `SELECT ${kept}sb, ub, sn, un, [${shapes.join(", ")}] AS vals
FROM (SELECT ${kept}sb, ub, sn, un, ${sums("st")} AS S, ${sums("ut")} AS U${mixed}
FROM (SELECT ${kept}sb, ub, sn, un, ${top("sn")} AS st, ${top("un")} AS ut${mixedTops}
FROM (${pairsToChooseFrom(problem, from, kept, net)})))`;
}

/** Columns `kept`, `sb`, `sn`, `ub`, `un`; with a limit per brand only the best pairs of each brand, sorted. */
function pairsToChooseFrom(
  problem: DualProblem,
  from: string,
  kept: string,
  net: string,
): string {
  const nets = (contracts: string, scores: string) =>
    `arrayMap((c, s) -> ${net}, ${contracts}, ${scores})`;
  const all = `SELECT ${kept}sc AS sb, uc AS ub, ${nets("sc", "sv")} AS sn, ${
    nets("uc", "uv")
  } AS un
FROM ${from}`;
  const brands = brandsOf(problem);
  if (brands === null) return all;
  const first = (array: string, ranks: string) =>
    `arrayFilter((c, n) -> n <= ${brands.most}, ${array}, ${ranks})`;
  const sorted = (contracts: string, net: string) =>
    `arraySort((c, v) -> -v, ${contracts}, ${net})`;
  return `SELECT ${kept}${first("so", "sr")} AS sb, ${first("uo", "ur")} AS ub, ${
    first("ss", "sr")
  } AS sn, ${first("us", "ur")} AS un
FROM (SELECT ${kept}so, uo, ss, us, ${brands.ranks("so")} AS sr, ${brands.ranks("uo")} AS ur
FROM (SELECT ${kept}${sorted("sb", "sn")} AS so, ${
    sorted("ub", "un")
  } AS uo, arrayReverseSort(sn) AS ss, arrayReverseSort(un) AS us
FROM (${all})))`;
}

/** The limit per brand as SQL; null where there is none. */
function brandsOf({ policy, instance: { brand } }: DualProblem) {
  const most = policy.maxPerBrand;
  if (most === null || brand === null) return null;
  const ranks = (contracts: string) =>
    `arrayEnumerateUniq(arrayMap(c -> transform(c, ${sqlIntegers(brand.keys())}, ${
      sqlIntegers(brand)
    }, 0), ${contracts}))`;
  return {
    most,
    /** The rank of each contract within its brand. */
    ranks,
    /** The ranks of the contracts of `ub` where the first `n` of `sb` come before them. */
    ranksAfter: (n: string) =>
      `arraySlice(${
        ranks(`arrayConcat(arraySlice(sb, 1, ${n}), ub)`)
      }, least(length(sb), ${n}) + 1)`,
  };
}

/** The limit per brand where a mixed bundle may meet it in both of its lists; else null. */
function brandsAcross(problem: DualProblem) {
  const { oneList, policy, instance: { brand, sponsoredContracts } } = problem;
  if (oneList || !policy.mixTail || brand === null) return null;
  const sponsored = new Set(brand.subarray(0, sponsoredContracts));
  const across = brand.subarray(sponsoredContracts).some((b) => sponsored.has(b));
  return across ? brandsOf(problem) : null;
}

/** Names as the beginning of a list of columns. */
function list(names: readonly string[]): string {
  return names.map((name) => `${name}, `).join("");
}
