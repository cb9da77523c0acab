/**
 * The tables that a run works in: their names, and how they are made and dropped. None of them is the out-table.
 *
 * @module
 */
import type { StatementOptions } from "../../deps/clickhouse.ts";
import type { WorkTables } from "../sql/store/store.ts";
import { quotedTable } from "../../sources/identifier.ts";
import { sqlString } from "./literal.ts";
import { type Cluster, rowsOf, runToEnd } from "./shards.ts";

/** Names of a run's tables. They lie beside the out-table, and begin with its name and the run's token. */
export interface ClickHouseTables extends WorkTables {
  /** On the coordinator: what becomes the out-table. */
  readonly staging: string;
  /** On the coordinator: the old out-table, while the two change places. */
  readonly before: string;
  /** The out-table. */
  readonly out: string;
}

const MARK = "__divvy_";

/** What the name of the old table of alternates ends with, while it and the new one change places. */
export const OLD_ALTERNATES = "alternates_before";

/** Name of the table that says which run works for an out-table. */
export function lockTable(outTable: string): string {
  return `${outTable}${MARK}lock`;
}

/** The names for an out-table and a run's token of letters and digits. */
export function workTables(outTable: string, token: string): ClickHouseTables {
  const name = (part: string) => quotedTable(`${outTable}${MARK}${token}_${part}`, "clickhouse");
  return {
    users: name("users"),
    current: name("current"),
    moves: name("moves"),
    candidates: name("candidates"),
    result: name("result"),
    beside: name,
    staging: name("staging"),
    before: name("before"),
    out: quotedTable(outTable, "clickhouse"),
  };
}

/** The table on the coordinator that reads a table of all shards; with one server it is the table itself. */
export function overAll(cluster: Cluster, table: string): string {
  return cluster.name === null ? table : table.replace(/`$/, "_all`");
}

/** The statements that make a table on a shard, after dropping what an earlier try may have left. */
export function createTable(table: string, columns: string, order: string): string[] {
  return [
    `DROP TABLE IF EXISTS ${table}`,
    `CREATE TABLE ${table} (${columns}) ENGINE = MergeTree PARTITION BY tuple() ORDER BY ${order}`,
  ];
}

/** The statements that make the table over all shards on the coordinator; none where there is one server. */
function createOverAll(cluster: Cluster, table: string): string[] {
  if (cluster.name === null) return [];
  const parts = table.replaceAll("`", "").split(".");
  const database = parts.length === 2 ? parts[0] : cluster.coordinator.database;
  const over = `Distributed(${cluster.name}, ${sqlString(database)}, ${sqlString(parts.at(-1)!)})`;
  return [
    `DROP TABLE IF EXISTS ${overAll(cluster, table)}`,
    // The coordinator may be a shard itself, so the columns can be taken from its own part or from any shard's.
    `CREATE TABLE ${overAll(cluster, table)} (COLUMNS) ENGINE = ${over}`,
  ];
}

/** Makes a table on every shard, and the one over all of them. */
export async function makeTable(
  cluster: Cluster,
  table: string,
  columns: string,
  order: string,
  options: StatementOptions,
): Promise<void> {
  await Promise.all(cluster.shards.map(async ({ server }) => {
    for (const sql of createTable(table, columns, order)) await runToEnd(server, sql, options);
  }));
  for (const sql of createOverAll(cluster, table)) {
    await runToEnd(cluster.coordinator, sql.replace("(COLUMNS)", `(${columns})`), options);
  }
}

/** The tables that a run replaces. */
export interface OutTables {
  /** Of the assignments. */
  readonly outTable: string;
  /** Of the alternates; null: none are asked for. */
  readonly alternates: string | null;
}

/**
 * Drops the tables of dead runs for this out-table, but not those of the run `keep`. Who holds the lock of the
 * out-table knows that all other runs are dead. Where a server died between the two halves of a swap there is no
 * out-table, or none of alternates, and the old one gets its name back.
 */
export async function dropWork(
  cluster: Cluster,
  { outTable, alternates }: OutTables,
  keep: string | null,
  options: StatementOptions,
): Promise<void> {
  const [name, database = cluster.coordinator.database] = outTable.split(".").reverse();
  const begins = `${name}${MARK}`;
  const servers = new Set([cluster.coordinator, ...cluster.shards.map((shard) => shard.server)]);
  for (const server of servers) {
    const found = await rowsOf(
      server,
      `SELECT name FROM system.tables WHERE database = ${sqlString(database)} ` +
        `AND substring(name, 1, ${begins.length}) = ${sqlString(begins)}`,
      options,
    );
    for (const [table] of found) {
      if (table.startsWith(`${begins}lock`)) continue;
      if (keep !== null && table.startsWith(`${begins}${keep}_`)) continue;
      // Divvy's own tables have plain names only.
      if (!/^\w+$/.test(table)) continue;
      const quoted = quotedTable(`${database}.${table}`, "clickhouse");
      const isAlternates = table.endsWith(`_${OLD_ALTERNATES}`);
      // Whose they are is not known, and they may be all that is left of them.
      if (isAlternates && alternates === null) continue;
      const old = isAlternates ? alternates! : `${database}.${name}`;
      const isOld = server === cluster.coordinator && table.endsWith("_before");
      const out = isOld ? quotedTable(old, "clickhouse") : null;
      if (out !== null && (await rowsOf(server, `EXISTS TABLE ${out}`, options))[0][0] === "0") {
        await runToEnd(server, `RENAME TABLE ${quoted} TO ${out}`, options);
      } else await runToEnd(server, `DROP TABLE IF EXISTS ${quoted}`, options);
    }
  }
}
