/**
 * A run in Spark: how users are gathered, and how the result takes its place.
 *
 * @module
 */
import { compareIds } from "../../base/ids.ts";
import type { RunControl } from "../../base/progress.ts";
import { InputError } from "../../base/errors.ts";
import type { Dialect } from "../sql/dialect.ts";
import { type InputTables, SqlRun } from "../sql/sql_run.ts";
import { USER_COLUMNS } from "../sql/state_sql.ts";
import type { WorkTables } from "../sql/store.ts";
import type { PairRules, Published, UserFacts } from "../steps/steps.ts";
import type { Columns } from "../steps/task.ts";
import type { SparkStore } from "./store.ts";

/** The run's tables, each a folder of Parquet in the run's folder. */
export const TABLES: WorkTables = {
  users: "users",
  current: "current_bundles",
  moves: "moves",
  candidates: "candidates",
  result: "result",
};

/** Each user's group. */
const OWNER_COLUMNS = { user_id: "text", g: "whole" } as const;

/** The steps in Spark. */
export class SparkRun extends SqlRun {
  readonly #spark: SparkStore;

  constructor(
    store: SparkStore,
    inputs: InputTables,
    readonly work: string,
    readonly out: string,
  ) {
    super(store, TABLES, inputs);
    this.#spark = store;
  }

  /** Whether the users were gathered whole: Spark marks a folder that it has written to the end. */
  async hasUsers(): Promise<boolean> {
    const there = await this.#spark.driver.ask(
      { op: "exists", path: `${this.work}/${TABLES.users}/_SUCCESS` },
      {},
    );
    if (there === true) await this.#spark.attach(TABLES.users, USER_COLUMNS, {});
    return there === true;
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
    await this.#putOwners(columns, control);
    await spark.makeTable(TABLES.users, USER_COLUMNS, "uid", control);
    const counted = countedSql(this.inputs.pairs, rules, spark.dialect);
    await spark.run(gatherSql(counted, sponsored, rules), control);
  }

  /** Each user's group, of those that are known: the first by id. And the contracts' order by id. */
  async #putOwners({ groups, contracts }: Columns, control: RunControl): Promise<void> {
    const spark = this.#spark;
    await spark.putSmall({
      name: "group_place",
      columns: { group_id: "text", gi: "whole" },
      rows: groups.map((id, g) => [id, `${g}`]),
    }, control);
    const byId = Array.from(contracts.keys()).sort((a, b) =>
      compareIds(contracts[a], contracts[b])
    );
    await spark.putSmall({
      name: "contract_order",
      columns: { ci: "index", place: "whole" },
      rows: byId.map((c, place) => [`${c}`, `${place}`]),
    }, control);
    await spark.makeTable("owner", OWNER_COLUMNS, "user_id", control);
    await spark.run(ownersSql(this.inputs.userGroups), control);
  }

  /** Counts the users gathered, and where pairs come again, how many of them have another score. */
  override async countUsers(columns: Columns, control: RunControl): Promise<UserFacts> {
    const facts = await super.countUsers(columns, control);
    if (facts.duplicates === 0) return facts;
    await this.#spark.attach("owner", OWNER_COLUMNS, control);
    const all = { minScore: -Infinity, topN: Infinity };
    const counted = countedSql(this.inputs.pairs, all, this.#spark.dialect);
    const [[conflicts]] = await this.#spark.rowsOverAll(
      `SELECT count(*) FROM ${counted} JOIN (SELECT user_id, ci, max(value) AS best FROM ${counted}
GROUP BY user_id, ci HAVING min(value) < max(value)) AS differing USING (user_id, ci)
WHERE value < best`,
      control,
    );
    return { ...facts, conflicts: Number(conflicts) };
  }

  /**
   * Writes the assignments into a folder beside the result's, which takes its name when it is whole.
   *
   * @throws InputError where rows are missing
   */
  async publish(rows: number, control: RunControl): Promise<Published> {
    control.onProgress?.({ phase: "publish" });
    const { driver } = this.#spark;
    const staged = `${this.work}/published`;
    const csv = /\.csv\/?$/.test(this.out);
    await driver.ask({
      ...{ op: "write", path: staged, format: csv ? "csv" : "parquet" },
      options: csv ? { header: "true" } : {},
      sql: publishSql(),
    }, control);
    const [[written]] = await this.#spark.rowsOverAll(
      `SELECT count(*) FROM ${csv ? "csv" : "parquet"}.\`${staged}\``,
      control,
    );
    const headers = csv ? await this.#headers(staged, control) : 0;
    if (Number(written) - headers !== rows) {
      throw new InputError(`the result has ${written} rows of ${rows}: ${this.out} stays`, {
        file: this.out,
      });
    }
    await driver.ask({ op: "move", from: staged, to: this.out }, control);
    return "renamed";
  }

  /** How many lines of CSV are headers, which a plain count takes for rows. */
  async #headers(folder: string, control: RunControl): Promise<number> {
    const [[headers]] = await this.#spark.rowsOverAll(
      `SELECT count(*) FROM csv.\`${folder}\` WHERE _c0 = 'user_id'`,
      control,
    );
    return Number(headers);
  }

  /** Ends Spark; the run's folder goes, but where it can be taken up again. */
  async end(keep: boolean): Promise<void> {
    const { driver } = this.#spark;
    if (!keep) await driver.ask({ op: "delete", path: this.work }, {}).catch(() => {});
    await driver.close();
  }
}

