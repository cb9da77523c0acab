/**
 * The SQL that a run in Spark would send, without sending any.
 *
 * @module
 */
import type { EngineOptions } from "../run/allocate_in_engine.ts";
import type { TableColumns } from "../sql/dialect.ts";
import { columnList, type ShownSteps, shownSteps, shownText } from "../sql/dry_run.ts";
import { USER_COLUMNS } from "../sql/state_sql.ts";
import { checkPolicy, columnsOf, problemOf } from "../steps/task.ts";
import { SparkDialect } from "./dialect.ts";
import { groupsSql, pairsSql } from "./input_views.ts";
import type { SparkInput } from "./open_drop.ts";
import { countedSql, gatherSql, ownersSql, publishSql, TABLES } from "./spark_run.ts";

/**
 * Every kind of statement that a run sends, in order, with the caps and ratios given, all prices 0, and as if scores were
 * doubles. `elig_files` and `group_files` are views of the files.
 *
 * @throws UsageError for a policy that engines can't keep
 */
export function sparkDryRun(input: SparkInput, options: EngineOptions): string {
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
  const dialect = new SparkDialect();
  const pairs = pairsSql("double"), userGroups = groupsSql();
  const sponsored = policy.model === "coverage" ? 0 : columns.sponsoredContracts;
  const make = (table: string, made: TableColumns) => [
    `CREATE TABLE ${table} (${columnList(made, dialect)}) USING parquet`,
  ];
  const steps: ShownSteps = [
    ["gather a row per user", [
      ownersSql(userGroups),
      ...make(TABLES.users, USER_COLUMNS),
      gatherSql(countedSql(pairs, rules, dialect), sponsored, rules),
    ]],
    ...shownSteps({
      ...{ dialect, problem, tables: TABLES, rules, make },
      judged: { pairs, userGroups, result: TABLES.result },
      sampleUsers: options.sampleUsers ?? 100_000,
    }),
    ["publish", [publishSql()]],
  ];
  return shownText(steps);
}
