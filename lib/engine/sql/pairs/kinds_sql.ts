/**
 * Tables of the kinds of users and pairs that limits distinguish: the kind of each user, and the slot of each contract
 * for a kind.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import { type AttributeNames, placeOfUserId, type UsersApart } from "../../drop/limit_columns.ts";
import { MOST_SLOTS, type PairKinds, type Slots, tooMany } from "../../drop/slots.ts";
import type { Columns } from "../../drop/task.ts";
import type { Dialect, TableColumns } from "../store/dialect.ts";
import { putRows } from "../store/put_rows.ts";
import { uniqueRows } from "../store/rows.ts";
import type { InputTables, Rows, Store, WorkTables } from "../store/store.ts";

/** Names of the columns that attributes have in {@link InputTables}. */
export const pairAttribute = (i: number): string => `pair_attribute_${i}`;
/** The same of users. */
export const userAttribute = (i: number): string => `user_attribute_${i}`;

const USER_KINDS = { user_id: "user", kind: "whole" } as const satisfies TableColumns;
const GIVEN = { contract_address: "text", given: "count" } as const satisfies TableColumns;

/** Columns of text. */
function texts(names: readonly string[]): TableColumns {
  return Object.fromEntries(names.map((name) => [name, "text" as const]));
}

/** Finds the kinds of users and pairs of a drop, and gives the source that reads pairs by slot. */
export class KindTables {
  readonly #store: Store;
  readonly #tables: WorkTables;
  readonly #inputs: InputTables;
  readonly #attributes: AttributeNames;
  readonly #ofPairs: readonly string[];
  readonly #ofUsers: readonly string[];
  /** Which users limits distinguish. */
  #users: UsersApart = { apart: false, single: null };

  constructor(store: Store, tables: WorkTables, inputs: InputTables) {
    const { attributes = { pairs: [], users: [] } } = inputs;
    this.#store = store;
    this.#tables = tables;
    this.#inputs = inputs;
    this.#attributes = attributes;
    this.#ofPairs = attributes.pairs.map((_, i) => pairAttribute(i));
    this.#ofUsers = attributes.users.map((_, i) => userAttribute(i));
  }