/** The statement that takes each user's group, of those that are known: the first by id. */
export function ownersSql(userGroups: string): string {
  return `INSERT INTO owner SELECT user_id, min(gi) AS g
FROM ${userGroups} JOIN group_place USING (group_id) GROUP BY user_id`;
}

/** The statement whose rows are published. */
export function publishSql(): string {
  return `SELECT user_id, contract_address, score, if(is_sponsored = 1, 'True', 'False') AS is_sponsored,
  group_id, sponsorship_ratio FROM ${TABLES.result} ORDER BY user_id, score DESC, contract_address`;
}

/** The pairs that count. */
export function countedSql(pairs: string, { minScore }: PairRules, dialect: Dialect): string {
  const least = Number.isFinite(minScore) ? ` WHERE score >= ${dialect.number(minScore)}` : "";
  return `(SELECT user_id, ci, score AS value, g FROM ${pairs}
JOIN contract_place USING (contract_address) JOIN owner USING (user_id)${least}) AS counted`;
}

/** The statement that gathers users from pairs that count: of repeated ones the largest score. */
export function gatherSql(counted: string, sponsored: number, { topN }: PairRules): string {
  const best = Number.isFinite(topN);
  const ranked = best
    ? `slice(sort_array(collect_list(struct(-value AS cost, place, ci, value))), 1, ${topN})`
    : "collect_list(struct(0D AS cost, 0 AS place, ci, value))";
  const once = `(SELECT user_id, ci, max(value) AS value, count(*) AS n, min(g) AS g FROM ${counted}
GROUP BY user_id, ci) AS once${best ? " JOIN contract_order USING (ci)" : ""}`;
  const list = (what: string, which: string) =>
    `transform(filter(pairs, p -> p.ci ${which} ${sponsored}), p -> p.${what})`;
  return `INSERT INTO ${TABLES.users} (uid, g, dup, odd, beyond, sc, sv, uc, uv)
SELECT user_id, g, CAST(repeated AS INT), 0, CAST(all_pairs - size(pairs) AS INT), ${
    list("ci", "<")
  }, ${list("value", "<")}, ${list("ci", ">=")}, ${list("value", ">=")}
FROM (SELECT user_id, g, repeated, all_pairs,
  sort_array(transform(kept, p -> struct(p.ci AS ci, p.value AS value))) AS pairs
FROM (SELECT user_id, min(g) AS g, sum(n - 1) AS repeated, count(*) AS all_pairs, ${ranked} AS kept
FROM ${once} GROUP BY user_id) AS grouped) AS gathered`;
}
