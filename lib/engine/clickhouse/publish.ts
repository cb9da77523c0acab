/**
 * From the shards' assignments to the out-table: written beside it, then put in its place by EXCHANGE TABLES or one RENAME.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { ClickHouseError } from "../../deps/clickhouse.ts";
import type { RunControl } from "../../base/progress.ts";
import { quotedTable } from "../../sources/identifier.ts";
import { ALTERNATE_COLUMNS } from "../sql/bundles/alternates_sql.ts";
import type { TableColumns } from "../sql/store/dialect.ts";
import { columnList } from "../sql/dry_run.ts";
import { RESULT_COLUMNS } from "../sql/bundles/result_sql.ts";
import { ClickHouseDialect } from "./dialect.ts";
import { sqlString } from "./literal.ts";
import { type Cluster, rowsOf, runToEnd } from "./shards.ts";
import { type ClickHouseTables, OLD_ALTERNATES, overAll } from "./work_tables.ts";

/** What a table that a run replaces has in it. */
export interface PublishedKind {
  /** In words. */
  readonly what: string;
  /** The option that names the table. */
  readonly option: string;
  /** Its columns. */
  readonly columns: TableColumns;
  /** A column behind these that it may have: for each table that rows are taken from another number. @default none */
  readonly mark?: string;
}

/** Assignments, in the out-table. */
export const ASSIGNMENTS: PublishedKind = {
  what: "assignments",
  option: "--out-table",
  columns: RESULT_COLUMNS,
  mark: "holdout",
};

/** Alternates. */
export const ALTERNATES: PublishedKind = {
  what: "alternates",
  option: "--alternates-out",
  columns: ALTERNATE_COLUMNS,
};

/** A table that a run replaces whole, and the tables beside it for that. */
export interface Replaced {
  readonly kind: PublishedKind;
  /** Name as it was given. */
  readonly name: string;
  /** Quoted names: the table, what becomes it, and the old one while the two change places. */
  readonly out: string;
  readonly staging: string;
  readonly before: string;
}

/** The out-table of a run. */
export function outTableOf(name: string, { out, staging, before }: ClickHouseTables): Replaced {
  return { kind: ASSIGNMENTS, name, out, staging, before };
}

/** The table of alternates of a run. */
export function alternatesTableOf(name: string, { beside }: ClickHouseTables): Replaced {
  return {
    kind: ALTERNATES,
    name,
    out: quotedTable(name, "clickhouse"),
    staging: beside("alternates_staging"),
    before: beside(OLD_ALTERNATES),
  };
}

/**
 * The statements that gather the rows of all shards' tables beside the table that they are to replace.
 *
 * @param from the tables; of several, a column tells the rows of each apart, as 0, 1, …
 */
export function stagingSql(
  cluster: Cluster,
  { kind: { columns, mark }, staging }: Replaced,
  from: readonly string[],
): string[] {
  const dialect = new ClickHouseDialect(cluster.userType), names = Object.keys(columns).join(", ");
  const isMarked = from.length > 1;
  const all = isMarked ? { ...columns, [mark!]: "count" as const } : columns;
  const more = (at: number) => isMarked ? `, ${dialect.as("count", `${at}`)}` : "";
  return [
    `DROP TABLE IF EXISTS ${staging}`,
    `CREATE TABLE ${staging} (${columnList(all, dialect)}) ` +
    `ENGINE = MergeTree PARTITION BY tuple() ORDER BY user_id`,
    ...from.map((table, at) =>
      `INSERT INTO ${staging} (${Object.keys(all).join(", ")}) SELECT ${names}${more(at)} FROM ${
        overAll(cluster, table)
      }`
    ),
  ];
}

/** How the assignments take the out-table's place. */
export type ClickHousePublished = "EXCHANGE TABLES" | "RENAME TABLE";

/** The statement that swaps two tables in one step; servers since 20.8 have it, for databases of engine Atomic and later. */
export function exchangeSql({ staging, out }: Replaced): string[] {
  return [`EXCHANGE TABLES ${staging} AND ${out}`, `DROP TABLE ${staging}`];
}

/**
 * The statements that put the staged rows in the table's place on servers without EXCHANGE TABLES. Readers notice
 * the first of them.
 */
export function swapSql({ staging, out, before }: Replaced, exists: boolean): string[] {
  if (!exists) return [`RENAME TABLE ${staging} TO ${out}`];
  return [
    `RENAME TABLE ${out} TO ${before}, ${staging} TO ${out}`,
    `DROP TABLE ${before}`,
  ];
}

/**
 * Longest name of an out-table: a run's tables have longer names, and the server stores tables in files of those names.
 */
const LONGEST_NAME = 150;

/**
 * Whether the table exists that is to be replaced.
 *
 * @throws InputError where that name belongs to something that is no such table a run may replace, where its database does not
 *   exist, or where the name is too long
 */
export async function outTableExists(
  { coordinator }: Cluster,
  outTable: string,
  { what, option, columns, mark }: PublishedKind,
): Promise<boolean> {
  const [name, database = coordinator.database] = outTable.split(".").reverse();
  const refuse = (why: string) =>
    new InputError(`table ${outTable} ${why}`, { file: outTable, column: option });
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
  const names = Object.keys(columns).join(", ");
  const own = found.map(([column]) => column).filter((column) => column !== mark).join(", ");
  if (own !== names) {
    throw refuse(`is there and is no table of ${what} (${names}): it is not replaced`);
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
 * Gathers the rows of the shards' tables `from` in the staging table, checks that none is missing, and swaps it in. Readers see
 * the old table or the whole new one.
 *
 * @throws InputError where rows are missing
 */
export async function publish(
  cluster: Cluster,
  table: Replaced,
  from: readonly string[],
  rows: number,
  control: RunControl,
): Promise<ClickHousePublished> {
  const { coordinator } = cluster;
  for (const sql of stagingSql(cluster, table, from)) await runToEnd(coordinator, sql, control);
  const [[written]] = await rowsOf(coordinator, `SELECT count() FROM ${table.staging}`, control);
  if (Number(written) !== rows) {
    throw new InputError(
      `the staging table has ${written} rows of ${rows}: the old table stays`,
      { file: table.name },
    );
  }
  const exists = await outTableExists(cluster, table.name, table.kind);
  if (exists && await exchange(cluster, table, control)) return "EXCHANGE TABLES";
  for (const sql of swapSql(table, exists)) await runToEnd(coordinator, sql, control);
  return "RENAME TABLE";
}

/** Error codes of servers and databases that have no EXCHANGE TABLES: not implemented, unsupported, a syntax error. */
const NO_EXCHANGE = [48, 1, 62];

/** Swaps by EXCHANGE TABLES; false: the server can't, and nothing has changed. */
async function exchange(
  { coordinator, version }: Cluster,
  table: Replaced,
  control: RunControl,
): Promise<boolean> {
  if (version < 20.08) return false;
  const [swap, drop] = exchangeSql(table);
  try {
    await runToEnd(coordinator, swap, control);
  } catch (error) {
    if (error instanceof ClickHouseError && NO_EXCHANGE.includes(error.code)) return false;
    throw error;
  }
  await runToEnd(coordinator, drop, control);
  return true;
}
