/**
 * A run in DuckDB: how users are gathered without more memory than given, and how the result becomes a file.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { compareIds } from "../../base/ids.ts";
import type { RunControl } from "../../base/progress.ts";
import { outputTarget } from "../../io/bytes/output_target.ts";
import { type InputTables, SqlRun } from "../sql/sql_run.ts";
import { USER_COLUMNS } from "../sql/state_sql.ts";
import type { WorkTables } from "../sql/store.ts";
import type { PairRules, Published, UserFacts } from "../steps/steps.ts";
import type { Columns } from "../steps/task.ts";
import type { Dialect } from "../sql/dialect.ts";
import { quoted } from "./dialect.ts";
import type { DuckDbStore } from "./store.ts";
import type { WorkFolder } from "./work_folder.ts";

/** The run's tables in its database. */
export const TABLES: WorkTables = {
  users: "users",
  current: "current_bundles",
  moves: "moves",
  candidates: "candidates",
  result: "result",
};

/** Bytes of memory that gathering takes for each of the pairs that are gathered at a time, with room to spare. */
const BYTES_A_PAIR = 250;

/** The steps in DuckDB. */
export class DuckDbRun extends SqlRun {
  readonly #store: DuckDbStore;

  constructor(
    store: DuckDbStore,
    tables: WorkTables,
    inputs: InputTables,
    readonly folder: WorkFolder,
    readonly out: string,
    readonly pairRows: number,
    readonly memory: number,
  ) {
    super(store, tables, inputs);
    this.#store = store;
  }

