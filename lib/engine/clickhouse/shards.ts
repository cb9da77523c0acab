/**
 * The cluster behind a table: one server, or the shards of a Distributed table.
 *
 * @module
 */
import {
  type ClickHouseServer,
  runStatement,
  type StatementOptions,
} from "../../deps/clickhouse.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { quotedTable } from "../../sources/identifier.ts";
import { clickhouseVersion } from "../../sources/clickhouse_source.ts";
import { requireClickHouseIds } from "../../sources/clickhouse_types.ts";
import type { DeclaredLimits } from "../../allocator/drop/limits/declared_limits.ts";
import { type AttributeNames, attributeNames } from "../drop/limit_columns.ts";
import { type ColumnTypes, type Padding, pairsOf, userGroupsOf } from "./input_tables.ts";
import { sqlString } from "./literal.ts";

/** A server that holds some of the users, and the names of the tables there. */
export interface Shard {
  /** How it is reached. */
  readonly server: ClickHouseServer;
  /** Quoted name of its eligible pairs. */
  readonly eligTable: string;
  /** Quoted name of a table with the groups of its users (at least). */
  readonly groupsTable: string;
  /** The pairs as statements read them, see `pairsOf`. */
  readonly elig: string;
  /** The groups as statements read them, see `userGroupsOf`. */
  readonly userGroups: string;
}

/** The server that is asked, and those that hold the pairs. */
export interface Cluster {
  /** The server that the out-table lies on. */
  readonly coordinator: ClickHouseServer;
  /** Name of the cluster that the eligible pairs are spread over; null: they lie on the coordinator. */
  readonly name: string | null;
  /** What the pairs are spread by; "" where they are on the coordinator. */
  readonly key: string;
  /** The shards; the coordinator alone where there is no cluster. */
  readonly shards: readonly Shard[];
  /** Type of user_id in the pairs, such as `String`. */
  readonly userType: string;
  /** The coordinator's version as a number, such as 18.16. */
  readonly version: number;
  /** Quoted name of the table of users' groups on the coordinator. */
  readonly groupsTable: string;
  /** The groups of all users as statements read them on the coordinator, see `userGroupsOf`. */
  readonly userGroups: string;
  /** Columns of the pairs. */
  readonly eligColumns: ColumnTypes;
  /** Columns of the users' groups. */
  readonly groupColumns: ColumnTypes;
  /** Columns of both that limits name. */
  readonly attributes: AttributeNames;
}

/** Settings of every statement: a drop of many contracts makes long texts, and outer joins fill in zeros. */
const SETTINGS = {
  join_use_nulls: 0,
  max_query_size: 100_000_000,
  max_ast_elements: 10_000_000,
  max_expanded_ast_elements: 10_000_000,
};

/** Runs a statement to its end; see `runStatement`. */
export function runToEnd(
  server: ClickHouseServer,
  sql: string,
  options: StatementOptions = {},
): Promise<string> {
  return runStatement(server, sql, { ...options, settings: { ...SETTINGS, ...options.settings } });
}

/** The rows of a statement, each a list of cells in their text form. For small results of numbers and plain ids. */
export async function rowsOf(
  server: ClickHouseServer,
  sql: string,
  options: StatementOptions = {},
): Promise<string[][]> {
  const text = await runToEnd(server, `${sql}\nFORMAT TabSeparated`, options);
  return text === "" ? [] : text.replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
}

/** A cell of TabSeparated text with its escapes resolved. */
export function unescaped(cell: string): string {
  const letters: Record<string, string> = {
    t: "\t",
    n: "\n",
    r: "\r",
    b: "\b",
    f: "\f",
    "0": "\0",
  };
  return cell.replace(/\\([^])/g, (_, c: string) => letters[c] ?? c);
}

/**
 * Finds the shards of the eligible pairs. Those of a Distributed table are its cluster's, each asked over HTTP: at
 * `shardServers`, in the order of shards, or at the host that the cluster has with the port of the coordinator. Of replicas
 * one does the shard's work: what Divvy writes lies there only, and Distributed tables find it there.
 *
 * @throws InputError for a table that isn't there or lacks a column, UsageError for a number of `shardServers` that is not the
 * cluster's
 */
