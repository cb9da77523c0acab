/**
 * Each user's best bundle at given prices, as SQL over a table with a row per user: the kernel of the price solver
 * (lib/allocator/optimal/dual/bundle_kernel.ts) in lists.
 *
 * The lists `sc`, `sv` hold contracts (where there are limits: slots) and scores of the user's sponsored pairs, `uc`, `uv`
 * those of the others (all pairs where types don't matter).
 *
 * @module
 */
import type { Prices } from "../../../allocator/model/allocation.ts";
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import { netPrices } from "../../drop/slot_rows.ts";
import type { Dialect, ListNames, OfItems } from "../store/dialect.ts";

/** The value of what is impossible. Sums of a few stay within Float64, and below {@link IMPOSSIBLE}. */
export const BARRED = -1e100;
/** A bundle with a value below this is impossible. */
export const IMPOSSIBLE = -1e90;

/** What a bundle adds beside its offers' net values and its shape's worth, as SQL; what is not there adds nothing. */
export interface GroupTerms {
  /** Added to bundles with a sponsored offer. */
  readonly sponsored?: string;
  /** Added to bundles with offers of both types. */
  readonly mixed?: string;
  /** Added for each sponsored offer. */
  readonly perSponsored?: string;
  /** Added for each other offer. */
  readonly perOther?: string;
  /** Added to a bundle of `i` sponsored and `j` other offers. */
  readonly shape?: (i: number, j: number) => string;
}

/** What the bundles of one statement are chosen by. */
export interface BundleTerms {
  /** Subquery or quoted table with a row per user. */
  readonly from: string;
  /** Columns of `from` to carry along, those among them that the group terms use. */
  readonly keep: readonly string[];
  /** Net value of a pair of a contract and a score; may use columns of `from`. */
  readonly net: OfItems;
  /** What a bundle adds beside. */
  readonly terms: GroupTerms;
  /**
   * Whether a mixed bundle must keep a limit per brand only among its sponsored and among its other offers, as in the
   * price solver's bound; else it must keep it among all its offers.
   */
  readonly bound?: boolean;
}

/**
 * The net value of a pair at prices: score − what an offer of its slot pays + bonus per offer. `prices` null: all are
 * 0.
 */
export function netAt(sql: Dialect, problem: DualProblem, prices: Prices | null): OfItems {
  const cost = problem.offerBonus.map((bonus) => 0 - bonus);
  if (prices !== null) netPrices(problem, prices).forEach((price, s) => cost[s] += price);
  return (slot, score) => `${score} - ${sql.lookup(slot, cost)}`;
}

/**
 * Columns `keep` and of each user's best bundles without and with a sponsored offer: their values `v0` and `v1`, how many other
 * offers the one has (`j0`) and how many sponsored and other ones the other (`i1`, `j1`), and contracts that both begin with:
 * sponsored ones (`sk`) and others (`uk`).
 */
export function bestOfKinds(sql: Dialect, problem: DualProblem, of: BundleTerms): string {
  const { shapeSponsored, shapeUnsponsored } = problem, kept = list(of.keep);
  const [without, having] = [false, true].map((withSponsored) =>
    Array.from(shapeSponsored.keys()).filter((s) => (shapeSponsored[s] > 0) === withSponsored)
  );
  const valuesOf = (shapes: readonly number[]) =>
    shapes.length === 0
      ? sql.list([sql.number(BARRED)])
      : sql.list(shapes.map((s) => sql.at("vals", `${s + 1}`)));
  const largest = (values: string, shapes: readonly number[]) =>
    sql.greatest(
      Array.from({ length: Math.max(1, shapes.length) }, (_, n) => sql.at(values, `${n + 1}`)),
    );
  const count = (kind: string, shapes: readonly number[], counts: Int32Array) =>
    sql.as(
      "count",
      sql.lookup(`(${sql.placeOf(`w${kind}`, `v${kind}`)} - 1)`, shapes.map((s) => counts[s])),
    );
  const apart = `(SELECT ${kept}sb, ub, ${valuesOf(without)} AS w0, ${valuesOf(having)} AS w1
FROM (${values(sql, problem, of)}) AS every) AS apart`;
  const valued = `(SELECT ${kept}sb, ub, w0, w1, ${largest("w0", without)} AS v0, ${
    largest("w1", having)
  } AS v1
FROM ${apart}) AS valued`;
  const shaped = `(SELECT ${kept}sb, ub, v0, v1, ${count("0", without, shapeUnsponsored)} AS j0, ${
    count("1", having, shapeSponsored)
  } AS i1, ${count("1", having, shapeUnsponsored)} AS j1
FROM ${sql.from(valued)}) AS shaped`;
  return `SELECT ${kept}v0, v1, j0, i1, j1, ${sql.first("sb", "i1")} AS sk, ${
    sql.first("ub", sql.greatest(["j0", "j1"]))
  } AS uk
FROM ${shaped}`;
}