  /** Whether the table of users is there, whole: it is made in one transaction. */
  async hasUsers(): Promise<boolean> {
    const sql = `SELECT count(*) FROM duckdb_tables() WHERE table_name = ${quoted(TABLES.users)}`;
    return (await this.#store.rowsOverAll(sql, {}))[0][0] === "1";
  }

  /** Gathers the users; where pairs are many, first splits them by user into files, then takes one after the other. */
  async gather(
    columns: Columns,
    sponsored: number,
    rules: PairRules,
    control: RunControl,
  ): Promise<void> {
    const store = this.#store;
    await this.#putOwners(columns, control);
    const batch = this.memory / BYTES_A_PAIR;
    const parts = Math.max(1, Math.ceil(this.pairRows / batch));
    const counted = this.#counted(rules);
    if (parts > 1) {
      control.onProgress?.({ phase: "split pairs by user" });
      await this.folder.clear(this.folder.pairs);
      await store.run(
        `COPY (SELECT u, ci, value, u % ${parts} AS part FROM ${counted})
TO ${quoted(this.folder.pairs)} (FORMAT parquet, PARTITION_BY (part), ROW_GROUP_SIZE 100000)`,
        control,
      );
    }
    await store.run("BEGIN", control);
    try {
      await store.makeTable(TABLES.users, USER_COLUMNS, "uid", control);
      for (let part = 0; part < parts; part++) {
        control.onProgress?.({ phase: "gather users", done: part / parts });
        const from = parts === 1
          ? counted
          : `read_parquet(${quoted(`${this.folder.pairs}/part=${part}/*.parquet`)})`;
        await store.run(gatherSql(columns, from, sponsored, rules), control);
      }
      await store.run("COMMIT", control);
    } catch (error) {
      await store.run("ROLLBACK", {}).catch(() => {});
      throw error;
    } finally {
      await this.folder.clear(this.folder.pairs);
    }
  }

  /** Each user's group, of those that are known: the first by id. And the contracts' order by id, for the best of a user. */
  async #putOwners({ groups, contracts }: Columns, control: RunControl): Promise<void> {
    const store = this.#store;
    await store.putTable({
      name: "group_place",
      columns: { group_id: "text", gi: "whole" },
      rows: groups.map((id, g) => [id, `${g}`]),
    }, control);
    await store.run(ownersSql(this.inputs.userGroups), control);
    const byId = Array.from(contracts.keys()).sort((a, b) =>
      compareIds(contracts[a], contracts[b])
    );
    await store.putTable({
      name: "contract_order",
      columns: { ci: "index", place: "whole" },
      rows: byId.map((c, place) => [`${c}`, `${place}`]),
    }, control);
  }

  #counted(rules: PairRules): string {
    return countedSql(this.inputs.pairs, rules, this.#store.dialect);
  }

  /** Counts the users gathered, and where pairs come again, how many of them have another score. */
  override async countUsers(columns: Columns, control: RunControl): Promise<UserFacts> {
    const facts = await super.countUsers(columns, control);
    if (facts.duplicates === 0) return facts;
    const [[conflicts]] = await this.#store.rowsOverAll(
      `SELECT count(*) FROM ${this.#counted({ minScore: -Infinity, topN: Infinity })}
JOIN (SELECT u, ci, max(value) AS best FROM ${
        this.#counted({ minScore: -Infinity, topN: Infinity })
      } GROUP BY u, ci HAVING min(value) < max(value)) AS differing USING (u, ci)
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
    const [[written]] = await this.#store.rowsOverAll(
      `SELECT count(*) FROM ${TABLES.result}`,
      control,
    );
    if (Number(written) !== rows) {
      throw new InputError(`the result has ${written} rows of ${rows}: ${this.out} stays`, {
        file: this.out,
      });
    }
    const { path, folder } = await outputTarget(this.out);
    const staged = await Deno.makeTempFile({
      dir: folder === "" ? "." : folder,
      prefix: ".divvy-",
    });
    try {
      await this.#store.run(publishSql(staged, this.out), control);
      await Deno.rename(staged, path);
    } catch (error) {
      await Deno.remove(staged).catch(() => {});
      throw error;
    }
    return "renamed";
  }

  /** Closes the database, and removes it where nobody can go on from it. */
  async end(keep: boolean): Promise<void> {
    this.#store.close();
    if (!keep) await this.folder.remove();
  }
}

/**
 * The statement that takes each user's group, of those that are known: the first by id. Users get numbers, which are quicker
 * to group by than ids.
 */
export function ownersSql(userGroups: string): string {
  return `CREATE OR REPLACE TABLE owner AS
SELECT user_id, g, CAST(row_number() OVER () AS UINTEGER) AS u FROM (SELECT user_id, min(gi) AS g
FROM ${userGroups} JOIN group_place USING (group_id) GROUP BY user_id) AS grouped`;
}

/** The pairs that count, from the files: number of the user, contract, score. */
export function countedSql(pairs: string, { minScore }: PairRules, dialect: Dialect): string {
  const least = Number.isFinite(minScore) ? ` WHERE score >= ${dialect.number(minScore)}` : "";
  return `(SELECT u, ci, score AS value FROM ${pairs}
JOIN contract_place USING (contract_address) JOIN owner USING (user_id)${least}) AS counted`;
}

/** The statement that writes the assignments to a file, in the format that another name has. */
export function publishSql(path: string, named: string): string {
  return `COPY (SELECT user_id, contract_address, score, if(is_sponsored = 1, 'True', 'False') AS is_sponsored,
  group_id, sponsorship_ratio FROM ${TABLES.result} ORDER BY user_id, score DESC, contract_address)
TO ${quoted(path)} (${/\.parquet$/i.test(named) ? "FORMAT parquet" : "FORMAT csv, HEADER"})`;
}

/** The statement that gathers users from pairs that count: of repeated ones the largest score. */
export function gatherSql(
  { contracts }: Columns,
  from: string,
  sponsored: number,
  { topN }: PairRules,
): string {
  const best = Number.isFinite(topN) && topN < contracts.length
    ? `\nQUALIFY row_number() OVER (PARTITION BY u ORDER BY value DESC, place) <= ${topN}`
    : "";
  const once = `(SELECT u, ci, max(value) AS value, count(*) AS n FROM ${from}
GROUP BY u, ci) AS once`;
  // What is beyond the best is counted from all of a user's pairs.
  const kept = best === ""
    ? `(SELECT u, ci, value, n, 0 AS beyond FROM ${once}) AS kept`
    : `(SELECT u, ci, value, rows - pairs + 1 AS n, pairs - ${topN} AS beyond FROM (SELECT u, ci, value, place,
  sum(n) OVER (PARTITION BY u) AS rows, count(*) OVER (PARTITION BY u) AS pairs
FROM ${once} JOIN contract_order USING (ci)) AS ranked${best}) AS kept`;
  // One list of both is a quarter of the memory that four sorted ones take while they are gathered.
  const list = (which: string, place: number) =>
    `list_transform(list_filter(pairs, lambda p: p[1] ${which} ${sponsored}), lambda p: p[${place}])`;
  const repeats = best === "" ? "sum(n - 1)" : "max(n) - 1";
  return `INSERT INTO ${TABLES.users} (uid, g, dup, odd, beyond, sc, sv, uc, uv)
SELECT user_id, g, repeated, 0, others, ${list("<", 1)}, ${list("<", 2)}, ${list(">=", 1)}, ${
    list(">=", 2)
  } FROM (SELECT u, ${repeats} AS repeated, greatest(0, max(beyond)) AS others,
  list_sort(list(row(ci, value))) AS pairs
FROM ${kept} GROUP BY u) AS gathered JOIN owner USING (u)`;
}
