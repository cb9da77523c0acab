/**
 * The SQL that a run in Spark would send, without sending any.
 *
 * @module
 */
import type { EngineOptions } from "../run/allocate_in_engine.ts";
import type { TableColumns } from "../sql/store/dialect.ts";
import { shownDrop } from "../run/shown_drop.ts";
import { columnList } from "../sql/dry_run.ts";
import { shownFileRun } from "../sql/files/shown_file_run.ts";
import { SparkDialect } from "./dialect.ts";
import { inputTables } from "../sql/files/file_drop.ts";
import { publishedRows } from "../sql/files/file_run.ts";
import { ELIG, GROUPS, type SparkInput } from "./open_drop.ts";
import { gatherSql, outFormat, ownersSql } from "./spark_run.ts";

/**
 * Every kind of statement that a run sends, in order, with the caps and ratios given, all prices 0, and as if scores were
 * doubles. `elig_files` and `group_files` are views of the files.
 *
 * @throws UsageError for a policy that engines can't keep
 */
export function sparkDryRun(input: SparkInput, options: EngineOptions): string {
  const { columns, problem, rules, sponsored, sampleUsers } = shownDrop(input, options);
  const dialect = new SparkDialect();
  const elig = { source: ELIG, columns: new Map([["score", "double"]]) };
  const inputs = inputTables(dialect, elig, { source: GROUPS, columns: new Map() });
  const make = (table: string, made: TableColumns) => [
    `CREATE TABLE ${table} (${columnList(made, dialect)}) USING parquet`,
  ];
  return shownFileRun({
    dialect,
    problem,
    rules,
    make,
    sampleUsers,
    inputs,
    owners: ownersSql(dialect, inputs.userGroups, columns.ownK),
    gather: gatherSql(dialect, inputs.pairs, sponsored, rules),
    publish: publishedRows(dialect, null, outFormat(input.out, input.format).format === "parquet"),
  });
}
