/**
 * What a scenario bans and pins, looked up and taken out among the pairs that count. On one machine that is done once the pairs of
 * a drop are read: so each user's best are chosen before, and users who are held out lose theirs too.
 *
 * @module
 */
import type { HistoryRules } from "../../../allocator/drop/before/history.ts";
import type { RunControl } from "../../../base/progress.ts";
import type { ResolvedBans } from "../../drop/before.ts";
import type { PairRules, PairStanding } from "../../steps/leave_out.ts";
import type { Columns } from "../../drop/task.ts";
import { PairsAfter } from "./before_sql.ts";
import { BeforeTables, withPossibleUsers } from "./before_tables.ts";
import { countingSql, readPairsSql } from "./counting_sql.ts";
import type { TableColumns } from "../store/dialect.ts";
import { pairAttribute } from "./kinds_sql.ts";
import { putContracts, putRows } from "../store/put_rows.ts";
import { numbersOf } from "../store/rows.ts";
import type { InputTables, Store, WorkTables } from "../store/store.ts";
import type { PairMarks } from "./tally_sql.ts";

const ASKED = { user_id: "user" } as const satisfies TableColumns;
const BEST = {
  user_id: "user",
  contract_address: "text",
  score: "real",
  is_best: "count",
} as const satisfies TableColumns;

/** No history. */
const NO_HISTORY: HistoryRules = { asOf: null, cooldown: {}, declineFactor: 1, rotate: 0 };

/** Nothing was decided before the drop. */
const NOTHING = {
  bans: null,
  pins: null,
  days: null,
  rules: NO_HISTORY,
  minScore: -Infinity,
} as const;

/** The tables of a scenario. */
export class ScenarioTables {
  readonly #store: Store;
  readonly #tables: WorkTables;
  readonly #inputs: InputTables;

  /** Makes no table yet. The users' groups of the inputs must have the users who are held out too. */
  constructor(store: Store, tables: WorkTables, inputs: InputTables) {
    this.#store = store;
    this.#tables = { ...tables, beside: (name) => tables.beside(`scenario_${name}`) };
    this.#inputs = inputs;
  }

  #table(name: string): string {
    return this.#tables.beside(name);
  }

  /** Pairs that count by the rules but for each user's best, as rows (user_id, contract_address, value, is_pin), each once. */
  #counting(rules: PairRules): string {
    const sql = this.#store.dialect, { userGroups: users } = this.#inputs;
    const plain = readPairsSql(sql, this.#inputs);
    return countingSql(sql, plain, rules, { users, contracts: this.#table("worked") });
  }

  /** Puts the contracts that can be given into a table. */
  async #putContracts({ contracts }: Columns, control: RunControl): Promise<void> {
    await putContracts(this.#store, this.#table("worked"), contracts, control);
  }

  /** Which of some users have a pair that counts. */
  async usersAmong(
    users: readonly string[],
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<ReadonlySet<string>> {
    const store = this.#store, asked = this.#table("asked_users");
    const own = withPossibleUsers(store.dialect, [...new Set(users)].map((user) => [user]));
    await putRows(store, asked, ASKED, own, control);
    const source = `${this.#counting(rules)}
WHERE user_id IN (SELECT user_id FROM ${asked})`;
    return await this.#idsIn("user_id", source, columns, control);
  }

  /** The groups of users who have a pair that counts. */
  async groupsAmong(
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<ReadonlySet<string>> {
    const source = `${this.#inputs.userGroups}
WHERE user_id IN (SELECT user_id FROM ${this.#counting(rules)})`;
    return await this.#idsIn("group_id", source, columns, control);
  }

  /** The different ids in a column of a source that reads the pairs that count. */
  async #idsIn(
    column: string,
    source: string,
    columns: Columns,
    control: RunControl,
  ): Promise<ReadonlySet<string>> {
    const store = this.#store, named = store.dialect.asText(column);
    await this.#putContracts(columns, control);
    const rows = await store.rows(
      `SELECT ${named}, count(*) FROM ${source} GROUP BY ${named}`,
      control,
    );
    return new Set(rows.flat().map(([id]) => id));
  }

  /** The pairs without banned ones; where each user's best are to be chosen, without the others either. */
  async without(
    bans: ResolvedBans,
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<Pick<InputTables, "pairs">> {
    const chosen = Number.isFinite(rules.topN)
      ? { ...this.#inputs, pairs: await this.#best(columns, rules, control) }
      : this.#inputs;
    const after = new PairsAfter(
      new BeforeTables(this.#store, this.#tables, chosen, columns, { ...NOTHING, bans }),
    );
    await after.putTables(control);
    return { pairs: after.tables().pairs };
  }

  /** Writes each user's best pairs, and gives a source of them with the attributes that pairs have. */
  async #best(columns: Columns, rules: PairRules, control: RunControl): Promise<string> {
    const store = this.#store, sql = store.dialect, best = this.#table("best");
    await this.#putContracts(columns, control);
    await store.makeTable(best, BEST, "user_id", control);
    const firsts = sql.firstPerUser(this.#counting(rules), rules.topN, "is_pin = 1");
    await store.run(
      `INSERT INTO ${best} (user_id, contract_address, score, is_best)
SELECT user_id, contract_address, value, ${sql.as("count", "1")} FROM ${firsts}`,
      control,
    );
    const names = (this.#inputs.attributes?.pairs ?? []).map((_, i) => `, ${pairAttribute(i)}`);
    if (names.length === 0) return best;
    const own = names.join("");
    const plain = `(SELECT user_id, ${
      sql.asText("contract_address")
    } AS contract_address, score AS score_read${own} FROM ${this.#inputs.pairs}) AS plain`;
    const joined = sql.leftJoin(plain, best, "user_id, contract_address");
    return `(SELECT user_id, contract_address, score_read AS score${own}
FROM (SELECT user_id, contract_address, score_read${own}, coalesce(is_best, 0) AS among FROM ${joined}) AS beside_best
WHERE among = 1) AS best_pairs`;
  }

  /** What is known of a pair before the scenario. */
  async standingOf(
    user: string,
    contract: string,
    { source, banned, hadContract, hadBrand }: PairMarks,
    control: RunControl,
  ): Promise<PairStanding> {
    const store = this.#store, sql = store.dialect;
    const isUser = `${sql.asText("user_id")} = ${sql.text(user)}`;
    const flag = (condition: string) => sql.countIf(condition);
    const rows = numbersOf((await store.rows(
      `SELECT count(*), ${flag(banned)}, ${flag(`${hadContract} OR ${hadBrand}`)} FROM ${source}
WHERE ${isUser} AND contract_address = ${sql.text(contract)}`,
      control,
    )).flat());
    const groups = await store.rows(
      `SELECT min(named) FROM (SELECT ${sql.asText("group_id")} AS named
FROM ${this.#inputs.userGroups} WHERE ${isUser}) AS own_groups WHERE named <> ''`,
      control,
    );
    const sum = (at: number) => rows.reduce((total, row) => total + (row[at] ?? 0), 0);
    return {
      isPair: sum(0) > 0,
      isBanned: sum(1) > 0,
      isCooling: sum(2) > 0,
      groups: [...new Set(groups.flat().flat().filter((id) => id !== ""))],
    };
  }
}
