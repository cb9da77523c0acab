/**
 * Who holds what, as SQL: the bundles that the final prices gave, and the moves since.
 *
 * @module
 */
import type { DualProblem } from "../allocator/optimal/dual_problem.ts";
import { usageArrays } from "./usage.ts";
import type { WorkTables } from "./work_tables.ts";

/** Columns of the table of bundles at the final prices. */
export function currentColumns(userType: string): string {
  return `uid ${userType}, g UInt32, sc Array(UInt16), sv Array(Float64), uc Array(UInt16), uv Array(Float64), ` +
    "i UInt8, j UInt8, h Array(UInt16)";
}

/** Columns of the table of moves. */
export function moveColumns(userType: string): string {
  return `uid ${userType}, round UInt32, i UInt8, j UInt8, h Array(UInt16)`;
}

/**
 * A subquery with a row per user: uid, g, sc, sv, uc, uv and what the user holds now: `hh` contracts, of which `hi` sponsored
 * and `hj` others.
 */
export function stateSql(tables: WorkTables): string {
  return `(SELECT uid, g, sc, sv, uc, uv,
  if(moved > 0, mh, h) AS hh, if(moved > 0, mi, i) AS hi, if(moved > 0, mj, j) AS hj
FROM ${tables.current}
ANY LEFT JOIN (SELECT uid, argMax(h, round) AS mh, argMax(i, round) AS mi, argMax(j, round) AS mj, max(round) AS moved
FROM ${tables.moves} GROUP BY uid) AS last USING uid)`;
}

/** The statement that counts what users hold: rows (key, sum), see `usageArrays` for the keys. */
export function usageSql(problem: DualProblem, tables: WorkTables): string {
  const { keys, amounts } = usageArrays(problem, "hh", "hi", "hj");
  return `SELECT key, sum(w) FROM (SELECT arrayConcat(${keys}) AS keys, arrayConcat(${amounts}) AS ws
FROM ${stateSql(tables)})
ARRAY JOIN keys AS key, ws AS w
GROUP BY key`;
}
