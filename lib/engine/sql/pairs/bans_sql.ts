/**
 * Bans beside the pairs: of pairs, of users, and of contracts for a group's users.
 *
 * @module
 */
import type { RunControl } from "../../../base/progress.ts";
import type { BeforeTables } from "./before_tables.ts";
import type { TableColumns } from "../store/dialect.ts";
import { uniqueRows } from "../store/rows.ts";

const BANS = {
  user_id: "user",
  contract_address: "text",
  ban: "count",
} as const satisfies TableColumns;
const BANNED_USERS = { user_id: "user", user_ban: "count" } as const satisfies TableColumns;
const MEMBERS = { user_id: "user", member_of: "text" } as const satisfies TableColumns;
const GROUP_BANS = {
  in_group: "text",
  contract_address: "text",
  group_ban: "count",
} as const satisfies TableColumns;

/** The tables of bans. */
export class BanTables {
  readonly #tables: BeforeTables;

  /** Makes no table yet. */
  constructor(tables: BeforeTables) {
    this.#tables = tables;
  }

  /** Makes and fills the tables; none where there are no bans. */
  async put(control: RunControl): Promise<void> {
    const { bans } = this.#tables.before;
    if (bans === null) return;
    const { inGroup } = bans;
    const held = inGroup.length === 0 ? [] : await this.#ofTheirGroup(inGroup, control);
    const users = [...bans.users, ...held.filter(([, c]) => c === "").map(([user]) => user)];
    const pairs = [...bans.pairs, ...held.filter(([, c]) => c !== "")];
    const userRows = this.#tables.ofUsers(uniqueRows(users.map((user) => [user])));
    await this.#tables.put(
      "banned_users",
      BANNED_USERS,
      userRows.map((row) => [...row, "1"]),
      control,
    );
    const pairRows = this.#tables.ofUsers(uniqueRows(pairs));
    await this.#tables.put("bans", BANS, pairRows.map((row) => [...row, "1"]), control);
    if (bans.ofGroups.length === 0) return;
    await this.#tables.put(
      "group_bans",
      GROUP_BANS,
      uniqueRows(bans.ofGroups).map((row) => [...row, "1"]),
      control,
    );
    await this.#tables.store.makeTable(this.#tables.table("members"), MEMBERS, "user_id", control);
    await this.#tables.store.run(
      this.#membersSql(new Set(bans.ofGroups.map(([group]) => group))),
      control,
    );
  }

  /** The statement that lists the users of groups that have a ban. */
  #membersSql(groups: ReadonlySet<string>): string {
    const sql = this.#tables.dialect;
    const named = [...groups].map((group) => sql.text(group)).join(", ");
    return `INSERT INTO ${this.#tables.table("members")} (user_id, member_of)
SELECT user_id, member_of FROM (${this.#groupOfUser()}) AS own WHERE member_of IN (${named})`;
  }

  /** Each user's group: the first by id. */
  #groupOfUser(): string {
    const sql = this.#tables.dialect;
    return `SELECT user_id, min(named) AS member_of FROM (SELECT user_id, ${
      sql.asText("group_id")
    } AS named FROM ${this.#tables.inputs.userGroups}) AS named_groups GROUP BY user_id`;
  }

  /** Of the bans that name a user and a group, those whose user is in that group. */
  async #ofTheirGroup(
    bans: readonly (readonly [user: string, group: string, contract: string])[],
    control: RunControl,
  ): Promise<[user: string, contract: string][]> {
    const rows = this.#tables.ofUsers(uniqueRows(bans.map(([user]) => [user])));
    await this.#tables.put("asked", BANNED_USERS, rows.map((row) => [...row, "1"]), control);
    const sql = this.#tables.dialect;
    const found = await this.#tables.store.rows(
      `SELECT ${sql.asText("user_id")}, member_of FROM (${this.#groupOfUser()}) AS own
WHERE user_id IN (SELECT user_id FROM ${this.#tables.table("asked")})`,
      control,
    );
    const groupOf = new Map(found.flat().map(([user, group]) => [user, group]));
    return bans.filter(([user, group]) => groupOf.get(user) === group)
      .map(([user, , contract]) => [user, contract]);
  }

  /** Whether a pair is banned, in the columns that joining these tables adds. */
  isBanned(): string {
    const { bans } = this.#tables.before;
    if (bans === null) return "1 = 0";
    const sql = this.#tables.dialect;
    const conditions = ["pair_out = 1", "user_out = 1"];
    if (bans.ofGroups.length > 0) conditions.push("group_out = 1");
    if (bans.contracts.length > 0) {
      const named = [...new Set(bans.contracts)].map((id) => sql.text(id)).join(", ");
      conditions.push(`contract_address IN (${named})`);
    }
    return `(${conditions.join(" OR ")})`;
  }
}
