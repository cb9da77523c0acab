/**
 * From the shards' assignments to the out-table: written beside it, then put in its place by EXCHANGE TABLES or one RENAME.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { ClickHouseError } from "../../deps/clickhouse.ts";
import type { RunControl } from "../../base/progress.ts";
import { columnList } from "../sql/dry_run.ts";
import { RESULT_COLUMNS, RESULT_NAMES } from "../sql/result_sql.ts";
import { clickhouseDialect } from "./dialect.ts";
import { sqlString } from "./literal.ts";
import { type Cluster, rowsOf, run } from "./shards.ts";
import { type ClickHouseTables, overAll } from "./work_tables.ts";

/** The statements that gather all shards' assignments beside the out-table. */
export function stagingSql(cluster: Cluster, tables: ClickHouseTables): string[] {
  return [
    `DROP TABLE IF EXISTS ${tables.staging}`,
    `CREATE TABLE ${tables.staging} (${
      columnList(RESULT_COLUMNS, clickhouseDialect(cluster.userType))
    }) ` +
    `ENGINE = MergeTree PARTITION BY tuple() ORDER BY user_id`,
    `INSERT INTO ${tables.staging} (${RESULT_NAMES}) SELECT ${RESULT_NAMES} FROM ${
      overAll(cluster, tables.result)
    }`,
  ];
}

/** How the assignments take the out-table's place. */
export type ClickHousePublished = "EXCHANGE TABLES" | "RENAME TABLE";

/** The statement that swaps two tables in one step; servers since 20.8 have it, for databases of engine Atomic and later. */
export function exchangeSql(tables: ClickHouseTables): string[] {
  return [
    `EXCHANGE TABLES ${tables.staging} AND ${tables.out}`,
    `DROP TABLE ${tables.staging}`,
  ];
}

/**
 * The statements that put the assignments in the out-table's place on servers without EXCHANGE TABLES. Readers notice
 * the first of them.
 */
export function swapSql(tables: ClickHouseTables, exists: boolean): string[] {
  if (!exists) return [`RENAME TABLE ${tables.staging} TO ${tables.out}`];
  return [
    `RENAME TABLE ${tables.out} TO ${tables.before}, ${tables.staging} TO ${tables.out}`,
    `DROP TABLE ${tables.before}`,
  ];
}

/**
 * Longest name of an out-table: a run's tables have longer names, and the server stores tables in files of those names.
 */
const LONGEST_NAME = 150;

/**
 * Whether the out-table exists.
 *
 * @throws InputError where that name belongs to something that is no table of assignments a run may replace, where its
 *   database does not exist, or where the name is too long
 */
export async function outTableExists(cluster: Cluster, outTable: string): Promise<boolean> {
  const { coordinator } = cluster;
  const [name, database = coordinator.database] = outTable.split(".").reverse();
  const refuse = (why: string) =>
    new InputError(`table ${outTable} ${why}`, { file: outTable, column: "--out-table" });
  if (name.length > LONGEST_NAME) {
    throw refuse(`is too long a name, expected a name of at most ${LONGEST_NAME} letters`);
  }
  const place = `database = ${sqlString(database)} AND `;
  const [there] = await rowsOf(
    coordinator,
    `SELECT count() FROM system.databases WHERE name = ${sqlString(database)}`,
  );
  if (there[0] === "0") throw refuse(`can't be made: there is no database ${database}`);
  const [table] = await rowsOf(
    coordinator,
    `SELECT engine FROM system.tables WHERE ${place}name = ${sqlString(name)}`,
  );
  if (table === undefined) return false;
  const engine = table[0];
  if (!/^MergeTree$/.test(engine)) {
    throw refuse(
      `is there and is a ${engine}: it is not replaced, only a MergeTree that Divvy made is`,
    );
  }
  const found = await rowsOf(
    coordinator,
    `SELECT name FROM system.columns WHERE ${place}table = ${sqlString(name)}`,
  );
  if (found.map(([column]) => column).join(", ") !== RESULT_NAMES) {
    throw refuse(`is there and is no table of assignments (${RESULT_NAMES}): it is not replaced`);
  }
  return true;
}

/** Bytes on disk that a pair takes at least, in the two copies that a run makes of it. */
const PAIR_BYTES = 6;

/**
 * Checks that each shard's disk has room for the run's tables, where the server says how much is free (since 19.15).
 *
 * @throws InputError that names the server and how much is free
 */
export async function checkRoom(
  { shards, version }: Cluster,
  rows: readonly number[],
  control: RunControl,
): Promise<void> {
  if (version < 19.15) return;
  for (const [i, { server }] of shards.entries()) {
    const [[free]] = await rowsOf(
      server,
      "SELECT max(toUInt64(free_space)) FROM system.disks",
      control,
    );
    const needed = rows[i] * PAIR_BYTES;
    if (Number(free) >= needed) continue;
    const mb = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString("en")} MB`;
    throw new InputError(
      `${server.host}:${server.port}: ${mb(Number(free))} are free on disk, ` +
        `expected ${mb(needed)} for the work tables of ${rows[i].toLocaleString("en")} pairs`,
    );
  }
}

/**
 * Gathers the shards' assignments in the staging table, checks that none is missing, and swaps it in. Readers see the
 * old table or the whole new one.
 *
 * @throws InputError where rows are missing
 */
export async function publish(
  cluster: Cluster,
  tables: ClickHouseTables,
  outTable: string,
  rows: number,
  control: RunControl,
): Promise<ClickHousePublished> {
  control.onProgress?.({ phase: "publish" });
  const { coordinator } = cluster;
  for (const sql of stagingSql(cluster, tables)) await run(coordinator, sql, control);
  const [[written]] = await rowsOf(coordinator, `SELECT count() FROM ${tables.staging}`, control);
  if (Number(written) !== rows) {
    throw new InputError(
      `the staging table has ${written} rows of ${rows}: the old table stays`,
      { file: outTable },
    );
  }
  const exists = await outTableExists(cluster, outTable);
  if (exists && await exchange(cluster, tables, control)) return "EXCHANGE TABLES";
  for (const sql of swapSql(tables, exists)) await run(coordinator, sql, control);
  return "RENAME TABLE";
}

/** Error codes of servers and databases that have no EXCHANGE TABLES: not implemented, unsupported, a syntax error. */
const NO_EXCHANGE = [48, 1, 62];

/** Swaps by EXCHANGE TABLES; false: the server can't, and nothing has changed. */
async function exchange(
  { coordinator, version }: Cluster,
  tables: ClickHouseTables,
  control: RunControl,
): Promise<boolean> {
  if (version < 20.08) return false;
  const [swap, drop] = exchangeSql(tables);
  try {
    await run(coordinator, swap, control);
  } catch (error) {
    if (error instanceof ClickHouseError && NO_EXCHANGE.includes(error.code)) return false;
    throw error;
  }
  await run(coordinator, drop, control);
  return true;
}
