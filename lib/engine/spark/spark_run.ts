/**
 * A run in Spark: how users are gathered, and how the result takes its place.
 *
 * @module
 */
import { quote, UsageError } from "../../base/errors.ts";
import type { RunControl } from "../../base/progress.ts";
import {
  FileRun,
  firstGroupSql,
  pinnedPlaces,
  publishedAlternates,
  TABLES,
  whereCounted,
} from "../sql/files/file_run.ts";
import type { InputTables } from "../sql/store/store.ts";
import { USER_COLUMNS } from "../sql/bundles/state_sql.ts";
import type { PairRules } from "../steps/leave_out.ts";
import type { Published } from "../steps/publish.ts";
import type { Columns } from "../drop/task.ts";
import type { Dialect } from "../sql/store/dialect.ts";
import type { OwnK } from "../drop/own_k.ts";
import type { TableFormat } from "../../io/records/table_format.ts";
import type { SparkStore } from "./store.ts";

/** Each user's group. */
const OWNER_COLUMNS = { user_id: "text", g: "whole", kc: "whole" } as const;

/** The steps in Spark. */
export class SparkRun extends FileRun {
  readonly #spark: SparkStore;

  /** @param format format of the assignments */
  constructor(
    store: SparkStore,
    inputs: InputTables,
    readonly work: string,
    out: string,
    readonly format: SparkFormat,
  ) {
    super(store, inputs, out);
    this.#spark = store;
  }

  /** Whether all users were gathered: Spark marks a folder that it has written to the end. */
  async hasUsers(): Promise<boolean> {
    const there = await this.#spark.driver.ask(
      { op: "exists", path: `${this.work}/${TABLES.users}/_SUCCESS` },
      {},
    );
    if (there !== true) return false;
    await this.#spark.attach(TABLES.users, USER_COLUMNS, {});
    await this.#spark.attach("owner", OWNER_COLUMNS, {});
    return true;
  }

  /** Gathers the users by grouping. */
  async gather(
    columns: Columns,
    sponsored: number,
    rules: PairRules,
    control: RunControl,
  ): Promise<void> {
    control.onProgress?.({ phase: "gather users" });
    const spark = this.#spark;
    await this.putPlaces(columns, control);
    await spark.makeTable("owner", OWNER_COLUMNS, "user_id", control);
    await spark.run(ownersSql(spark.dialect, this.inputs.userGroups, columns.ownK), control);
    await spark.makeTable(TABLES.users, USER_COLUMNS, "uid", control);
    await spark.run(
      gatherSql(spark.dialect, this.inputs.pairs, sponsored, rules, pinnedPlaces(columns)),
      control,
    );
  }

  /**
   * Writes the assignments into a folder beside the result's, which takes its name when it is whole.
   *
   * @throws InputError where rows are missing
   */
  async publish(rows: number, control: RunControl): Promise<Published> {
    control.onProgress?.({ phase: "publish" });
    const { out, format } = this, sql = this.published(format.format === "parquet");
    await this.#writeFolder("published", { out, format, sql, rows }, control);
    return "renamed";
  }

  /** Writes alternates into a folder of their own. */
  protected publishAlternates(
    table: string,
    out: string,
    rows: number,
    control: RunControl,
  ): Promise<void> {
    const format = formatOf(out),
      sql = publishedAlternates(this.#spark.dialect, table, format.format === "parquet");
    const folder = { out: withoutSlash(out), format, sql, rows };
    return this.#writeFolder("published_alternates", folder, control);
  }

  /**
   * Writes the rows of a statement into a folder of the run, which becomes another one when it is whole.
   *
   * @throws InputError where rows are missing
   */
  async #writeFolder(
    name: string,
    { out, format, sql, rows }: WrittenFolder,
    control: RunControl,
  ): Promise<void> {
    const { driver } = this.#spark, staged = `${this.work}/${name}`;
    await driver.ask({ op: "write", path: staged, ...format, sql }, control);
    await driver.ask({ op: "view", table: name, path: staged, ...format }, control);
    await this.requireRows(name, rows, control);
    await driver.ask({ op: "move", from: staged, to: out }, control);
  }

  /** Ends Spark and deletes the run's folder, unless a later run may resume from it. */
  async end(keep: boolean): Promise<void> {
    const { driver } = this.#spark;
    if (!keep) await driver.ask({ op: "delete", path: this.work }, {}).catch(() => {});
    await driver.close();
  }
}

/** A folder that the rows of a statement are written to, and how many there are. */
interface WrittenFolder {
  readonly out: string;
  readonly format: SparkFormat;
  readonly sql: string;
  readonly rows: number;
}

