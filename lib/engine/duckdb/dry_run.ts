/**
 * The SQL that a run in DuckDB would send, without sending any.
 *
 * @module
 */
import type { EngineOptions } from "../run/allocate_in_engine.ts";
import { isWebUrl, webName } from "../../sources/web_url.ts";
import type { TableColumns } from "../sql/store/dialect.ts";
import { shownDrop } from "../run/shown_drop.ts";
import { columnList } from "../sql/dry_run.ts";
import { shownFileRun } from "../sql/files/shown_file_run.ts";
import { DuckDbDialect, quoted } from "./dialect.ts";
import { inputTables } from "../sql/files/file_drop.ts";
import { publishedRows } from "../sql/files/file_run.ts";
import { copySql, countedSql, fileFormatOf, gatherSql, ownersSql } from "./duckdb_run.ts";
import type { DuckDbInput } from "./open_drop.ts";

/**
 * Every kind of statement that a run sends, in order, with the caps and ratios given, all prices 0, and as if the files were
 * CSV and few enough to be gathered at once.
 *
 * @throws UsageError for a policy that engines can't keep
 */
export function duckDbDryRun(input: DuckDbInput, options: EngineOptions): string {
  const { columns, problem, rules, sponsored, sampleUsers } = shownDrop(input, options);
  const dialect = new DuckDbDialect(), format = fileFormatOf(input.out, input.format);
  const files = (name: string) =>
    `read_csv([${
      quoted(isWebUrl(name) ? webName(name) : name)
    }], header = true, all_varchar = true)`;
  const elig = { source: files(input.elig), columns: new Map([["score", "VARCHAR"]]) };
  const inputs = inputTables(dialect, elig, {
    source: files(input.userGroups),
    columns: new Map(),
  });
  const counted = countedSql(dialect, inputs.pairs, rules);
  const make = (table: string, made: TableColumns) => [
    `CREATE OR REPLACE TABLE ${table} (${columnList(made, dialect)})`,
  ];
  return shownFileRun({
    dialect,
    problem,
    rules,
    make,
    sampleUsers,
    inputs,
    owners: ownersSql(dialect, inputs.userGroups, columns.ownK),
    gather: gatherSql(columns, counted, sponsored, rules),
    publish: copySql(input.out, format, publishedRows(dialect, null, format.format === "parquet")),
  });
}
