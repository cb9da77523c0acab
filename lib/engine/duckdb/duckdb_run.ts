/**
 * A run in DuckDB: how users are gathered without more memory than given, and how the result becomes a file.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import { UsageError } from "../../base/errors.ts";
import { isStandardOutput, outputTarget } from "../../io/bytes/output_target.ts";
import { type FileFormat, fileFormat, type TableFormat } from "../../io/records/table_format.ts";
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
import type { Certified, JudgeRules } from "../steps/certify.ts";
import type { UserFacts } from "../steps/gather.ts";
import type { PairRules, PairTally } from "../steps/leave_out.ts";
import type { Published } from "../steps/publish.ts";
import type { Columns } from "../drop/task.ts";
import type { Dialect } from "../sql/store/dialect.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import type { OwnK } from "../drop/own_k.ts";
import type { Judged } from "../sql/certify/judge_sql.ts";
import type { PairMarks, Tallied } from "../sql/pairs/tally_sql.ts";
import { splitMarks } from "./tallied_parts.ts";
import { splitJudged } from "./judged_parts.ts";
import { splitByUser, type SplitSources } from "./split_by_user.ts";
import { quoted } from "./dialect.ts";
import type { DuckDbStore } from "./store.ts";
import type { WorkFolder } from "./work_folder.ts";

/** Bytes of memory, generously, that gathering takes for each of the pairs that are gathered at a time. */
const BYTES_A_PAIR = 170;

/** The same of judging, where the lists that are gathered do not leave memory before they are judged. */
const BYTES_JUDGED = 140;

/** The same of counting why pairs are left out. */
const BYTES_TALLIED = 160;

/** What a run knows of its size, and what it is to write. */
export interface DuckDbResources {
  /** Rows of the pairs. */
  readonly pairRows: number;
  /** Bytes of memory that DuckDB has. */
  readonly memory: number;
  /** Format of the assignments where their file's name says none. @default CSV */
  readonly format?: TableFormat;
}

/** The steps in DuckDB. */
export class DuckDbRun extends FileRun {
  readonly pairRows: number;
  readonly memory: number;
  readonly #format: TableFormat | undefined;
  readonly #store: DuckDbStore;
  /** The pairs as they were inspected. */
  readonly #pairsRead: string;
  /** Pairs and groups as they were split for gathering; null: they were not. */
  #drop: SplitSources<"pairs" | "userGroups"> | null = null;

  constructor(
    store: DuckDbStore,
    inputs: InputTables,
    readonly folder: WorkFolder,
    out: string,
    { pairRows, memory, format }: DuckDbResources,
  ) {
    super(store, inputs, out);
    this.#store = store;
    this.#pairsRead = inputs.pairs;
    this.pairRows = pairRows;
    this.memory = memory;
    this.#format = format;
  }

  /** Whether the table of users exists; it is then whole, as it is made in one transaction. */
  async hasUsers(): Promise<boolean> {
    const sql = `SELECT count(*) FROM duckdb_tables() WHERE table_name = ${quoted(TABLES.users)}`;
    return (await this.#store.rowsOverAll(sql, {}))[0][0] === "1";
  }

  /**
   * Gathers the users; where pairs are many, first splits them and the groups by user into files, then takes one part after the
   * other: so no table of all users is joined or grouped by. Certification reads the same files again.
   */
  async gather(
    columns: Columns,
    sponsored: number,
    rules: PairRules,
    control: RunControl,
  ): Promise<void> {
    const store = this.#store;
    await this.putPlaces(columns, control);
    const parts = Math.max(1, Math.ceil(this.pairRows * BYTES_A_PAIR / this.memory));
    await this.#split(parts, control);
    await store.run("BEGIN", control);
    try {
      await store.makeTable(TABLES.users, USER_COLUMNS, "uid", control);
      for (let part = 0; part < parts; part++) {
        control.onProgress?.({ phase: "gather users", done: part / parts });
        const { pairs, userGroups } = this.#partOf(part);
        await store.run(ownersSql(store.dialect, userGroups, columns.ownK), control);
        const counted = countedSql(store.dialect, pairs, rules);
        await store.run(gatherSql(columns, counted, sponsored, rules), control);
      }
      await store.run("DROP TABLE owner", control);
      await store.run("COMMIT", control);
    } catch (error) {
      await store.run("ROLLBACK", {}).catch(() => {});
      await this.#clearSplit();
      throw error;
    }
  }

  /** Splits pairs and groups into so many parts, unless they are one. */
  async #split(parts: number, control: RunControl): Promise<void> {
    await this.#clearSplit();
    if (parts === 1) return;
    control.onProgress?.({ phase: "split pairs by user" });
    const { pairs, userGroups } = this.inputs, path = this.folder.pairs;
    this.#drop = await splitByUser(this.#store, path, { pairs, userGroups }, parts, control);
  }