export async function findCluster(
  coordinator: ClickHouseServer,
  eligTable: string,
  userGroupsTable: string,
  shardServers: readonly ClickHouseServer[],
  limits?: DeclaredLimits,
): Promise<Cluster> {
  const elig = await describe(coordinator, eligTable, PAIR_COLUMNS);
  const groups = await describe(coordinator, userGroupsTable, ["user_id", "group_id"]);
  const userType = notNullable(elig.columns.get("user_id")!);
  const facts = {
    coordinator,
    userType,
    version: await clickhouseVersion(coordinator),
    eligColumns: elig.columns,
    groupColumns: groups.columns,
    attributes: attributeNames(limits, elig.columns, groups.columns),
    groupsTable: quotedTable(userGroupsTable, "clickhouse"),
    userGroups: "",
    key: elig.distributed?.key ?? "",
  };
  const onShard = (server: ClickHouseServer, eligName: string, groupsName: string): Shard => {
    const eligTable = quotedTable(eligName, "clickhouse");
    const groupsTable = quotedTable(groupsName, "clickhouse");
    return { server, eligTable, groupsTable, elig: eligTable, userGroups: groupsTable };
  };
  const unpadded = { pairs: false, userGroups: false };
  if (elig.distributed === null) {
    if (shardServers.length > 0) {
      throw new UsageError(`--shard-url is given, but ${eligTable} is no Distributed table`);
    }
    const only = onShard(coordinator, eligTable, userGroupsTable);
    return withPadding({ ...facts, name: null, shards: [only] }, unpadded);
  }
  const { cluster, table } = elig.distributed;
  // Where both tables lie on the same cluster, split by the same key, each shard has the groups of its own users.
  const together = groups.distributed?.cluster === cluster &&
    groups.distributed.key === elig.distributed.key &&
    elig.distributed.key !== "";
  const userGroups = together ? groups.distributed!.table : userGroupsTable;
  const replicas = await replicasOf(coordinator, cluster);
  if (shardServers.length > 0 && shardServers.length !== replicas.length) {
    throw new UsageError(
      `--shard-url is given ${shardServers.length} times, but cluster ${cluster} has ${replicas.length} shards`,
    );
  }
  const shards = replicas.map(({ host, isCoordinator }, i) => {
    const own = isCoordinator ? coordinator : { ...coordinator, host };
    return onShard(shardServers[i] ?? own, table, userGroups);
  });
  return withPadding({ ...facts, name: cluster, shards }, unpadded);
}

/** Columns of the eligible pairs. */
export const PAIR_COLUMNS = ["user_id", "contract_address", "score"];

/** A type without its Nullable. */
function notNullable(type: string): string {
  return type.replace(/Nullable\(([^()]*(?:\([^()]*\))?)\)/, "$1");
}

/** The cluster with tables that are read with trimmed ids where the padding needs it. */
export function withPadding(cluster: Cluster, padding: Padding): Cluster {
  const { version, eligColumns, groupColumns, attributes } = cluster;
  const named = attributes.pairs;
  const shards = cluster.shards.map((shard) => ({
    ...shard,
    elig: pairsOf(shard.eligTable, eligColumns, { version, padding, named }),
    userGroups: userGroupsOf(shard.groupsTable, groupColumns, padding, attributes.users),
  }));
  // The column's type is the same for text, trimmed or not, once NULLs are left out.
  const userGroups = userGroupsOf(cluster.groupsTable, groupColumns, padding, attributes.users);
  return { ...cluster, shards, userGroups };
}

/** One replica of each shard: the coordinator where it is one, else the first. */
async function replicasOf(
  coordinator: ClickHouseServer,
  cluster: string,
): Promise<{ host: string; isCoordinator: boolean }[]> {
  const rows = await rowsOf(
    coordinator,
    `SELECT shard_num, host_name, is_local FROM system.clusters WHERE cluster = ${
      sqlString(cluster)
    } ORDER BY shard_num, is_local DESC, replica_num`,
  );
  return rows.filter(([shard], at) => at === 0 || rows[at - 1][0] !== shard)
    .map(([, host, isLocal]) => ({ host: unescaped(host), isCoordinator: isLocal === "1" }));
}

/** What a table is. */
export interface TableFacts {
  /** Type of each column. */
  columns: Map<string, string>;
  /** The cluster that it is distributed over; null: it is no such table. */
  distributed: { cluster: string; table: string; key: string } | null;
}

/**
 * Columns of a table and what it is distributed over.
 *
 * @throws InputError for a table that isn't there, lacks a column that is wanted, or has one of ids whose type can't hold any
 */
export async function describe(
  server: ClickHouseServer,
  table: string,
  wanted: readonly string[],
): Promise<TableFacts> {
  const [name, database] = table.split(".").reverse();
  quotedTable(table, "clickhouse");
  const place = `database = ${sqlString(database ?? server.database)} AND `;
  const columns = new Map(
    (await rowsOf(
      server,
      `SELECT name, type FROM system.columns WHERE ${place}table = ${sqlString(name)}`,
    ))
      .map(([column, type]) => [column, unescaped(type)]),
  );
  if (columns.size === 0) throw new InputError(`there is no table ${table}`, { file: table });
  for (const column of wanted) {
    if (!columns.has(column)) {
      throw new InputError(`table ${table} has no column ${column}`, { file: table, column });
    }
  }
  requireClickHouseIds(
    `table ${table}`,
    wanted.map((name) => ({ name, type: columns.get(name)! })),
  );
  // Read from the statement that would create it: older servers have no engine_full.
  const [[statement]] = await rowsOf(
    server,
    `SHOW CREATE TABLE ${quotedTable(table, "clickhouse")}`,
  );
  const engine = /ENGINE = Distributed\(([^]*)\)/.exec(unescaped(statement))?.[1];
  if (engine === undefined) return { columns, distributed: null };
  const parts = /^\s*'?([^,']+)'?\s*,\s*'?([^,']*)'?\s*,\s*'?([^,']+?)'?\s*(?:,([^]*))?$/.exec(
    engine,
  );
  if (parts === null) {
    throw new InputError(`table ${table}: can't read ENGINE = Distributed(${engine})`);
  }
  const local = parts[2] === "" ? parts[3] : `${parts[2]}.${parts[3]}`;
  return {
    columns,
    distributed: { cluster: parts[1], table: local, key: (parts[4] ?? "").trim() },
  };
}
