/**
 * From bundles to the out-table: written beside it, then put in its place by one RENAME.
 *
 * @module
 */
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { InputError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import { sqlIntegers, sqlLookup, sqlString, sqlStrings } from "../server/literal.ts";
import { type Cluster, rowsOf, run } from "../server/shards.ts";
import { stateSql } from "../sql/state_sql.ts";
import { makeTable, overAll, type WorkTables } from "../server/work_tables.ts";

/** Columns of the out-table. */
export function resultColumns(userType: string): string {
  return `user_id ${userType}, contract_address String, score Float64, is_sponsored UInt8, group_id String, sponsorship_ratio Float64`;
}

const NAMES = "user_id, contract_address, score, is_sponsored, group_id, sponsorship_ratio";

/** The statement that turns a shard's bundles into rows of assignments. */
export function resultSql(problem: DualProblem, tables: WorkTables): string {
  const { contracts, groups, ratio, sponsoredContracts } = problem.instance;
  const text = (key: string, values: readonly string[]) =>
    `transform(${key}, ${sqlIntegers(values.keys())}, ${sqlStrings(values)}, '')`;
  return `INSERT INTO ${tables.result} (${NAMES})
SELECT uid, ${text("c", contracts)}, s, toUInt8(c < ${sponsoredContracts}), ${text("g", groups)}, ${
    sqlLookup("g", ratio)
  }
FROM (SELECT uid, g, arrayConcat(sc, uc) AS cs, arrayConcat(sv, uv) AS vs, hh FROM ${
    stateSql(tables)
  })
ARRAY JOIN cs AS c, vs AS s
WHERE has(hh, c)`;
}

/** Writes every shard's assignments to its own table. */
export async function writeResults(
  problem: DualProblem,
  cluster: Cluster,
  tables: WorkTables,
  control: RunControl,
): Promise<void> {
  control.onProgress?.({ phase: "write assignments" });
  await makeTable(cluster, tables.result, resultColumns(cluster.userType), "user_id", control);
  const sql = resultSql(problem, tables);
  await Promise.all(cluster.shards.map(({ server }) => run(server, sql, control)));
}

/** The statements that gather all shards' assignments beside the out-table. */
export function stagingSql(cluster: Cluster, tables: WorkTables): string[] {
  return [
    `DROP TABLE IF EXISTS ${tables.staging}`,
    `CREATE TABLE ${tables.staging} (${resultColumns(cluster.userType)}) ` +
    `ENGINE = MergeTree PARTITION BY tuple() ORDER BY user_id`,
    `INSERT INTO ${tables.staging} (${NAMES}) SELECT ${NAMES} FROM ${
      overAll(cluster, tables.result)
    }`,
  ];
}

/** The statements that put it in the out-table's place; the first is the moment that readers notice. */
export function swapSql(tables: WorkTables, exists: boolean): string[] {
  if (!exists) return [`RENAME TABLE ${tables.staging} TO ${tables.out}`];
  return [
    `RENAME TABLE ${tables.out} TO ${tables.before}, ${tables.staging} TO ${tables.out}`,
    `DROP TABLE ${tables.before}`,
  ];
}

/** Whether the out-table is there. Throws InputError where a table that is no table of assignments has its name. */
export async function outTableExists(cluster: Cluster, outTable: string): Promise<boolean> {
  const { coordinator } = cluster;
  const [name, database = coordinator.database] = outTable.split(".").reverse();
  const found = await rowsOf(
    coordinator,
    `SELECT name FROM system.columns WHERE database = ${sqlString(database)} AND table = ${
      sqlString(name)
    }`,
  );
  const columns = found.map(([column]) => column);
  if (columns.length > 0 && columns.join(", ") !== NAMES) {
    throw new InputError(
      `table ${outTable} is there and is no table of assignments (${NAMES}): it is not replaced`,
      { file: outTable },
    );
  }
  return columns.length > 0;
}

/**
 * Gathers the shards' assignments in the staging table, looks that none is missing, and swaps it in. Readers see the old
 * table or the whole new one.
 */
export async function publish(
  cluster: Cluster,
  tables: WorkTables,
  outTable: string,
  rows: number,
  control: RunControl,
): Promise<void> {
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
  const [swap, ...rest] = swapSql(tables, await outTableExists(cluster, outTable));
  await run(coordinator, swap, control);
  for (const sql of rest) await run(coordinator, sql, control);
}
