/**
 * The users who have a pair, and the drop without some of them.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import type { Columns } from "../../drop/task.ts";
import { plainPairs } from "./counting_sql.ts";
import type { TableColumns } from "../store/dialect.ts";
import { putContracts, putRows } from "../store/put_rows.ts";
import { numbersOf } from "../store/rows.ts";
import type { InputTables, Rows, Store, WorkTables } from "../store/store.ts";

const LISTED = { user_id: "user", g: "whole" } as const satisfies TableColumns;
const HELD_OUT = { user_id: "user" } as const satisfies TableColumns;
const PLACES = { named: "text", place: "whole" } as const satisfies TableColumns;

/** Users that are read at a time. */
const AT_A_TIME = 100_000;

/** The tables of users who have a pair, and of those of them who are held out. */
export class HeldOutTables {
  readonly #store: Store;
  readonly #tables: WorkTables;
  readonly #inputs: InputTables;
  /** Users on the part that has most. */
  #most = 0;

  constructor(store: Store, tables: WorkTables, inputs: InputTables) {
    this.#store = store;
    this.#tables = tables;
    this.#inputs = inputs;
  }

  #table(name: string): string {
    return this.#tables.beside(name);
  }

  /** Lists the users who have a group and a pair that counts; returns how many each group has. */
  async list(
    { contracts, groups }: Columns,
    minScore: number,
    control: RunControl,
  ): Promise<Float64Array> {
    const store = this.#store, listed = this.#table("listed_users");
    await putContracts(store, this.#table("worked_contracts"), contracts, control);
    // Places count from 1: a user without a group has 0.
    const places = groups.map((id, g) => [id, `${g + 1}`]);
    await putRows(store, this.#table("group_places"), PLACES, places, control);
    await store.makeTable(listed, LISTED, "user_id", control);
    await store.run(this.#listSql(minScore), control);
    const users = new Float64Array(groups.length);
    const parts = await store.rows(`SELECT g, count(*) FROM ${listed} GROUP BY g`, control);
    for (const rows of parts) {
      const counts = numbersOf(rows);
      for (const [g, n] of counts) users[g] += n;
      this.#most = Math.max(this.#most, counts.reduce((sum, [, n]) => sum + n, 0));
    }
    return users;
  }

  #listSql(minScore: number): string {
    const sql = this.#store.dialect, { pairs, userGroups } = this.#inputs;
    const least = Number.isFinite(minScore) ? ` AND value >= ${sql.number(minScore)}` : "";
    const users = `(SELECT user_id FROM ${plainPairs(sql, pairs)}
WHERE contract_address IN (SELECT contract_address FROM ${
      this.#table("worked_contracts")
    })${least} GROUP BY user_id) AS with_pairs`;
    const named = `(SELECT user_id, min(named) AS named FROM (SELECT user_id, ${
      sql.asText("group_id")
    } AS named FROM ${userGroups}) AS every_group GROUP BY user_id) AS own_group`;
    const placed = `(SELECT user_id, coalesce(place, 0) AS of_group FROM ${
      sql.leftJoin(named, this.#table("group_places"), "named")
    }) AS placed`;
    return `INSERT INTO ${this.#table("listed_users")} (user_id, g)
SELECT user_id, ${sql.as("whole", "of_group - 1")}
FROM (SELECT user_id, coalesce(of_group, 0) AS of_group FROM ${
      sql.leftJoin(users, placed, "user_id")
    }) AS owned WHERE of_group > 0`;
  }

  /** Reads the users listed and their groups' places. */
  async read(onRows: (rows: Rows) => void, control: RunControl): Promise<void> {
    const store = this.#store, sql = store.dialect;
    const parts = Math.max(1, Math.ceil(this.#most / AT_A_TIME));
    for (let part = 0; part < parts; part++) {
      const some = await store.rows(
        `SELECT ${sql.asText("user_id")}, g FROM ${this.#table("listed_users")}
WHERE ${sql.hash("user_id", 9)} % ${parts} = ${part}`,
        control,
      );
      some.forEach(onRows);
      control.onProgress?.({ phase: "hold users out", done: (part + 1) / parts });
    }
  }

  /** Writes the users held out. Returns the users' groups without them. */
  async holdOut(users: readonly string[], control: RunControl): Promise<string> {
    const store = this.#store, out = `SELECT user_id FROM ${this.#table("held_out")}`;
    await putRows(store, this.#table("held_out"), HELD_OUT, users.map((user) => [user]), control);
    return `(SELECT * FROM ${this.#inputs.userGroups} WHERE user_id NOT IN (${out})) AS open_users`;
  }
}
