/**
 * Full passes over all users: per user the best bundle at given prices, and only sums come back.
 *
 * @module
 */
import type { Prices } from "../allocator/allocation.ts";
import { constantTerm, type DualProblem } from "../allocator/optimal/dual_problem.ts";
import type { RunControl } from "../progress.ts";
import { bestBundles, bestOfKinds, IMPOSSIBLE, netAt } from "./bundle_sql.ts";
import { sqlIntegers, sqlLookup, sqlNumber } from "./literal.ts";
import type { Usage } from "./sample.ts";
import { type Cluster, rowsOf } from "./shards.ts";
import { overAll, type WorkTables } from "./work_tables.ts";

/** D and what users use at some prices. */
export interface PassResult extends Usage {
  /** D: an upper bound on every feasible objective. */
  readonly bound: number;
}

/** What a sponsored user adds in its group: t = μ − ν, as SQL. */
export function sponsoredTerm(prices: Prices): string {
  return sqlLookup("g", prices.minSponsored.map((price, g) => price - prices.maxSponsored[g]));
}

/** The statement of {@link evaluate}: rows (key, sum), see {@link addUsage} for the keys. */
export function evaluateSql(problem: DualProblem, from: string, prices: Prices): string {
  const contracts = problem.instance.cap.length;
  const bundles = bestBundles(problem, {
    from,
    keep: ["g"],
    net: netAt(problem, prices.contract),
    sponsored: sponsoredTerm(prices),
  });
  return `SELECT key, sum(w) FROM (SELECT
  arrayConcat([toUInt32(0)], arrayMap(c -> toUInt32(c + 1), chosen), [toUInt32(${
    1 + contracts
  } + g)]) AS keys,
  arrayConcat([best], arrayMap(c -> 1.0, chosen), [toFloat64(i > 0)]) AS ws
FROM (${bundles}))
ARRAY JOIN keys AS key, ws AS w
GROUP BY key`;
}

/** D, loads and sponsored users at the prices: one pass on every shard, at once. */
export async function evaluate(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  prices: Prices,
  control: RunControl,
): Promise<PassResult> {
  const sql = evaluateSql(problem, tables.users, prices);
  const parts = await Promise.all(cluster.shards.map(({ server }) => rowsOf(server, sql, control)));
  const usage = noUsage(problem);
  let bound = constantTerm(problem, prices);
  for (const rows of parts) bound += addUsage(problem, usage, rows);
  return { ...usage, bound };
}

/** Nobody uses anything. */
export function noUsage(problem: DualProblem): Usage {
  const { cap, groups } = problem.instance;
  return { load: new Float64Array(cap.length), sponsored: new Float64Array(groups.length) };
}

/** Adds rows (key, sum): key 0 is a value, which is returned; then contracts' loads; then groups' sponsored users. */
export function addUsage(problem: DualProblem, usage: Usage, rows: readonly string[][]): number {
  const contracts = problem.instance.cap.length;
  let value = 0;
  for (const [key, sum] of rows.map((row) => row.map(Number))) {
    if (key === 0) value += sum;
    else if (key <= contracts) usage.load[key - 1] += sum;
    else usage.sponsored[key - 1 - contracts] += sum;
  }
  return value;
}

/** The statement of {@link settle}: per group the margins at the ranks that can hold t. */
export function settleSql(problem: DualProblem, from: string, prices: Prices): string {
  const { minSponsored, maxSponsored } = problem.rules;
  const kinds = bestOfKinds(problem, {
    from,
    keep: ["g"],
    net: netAt(problem, prices.contract),
    sponsored: sqlNumber(0),
  });
  const rank = (of: Float64Array) => {
    const ranks = Array.from(of, (value) => Number.isFinite(value) ? value : 0);
    return `toUInt32(transform(g, ${sqlIntegers(ranks.keys())}, ${sqlIntegers(ranks)}, 0))`;
  };
  const least = rank(minSponsored), most = rank(maxSponsored);
  return `SELECT g, a[${least}], a[${least} + 1], a[${most}], a[${most} + 1], n, zeros
FROM (SELECT g, arraySort(groupArray(v0 - v1)) AS a, count() AS n, sum(v0 < v1) AS zeros FROM (${kinds}) GROUP BY g)`;
}

/**
 * The best t of every group at given contract prices, exactly: as in settle_groups.ts, t is an order statistic of the
 * group's margins (what a user loses by being sponsored), halfway to the next one so that no user is indifferent.
 */
export async function settle(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  prices: Prices,
  control: RunControl,
): Promise<Prices> {
  if (!problem.countsSponsored) return prices;
  const { minSponsored: least, maxSponsored: most } = problem.rules;
  const P = problem.shortfallPrice;
  const rows = await rowsOf(
    cluster.coordinator,
    settleSql(problem, overAll(cluster, tables.users), prices),
    control,
  );
  const minSponsored = new Float64Array(least.length),
    maxSponsored = new Float64Array(least.length);
  for (const row of rows) {
    const [g, atLeast, afterLeast, atMost, afterMost, n, willing] = row.map(Number);
    const between = (at: number, after: number, rank: number) => {
      if (rank === 0) return after;
      if (rank >= n || after >= -IMPOSSIBLE) return at;
      return (at + after) / 2;
    };
    // At t = 0 those with a negative margin are sponsored.
    if (least[g] > most[g]) {
      minSponsored[g] = P;
      maxSponsored[g] = P - Math.min(P, between(atMost, afterMost, most[g]));
    } else if (willing < least[g]) {
      const t = least[g] > n ? P : between(atLeast, afterLeast, least[g]);
      minSponsored[g] = Math.max(0, Math.min(P, t));
    } else if (willing > most[g]) {
      maxSponsored[g] = Math.max(0, -between(atMost, afterMost, most[g]));
    }
  }
  return { ...prices, minSponsored, maxSponsored };
}
