/**
 * Users held out who get offers: their pairs, read some users at a time in the order in which they draw, and the rows of what they
 * get.
 *
 * @module
 */
import type { RunControl } from "../../base/progress.ts";
import { meaningOf } from "../drop/own_k.ts";
import type { ServeUsers } from "../steps/hold_out.ts";
import type { PairRules } from "../steps/leave_out.ts";
import type { Columns } from "../drop/task.ts";
import { countingSql, readPairsSql } from "./pairs/counting_sql.ts";
import type { TableColumns } from "./store/dialect.ts";
import { putRows } from "./store/put_rows.ts";
import { RESULT_COLUMNS } from "./bundles/result_sql.ts";
import type { InputTables, Store, WorkTables } from "./store/store.ts";

const CONTRACTS = { contract_address: "text", ci: "whole" } as const satisfies TableColumns;
const USERS = { user_id: "user", place: "whole" } as const satisfies TableColumns;
const PAIRS = { place: "whole", ci: "whole", score: "real" } as const satisfies TableColumns;

/** Users that are read at a time. */
const USERS_AT_A_TIME = 50_000;

/** Rows that are written at a time. */
const ROWS_AT_A_TIME = 10_000;

/** The tables of users held out who get offers. */
export class ServedTables {
  readonly #store: Store;
  readonly #tables: WorkTables;
  readonly #inputs: InputTables;

  /** Makes no table yet. The users' groups of the inputs must have the users who are held out. */
  constructor(store: Store, tables: WorkTables, inputs: InputTables) {
    this.#store = store;
    this.#tables = tables;
    this.#inputs = inputs;
  }

  #table(name: string): string {
    return this.#tables.beside(`served_${name}`);
  }

  /** Lets users draw, in the order given, and writes what they get. Returns the table of that. */
  async serve(
    users: readonly string[],
    columns: Columns,
    rules: PairRules,
    serve: ServeUsers,
    control: RunControl,
  ): Promise<string> {
    const store = this.#store, given = this.#table("offers");
    const contracts = columns.contracts.map((id, c) => [id, `${c}`]);
    await putRows(store, this.#table("contracts"), CONTRACTS, contracts, control);
    const places = users.map((user, place) => [user, `${place}`]);
    await putRows(store, this.#table("users"), USERS, places, control);
    await store.makeTable(this.#table("pairs"), PAIRS, "place", control);
    await store.run(this.#pairsSql(rules), control);
    const served = await store.rows(
      `SELECT place, count(*) FROM ${this.#table("pairs")} GROUP BY place`,
      control,
    );
    serve.begin(served.flat().map(([place]) => Number(place)));
    await store.makeTable(given, RESULT_COLUMNS, "user_id", control);
    for (let from = 0; from < users.length; from += USERS_AT_A_TIME) {
      control.onProgress?.({ phase: "serve users held out", done: from / users.length });
      await this.#serveSome(from, columns, serve, control);
    }
    return given;
  }

  /** Lets the users of some places draw. */
  async #serveSome(
    from: number,
    columns: Columns,
    serve: ServeUsers,
    control: RunControl,
  ): Promise<void> {
    const store = this.#store, sql = store.dialect;
    const within = `place >= ${from} AND place < ${from + USERS_AT_A_TIME}`;
    const list = (column: string) => sql.collectIf(column, "place >= 0");
    const parts = await store.rows(
      `SELECT place, ${list("ci")}, ${list("score")} FROM ${
        this.#table("pairs")
      } WHERE ${within} GROUP BY place`,
      control,
    );
    const classes = await this.#classes(within, columns, control);
    const users = parts.flat().map(([place, contracts, scores]) => ({
      place: Number(place),
      contracts: JSON.parse(contracts) as number[],
      scores: JSON.parse(scores) as number[],
      kc: classes?.get(Number(place)) ?? 0,
    })).sort((a, b) => a.place - b.place);
    const rows = serve.next(users);
    for (let at = 0; at < rows.length; at += ROWS_AT_A_TIME) {
      const some = rows.slice(at, at + ROWS_AT_A_TIME);
      // One part has them all: they are only published.
      await store.insert(0, this.#table("offers"), RESULT_COLUMNS, some, control);
    }
  }

  /** The class of k of each of some places; null: there are no classes. */
  async #classes(
    within: string,
    { ownK }: Columns,
    control: RunControl,
  ): Promise<ReadonlyMap<number, number> | null> {
    if (ownK === null) return null;
    const store = this.#store, sql = store.dialect;
    const codeOf = new Map(ownK.keys.map((key, at) => [JSON.stringify(key), ownK.codes[at]]));
    const { userGroups } = this.#inputs,
      users = `(SELECT * FROM ${this.#table("users")} WHERE ${within}) AS some_users`;
    const own = `(SELECT user_id, ${sql.asText("group_id")} AS named, ${
      sql.asText("own_k")
    } AS k_text FROM ${userGroups}
WHERE user_id IN (SELECT user_id FROM ${users})) AS own_rows`;
    const rows = await store.rows(
      `SELECT place, named, k_text FROM (SELECT named, k_text, place FROM ${
        sql.leftJoin(own, this.#table("users"), "user_id")
      }) AS placed`,
      control,
    );
    const least = new Map<number, number>();
    for (const [place, group, k] of rows.flat()) {
      const code = codeOf.get(JSON.stringify([group, k]));
      if (code === undefined) continue;
      const at = Number(place);
      least.set(at, Math.min(code, least.get(at) ?? Infinity));
    }
    return new Map([...least].map(([place, code]) => [place, meaningOf(ownK, code).kc]));
  }

  /** The statement that writes the pairs that count, each once. */
  #pairsSql(rules: PairRules): string {
    const sql = this.#store.dialect, { topN } = rules;
    const among = { users: this.#table("users"), contracts: this.#table("contracts") };
    const counting = countingSql(sql, readPairsSql(sql, this.#inputs), rules, among);
    const chosen = Number.isFinite(topN) ? sql.firstPerUser(counting, topN) : counting;
    const placed = `(SELECT contract_address, value, place FROM ${
      sql.leftJoin(chosen, this.#table("users"), "user_id")
    }) AS placed`;
    return `INSERT INTO ${this.#table("pairs")} (place, ci, score)
SELECT place, ci, value FROM (SELECT place, value, ci FROM ${
      sql.leftJoin(placed, this.#table("contracts"), "contract_address")
    }) AS indexed`;
  }
}