  get #sql(): Dialect {
    return this.#store.dialect;
  }

  /**
   * Finds the kinds of users and pairs.
   *
   * @throws InputError where there are more kinds than slots
   */
  async find(columns: Columns, apart: UsersApart, control: RunControl): Promise<PairKinds> {
    const { contracts } = columns;
    this.#users = apart;
    await this.#put("given_contracts", GIVEN, contracts.map((id) => [id, "1"]), control);
    const users = apart.apart ? await this.#putUsers(columns, control) : null;
    const key = ["contract_address", "kind", ...this.#ofPairs];
    const found = await this.#store.rows(
      `SELECT ${key.join(", ")}, count(*) FROM ${this.#pairsOfKinds()}
WHERE is_given = 1 AND kind > 0 GROUP BY ${key.join(", ")} LIMIT ${MOST_SLOTS + 1}`,
      control,
    );
    const pairs = uniqueRows(found.flat().map((row) => row.slice(0, -1)));
    if (pairs.length > MOST_SLOTS) throw tooMany(this.#attributes);
    // Kinds count from 1 in tables.
    return { users, pairs: pairs.map(([c, kind, ...rest]) => [c, `${Number(kind) - 1}`, ...rest]) };
  }

  /** Finds the kinds of users, and writes that of each user. */
  async #putUsers({ groups }: Columns, control: RunControl): Promise<string[][]> {
    const key = ["group_id", ...this.#ofUsers], place = new Map(groups.map((id, g) => [id, g]));
    const found = await this.#store.rows(
      `SELECT ${key.join(", ")}, count(*) FROM ${this.#userRows()}
GROUP BY ${key.join(", ")} LIMIT ${MOST_SLOTS + 1}`,
      control,
    );
    const users = uniqueRows(found.flat().map((row) => row.slice(0, -1)))
      .filter(([group]) => place.has(group))
      .sort((a, b) =>
        place.get(a[0])! - place.get(b[0])! || (a.join("\0") < b.join("\0") ? -1 : 1)
      );
    if (users.length > MOST_SLOTS) throw tooMany(this.#attributes);
    const rows = users.map((texts, u) => [...texts, `${u + 1}`]);
    await this.#put("kinds", { ...texts(key), of_users: "whole" }, rows, control);
    await this.#store.makeTable(this.#table("user_kinds"), USER_KINDS, "user_id", control);
    // Of several rows of a user the first kind counts, which is of the first group.
    await this.#store.run(
      `INSERT INTO ${this.#table("user_kinds")} (user_id, kind)
SELECT user_id, min(of_users) FROM (SELECT user_id, coalesce(of_users, 0) AS of_users
FROM ${this.#sql.leftJoin(this.#userRows(), this.#table("kinds"), key.join(", "))}) AS of_rows
WHERE of_users > 0 GROUP BY user_id`,
      control,
    );
    return users;
  }

  #table(name: string): string {
    return this.#tables.beside(name);
  }

  #put(name: string, columns: TableColumns, rows: Rows, control: RunControl): Promise<void> {
    return putRows(this.#store, this.#table(name), columns, rows, control);
  }

  #userRows(): string {
    const sql = this.#sql, place = placeOfUserId(this.#attributes), { single } = this.#users;
    const columns = ["user_id", `${sql.asText("group_id")} AS group_id`, ...this.#ofUsers];
    const all = `(SELECT ${columns.join(", ")} FROM ${this.#inputs.userGroups}) AS user_rows`;
    if (place < 0 || single === null) return all;
    const own = this.#ofUsers.map((name, i) => i === place ? `${name} AS own_id` : name);
    const named = [...single].map((id) => sql.text(id)).join(", ");
    const ids = this.#ofUsers.map((name, i) =>
      i === place ? `if(own_id IN (${named}), own_id, '') AS ${name}` : name
    );
    return `(SELECT user_id, group_id, ${ids.join(", ")} FROM (SELECT user_id, group_id, ${
      own.join(", ")
    } FROM ${all}) AS with_ids) AS single_users`;
  }

  /** The pairs with the kind of their user (0: none), and whether their contract can be given. */
  #pairsOfKinds(): string {
    const sql = this.#sql, { pairs } = this.#inputs;
    const columns = ["user_id", "contract_address", "score", ...this.#ofPairs];
    const plain = `(SELECT ${
      columns.map((name) =>
        name === "contract_address" ? `${sql.asText(name)} AS contract_address` : name
      ).join(", ")
    } FROM ${pairs}) AS plain`;
    const given = `(SELECT ${columns.join(", ")}, coalesce(given, 0) AS is_given
FROM ${sql.leftJoin(plain, this.#table("given_contracts"), "contract_address")}) AS of_given`;
    if (!this.#users.apart) {
      return `(SELECT ${columns.join(", ")}, is_given, ${
        sql.as("whole", "1")
      } AS kind FROM ${given}) AS of_kinds`;
    }
    const kinds = `(SELECT user_id, kind AS of_user FROM ${
      this.#table("user_kinds")
    }) AS kinds_of_users`;
    return `(SELECT ${columns.join(", ")}, is_given, ${
      sql.as("whole", "coalesce(of_user, 0)")
    } AS kind
FROM ${sql.leftJoin(given, kinds, "user_id")}) AS of_kinds`;
  }

  /** Writes the table of slots; returns the source of the pairs with the slot's name in place of the contract. */
  async putSlots({ names, keys }: Slots, control: RunControl): Promise<string> {
    const sql = this.#sql, key = ["contract_address", "kind", ...this.#ofPairs];
    await this.#put(
      "slots",
      { ...texts(key), kind: "whole", slot_name: "text" },
      keys.map(([c, u, ...rest], s) => [c, `${Number(u) + 1}`, ...rest, names[s]]),
      control,
    );
    const joined = sql.leftJoin(this.#pairsOfKinds(), this.#table("slots"), key.join(", "));
    return `(SELECT user_id, slot_name AS contract_address, score
FROM (SELECT user_id, coalesce(slot_name, '') AS slot_name, score FROM ${joined}) AS of_slots
WHERE slot_name <> '') AS pairs_of_slots`;
  }
}

/** The statement that counts pairs that users have in more than one slot of a contract. */
export function repeatedSlotsSql(
  dialect: Dialect,
  { users }: WorkTables,
  contract: ArrayLike<number>,
): string {
  const sql = dialect.begin();
  const all = sql.concat(["sc", "uc"]);
  const contracts = sql.map(all, (s) => sql.as("whole", sql.lookup(s, contract)));
  return sql.statement(
    `SELECT sum(${sql.length(all)} - ${sql.length(sql.distinct(contracts))}) FROM ${
      sql.from(users)
    }`,
  );
}

/** The statement that counts the pairs gathered in each slot: rows (slot, pairs). */
export function pairsInSlotsSql(dialect: Dialect, { users }: WorkTables): string {
  const sql = dialect.begin();
  const lists = `(SELECT ${sql.concat(["sc", "uc"])} AS slots FROM ${users}) AS lists`;
  const each = sql.perItem("slot", lists, { slot: "slots" });
  return sql.statement(`SELECT slot, count(*) FROM (${each}) AS each_pair GROUP BY slot`);
}
