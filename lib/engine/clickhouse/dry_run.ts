/**
 * The SQL that a run would send, without sending any.
 *
 * @module
 */
import { quotedTable } from "../../sources/identifier.ts";
import type { EngineOptions } from "../run/allocate_in_engine.ts";
import type { TableColumns } from "../sql/store/dialect.ts";
import { shownDrop } from "../run/shown_drop.ts";
import { columnList, type ShownSteps, shownSteps, shownText } from "../sql/dry_run.ts";
import { USER_COLUMNS } from "../sql/bundles/state_sql.ts";
import { ClickHouseDialect } from "./dialect.ts";
import { gatherSql, inspectGroupsSql, inspectSql } from "./gather.ts";
import type { ClickHouseInput } from "./open_drop.ts";
import { exchangeSql, outTableOf, stagingSql, swapSql } from "./publish.ts";
import type { Cluster } from "./shards.ts";
import { createTable, workTables } from "./work_tables.ts";

/** Columns as most tables have them. */
const PAIRS = new Map([
  ["user_id", "String"],
  ["contract_address", "String"],
  ["score", "Float64"],
]);
const USER_GROUPS = new Map([["user_id", "String"], ["group_id", "String"]]);

/**
 * Every kind of statement that a run sends, in order, with the caps and ratios given, all prices 0, and as if the pairs lay
 * on one server with String users. A run repeats the passes and rounds with prices and thresholds of its own.
 *
 * @throws UsageError for a policy that the engine can't keep
 */
export function dryRun(input: ClickHouseInput, options: EngineOptions): string {
  const { columns, problem, rules, sponsored, sampleUsers } = shownDrop(input, options);
  const { server, outTable } = input;
  const elig = quotedTable(input.eligTable, "clickhouse");
  const userGroups = quotedTable(input.userGroupsTable, "clickhouse");
  const shard = { server, eligTable: elig, elig, groupsTable: userGroups, userGroups };
  const cluster: Cluster = {
    key: "",
    attributes: { pairs: [], users: [] },
    coordinator: server,
    name: null,
    shards: [shard],
    userType: "String",
    version: Infinity,
    groupsTable: userGroups,
    userGroups,
    eligColumns: PAIRS,
    groupColumns: USER_GROUPS,
  };
  const tables = workTables(outTable, "run"), out = outTableOf(outTable, tables);
  const dialect = new ClickHouseDialect("String");
  const make = (table: string, columns: TableColumns, order: string) =>
    createTable(table, columnList(columns, dialect), order);
  const judged = { pairs: elig, userGroups, result: tables.result };
  const steps: ShownSteps = [
    ["look both tables over", [
      ...inspectGroupsSql(cluster),
      inspectSql(columns, shard, PAIRS),
    ]],
    ["gather a row per user", [
      ...make(tables.users, USER_COLUMNS, "uid"),
      gatherSql(columns, shard, tables, { ...rules, sponsored, rows: 1 }, 0, 1),
    ]],
    ...shownSteps({ dialect, problem, tables, judged, rules, make, sampleUsers }),
    ["publish", stagingSql(cluster, out, [tables.result])],
    ["publish, where the server has EXCHANGE TABLES", exchangeSql(out)],
    ["publish, elsewhere", swapSql(out, true)],
  ];
  return shownText(steps);
}
