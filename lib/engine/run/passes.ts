/**
 * Full passes over all users: per user the best bundle at given prices, and only sums come back.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import { constantTerm, type DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { RunControl } from "../../base/progress.ts";
import { bestBundles, bestOfKinds, IMPOSSIBLE, netAt } from "../sql/bundle_sql.ts";
import { groupPrices, withColumns } from "../sql/group_prices.ts";
import { sqlIntegers } from "../server/literal.ts";
import { type Cluster, rowsOf } from "../server/shards.ts";
import { addUsage, noUsage, type Usage, usageArrays } from "../sql/usage.ts";
import { overAll, type WorkTables } from "../server/work_tables.ts";

/** D and what users use at some prices. */
export interface PassResult extends Usage {
  /** D: an upper bound on every feasible objective. */
  readonly bound: number;
}

/** The statement of {@link evaluate}: rows (key, sum), see `usageArrays` for the keys; 0 is the users' part of D. */
export function evaluateSql(problem: DualProblem, from: string, prices: Prices): string {
  const group = groupPrices(problem, prices);
  const bundles = bestBundles(problem, {
    from: withColumns(from, ["g", "sc", "sv", "uc", "uv"], group.columns),
    keep: ["g", ...Object.keys(group.columns)],
    net: netAt(problem, prices.contract),
    terms: group.terms,
    bound: true,
  });
  const { keys, amounts } = usageArrays(problem, "chosen", "i", "j");
  return `SELECT key, sum(w) FROM (SELECT
  arrayConcat([toUInt32(0)], ${keys}) AS keys,
  arrayConcat([best], ${amounts}) AS ws
FROM (${bundles}))
ARRAY JOIN keys AS key, ws AS w
GROUP BY key`;
}

/** D and what users use at the prices: one pass on every shard, at once. */
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

/** The statement of {@link settle}: per group the margins at the ranks that can hold t. */
export function settleSql(problem: DualProblem, from: string, prices: Prices): string {
  const { least: minSponsored, most: maxSponsored } = problem.rules.sponsored;
  const group = groupPrices(problem, prices, false);
  const kinds = bestOfKinds(problem, {
    from: withColumns(from, ["g", "sc", "sv", "uc", "uv"], group.columns),
    keep: ["g", ...Object.keys(group.columns)],
    net: netAt(problem, prices.contract),
    terms: group.terms,
    bound: true,
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
  const { least, most } = problem.rules.sponsored;
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
