/**
 * What is true of the assignments, from the eligible pairs and the prices alone: bound, objective, every rule.
 *
 * None of this shares SQL with the passes, the assignment or the repair, nor arithmetic with the solver: it reads the original
 * tables, takes contracts and groups by their ids from small tables that travel with the query, adds up by grouping, and knows
 * rules and their worth from the checker.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import { worthOfLimits } from "../../allocator/check/bound.ts";
import {
  demandsOf,
  type GroupDemand,
  mayHold,
  reachesShare,
  worthOfCount,
} from "../../allocator/check/demands.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { ExternalTable } from "../../deps/clickhouse.ts";
import type { RunControl } from "../../base/progress.ts";
import { sqlNumber, sqlNumbers, sqlString } from "../server/literal.ts";
import { type Cluster, rowsOf, type Shard, unescaped } from "../server/shards.ts";
import type { WorkTables } from "../server/work_tables.ts";

/** What certification found. */
export interface Certified {
  /** The bound that the prices prove. */
  readonly bound: number;
  /** Objective, missed minima priced in. */
  readonly objective: number;
  /** Σ score. */
  readonly score: number;
  /** Rows of assignments. */
  readonly assignments: number;
  /** Users with an eligible pair. */
  readonly users: number;
  /** Of them, those with an assignment. */
  readonly usersWithOffers: number;
  /** Users that the minima lack. */
  readonly shortfall: number;
  /** Broken rules in words; empty: every rule is kept. */
  readonly broken: readonly string[];
}

/** Contracts and their numbers, from 1, as a table. */
function contractTable(problem: DualProblem): ExternalTable {
  const rows = problem.instance.contracts.map((id, c) => `${cell(id)}\t${c + 1}\n`);
  return {
    name: "_contract",
    structure: "contract_address String, number UInt32",
    rows: rows.join(""),
  };
}

/**
 * Groups, as a table, with what their prices add to a user: `term` to a sponsored one, `up` per sponsored offer, `down`
 * per other offer, `both` to a user who has both kinds.
 */
function groupTable(problem: DualProblem, prices: Prices): ExternalTable {
  const { groups, ratio } = problem.instance;
  const rows = groups.map((id, g) => {
    const at = prices.assignmentRatio[g], share = at > 0 ? ratio[g] - problem.policy.ratioSlack : 0;
    const term = prices.minSponsored[g] - prices.maxSponsored[g];
    const adds = [term, at * (1 - share), -at * share, -prices.mixedShare[g]];
    return `${cell(id)}\t${adds.join("\t")}\n`;
  });
  return {
    name: "_group",
    structure: "group_id String, term Float64, up Float64, down Float64, both Float64",
    rows: rows.join(""),
  };
}

function cell(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/\t/g, "\\t").replace(/\n/g, "\\n");
}

/** Which of the rows of the table of pairs count. */
export interface PairRules {
  /** Least score; −Infinity: any. */
  readonly minScore: number;
  /** How many pairs of each user count, the best by score, equal ones in the order of their contracts; Infinity: all. */
  readonly topN: number;
  /** Whether any pair comes twice. Then its largest score counts. */
  readonly repeats: boolean;
}

/** Pairs that count: score not too low, each pair once, the best of each user; what takes a grouping only where needed. */
function eligible(shard: Shard, { minScore, topN, repeats }: PairRules): string {
  const least = Number.isFinite(minScore) ? ` WHERE value >= ${sqlNumber(minScore)}` : "";
  const plain =
    `SELECT user_id, toString(contract_address) AS contract_address, toFloat64(score) AS value FROM ${shard.elig}`;
  const all = `(SELECT user_id, contract_address, value FROM (${plain})${least})`;
  const once = !repeats ? all : `(SELECT user_id, contract_address, max(value) AS value
FROM ${all} GROUP BY user_id, contract_address)`;
  if (topN === Infinity) return once;
  // Contracts that are not given take no place among the best.
  return `(SELECT user_id, pair.2 AS contract_address, -(pair.1) AS value
FROM (SELECT user_id, arraySlice(arraySort(groupArray((-value, contract_address))), 1, ${topN}) AS pairs
FROM ${once} WHERE contract_address IN (SELECT contract_address FROM _contract) GROUP BY user_id)
ARRAY JOIN pairs AS pair)`;
}

/** Each user's group, of those that are known. */
function groupOfUser(shard: Shard): string {
  return `(SELECT user_id, 1 AS has_group, min(named) AS group_id
FROM (SELECT user_id, toString(group_id) AS named FROM ${shard.userGroups})
WHERE named IN (SELECT group_id FROM _group) GROUP BY user_id)`;
}

