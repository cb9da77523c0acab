/**
 * From the bundles that users hold to rows of assignments.
 *
 * @module
 */
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { EnginePins } from "../steps/pins.ts";
import { contractOfSlots, sponsoredSlots } from "../steps/slots.ts";
import type { Dialect, TableColumns } from "./dialect.ts";
import { stateSql } from "./state_sql.ts";
import type { WorkTables } from "./store.ts";

/** Columns of a table of assignments. */
export const RESULT_COLUMNS = {
  ...{ user_id: "user", contract_address: "text", score: "real", is_sponsored: "count" },
  ...{ group_id: "text", sponsorship_ratio: "real" },
} as const satisfies TableColumns;

/** Columns of the work table of assignments. The slot is not published. */
export const WORK_RESULT_COLUMNS = {
  ...RESULT_COLUMNS,
  slot: "whole",
} as const satisfies TableColumns;

/** Names of the published columns. */
export const RESULT_NAMES = Object.keys(RESULT_COLUMNS).join(", ");

/** The statement that turns a part's bundles into rows of assignments. */
export function resultSql(
  dialect: Dialect,
  problem: DualProblem,
  tables: WorkTables,
  pins: EnginePins | null = null,
): string {
  const sql = dialect.begin();
  const { contracts, groups, ratio } = problem.instance;
  // Pins have contracts of their own, behind the others of their type; their rows are written by {@link
  // pinnedResultSql}.
  const own = pins?.contractOf ?? contractOfSlots(problem);
  const first = pins?.columns.sponsoredContracts ?? sponsoredSlots(problem);
  const sponsored = sql.as("count", `if(c < ${first}, 1, 0)`);
  const ids = Array.from(own, (c) => c < 0 ? "" : contracts[c]);
  const given = pins === null
    ? ""
    : ` AND ${sql.lookup("c", Array.from(own, (c) => c < 0 ? 0 : 1))} > 0`;
  const columns = [
    ...["uid", sql.textAt("c", ids), "s", sponsored],
    ...[sql.textAt("g", groups), sql.lookup("g", ratio), sql.as("whole", "c")],
  ];
  const pairs = `(SELECT uid, g, ${sql.concat(["sc", "uc"])} AS cs, ${
    sql.concat(["sv", "uv"])
  } AS vs, hh FROM ${stateSql(sql, tables)}) AS pairs`;
  const each = sql.perItem("uid, g, c, s, hh", pairs, { c: "cs", s: "vs" });
  return sql.statement(`INSERT INTO ${tables.result} (${RESULT_NAMES}, slot)
SELECT ${columns.join(", ")}
FROM ${sql.from(`(${each}) AS each`)} WHERE ${sql.has("hh", "c")}${given}`);
}

/** The statement that writes the pins as assignments. */
export function pinnedResultSql(
  dialect: Dialect,
  problem: DualProblem,
  tables: WorkTables,
  pinned: string,
): string {
  const sql = dialect.begin();
  const { groups, ratio } = problem.instance;
  const owners = `(SELECT uid AS user_id, g FROM ${tables.users}) AS owners`;
  const rows = `(SELECT user_id, contract_address, value, is_sponsored, g
FROM ${sql.leftJoin(pinned, owners, "user_id")}) AS of_pins`;
  return sql.statement(`INSERT INTO ${tables.result} (${RESULT_NAMES}, slot)
SELECT user_id, contract_address, value, is_sponsored, ${sql.textAt("g", groups)}, ${
    sql.lookup("g", ratio)
  }, ${sql.as("whole", "0")} FROM ${sql.from(rows)}`);
}