/**
 * Columns `keep`, `best` (the value), `i` and `j` (how many sponsored and other offers) and `chosen` (their contracts,
 * sponsored ones first). Where types don't matter `i` is 0.
 *
 * @param more columns to add, as SQL over these and `vals`, `sn` and `un`: the values of all shapes, and the net values of
 * the sponsored and the other pairs to choose from
 */
export function bestBundles(
  sql: Dialect,
  problem: DualProblem,
  of: BundleTerms,
  more: Readonly<Record<string, string>> = {},
): string {
  const { shapeSponsored, shapeUnsponsored } = problem;
  const count = (counts: Int32Array) => sql.as("count", sql.lookup("(b - 1)", counts));
  const kept = list(of.keep);
  // Both lists are sorted, and each keeps the limit per brand by itself.
  const brands = of.bound === true ? null : brandsAcross(sql, problem);
  const others = brands === null
    ? "ub"
    : sql.filter2("ub", brands.ranksAfter("i"), (_, n) => `${n} <= ${brands.most}`);
  const chosen = sql.concat([sql.first("sb", "i"), sql.first(others, "j")]);
  const added = Object.entries(more).map(([name, column]) => `, ${column} AS ${name}`).join("");
  const valued = `(SELECT ${kept}sb, ub, sn, un, vals, ${bestOf(sql, problem)} AS best
FROM (${values(sql, problem, of)}) AS every) AS valued`;
  const placed = `(SELECT ${kept}sb, ub, sn, un, vals, best, ${sql.placeOf("vals", "best")} AS b
FROM ${valued}) AS placed`;
  const shaped = `(SELECT ${kept}best, sb, ub, sn, un, vals, ${count(shapeSponsored)} AS i, ${
    count(shapeUnsponsored)
  } AS j
FROM ${sql.from(placed)}) AS shaped`;
  return `SELECT ${kept}best, i, j, ${chosen} AS chosen${added}\nFROM ${sql.from(shaped)}`;
}

/** The largest of `vals`. */
function bestOf(sql: Dialect, { shapeSponsored }: DualProblem): string {
  return sql.greatest(Array.from(shapeSponsored, (_, s) => sql.at("vals", `${s + 1}`)));
}

/** What the bundle that is held adds beside its offers' net values: one of `hi` sponsored and `hj` other offers. */
export function worthHeld(
  sql: Dialect,
  problem: DualProblem,
  terms: Omit<GroupTerms, "shape">,
): string {
  const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  const worth = new Float64Array((k + 1) ** 2);
  shapeWorth.forEach((w, s) => worth[shapeSponsored[s] * (k + 1) + shapeUnsponsored[s]] = w);
  const parts = [sql.lookup(`(hi * ${k + 1} + hj)`, worth)];
  const { sponsored, mixed, perSponsored, perOther } = terms;
  if (sponsored !== undefined) parts.push(`if(hi > 0, ${sponsored}, 0.0)`);
  if (mixed !== undefined) parts.push(`if(hi > 0 AND hj > 0, ${mixed}, 0.0)`);
  if (perSponsored !== undefined) parts.push(`hi * ${perSponsored}`);
  if (perOther !== undefined) parts.push(`hj * ${perOther}`);
  return parts.join(" + ");
}

/**
 * Columns `keep`, the pairs to choose from as `sb`, `sn` and `ub`, `un` (contracts and net values), and `vals`, the value
 * of each shape.
 */
function values(
  sql: Dialect,
  problem: DualProblem,
  { from, keep, net, terms, bound }: BundleTerms,
): string {
  const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = problem;
  const kept = list(keep);
  // sums[n + 1] is the sum of the n best of a sorted list; missing items are impossible.
  const sums = (sorted: string) => sql.sumsOfFirst(sorted, k, BARRED);
  // Beside i sponsored offers only those others may be taken that the limit per brand leaves: u1, u2, … and their sums
  // U1, U2, …
  const brands = bound === true ? null : brandsAcross(sql, problem);
  const mixedCounts = brands === null
    ? []
    : [...new Set(shapeSponsored.filter((i, s) => i > 0 && shapeUnsponsored[s] > 0))];
  const shapes = Array.from(shapeWorth, (worth, s) => {
    const i = shapeSponsored[s], j = shapeUnsponsored[s];
    const others = brands !== null && i > 0 && j > 0 ? `U${i}` : "U";
    const parts = [sql.at("S", `${i + 1}`), sql.at(others, `${j + 1}`), sql.number(worth)];
    const add = (part: string | undefined, holds: boolean) => {
      if (part !== undefined && holds) parts.push(part);
    };
    add(terms.sponsored, i > 0);
    add(terms.mixed, i > 0 && j > 0);
    add(terms.perSponsored && `${i} * ${terms.perSponsored}`, i > 0);
    add(terms.perOther && `${j} * ${terms.perOther}`, j > 0);
    add(terms.shape?.(i, j), true);
    add(barredByK(sql, problem, s), problem.ownShapes !== null);
    return parts.join(" + ");
  });
  const mixed = mixedCounts.map((i) => `, ${sums(`u${i}`)} AS U${i}`).join("");
  const besides = mixedCounts.map((i) =>
    `, ${
      sql.filter2("un", brands!.ranksAfter(String(i)), (_, n) => `${n} <= ${brands!.most}`)
    } AS u${i}`
  ).join("");
  const choice = pairsToChooseFrom(sql, problem, { from, kept, net });
  const pairs = sql.from(`(${choice}) AS pairs`);
  const summed = `(SELECT ${kept}sb, ub, sn, un, ${sums("sn")} AS S, ${sums("un")} AS U${mixed}
FROM (SELECT ${kept}sb, ub, sn, un${besides} FROM ${pairs}) AS tops) AS summed`;
  // Only the shapes that a user's k bars are looked up here.
  const source = problem.ownShapes === null ? summed : sql.from(summed);
  return `SELECT ${kept}sb, ub, sn, un, ${sql.list(shapes)} AS vals\nFROM ${source}`;
}

