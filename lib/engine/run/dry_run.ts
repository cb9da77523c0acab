/**
 * The SQL that a run would send, without sending any.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import { zeroPrices } from "../../allocator/optimal/dual/dual_problem.ts";
import { quotedTable } from "../../sources/identifier.ts";
import { externalTables, judgeSql, loadSql } from "./certify.ts";
import { marginsSql, undecidedSql } from "./decide_together.ts";
import type { EngineInput, EngineOptions } from "./engine.ts";
import { gatherSql, inspectGroupsSql, inspectSql, userColumns } from "./gather.ts";
import { evaluateSql, settleSql } from "./passes.ts";
import { exchangeSql, resultColumns, resultSql, stagingSql, swapSql } from "./publish.ts";
import { candidateColumns, improveSql, mendSql, needs } from "../sql/moves_sql.ts";
import { acceptSql, assignSql, needLimitsSql, roomLimitsSql } from "./repair.ts";
import { roomOf } from "../sql/room.ts";
import { sampleSql } from "./sample.ts";
import type { Cluster } from "../server/shards.ts";
import { currentColumns, moveColumns, usageSql } from "../sql/state_sql.ts";
import { checkPolicy, columnsOf, problemOf } from "./task.ts";
import { noUsage } from "../sql/usage.ts";
import { createTable, workTables } from "../server/work_tables.ts";

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
export function dryRun(input: EngineInput, options: EngineOptions): string {
  checkPolicy(input.policy, input.caps);
  const { server, policy, outTable } = input;
  const elig = quotedTable(input.eligTable, "clickhouse");
  const userGroups = quotedTable(input.userGroupsTable, "clickhouse");
  const shard = { server, eligTable: elig, elig, groupsTable: userGroups, userGroups };
  const cluster: Cluster = {
    ...{ coordinator: server, name: null, shards: [shard], userType: "String", version: Infinity },
    ...{ groupsTable: userGroups, userGroups, eligColumns: PAIRS, groupColumns: USER_GROUPS },
  };
  const columns = columnsOf(
    input.caps,
    input.groupRatios,
    input.groupRatios.groups,
    options.unsponsoredCap ?? 10_000,
  );
  const size = new Uint32Array(columns.groups.length).fill(1);
  const problem = problemOf(columns, policy, size, 1, options.defaultRatio);
  const prices: Prices = zeroPrices(problem);
  const tables = workTables(outTable, "run");
  const { minScore = -Infinity, topN = Infinity } = options;
  const limits = { minScore, topN }, rules = { ...limits, repeats: true };
  const sponsored = policy.model === "coverage" ? 0 : columns.sponsoredContracts;
  const room = roomOf(problem, { ...noUsage(problem), load: columns.cap });
  const steps: [string, string[]][] = [
    ["look both tables over", [
      ...inspectGroupsSql(cluster),
      inspectSql(columns, shard, Math.max(minScore, -1e300), PAIRS),
    ]],
    ["gather a row per user", [
      ...createTable(tables.users, userColumns("String"), "uid"),
      gatherSql(columns, shard, tables, sponsored, limits, 0, 1),
    ]],
    ["draw a sample", sampleSql(tables, options.sampleUsers ?? 100_000, 1e7).slice(0, 1)],
    [
      "a pass: prices of groups",
      problem.countsSponsored ? [settleSql(problem, tables.users, prices)] : [],
    ],
    ["a pass: bound, loads, sponsored users", [evaluateSql(problem, tables.users, prices)]],
    ["assign", [
      ...createTable(tables.current, currentColumns("String"), "uid"),
      ...createTable(tables.moves, moveColumns("String"), "uid"),
      assignSql(problem, tables, prices),
    ]],
    ["decide users together whose margin is small", [
      marginsSql(tables, [1e-3, 1e-2, 1e-1]),
      undecidedSql(tables, "margin < 0.1", 0, 1),
      usageSql(problem, tables, "NOT (margin < 0.1)"),
    ]],
    ["a round of repair", [
      usageSql(problem, tables),
      ...createTable(tables.candidates, candidateColumns("String"), "need"),
      mendSql(problem, tables, prices, room, 1),
      needLimitsSql(tables.candidates, needs(room)),
      roomLimitsSql(tables.candidates, "1", room),
      acceptSql(tables, 1, "1"),
    ]],
    ["a round of improvement", [improveSql(problem, tables, prices, room)]],
    ["write the assignments", [
      ...createTable(tables.result, resultColumns("String"), "user_id"),
      resultSql(problem, tables),
    ]],
    ["certify", [
      ...externalTables(problem, prices),
      judgeSql(problem, shard, tables, rules, prices),
      loadSql(tables),
    ]],
    ["publish", stagingSql(cluster, tables)],
    ["publish, where the server has EXCHANGE TABLES", exchangeSql(tables)],
    ["publish, elsewhere", swapSql(tables, true)],
  ];
  return steps.filter(([, statements]) => statements.length > 0)
    .map(([title, statements]) => `-- ${title}\n${statements.map(terminated).join("\n")}\n`).join(
      "\n",
    );
}

function terminated(statement: string): string {
  return statement.startsWith("--") ? statement : `${statement};`;
}
