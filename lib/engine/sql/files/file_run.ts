/**
 * What runs over files share: users' groups as a table, which pairs count, and what is published.
 *
 * @module
 */
import { InputError } from "../../../base/errors.ts";
import { compareIds } from "../../../base/ids/ids.ts";
import type { RunControl } from "../../../base/progress.ts";
import type { PairRules } from "../../steps/leave_out.ts";
import type { OwnK } from "../../drop/own_k.ts";
import type { Columns } from "../../drop/task.ts";
import { wholeOrText } from "./input_files.ts";
import type { Dialect } from "../store/dialect.ts";
import type { SingleStore } from "../store/single_store.ts";
import { SqlRun } from "../sql_run.ts";
import type { InputTables, WorkTables } from "../store/store.ts";

/** The run's tables. */
export const TABLES: WorkTables = {
  users: "users",
  current: "current_bundles",
  moves: "moves",
  candidates: "candidates",
  result: "result",
  beside: (name) => `before_${name}`,
};

/** The steps over files. How pairs are grouped by user and where results go is left to each engine. */
export abstract class FileRun extends SqlRun {
  constructor(
    protected readonly files: SingleStore,
    inputs: InputTables,
    readonly out: string,
  ) {
    super(files, TABLES, inputs);
  }

  /**
   * Makes the tables of groups and contracts by id, and of the contracts' order by id, which decides between equal
   * scores. Slots of pinned pairs come first, by their names.
   */
  protected async putPlaces(
    { groups, contracts, ownK }: Columns,
    control: RunControl,
  ): Promise<void> {
    const keys = ownK?.keys ?? groups.map((id) => [id, ""] as const);
    await this.files.putSmall({
      name: "group_place",
      columns: { group_id: "text", own_k: "text", code: "whole" },
      rows: keys.map(([id, k], at) => [id, k, `${ownK?.codes[at] ?? at}`]),
    }, control);
    await this.files.putSmall({
      name: "contract_place",
      columns: { contract_address: "text", ci: "index" },
      rows: contracts.map((id, c) => [id, `${c}`]),
    }, control);
    const byId = Array.from(contracts.keys()).sort((a, b) =>
      compareIds(contracts[a], contracts[b])
    );
    await this.files.putSmall({
      name: "contract_order",
      columns: { ci: "index", place: "whole" },
      rows: byId.map((c, place) => [`${c}`, `${place}`]),
    }, control);
  }

  /** The rows that are published, in their order. */
  protected published(isParquet: boolean): string {
    return publishedRows(this.files.dialect, this.served, isParquet);
  }

  /**
   * Checks that no row of a source is missing.
   *
   * @throws InputError where one is
   */
  protected async requireRows(source: string, rows: number, control: RunControl): Promise<void> {
    const [[written]] = await this.files.rowsOverAll(`SELECT count(*) FROM ${source}`, control);
    if (Number(written) === rows) return;
    throw new InputError(`the result has ${written} rows of ${rows}: ${this.out} stays`, {
      file: this.out,
    });
  }
}

/** Each user's group: the first known one by id; and its class of k: the lowest where it has several. */
export function firstGroupSql(dialect: Dialect, userGroups: string, ownK: OwnK | null): string {
  const key = ownK === null ? "group_id" : "group_id, own_k", classes = ownK?.values.length ?? 1;
  return `SELECT user_id, ${dialect.as("whole", `floor(code / ${classes})`)} AS g, ${
    dialect.as("whole", `code % ${classes}`)
  } AS kc
FROM (SELECT user_id, min(code) AS code
FROM ${userGroups} JOIN group_place USING (${key}) GROUP BY user_id) AS coded`;
}

/** How many slots are of pinned pairs; they have the first places of the contracts' order. */
export function pinnedPlaces({ isPinned = null }: Columns): number {
  return isPinned?.reduce((sum, is) => sum + is, 0) ?? 0;
}

/** The condition on scores of the pairs that count, and others beside it, as SQL after the pairs. */
export function whereCounted(
  dialect: Dialect,
  { minScore }: PairRules,
  others: readonly string[] = [],
): string {
  const least = Number.isFinite(minScore) ? [`score >= ${dialect.number(minScore)}`] : [];
  const holds = [...least, ...others];
  return holds.length === 0 ? "" : ` WHERE ${holds.join(" AND ")}`;
}

/**
 * The rows that are published, in their order: where users held out have offers, these among them, and a column that tells them
 * apart.
 *
 * @param served the table of what users held out got; null: they got nothing
 */
export function publishedRows(sql: Dialect, served: string | null, isParquet: boolean): string {
  const isTrue = (column: string) => `${flag(column, isParquet)} AS ${column}`;
  const real = (column: string) => `${written(sql, column, isParquet)} AS ${column}`;
  const select = (from: string, more: string) =>
    `SELECT user_id, contract_address, ${real("score")}, ${isTrue("is_sponsored")},\n  group_id, ${
      real("sponsorship_ratio")
    }${more}
FROM ${from} AS made ORDER BY user_id, made.score DESC, contract_address`;
  if (served === null) return select(TABLES.result, "");
  const rows = (table: string, isOut: number) =>
    `SELECT user_id, contract_address, score, is_sponsored, group_id, sponsorship_ratio, ${isOut} AS holdout FROM ${table}`;
  const both = `(${rows(TABLES.result, 0)}\nUNION ALL ${rows(served, 1)})`;
  return select(both, `, ${isTrue("holdout")}`);
}

/** The alternates as files have them, in the columns and the order of one machine. */
export function publishedAlternates(sql: Dialect, table: string, isParquet: boolean): string {
  const rank = isParquet ? "CAST(rank AS DOUBLE)" : "rank";
  const real = (column: string) => `${written(sql, column, isParquet)} AS ${column}`;
  return `SELECT user_id, contract_address, ${rank} AS rank, ${real("score")}, ${real("net_value")},
  ${flag("is_sponsored", isParquet)} AS is_sponsored, group_id
FROM ${table} AS made ORDER BY user_id, made.rank`;
}

/** A column of numbers as files of one machine have it: whole ones without a point in texts. */
function written(sql: Dialect, column: string, isParquet: boolean): string {
  return isParquet ? column : wholeOrText(sql, column);
}

/** A column of 0 and 1 as files of one machine have it: a boolean in Parquet, else True or False. */
function flag(column: string, isParquet: boolean): string {
  return isParquet ? `${column} = 1` : `if(${column} = 1, 'True', 'False')`;
}
