/**
 * What is true of the assignments, from the eligible pairs and the prices alone: bound, objective, every rule.
 *
 * None of this shares SQL with the passes, the assignment or the repair: it reads the original tables, takes contracts and
 * groups by their ids from small tables that travel with the query, and adds up by grouping.
 *
 * @module
 */
import type { Prices } from "../allocator/allocation.ts";
import { constantTerm, type DualProblem } from "../allocator/optimal/dual_problem.ts";
import { coverageValue, groupRules } from "../allocator/policy.ts";
import type { ExternalTable } from "../deps/clickhouse.ts";
import type { RunControl } from "../progress.ts";
import { sqlNumber, sqlNumbers, sqlString } from "./literal.ts";
import { type Cluster, rowsOf, type Shard, unescaped } from "./shards.ts";
import type { WorkTables } from "./work_tables.ts";

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

/** Contracts and their prices, as a table. */
function contractTable(problem: DualProblem, prices: Prices): ExternalTable {
  const { contracts, sponsoredContracts } = problem.instance;
  const rows = contracts.map((id, c) =>
    `${cell(id)}\t${c + 1}\t${c < sponsoredContracts ? 1 : 0}\t${prices.contract[c]}\n`
  );
  return {
    name: "_contract",
    structure: "contract_address String, number UInt32, is_spons UInt8, price Float64",
    rows: rows.join(""),
  };
}

/** Groups and what a sponsored user adds in each, as a table. */
function groupTable(problem: DualProblem, prices: Prices): ExternalTable {
  const rows = problem.instance.groups.map((id, g) =>
    `${cell(id)}\t${prices.minSponsored[g] - prices.maxSponsored[g]}\n`
  );
  return { name: "_group", structure: "group_id String, term Float64", rows: rows.join("") };
}

function cell(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/\t/g, "\\t").replace(/\n/g, "\\n");
}

/** Pairs that count: score not too low, and each pair once, which takes a grouping where there are repeats. */
function eligible(shard: Shard, minScore: number, repeats: boolean): string {
  const least = Number.isFinite(minScore) ? ` WHERE value >= ${sqlNumber(minScore)}` : "";
  const plain =
    `SELECT user_id, toString(contract_address) AS contract_address, toFloat64(score) AS value FROM ${shard.elig}`;
  if (!repeats) return `(SELECT user_id, contract_address, value FROM (${plain})${least})`;
  return `(SELECT user_id, contract_address, max(value) AS value
FROM (${plain})${least} GROUP BY user_id, contract_address)`;
}

/** Each user's group, of those that are known. */
function groupOfUser(shard: Shard): string {
  return `(SELECT user_id, 1 AS has_group, min(named) AS group_id
FROM (SELECT user_id, toString(group_id) AS named FROM ${shard.userGroups})
WHERE named IN (SELECT group_id FROM _group) GROUP BY user_id)`;
}