/**
 * Columns `kept`, `sb`, `sn`, `ub`, `un`: of each type the k best pairs and the next one, best first; with a limit per brand
 * all of the best pairs of each brand.
 */
function pairsToChooseFrom(
  sql: Dialect,
  problem: DualProblem,
  { from, kept, net }: { from: string; kept: string; net: OfItems },
): string {
  const all = `SELECT ${kept}sc AS sb, uc AS ub, ${sql.map2("sc", "sv", net)} AS sn, ${
    sql.map2("uc", "uv", net)
  } AS un
FROM ${sql.from(from)}`;
  const brands = brandsOf(sql, problem);
  if (brands === null) {
    const most = problem.k + 1;
    const lists: ListNames[] = [["sb", "sn"], ["ub", "un"]];
    return sql.largestOf(kept, lists, most, `(${all}) AS every_pair`);
  }
  const first = (items: string, ranks: string) =>
    sql.filter2(items, ranks, (_, n) => `${n} <= ${brands.most}`);
  return `SELECT ${kept}${first("so", "sr")} AS sb, ${first("uo", "ur")} AS ub, ${
    first("ss", "sr")
  } AS sn, ${first("us", "ur")} AS un
FROM (SELECT ${kept}so, uo, ss, us, ${brands.ranks("so")} AS sr, ${brands.ranks("uo")} AS ur
FROM ${
    sql.from(
      `(SELECT ${kept}${sql.byFalling("sb", "sn")} AS so, ${sql.byFalling("ub", "un")} AS uo, ${
        sql.falling("sn")
      } AS ss, ${sql.falling("un")} AS us
FROM (${all}) AS every) AS sorted`,
    )
  }) AS ranked`;
}

/** Columns of a user, beside the group's, that bundles are chosen by where users have a k of their own. */
export function ownKept({ ownShapes }: DualProblem): string[] {
  return ownShapes === null ? [] : ["kc"];
}

/** Added to a shape's value: what bars it for users of another k; undefined where everybody may have it. */
function barredByK(
  sql: Dialect,
  { ownShapes, shapeWorth }: DualProblem,
  s: number,
): string | undefined {
  if (ownShapes === null) return undefined;
  const { allowed } = ownShapes, classes = allowed.length / shapeWorth.length;
  const bars = Float64Array.from(
    { length: classes },
    (_, kc) => allowed[kc * shapeWorth.length + s] === 1 ? 0 : BARRED,
  );
  return bars.some((bar) => bar !== 0) ? sql.lookup("kc", bars) : undefined;
}

/** The limit per brand as SQL; null where there is none. */
function brandsOf(sql: Dialect, { policy, itemBrand: brand }: DualProblem) {
  const most = policy.maxPerBrand;
  if (most === null || brand === null) return null;
  const ranks = (contracts: string) =>
    sql.occurrences(sql.map(contracts, (c) => sql.lookup(c, brand)));
  return {
    most,
    /** The rank of each contract within its brand. */
    ranks,
    /** The ranks of the contracts of `ub` where the first `n` of `sb` come before them. */
    ranksAfter: (n: string) => {
      const before = sql.length(sql.first("sb", n));
      return sql.rest(ranks(sql.concat([sql.first("sb", n), "ub"])), `${before} + 1`);
    },
  };
}

/** The limit per brand where a mixed bundle could reach it by offers of both types; else null. */
function brandsAcross(sql: Dialect, problem: DualProblem) {
  const { typedContracts, policy, instance: { brand } } = problem;
  if (!policy.mixTail || brand === null) return null;
  const sponsored = new Set(brand.subarray(0, typedContracts));
  const across = brand.subarray(typedContracts).some((b) => sponsored.has(b));
  return across ? brandsOf(sql, problem) : null;
}

/** Names as the beginning of a list of columns. */
function list(names: readonly string[]): string {
  return names.map((name) => `${name}, `).join("");
}
