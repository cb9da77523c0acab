/**
 * Who holds what, as SQL: the bundles that the final prices gave, and the moves since.
 *
 * @module
 */
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import { netAt, worthHeld } from "./bundle_sql.ts";
import type { Dialect, OfItems, TableColumns } from "../store/dialect.ts";
import { sumsByKey, usageLists } from "./usage_sql.ts";
import type { WorkTables } from "../store/store.ts";

/**
 * Columns of the table of users: group, class of k, how many pairs were left out as repeated (`dup`), repeated with
 * another score (`odd`) or beyond topN (`beyond`); then contracts and scores of the sponsored pairs (`sc`, `sv`) and of
 * the others (`uc`, `uv`).
 */
export const USER_COLUMNS = {
  uid: "user",
  g: "whole",
  kc: "whole",
  dup: "whole",
  odd: "whole",
  beyond: "whole",
  sc: "contracts",
  sv: "reals",
  uc: "contracts",
  uv: "reals",
} as const satisfies TableColumns;

/**
 * Columns of the table of bundles at the final prices: the user's columns, the numbers of sponsored and other offers
 * (`i`, `j`), their contracts (`h`), and about how much less the next best bundle is worth (`margin`).
 */
export const CURRENT_COLUMNS = {
  uid: "user",
  g: "whole",
  kc: "whole",
  sc: "contracts",
  sv: "reals",
  uc: "contracts",
  uv: "reals",
  i: "count",
  j: "count",
  h: "contracts",
  margin: "real",
} as const satisfies TableColumns;

/** Columns of the table of moves. */
export const MOVE_COLUMNS = {
  uid: "user",
  round: "whole",
  i: "count",
  j: "count",
  h: "contracts",
} as const satisfies TableColumns;

/**
 * A subquery with a row per user: uid, g, kc, sc, sv, uc, uv and what the user holds now: `hh` contracts, of which `hi` sponsored
 * and `hj` others.
 */
export function stateSql(sql: Dialect, tables: WorkTables, where = "1 = 1"): string {
  const moved = (column: string) => sql.latest(column, "round");
  const last = `(SELECT uid, ${moved("h")} AS mh, ${moved("i")} AS mi, ${
    moved("j")
  } AS mj, max(round) AS moved
FROM ${tables.moves} GROUP BY uid) AS last`;
  return `(SELECT uid, g, kc, sc, sv, uc, uv,
  if(moved > 0, mh, h) AS hh, if(moved > 0, mi, i) AS hi, if(moved > 0, mj, j) AS hj
FROM ${sql.leftJoin(tables.current, last, "uid")} WHERE ${where}) AS state`;
}

/**
 * The statement that adds up what users hold, all or those of a condition on the table of bundles: rows (key, sum), see
 * `usageLists` for the keys; 0 is what they add to the objective, missed minima left out.
 */
export function usageSql(
  dialect: Dialect,
  problem: DualProblem,
  tables: WorkTables,
  where = "1 = 1",
): string {
  const sql = dialect.begin();
  const net = netAt(sql, problem, null);
  const value = `${heldNet(sql, net)} + ${worthHeld(sql, problem, {})}`;
  const use = usageLists(sql, problem, "hh", "hi", "hj", value);
  return sql.statement(sumsByKey(sql, use, sql.from(stateSql(sql, tables, where))));
}

/** The sum of the net values of the pairs that a user holds, over the columns of {@link stateSql}. */
export function heldNet(sql: Dialect, net: OfItems): string {
  const of = (contracts: string, scores: string) =>
    sql.sum(
      sql.map2(contracts, scores, (c, s) => `if(${sql.has("hh", c)}, ${net(c, s)}, 0.0)`),
    );
  return `${of("sc", "sv")} + ${of("uc", "uv")}`;
}
