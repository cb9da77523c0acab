/**
 * History and previous offers in tables of a server: offers of earlier drops, with the values that rows have everywhere.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import type { Dialect } from "../sql/store/dialect.ts";
import { dayOf, outcomeOf } from "../sql/files/history_files.ts";
import { cellSql, type InputFiles } from "../sql/files/input_files.ts";
import { quotedTable } from "../../sources/identifier.ts";
import type { ColumnTypes } from "./input_tables.ts";
import { type Cluster, describe } from "./shards.ts";

/** A table of history: as the coordinator calls it, and as shards do. */
export interface HistoryTable extends InputFiles {
  /** Quoted name where a shard's users are. */
  readonly onShards: string;
}

/**
 * Finds tables of history. One that is Distributed over the cluster of the pairs by the same key is read where its users are;
 * any other must be on every shard under its name.
 *
 * @throws InputError for a table that isn't there or lacks a column, or whose users are of another type than those of the pairs
 */
export async function historyTables(
  { coordinator, name: cluster, key, userType }: Cluster,
  names: readonly string[],
): Promise<HistoryTable[]> {
  return await Promise.all(names.map(async (name) => {
    const { columns, distributed } = await describe(coordinator, name, [
      "user_id",
      "contract_address",
    ]);
    const type = plainType(columns, "user_id");
    if (!isText(userType) && type !== userType) {
      throw new InputError(
        `table ${name}: user_id is ${type}, expected ${userType} as in the table of pairs`,
        { file: name, column: "user_id" },
      );
    }
    const together = distributed !== null && distributed.cluster === cluster &&
      distributed.key === key && key !== "";
    const source = quotedTable(name, "clickhouse");
    return {
      name: `table ${name}`,
      source,
      columns,
      isText: false,
      fingerprint: null,
      onShards: together ? quotedTable(distributed.table, "clickhouse") : source,
    };
  }));
}

/** The tables on a shard as one: user_id, contract_address, day, declined, score (NULL: none) and brand ("": none). */
export function historyOf(
  sql: Dialect,
  userType: string,
  tables: readonly HistoryTable[],
): string {
  const parts = tables.map((table, at) => {
    const user = isText(userType) ? cellSql(sql, "user_id") : "user_id";
    const brand = table.columns.has("brand_id") ? `ifNull(${cellSql(sql, "brand_id")}, '')` : "''";
    const inner = `SELECT assumeNotNull(${user}) AS user, assumeNotNull(${
      cellSql(sql, "contract_address")
    }) AS contract, assumeNotNull(${dayOf(sql, table, at)}) AS day, toUInt8(ifNull(${
      outcomeOf(sql, table)
    } = 'declined', 0)) AS declined, ${
      scoreOf(sql, table)
    } AS value, assumeNotNull(${brand}) AS brand FROM ${table.onShards}`;
    return `SELECT user AS user_id, contract AS contract_address, day, declined, value AS score, brand FROM (${inner})`;
  });
  return `(${parts.join("\nUNION ALL ")}) AS history`;
}

/** A table of previous offers on a shard: user_id, contract_address. */
export function previousOf(sql: Dialect, userType: string, table: HistoryTable): string {
  const user = isText(userType) ? cellSql(sql, "user_id") : "user_id";
  return `(SELECT assumeNotNull(user) AS user_id, assumeNotNull(contract) AS contract_address FROM (SELECT ${user} AS user, ${
    cellSql(sql, "contract_address")
  } AS contract FROM ${table.onShards})
WHERE ifNull(contract, '') <> '') AS previous_offers`;
}

function scoreOf(sql: Dialect, { columns }: InputFiles): string {
  return columns.has("score")
    ? `toFloat64OrNull(ifNull(${cellSql(sql, "score")}, ''))`
    : "CAST(NULL AS Nullable(Float64))";
}

function plainType(columns: ColumnTypes, name: string): string {
  return columns.get(name)!.replace(/^Nullable\((.*)\)$/, "$1");
}

function isText(type: string): boolean {
  return type.includes("String");
}
