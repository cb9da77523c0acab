/**
 * The SQL that a run would send, without sending any.
 *
 * @module
 */
import type { Prices } from "../../allocator/model/allocation.ts";
import { type DualProblem, zeroPrices } from "../../allocator/optimal/dual/dual_problem.ts";
import { quotedTable } from "../../sources/identifier.ts";
import { judgeSql, loadSql, smallTables } from "../sql/certify_sql.ts";
import type { Dialect, TableColumns } from "../sql/dialect.ts";
import {
  acceptSql,
  CANDIDATE_COLUMNS,
  improveSql,
  mendSql,
  needLimitsSql,
  needs,
  roomLimitsSql,
} from "../sql/moves_sql.ts";
import {
  assignSql,
  evaluateSql,
  marginsSql,
  sampleSql,
  settleSql,
  undecidedSql,
} from "../sql/pass_sql.ts";
import { RESULT_COLUMNS, resultSql } from "../sql/result_sql.ts";
import { CURRENT_COLUMNS, MOVE_COLUMNS, usageSql, USER_COLUMNS } from "../sql/state_sql.ts";
import { type Room, roomOf } from "../steps/room.ts";
import { checkPolicy, columnsOf, problemOf } from "../steps/task.ts";
import { noUsage } from "../steps/usage.ts";
import type { EngineOptions } from "../run/allocate_in_engine.ts";
import { clickhouseDialect } from "./dialect.ts";
import { gatherSql, inspectGroupsSql, inspectSql } from "./gather.ts";
import { sqlString } from "./literal.ts";
import type { ClickHouseInput } from "./open_drop.ts";
import { exchangeSql, stagingSql, swapSql } from "./publish.ts";
import type { Cluster } from "./shards.ts";
import { declared } from "./store.ts";
import { type ClickHouseTables, createTable, workTables } from "./work_tables.ts";

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
  const dialect = clickhouseDialect("String");
  const make = (table: string, columns: TableColumns, order: string) =>
    createTable(table, declared(columns, dialect), order);
  const rules = { minScore, topN, repeats: true };
  const sponsored = policy.model === "coverage" ? 0 : columns.sponsoredContracts;
  const judged = { pairs: elig, userGroups, result: tables.result };
  const room = roomOf(problem, { ...noUsage(problem), load: columns.cap });
  const steps: [string, string[]][] = [
    ["look both tables over", [
      ...inspectGroupsSql(cluster),
      inspectSql(columns, shard, Math.max(minScore, -1e300), PAIRS),
    ]],
    ["gather a row per user", [
      ...make(tables.users, USER_COLUMNS, "uid"),
      gatherSql(columns, shard, tables, { minScore, topN, sponsored, rows: 1 }, 0, 1),
    ]],
    ["draw a sample", sampleSql(dialect, tables, options.sampleUsers ?? 100_000, 1e7).slice(0, 1)],
    ...solvingSteps({ dialect, problem, tables, prices, room, make }),
    ["write the assignments", [
      ...make(tables.result, RESULT_COLUMNS, "user_id"),
      resultSql(dialect, problem, tables),
    ]],
    ["certify", [
      ...smallTables(problem, prices).map(({ name, columns }) =>
        `-- ${sqlString(name)} travels with the query: ${declared(columns, dialect)}`
      ),
      judgeSql(dialect, problem, judged, rules, prices),
      loadSql(judged),
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

/** What statements about a problem are made of. */
interface Statements {
  readonly dialect: Dialect;
  readonly problem: DualProblem;
  readonly tables: ClickHouseTables;
  readonly prices: Prices;
  readonly room: Room;
  make(table: string, columns: TableColumns, order: string): string[];
}

/** Passes for prices, then the rounds of the allocation. */
function solvingSteps(
  { dialect, problem, tables, prices, room, make }: Statements,
): [string, string[]][] {
  return [
    [
      "a pass: prices of groups",
      problem.countsSponsored ? [settleSql(dialect, problem, tables.users, prices)] : [],
    ],
    ["a pass: bound, loads, sponsored users", [
      evaluateSql(dialect, problem, tables.users, prices),
    ]],
    ["assign", [
      ...make(tables.current, CURRENT_COLUMNS, "uid"),
      ...make(tables.moves, MOVE_COLUMNS, "uid"),
      assignSql(dialect, problem, tables, prices),
    ]],
    ["decide users together whose margin is small", [
      marginsSql(dialect, tables, [1e-3, 1e-2, 1e-1]),
      undecidedSql(dialect, tables, "margin < 0.1", 0, 1),
      usageSql(dialect, problem, tables, "NOT (margin < 0.1)"),
    ]],
    ["a round of repair", [
      usageSql(dialect, problem, tables),
      ...make(tables.candidates, CANDIDATE_COLUMNS, "need"),
      mendSql(dialect, problem, tables, prices, room, 1),
      needLimitsSql(dialect, tables.candidates, needs(room)),
      roomLimitsSql(dialect, tables.candidates, null, room),
      acceptSql(dialect, tables, 1, null, new Map()),
    ]],
    ["a round of improvement", [improveSql(dialect, problem, tables, prices, room)]],
  ];
}

function terminated(statement: string): string {
  return statement.startsWith("--") ? statement : `${statement};`;
}