/** A format as Spark names it, with its options. */
export interface SparkFormat {
  readonly format: "csv" | "parquet";
  readonly options: Readonly<Record<string, string>>;
}

/** A folder's path without the slashes that it may end with. */
export function withoutSlash(path: string): string {
  return path.replace(/\/+$/, "");
}

/** How Spark reads and writes either format: in CSV a quote within a field is two of them, as everywhere. */
const FORMATS: Readonly<Record<"csv" | "parquet", SparkFormat>> = {
  csv: { format: "csv", options: { header: "true", escape: '"' } },
  parquet: { format: "parquet", options: {} },
};

/** The format that a path's ending names; null: it has none. Other dots are part of the name. */
function namedFormat(path: string): "csv" | "parquet" | null {
  const ending = /\.(csv|parquet)(\.gz|\.zst)?\/*$/i.exec(path)?.[1].toLowerCase();
  return ending === "csv" || ending === "parquet" ? ending : null;
}

/** The format of files that are read, by the ending of their path: CSV or else Parquet. */
export function formatOf(path: string): SparkFormat {
  return FORMATS[namedFormat(path) ?? "parquet"];
}

/**
 * The format of a folder that is written: as its name's ending says, else as is asked for, else Parquet.
 *
 * @throws UsageError where the name and what is asked for differ, and for a format that Spark does not write here
 */
export function outFormat(out: string, asked: TableFormat | undefined): SparkFormat {
  const named = namedFormat(out);
  if (asked === undefined) return formatOf(out);
  if ((asked !== "csv" && asked !== "parquet") || (named !== null && named !== asked)) {
    const expected = named ?? "csv or parquet";
    throw new UsageError(
      `--format is ${asked}, expected ${expected} for the folder ${quote(out)} of --engine spark`,
    );
  }
  return FORMATS[asked];
}

/** The statement that finds each user's group. */
export function ownersSql(dialect: Dialect, userGroups: string, ownK: OwnK | null): string {
  return `INSERT INTO owner ${firstGroupSql(dialect, userGroups, ownK)}`;
}

/**
 * The statement that gathers users from pairs that count: of repeated ones the largest score.
 *
 * Pairs are grouped by user and by nothing else, so that they go through one shuffle; the rest is done in each user's list,
 * which is sorted by contract and score.
 *
 * @param pinned how many of the first places in the order of contracts are of pinned pairs
 */
export function gatherSql(
  dialect: Dialect,
  pairs: string,
  sponsored: number,
  rules: PairRules,
  pinned = 0,
): string {
  const { topN } = rules, best = Number.isFinite(topN);
  const counted = `(SELECT user_id, struct(ci, score AS value${best ? ", place" : ""}) AS pair
FROM ${pairs} JOIN contract_place USING (contract_address)${
    best ? " JOIN contract_order USING (ci)" : ""
  }${whereCounted(dialect, rules)}) AS counted`;
  const listed = `(SELECT user_id, sort_array(collect_list(pair)) AS every
FROM ${counted} GROUP BY user_id) AS listed`;
  // The last of a contract has its largest score.
  const once = `(SELECT user_id, every,
  filter(every, (p, i) -> NOT coalesce(get(every, i + 1).ci = p.ci, false)) AS once FROM ${listed}) AS known`;
  const lower = "exists(every, q -> q.ci = p.ci AND q.value > p.value)";
  // Pinned pairs come first, and all of them stay.
  const most = pinned === 0
    ? `${topN}`
    : `greatest(${topN}, size(filter(once, p -> p.place < ${pinned})))`;
  const kept = best
    ? `transform(slice(sort_array(transform(once,
  p -> struct(p.place >= ${pinned} AS may_go, -p.value AS cost, p.place, p.ci, p.value))), 1, ${most}), p -> struct(p.ci AS ci, p.value AS value))`
    : "once";
  const list = (what: string, which: string) =>
    `transform(filter(pairs, p -> p.ci ${which} ${sponsored}), p -> p.${what})`;
  return `INSERT INTO ${TABLES.users} (uid, g, kc, dup, odd, beyond, sc, sv, uc, uv)
SELECT user_id, g, kc, dup, odd, size(once) - size(pairs), ${list("ci", "<")}, ${
    list("value", "<")
  }, ${list("ci", ">=")}, ${list("value", ">=")}
FROM (SELECT user_id, once, size(every) - size(once) AS dup,
  if(size(every) = size(once), 0, size(filter(every, p -> ${lower}))) AS odd, ${
    best ? `sort_array(${kept})` : kept
  } AS pairs
FROM ${once}) AS gathered JOIN owner USING (user_id)`;
}
