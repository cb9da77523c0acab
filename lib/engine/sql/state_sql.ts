/**
 * Who holds what, as SQL: the bundles that the final prices gave, and the moves since.
 *
 * @module
 */
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { netAt, worthOf } from "./bundle_sql.ts";
import { usageArrays } from "./usage.ts";
import type { WorkTables } from "../server/work_tables.ts";

/** Columns of the table of bundles at the final prices; `margin` is what the next best bundle is worth less, nearly. */
export function currentColumns(userType: string): string {
  return `uid ${userType}, g UInt32, sc Array(UInt16), sv Array(Float64), uc Array(UInt16), uv Array(Float64), ` +
    "i UInt8, j UInt8, h Array(UInt16), margin Float64";
}

/** Columns of the table of moves. */
export function moveColumns(userType: string): string {
  return `uid ${userType}, round UInt32, i UInt8, j UInt8, h Array(UInt16)`;
}

/**
 * A subquery with a row per user: uid, g, sc, sv, uc, uv and what the user holds now: `hh` contracts, of which `hi` sponsored
 * and `hj` others.
 */
export function stateSql(tables: WorkTables, where = "1"): string {
  return `(SELECT uid, g, sc, sv, uc, uv,
  if(moved > 0, mh, h) AS hh, if(moved > 0, mi, i) AS hi, if(moved > 0, mj, j) AS hj
FROM ${tables.current}
ANY LEFT JOIN (SELECT uid, argMax(h, round) AS mh, argMax(i, round) AS mi, argMax(j, round) AS mj, max(round) AS moved
FROM ${tables.moves} GROUP BY uid) AS last USING uid WHERE ${where})`;
}

/**
 * The statement that adds up what users hold, all or those of a condition on the table of bundles: rows (key, sum), see
 * `usageArrays` for the keys; 0 is what they add to the objective, missed minima left out.
 */
export function usageSql(problem: DualProblem, tables: WorkTables, where = "1"): string {
  const { keys, amounts } = usageArrays(problem, "hh", "hi", "hj");
  const net = netAt(problem, problem.offerBonus.map(() => 0));
  const value = `${heldNet(net)} + ${worthOf(problem, {}, "hi", "hj")}`;
  return `SELECT key, sum(w) FROM (SELECT arrayConcat([toUInt32(0)], ${keys}) AS keys,
  arrayConcat([${value}], ${amounts}) AS ws
FROM ${stateSql(tables, where)})
ARRAY JOIN keys AS key, ws AS w
GROUP BY key`;
}

/** The sum of the net values of the pairs that a user holds, over the columns of {@link stateSql}. */
export function heldNet(net: string): string {
  const of = (contracts: string, scores: string) =>
    `arraySum(arrayMap((c, s) -> if(has(hh, c), ${net}, 0.0), ${contracts}, ${scores}))`;
  return `${of("sc", "sv")} + ${of("uc", "uv")}`;
}
