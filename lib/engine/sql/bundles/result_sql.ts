/**
 * From the bundles that users hold to rows of assignments.
 *
 * @module
 */
import type { DualProblem } from "../../../allocator/optimal/dual/dual_problem.ts";
import { contractOfSlots, sponsoredSlots } from "../../drop/slot_rows.ts";
import type { Dialect, TableColumns } from "../store/dialect.ts";
import { stateSql } from "./state_sql.ts";
import type { WorkTables } from "../store/store.ts";

/** Columns of a table of assignments. */
export const RESULT_COLUMNS = {
  user_id: "user",
  contract_address: "text",
  score: "real",
  is_sponsored: "count",
  group_id: "text",
  sponsorship_ratio: "real",
} as const satisfies TableColumns;

/** Columns of the work table of assignments. The slot is not published. */
export const WORK_RESULT_COLUMNS = {
  ...RESULT_COLUMNS,
  slot: "whole",
} as const satisfies TableColumns;

/** Names of the published columns. */
const RESULT_NAMES = Object.keys(RESULT_COLUMNS).join(", ");

/** The statement that turns a part's bundles into rows of assignments. */
export function resultSql(
  dialect: Dialect,
  problem: DualProblem,
  tables: WorkTables,
): string {
  const sql = dialect.begin();
  const { contracts, groups, ratio } = problem.instance;
  const sponsored = sql.as("count", `if(c < ${sponsoredSlots(problem)}, 1, 0)`);
  const ids = Array.from(contractOfSlots(problem), (c) => contracts[c]);
  const columns = [
    "uid",
    sql.textAt("c", ids),
    "s",
    sponsored,
    sql.textAt("g", groups),
    sql.lookup("g", ratio),
    sql.as("whole", "c"),
  ];
  const pairs = `(SELECT uid, g, ${sql.concat(["sc", "uc"])} AS cs, ${
    sql.concat(["sv", "uv"])
  } AS vs, hh FROM ${stateSql(sql, tables)}) AS pairs`;
  const each = sql.perItem("uid, g, c, s, hh", pairs, { c: "cs", s: "vs" });
  return sql.statement(`INSERT INTO ${tables.result} (${RESULT_NAMES}, slot)
SELECT ${columns.join(", ")}
FROM ${sql.from(`(${each}) AS each`)} WHERE ${sql.has("hh", "c")}`);
}