/**
 * What a user's pairs are worth less their prices, and sums of the n dearest, n = 0 … as many as there are, at most k, as SQL over `e`, `ev` and `nets`: of sponsored ones as
 * `a` and of others as `b`; where types don't matter all of them are in `b`. Of each brand the dearest count, as many as a
 * user may have: of either type under model uniform, which lets a mixed bundle have more than is allowed and so is still a
 * bound.
 */
function dearestSums(
  problem: DualProblem,
  prices: Prices,
): { nets: string; a: string; b: string } {
  const { k, policy } = problem;
  const { sponsoredContracts: sponsored, brand } = problem.instance;
  const uniform = policy.model === "uniform";
  // Numbers of contracts begin at 1.
  const bonus = uniform ? "" : ` + ${sqlNumber(policy.sponsoredBonus)} * (c <= ${sponsored})`;
  const nets = `arrayMap((c, v) -> v - arrayElement(${
    sqlNumbers(prices.contract)
  }, c)${bonus}, e, ev)`;
  const sums = (among: string) => {
    const own = among === "" ? "nets" : `arrayFilter((n, c) -> ${among}, nets, e)`;
    let dearest = `arrayReverseSort(${own})`;
    if (policy.maxPerBrand !== null && brand !== null) {
      const contracts = among === "" ? "e" : `arrayFilter(c -> ${among}, e)`;
      const brands = `arrayMap(c -> arrayElement([${
        [...brand].join(",")
      }], c), arrayReverseSort((c, n) -> n, ${contracts}, ${own}))`;
      dearest =
        `arrayFilter((n, i) -> i <= ${policy.maxPerBrand}, ${dearest}, arrayEnumerateUniq(${brands}))`;
    }
    return `arrayConcat([0.0], arrayCumSum(arraySlice(${dearest}, 1, ${k})))`;
  };
  if (!uniform) return { nets, a: "[0.0]", b: sums("") };
  return { nets, a: sums(`c <= ${sponsored}`), b: sums(`c > ${sponsored}`) };
}

/** What each bundle that the policy allows is worth to a user, as SQL; far below 0 where the user lacks the pairs. */
function bundleValues(problem: DualProblem): string[] {
  const { k, policy } = problem;
  const coverage = countWorth(problem);
  const uniform = policy.model === "uniform";
  const having = (n: number, m: number, parts: string[]) => {
    const enough = [`length(a) > ${n}`, `length(b) > ${m}`].filter((_, i) => [n, m][i] > 0);
    const value = [...parts, sqlNumber(coverage[n + m])].join(" + ");
    return enough.length === 0 ? value : `if(${enough.join(" AND ")}, ${value}, -1e100)`;
  };
  const sponsored = (n: number) => [
    `a[${n + 1}]`,
    `${sqlNumber(policy.sponsoredBonus)} + term`,
    `${n} * up`,
  ];
  const others = (m: number) => uniform ? [`b[${m + 1}]`, `${m} * down`] : [`b[${m + 1}]`];
  const counts = Array.from({ length: k }, (_, n) => n + 1);
  const values = [having(0, 0, ["0.0"]), ...counts.map((m) => having(0, m, others(m)))];
  if (!uniform) return values;
  return [
    ...values,
    ...counts.map((n) => having(n, 0, sponsored(n))),
    ...mixedShapes(problem).map(([n, m]) => having(n, m, [...sponsored(n), ...others(m), "both"])),
  ];
}

/** Allowed bundles with both kinds: numbers of sponsored and of other offers. */
function mixedShapes({ k, policy }: DualProblem): [number, number][] {
  const shapes: [number, number][] = [];
  for (let i = 1; i < k; i++) {
    for (let j = 1; i + j <= k; j++) if (mayHold(policy, i, j)) shapes.push([i, j]);
  }
  return shapes;
}

/**
 * The statement that judges a shard's assignments and recomputes its part of the bound, in one pass over the pairs: a row
 * per group with users, sums and counts of broken rules.
 */
