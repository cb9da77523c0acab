/**
 * The SQL that a run in DuckDB would send, without sending any.
 *
 * @module
 */
import type { EngineOptions } from "../run/allocate_in_engine.ts";
import type { TableColumns } from "../sql/dialect.ts";
import { columnList, type ShownSteps, shownSteps, shownText } from "../sql/dry_run.ts";
import { USER_COLUMNS } from "../sql/state_sql.ts";
import { checkPolicy, columnsOf, problemOf } from "../steps/task.ts";
import { DuckDbDialect, quoted } from "./dialect.ts";
import { countedSql, gatherSql, ownersSql, publishSql, TABLES } from "./duckdb_run.ts";
import { groupsSql, pairsSql } from "./input_files.ts";
import type { DuckDbInput } from "./open_drop.ts";

/**
 * Every kind of statement that a run sends, in order, with the caps and ratios given, all prices 0, and as if the files were
 * CSV and few enough to be gathered at once.
 *
 * @throws UsageError for a policy that engines can't keep
 */
export function duckDbDryRun(input: DuckDbInput, options: EngineOptions): string {
  checkPolicy(input.policy, input.caps);
  const { policy, groupRatios } = input;
  const columns = columnsOf(
    input.caps,
    groupRatios,
    groupRatios.groups,
    options.unsponsoredCap ?? 10_000,
  );
  const size = new Uint32Array(columns.groups.length).fill(1);
  const problem = problemOf(columns, policy, size, 1, options.defaultRatio);
  const { minScore = -Infinity, topN = Infinity } = options;
  const rules = { minScore, topN, repeats: true };
  const dialect = new DuckDbDialect();
  const files = (name: string) => `read_csv([${quoted(name)}], header = true, all_varchar = true)`;
  const pairs = pairsSql(files(input.elig), new Map([["score", "VARCHAR"]]));
  const userGroups = groupsSql(files(input.userGroups));
  const sponsored = policy.model === "coverage" ? 0 : columns.sponsoredContracts;
  const make = (table: string, made: TableColumns) => [
    `CREATE OR REPLACE TABLE ${table} (${columnList(made, dialect)})`,
  ];
  const steps: ShownSteps = [
    ["gather a row per user", [
      ownersSql(userGroups),
      ...make(TABLES.users, USER_COLUMNS),
      gatherSql(columns, countedSql(pairs, rules, dialect), sponsored, rules),
    ]],
    ...shownSteps({
      ...{ dialect, problem, tables: TABLES, rules, make },
      judged: { pairs, userGroups, result: TABLES.result },
      sampleUsers: options.sampleUsers ?? 100_000,
    }),
    ["publish", [publishSql(input.out, input.out)]],
  ];
  return shownText(steps);
}