  /** The pairs and groups of a part's users. */
  #partOf(part: number): Pick<InputTables, "pairs" | "userGroups"> {
    const split = this.#drop;
    if (split === null) return this.inputs;
    return { pairs: split.source("pairs", part), userGroups: split.source("userGroups", part) };
  }

  /** Removes what was split for gathering. */
  async #clearSplit(): Promise<void> {
    this.#drop = null;
    await this.folder.clear(this.folder.pairs);
  }

  /** Counts the pairs, and removes what was split for it. */
  override async tallyPairs(
    columns: Columns,
    rules: PairRules,
    rows: number,
    control: RunControl,
  ): Promise<PairTally> {
    try {
      return await super.tallyPairs(columns, rules, rows, control);
    } finally {
      await this.folder.clear(this.folder.tallied);
    }
  }

  /** Pairs are counted in as many parts as memory asks for, split by part where these are many. */
  protected override talliedIn(marks: PairMarks): Pick<Tallied, "rowsAtATime" | "split"> {
    return {
      rowsAtATime: Math.max(1, this.memory / BYTES_TALLIED),
      split: (parts, control) => splitMarks(this.#store, this.folder, marks, parts, control),
    };
  }

  /** Users are judged in as many parts as memory asks for, split by part where these are many. */
  protected override async judgedIn(judged: Judged, control: RunControl): Promise<Judged> {
    const { folder, pairRows, memory } = this;
    const parts = Math.max(1, Math.ceil(pairRows * BYTES_JUDGED / memory));
    // What was decided before the drop leaves other rows than were inspected.
    const rows = judged.pairs === this.#pairsRead ? pairRows : null;
    const how = { pairRows: rows, before: this.#drop };
    return await splitJudged(this.#store, folder, { ...judged, parts }, how, control);
  }

  /** Certifies, and removes what was split for it. */
  override async certify(
    problem: DualProblem,
    prices: Prices,
    rules: JudgeRules,
    control: RunControl,
  ): Promise<Certified> {
    try {
      return await super.certify(problem, prices, rules, control);
    } finally {
      await this.folder.clear(this.folder.judged);
      await this.#clearSplit();
    }
  }

  /** Counts the users gathered, and of pairs that come again with another score how many there are. */
  override async countUsers(
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<UserFacts> {
    const facts = await super.countUsers(columns, rules, control);
    // Gathering counted the pairs with different scores; their rows are counted among those users alone.
    if (facts.conflicts === 0) return facts;
    await this.putPlaces(columns, control);
    const among = `user_id IN (SELECT uid FROM ${TABLES.users} WHERE odd > 0)`;
    const counted = `(SELECT user_id, ci, score AS value FROM ${this.inputs.pairs}
JOIN contract_place USING (contract_address)${
      whereCounted(this.#store.dialect, rules, [among])
    }) AS counted`;
    const [[conflicts]] = await this.#store.rowsOverAll(
      `SELECT count(*) FROM ${counted} JOIN (SELECT user_id, ci, max(value) AS best FROM ${counted}
GROUP BY user_id, ci HAVING min(value) < max(value)) AS differing USING (user_id, ci)
WHERE value < best`,
      control,
    );
    return { ...facts, conflicts: Number(conflicts) };
  }

  /**
   * Writes the assignments to a file beside the result, which takes its name when it is whole.
   *
   * @throws InputError where rows are missing
   */
  async publish(rows: number, control: RunControl): Promise<Published> {
    control.onProgress?.({ phase: "publish" });
    const format = fileFormatOf(this.out, this.#format);
    const published = this.published(format.format === "parquet");
    await this.requireRows(`(${published}) AS published`, rows, control);
    await this.#writeFile(this.out, (staged) => copySql(staged, format, published), control);
    return "renamed";
  }

  /** Writes alternates to their file. */
  protected publishAlternates(
    table: string,
    out: string,
    _rows: number,
    control: RunControl,
  ): Promise<void> {
    const format = fileFormatOf(out),
      made = publishedAlternates(this.#store.dialect, table, format.format === "parquet");
    return this.#writeFile(out, (staged) => copySql(staged, format, made), control);
  }

  /** Writes a file by a statement to a path beside it, which takes its name when it is whole. */
  async #writeFile(out: string, sql: (path: string) => string, control: RunControl): Promise<void> {
    const { path, folder } = await outputTarget(out);
    const staged = await Deno.makeTempFile({
      dir: folder === "" ? "." : folder,
      prefix: ".divvy-",
    });
    try {
      await this.#store.run(sql(staged), control);
      await Deno.rename(staged, path);
    } catch (error) {
      await Deno.remove(staged).catch(() => {});
      throw error;
    }
  }

  /** Closes the database, and removes it unless a later run may resume from it. */
  async end(keep: boolean): Promise<void> {
    this.#store.close();
    // A run that goes on fetches its inputs anew, to see whether they have changed.
    await (keep ? this.folder.clear(this.folder.fetched) : this.folder.remove());
  }
}

/** The statement that finds each user's group. Users get numbers, which are faster to group by than ids. */
export function ownersSql(dialect: Dialect, userGroups: string, ownK: OwnK | null): string {
  return `CREATE OR REPLACE TABLE owner AS
SELECT user_id, g, kc, CAST(row_number() OVER () AS UINTEGER) AS u FROM (${
    firstGroupSql(dialect, userGroups, ownK)
  }) AS grouped`;
}

/** The pairs that count, with the numbers of their users. */
export function countedSql(
  dialect: Dialect,
  pairs: string,
  rules: PairRules,
): string {
  return `(SELECT u, ci, score AS value FROM ${pairs}
JOIN contract_place USING (contract_address) JOIN owner USING (user_id)${
    whereCounted(dialect, rules)
  }) AS counted`;
}

/** The statement that writes rows to the file `path`. */
export function copySql(path: string, { format, packed }: FileFormat, rows: string): string {
  const how = format === "parquet" ? "FORMAT parquet" : "FORMAT csv, HEADER";
  return `COPY (${rows})\nTO ${quoted(path)} (${how}${
    packed === null ? "" : `, COMPRESSION ${packed}`
  })`;
}

/**
 * How a file is written, by its name, or as is asked for where that says nothing.
 *
 * @throws UsageError for a format that DuckDB does not write here
 */
export function fileFormatOf(path: string, asked?: TableFormat): FileFormat {
  if (isStandardOutput(path)) {
    throw new UsageError("--engine duckdb writes files, expected a name, not standard output");
  }
  return fileFormat(path, asked, "files of --engine duckdb", ["csv", "parquet"]);
}

/** The statement that gathers users from the pairs that count; a repeated pair counts with its largest score. */
export function gatherSql(
  columns: Columns,
  from: string,
  sponsored: number,
  { topN }: PairRules,
): string {
  const isBest = Number.isFinite(topN) && topN < columns.contracts.length;
  return `INSERT INTO ${TABLES.users} (uid, g, kc, dup, odd, beyond, sc, sv, uc, uv)
${isBest ? bestSql(columns, from, sponsored, topN) : everySql(from, sponsored)}`;
}

/**
 * Users with all their pairs. Pairs are grouped by user alone, and each user's are sorted; only where one comes again is anything
 * more done, as grouping by user and contract takes longer than all the rest.
 */
function everySql(from: string, sponsored: number): string {
  // Zipped lists are cut to the shorter one: items of a row that fills up are not NULL to DuckDB.
  const nextTo = (holds: string) =>
    `len(list_filter(list_zip(every, every[2:], true), lambda p: p[1][1] = p[2][1]${holds}))`;
  // The first of a contract has its largest score: scores stand there with their sign turned.
  const first = `list_filter(list_zip(every[2:], every, true), lambda p: p[1][1] <> p[2][1])`;
  const once = `every[:1] || list_transform(${first}, lambda p: p[1])`;
  return `SELECT user_id, g, kc, again, odd, 0, cs[:ns], vs[:ns], cs[ns + 1:], vs[ns + 1:]
FROM (SELECT u, again, odd, cs, vs, len(list_filter(cs, lambda c: c < ${sponsored})) AS ns
FROM (SELECT u, again, odd, list_transform(once, lambda p: p[1]) AS cs, list_transform(once, lambda p: -p[2]) AS vs
FROM (SELECT u, again, CASE WHEN again = 0 THEN 0 ELSE ${
    nextTo(" AND p[1][2] <> p[2][2]")
  } END AS odd, CASE WHEN again = 0 THEN every ELSE ${once} END AS once
FROM (SELECT u, every, ${nextTo("")} AS again
FROM (SELECT u, list_sort(list(row(ci, -value))) AS every FROM ${from} GROUP BY u) AS listed
) AS counted_again) AS each_once) AS in_lists) AS gathered JOIN owner USING (u)`;
}

/** Users with the best of their pairs, and all pinned ones. */
function bestSql(columns: Columns, from: string, sponsored: number, topN: number): string {
  const pinned = pinnedPlaces(columns);
  // Pinned pairs come first, and all of them stay.
  const [first, orFirst] = pinned === 0
    ? ["", ""]
    : [`place >= ${pinned}, `, ` OR place < ${pinned}`];
  const once =
    `(SELECT u, ci, max(value) AS value, count(*) AS n, min(value) < max(value) AS differs
FROM ${from} GROUP BY u, ci) AS once`;
  // The number of pairs left out is counted from all pairs of a user.
  const kept =
    `(SELECT u, ci, value, rows - pairs + 1 AS n, odd, pairs FROM (SELECT u, ci, value, place,
  sum(n) OVER (PARTITION BY u) AS rows, count(*) OVER (PARTITION BY u) AS pairs,
  count_if(differs) OVER (PARTITION BY u) AS odd
FROM ${once} JOIN contract_order USING (ci)) AS ranked
QUALIFY row_number() OVER (PARTITION BY u ORDER BY ${first}value DESC, place) <= ${topN}${orFirst}) AS kept`;
  // One list of structs takes a quarter of the memory of four sorted lists while users are gathered.
  const list = (which: string, place: number) =>
    `list_transform(list_filter(pairs, lambda p: p[1] ${which} ${sponsored}), lambda p: p[${place}])`;
  return `SELECT user_id, g, kc, repeated, odd, others, ${list("<", 1)}, ${list("<", 2)}, ${
    list(">=", 1)
  }, ${list(">=", 2)} FROM (SELECT u, max(n) - 1 AS repeated, max(odd) AS odd,
  max(pairs) - count(*) AS others, list_sort(list(row(ci, value))) AS pairs
FROM ${kept} GROUP BY u) AS gathered JOIN owner USING (u)`;
}