export function judgeSql(
  problem: DualProblem,
  shard: Shard,
  tables: WorkTables,
  rules: PairRules,
  prices: Prices,
): string {
  const { sponsoredContracts } = problem.instance;
  const { nets, a, b } = dearestSums(problem, prices);
  // e, ev: eligible contracts and their scores; has, said: assigned ones and the scores said.
  return `SELECT group_id, ${Object.values(judgedColumns(problem)).join(",\n  ")}
FROM (SELECT user_id, groups, ${
    brokenBrands(problem)
  } AS brands, arraySum(arrayMap(c -> ev[indexOf(e, c)], given)) AS score,
  arrayCount(c -> c <= ${sponsoredContracts}, given) AS ns, length(given) - ns AS nu,
  length(held) - arrayUniq(held) AS twice, length(held) - length(known) AS strays,
  arrayCount((c, s) -> has(e, c) AND ev[indexOf(e, c)] != s, held, said) AS wrong,
  ${a} AS a, ${b} AS b
FROM (SELECT user_id, groups, e, ev, held, said, arrayFilter(c -> has(e, c), held) AS known, arrayDistinct(known) AS given,
  ${nets} AS nets
FROM (SELECT user_id, groupArrayIf(number, from_elig = 1) AS e, groupArrayIf(value, from_elig = 1) AS ev,
  groupArrayIf(number, from_elig = 0) AS held, groupArrayIf(value, from_elig = 0) AS said,
  groupUniqArrayIf(said_group, from_elig = 0) AS groups
FROM (SELECT user_id, number, value, from_elig, said_group
FROM (SELECT user_id, contract_address, value, toUInt8(1) AS from_elig, '' AS said_group FROM ${
    eligible(shard, rules)
  }
UNION ALL SELECT user_id, contract_address, score AS value, toUInt8(0) AS from_elig, group_id AS said_group FROM ${tables.result}) AS row
ANY LEFT JOIN _contract USING contract_address
WHERE number > 0 OR from_elig = 0)
GROUP BY user_id))
WHERE length(e) > 0 AND length(ev) > 0) AS judged
ANY LEFT JOIN (SELECT user_id, has_group, group_id, term, up, down, both
FROM ${groupOfUser(shard)} AS named ANY LEFT JOIN _group USING group_id) AS owner USING user_id
WHERE has_group = 1
GROUP BY group_id`;
}

/** What is told of each group, in the order of the statement. */
const JUDGED = [
  "users",
  "sponsored",
  "score",
  "worth",
  "offers",
  "served",
  "tooMany",
  "twice",
  "strays",
  "wrongMix",
  "wrongScore",
  "sponsoredOffers",
  "mixed",
  "brands",
  "wrongGroup",
  "bound",
] as const;
type Judged = typeof JUDGED[number];

/** The statement's columns: sums over the users of a group. */
function judgedColumns(problem: DualProblem): Record<Judged, string> {
  const { k, policy } = problem;
  const uniform = policy.model === "uniform";
  const allowed = mixedShapes(problem).map(([i, j]) => `(ns = ${i} AND nu = ${j})`);
  const wrongMix = !uniform
    ? "0"
    : `ns > 0 AND nu > 0${allowed.length === 0 ? "" : ` AND NOT (${allowed.join(" OR ")})`}`;
  const bonus = `${sqlNumber(policy.sponsoredBonus)} * ${uniform ? "(ns > 0)" : "ns"}`;
  const worth = `arrayElement(${sqlNumbers(countWorth(problem))}, least(ns + nu, ${k}) + 1)`;
  return {
    users: "count()",
    sponsored: "sum(ns > 0)",
    score: "sum(score)",
    worth: `sum(${worth} + ${bonus})`,
    offers: "sum(ns + nu)",
    served: "sum(ns + nu > 0)",
    tooMany: `sum(ns + nu > ${k})`,
    twice: "sum(twice)",
    strays: "sum(strays)",
    wrongMix: `sum(${wrongMix})`,
    wrongScore: "sum(wrong)",
    sponsoredOffers: "sum(ns)",
    mixed: "sum(ns > 0 AND nu > 0)",
    brands: "sum(brands)",
    wrongGroup: "sum(arrayCount(g -> g != group_id, groups))",
    bound: `sum(arrayReduce('max', [${bundleValues(problem).join(", ")}]))`,
  };
}

/** Whether a user's offers break the limit per brand, as SQL over `given`. */
function brokenBrands({ policy, instance: { brand } }: DualProblem): string {
  if (brand === null || policy.maxPerBrand === null) return "toUInt8(0)";
  // Numbers of contracts begin at 1.
  const own = `arrayMap(c -> arrayElement([${[...brand].join(",")}], c), given)`;
  return `arrayExists(n -> n > ${policy.maxPerBrand}, arrayEnumerateUniq(${own}))`;
}

/** Worth of 0, 1, … k offers beside their scores, as the checker has it. */
function countWorth({ k, policy }: DualProblem): number[] {
  return Array.from({ length: k + 1 }, (_, n) => worthOfCount(policy, n));
}

/** The statement that counts how often each contract was given. */
export function loadSql(tables: WorkTables): string {
  return `SELECT contract_address, count() FROM ${tables.result} GROUP BY contract_address`;
}