/** The statement of the users' part of the bound. */
export function boundSql(
  problem: DualProblem,
  shard: Shard,
  minScore: number,
  repeats: boolean,
): string {
  const { k, policy } = problem;
  const coverage = coverageValue(policy);
  // Sums of the n dearest, n = 0 … as many as there are, at most k.
  const sums = (nets: string) =>
    `arrayConcat([0.0], arrayCumSum(arraySlice(arrayReverseSort(${nets}), 1, ${k})))`;
  const worth = sqlNumbers(coverage);
  const uniform = policy.model === "uniform";
  const bonus = sqlNumber(policy.sponsoredBonus);
  const plain = (list: string) =>
    `arrayMap((v, w) -> v + w, ${list}, arraySlice(${worth}, 1, length(${list})))`;
  let value: string;
  if (!uniform) value = `arrayReduce('max', ${plain("b")})`;
  else {
    const shapes = mixedShapes(problem);
    const mixed = shapes.map(([i, j]) =>
      `if(length(a) > ${i} AND length(b) > ${j}, a[${i + 1}] + b[${j + 1}] + ${
        sqlNumber(coverage[i + j])
      } + ${bonus} + term, -1e100)`
    );
    const best = `arrayReduce('max', arrayConcat([-1e100], arraySlice(${plain("a")}, 2)))`;
    // Outside of any lambda: servers of 18.16 take a column for unused that only a lambda captures.
    const choices = [`arrayReduce('max', ${plain("b")})`, `${best} + ${bonus} + term`, ...mixed];
    value = `arrayReduce('max', [${choices.join(", ")}])`;
  }
  const net = uniform ? "value - price" : `value - price + ${bonus} * is_spons`;
  const kinds = uniform
    ? [`groupArrayIf(net, is_spons = 1)`, `groupArrayIf(net, is_spons = 0)`]
    : ["emptyArrayFloat64()", "groupArray(net)"];
  // ANY LEFT JOIN and a filter: ANY INNER JOIN means another thing on current servers than on old ones.
  return `SELECT sum(${value}), count()
FROM (SELECT user_id, term, ${sums("spons")} AS a, ${sums("others")} AS b
FROM (SELECT user_id, ${kinds[0]} AS spons, ${kinds[1]} AS others
FROM (SELECT user_id, is_spons, ${net} AS net
FROM ${eligible(shard, minScore, repeats)} AS pair ANY LEFT JOIN _contract USING contract_address
WHERE number > 0)
GROUP BY user_id)
AS wish
ANY LEFT JOIN (SELECT user_id, has_group, term
FROM ${groupOfUser(shard)} AS named ANY LEFT JOIN _group USING group_id) AS owner USING user_id
WHERE has_group = 1)`;
}

/** Allowed bundles with both kinds: numbers of sponsored and of other offers. */
function mixedShapes({ shapeSponsored, shapeUnsponsored }: DualProblem): [number, number][] {
  return Array.from(shapeSponsored, (i, s) => [i, shapeUnsponsored[s]] as [number, number])
    .filter(([i, j]) => i > 0 && j > 0);
}