/** Judges the assignments of all shards and recomputes the bound. */
export async function certify(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  prices: Prices,
  pairRules: PairRules,
  control: RunControl,
): Promise<Certified> {
  control.onProgress?.({ phase: "certify" });
  const external = {
    ...control,
    tables: [contractTable(problem), groupTable(problem, prices)],
  };
  const answers = await Promise.all(cluster.shards.map(async (shard) => ({
    groups: await rowsOf(
      shard.server,
      judgeSql(problem, shard, tables, pairRules, prices),
      external,
    ),
    loads: await rowsOf(shard.server, loadSql(tables), control),
  })));
  const judged = judgedGroups(problem, answers.flatMap(({ groups }) => groups));
  const load = new Map<string, number>();
  for (const [id, n] of answers.flatMap(({ loads }) => loads)) {
    load.set(unescaped(id), (load.get(unescaped(id)) ?? 0) + Number(n));
  }
  return verdict(problem, prices, judged, load);
}

/** Float64Array, length groups: each of what is told, added up over the shards in their order. */
type JudgedGroups = Readonly<Record<Judged, Float64Array>>;

function judgedGroups({ instance: { groups } }: DualProblem, rows: string[][]): JudgedGroups {
  const index = new Map(groups.map((id, g) => [id, g]));
  const judged = Object.fromEntries(
    JUDGED.map((name) => [name, new Float64Array(groups.length)]),
  ) as Record<Judged, Float64Array>;
  for (const [id, ...facts] of rows) {
    const g = index.get(unescaped(id))!;
    JUDGED.forEach((name, i) => judged[name][g] += Number(facts[i]));
  }
  return judged;
}

/** What the counts come to: bound, objective, and every rule that is broken. */
function verdict(
  problem: DualProblem,
  prices: Prices,
  judged: JudgedGroups,
  load: ReadonlyMap<string, number>,
): Certified {
  const { instance, policy, k, shortfallPrice } = problem;
  const { contracts, cap } = instance;
  const total = (name: Judged) => judged[name].reduce((sum, n) => sum + n, 0);
  const over = contracts.filter((id, c) => (load.get(id) ?? 0) > cap[c]);
  const given = [...load.values()].reduce((sum, n) => sum + n, 0);
  const demands = demandsOf({ ...instance, groupSize: Uint32Array.from(judged.users) }, policy);
  const groups = judgeGroups(demands, judged);
  const faults: [number, string][] = [
    [over.length, "contracts over their cap"],
    [total("tooMany"), `users with more than ${k} offers`],
    [total("twice"), "pairs given twice"],
    [given - total("offers") - total("twice"), "assignments of pairs that are not eligible"],
    [total("wrongMix"), "users with offers of both types"],
    [total("wrongScore"), "assignments with a score that is not the pair's"],
    [total("wrongGroup"), "users whose assignments name a group that is not theirs"],
    [total("brands"), `users with more than ${policy.maxPerBrand} offers of a brand`],
    [groups.overMost, "groups over their most sponsored users"],
    [groups.underShare, "groups below their share of sponsored assignments"],
    [groups.overMixed, "groups over their most mixed users"],
  ];
  const objective = total("score") + total("worth") - shortfallPrice * groups.shortfall;
  const { worth } = worthOfLimits(instance, demands, prices, null);
  return {
    // Where the two meet, sums in another order may differ in their last digits.
    bound: atLeast(total("bound") + worth, objective),
    objective,
    score: total("score"),
    assignments: given,
    users: total("users"),
    usersWithOffers: total("served"),
    shortfall: groups.shortfall,
    broken: faults.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`),
  };
}

/** A bound that is below the objective by rounding only is the objective; any other stands, and is for others to refuse. */
function atLeast(bound: number, objective: number): number {
  return objective - bound <= 1e-9 * Math.abs(objective) ? Math.max(bound, objective) : bound;
}

/** What the groups lack, and how many of them break a rule. */
function judgeGroups(demands: readonly GroupDemand[], held: JudgedGroups) {
  const faults = { shortfall: 0, overMost: 0, underShare: 0, overMixed: 0 };
  demands.forEach(({ least, most, share, mixed }, g) => {
    const sponsored = held.sponsored[g];
    if (sponsored < least) faults.shortfall += least - sponsored;
    if (most !== null && sponsored > most) faults.overMost++;
    if (mixed !== null && held.mixed[g] > mixed) faults.overMixed++;
    const reached = share === null || reachesShare(held.sponsoredOffers[g], held.offers[g], share);
    if (!reached) faults.underShare++;
  });
  return faults;
}

/** For a dry run: how the external tables of the certification look. */
export function externalTables(problem: DualProblem, prices: Prices): string[] {
  return [contractTable(problem), groupTable(problem, prices)].map((table) =>
    `-- ${sqlString(table.name)} travels with the query: ${table.structure}`
  );
}