/** The statement that judges a shard's assignments: a row per group with users, sums and counts of broken rules. */
export function judgeSql(
  problem: DualProblem,
  shard: Shard,
  tables: WorkTables,
  minScore: number,
  repeats: boolean,
): string {
  const { k, policy } = problem;
  const uniform = policy.model === "uniform";
  const allowed = mixedShapes(problem).map(([i, j]) => `(ns = ${i} AND nu = ${j})`);
  const mixes = !uniform
    ? "0"
    : `ns > 0 AND nu > 0${allowed.length === 0 ? "" : ` AND NOT (${allowed.join(" OR ")})`}`;
  const bonus = `${sqlNumber(policy.sponsoredBonus)} * ${uniform ? "(ns > 0)" : "ns"}`;
  const worth = `arrayElement(${sqlNumbers(coverageValue(policy))}, least(ns + nu, ${k}) + 1)`;
  // e, ev: eligible contracts and their scores; a, said: assigned ones and the scores said.
  return `SELECT group_id, count(), sum(ns > 0), sum(score), sum(${worth} + ${bonus}),
  sum(ns + nu), sum(ns + nu > 0), sum(ns + nu > ${k}), sum(twice), sum(strays), sum(${mixes}), sum(wrong)
FROM (SELECT user_id, arraySum(arrayMap(c -> ev[indexOf(e, c)], given)) AS score,
  arrayCount(c -> c <= ${problem.instance.sponsoredContracts}, given) AS ns, length(given) - ns AS nu,
  length(a) - arrayUniq(a) AS twice, length(a) - length(known) AS strays,
  arrayCount((c, s) -> has(e, c) AND ev[indexOf(e, c)] != s, a, said) AS wrong
FROM (SELECT user_id, e, ev, a, said, arrayFilter(c -> has(e, c), a) AS known, arrayDistinct(known) AS given
FROM (SELECT user_id, groupArrayIf(number, from_elig = 1) AS e, groupArrayIf(value, from_elig = 1) AS ev,
  groupArrayIf(number, from_elig = 0) AS a, groupArrayIf(value, from_elig = 0) AS said
FROM (SELECT user_id, number, value, from_elig
FROM (SELECT user_id, contract_address, value, toUInt8(1) AS from_elig FROM ${
    eligible(shard, minScore, repeats)
  }
UNION ALL SELECT user_id, contract_address, score AS value, toUInt8(0) AS from_elig FROM ${tables.result}) AS row
ANY LEFT JOIN _contract USING contract_address
WHERE number > 0 OR from_elig = 0)
GROUP BY user_id))
WHERE length(e) > 0 AND length(ev) > 0) AS held
ANY LEFT JOIN ${groupOfUser(shard)} AS owner USING user_id
WHERE has_group = 1
GROUP BY group_id`;
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
  minScore: number,
  repeats: boolean,
  control: RunControl,
): Promise<Certified> {
  control.onProgress?.({ phase: "certify" });
  const external = {
    ...control,
    tables: [contractTable(problem, prices), groupTable(problem, prices)],
  };
  const { contracts, cap, groups } = problem.instance;
  const load = new Map<string, number>(), users = new Uint32Array(groups.length);
  const sponsored = new Float64Array(groups.length);
  const index = new Map(groups.map((id, g) => [id, g]));
  const total = {
    bound: 0,
    score: 0,
    worth: 0,
    rows: 0,
    served: 0,
    tooMany: 0,
    twice: 0,
    strays: 0,
    mixed: 0,
    wrong: 0,
  };
  await Promise.all(cluster.shards.map(async (shard) => {
    const { server } = shard;
    const [[bound]] = await rowsOf(server, boundSql(problem, shard, minScore, repeats), external);
    total.bound += Number(bound);
    for (
      const [id, ...facts] of await rowsOf(
        server,
        judgeSql(problem, shard, tables, minScore, repeats),
        external,
      )
    ) {
      const [n, with_, score, worth, rows, served, tooMany, twice, strays, mixed, wrong] = facts
        .map(Number);
      const g = index.get(unescaped(id))!;
      users[g] += n;
      sponsored[g] += with_;
      total.score += score;
      total.worth += worth;
      total.rows += rows;
      total.served += served;
      total.tooMany += tooMany;
      total.twice += twice;
      total.strays += strays;
      total.mixed += mixed;
      total.wrong += wrong;
    }
    for (const [id, n] of await rowsOf(server, loadSql(tables), control)) {
      load.set(unescaped(id), (load.get(unescaped(id)) ?? 0) + Number(n));
    }
  }));
  const rules = groupRules({ ...problem.instance, groupSize: users }, problem.policy);
  const over = contracts.filter((id, c) => (load.get(id) ?? 0) > cap[c]);
  const given = [...load.values()].reduce((sum, n) => sum + n, 0);
  let shortfall = 0, tooManySponsored = 0;
  rules.minSponsored.forEach((least, g) => {
    shortfall += Math.max(0, least - sponsored[g]);
    if (sponsored[g] > rules.maxSponsored[g]) tooManySponsored++;
  });
  const faults: [number, string][] = [
    [over.length, "contracts over their cap"],
    [total.tooMany, `users with more than ${problem.k} offers`],
    [total.twice, "pairs given twice"],
    [
      given - total.rows - total.twice,
      "assignments of pairs that are not eligible",
    ],
    [total.mixed, "users with offers of both types"],
    [total.wrong, "assignments with a score that is not the pair's"],
    [tooManySponsored, "groups over their most sponsored users"],
  ];
  return {
    bound: total.bound + constantTerm(problem, prices),
    objective: total.score + total.worth - problem.shortfallPrice * shortfall,
    score: total.score,
    assignments: given,
    users: users.reduce((sum, n) => sum + n, 0),
    usersWithOffers: total.served,
    shortfall,
    broken: faults.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`),
  };
}

/** For a dry run: how the external tables of the certification look. */
export function externalTables(problem: DualProblem, prices: Prices): string[] {
  return [contractTable(problem, prices), groupTable(problem, prices)].map((table) =>
    `-- ${sqlString(table.name)} travels with the query: ${table.structure}`
  );
}
