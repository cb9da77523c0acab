/**
 * The pairs that history, bans and pins leave: without banned and cooling ones, with scores that declines and rotation
 * change.
 *
 * Tables beside the pairs hold what is known of users and contracts. The pairs are joined with them wherever they are
 * read, so that no second copy of the pairs is needed.
 *
 * @module
 */
import { LARGEST_COUNTED, STEPS } from "../../allocator/drop/before/received.ts";
import type { RunControl } from "../../base/progress.ts";
import type { BeforeFacts, BeforeOfRun } from "../steps/steps.ts";
import type { Columns } from "../steps/task.ts";
import type { TableColumns } from "./dialect.ts";
import { InputError } from "../../base/errors.ts";
import type { EnginePins, PinnedPair } from "../steps/pins.ts";
import { PINNED_AS } from "../steps/slots.ts";
import { pairAttribute } from "./kinds_sql.ts";
import { putRows } from "./put_rows.ts";
import { numbersOf, uniqueRows } from "./rows.ts";
import type { InputTables, Rows, Store, WorkTables } from "./store.ts";

const GIVEN = {
  contract_address: "text",
  brand: "text",
  known: "count",
} as const satisfies TableColumns;
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
const DAYS = {
  ...{ day: "text", is_past: "count", cools_contract: "count", cools_brand: "count" },
  ...{ weight: "real", factor: "real" },
} as const satisfies TableColumns;
const OF_BRAND = { brand: "text", places: "indices" } as const satisfies TableColumns;
const PAST = {
  ...{ user_id: "user", contract_address: "text", by_contract: "count", by_brand: "count" },
  ...{ declines: "whole", power: "real" },
} as const satisfies TableColumns;
const PINS = {
  ...{ user_id: "user", contract_address: "text", pin: "text" },
} as const satisfies TableColumns;
const CREATED = {
  ...{ user_id: "user", contract_address: "text", score: "real" },
} as const satisfies TableColumns;
const GOT = { user_id: "user", got: "real" } as const satisfies TableColumns;

/** The tables of history, bans and pins, and the source that reads the pairs beside them. */
export class PairsAfter {
  readonly #store: Store;
  readonly #tables: WorkTables;
  readonly #inputs: InputTables;
  readonly #columns: Columns;
  readonly #before: BeforeOfRun;
  /** Mean of what users of the drop got, where rotation asks for it. */
  #mean = 0;
  /** Pins that were no pairs and have become so. */
  #created = 0;

  constructor(
    store: Store,
    tables: WorkTables,
    inputs: InputTables,
    columns: Columns,
    before: BeforeOfRun,
  ) {
    this.#store = store;
    this.#tables = tables;
    this.#inputs = inputs;
    this.#columns = columns;
    this.#before = before;
  }

  #table(name: string): string {
    return this.#tables.beside(name);
  }

  /** Makes and fills all tables. */
  async putTables(control: RunControl): Promise<void> {
    const { contracts, brand, brands } = this.#columns;
    await this.#put(
      "given",
      GIVEN,
      contracts.map((id, c) => [id, brand ? brands[brand[c]] : "", "1"]),
      control,
    );
    const { days, pins } = this.#before;
    await this.#putBans(control);
    if (pins !== null) await this.#putPins(pins, control);
    if (days !== null) await this.#putPast(control);
    if (pins !== null) await this.#checkPins(pins.pairs, control);
  }

  #put(name: string, columns: TableColumns, rows: Rows, control: RunControl): Promise<void> {
    return putRows(this.#store, this.#table(name), columns, rows, control);
  }

  async #putBans(control: RunControl): Promise<void> {
    const { bans } = this.#before;
    if (bans === null) return;
    const { inGroup } = bans;
    const held = inGroup.length === 0 ? [] : await this.#ofTheirGroup(inGroup, control);
    const users = [...bans.users, ...held.filter(([, c]) => c === "").map(([user]) => user)];
    const pairs = [...bans.pairs, ...held.filter(([, c]) => c !== "")];
    const userRows = this.#ofUsers(uniqueRows(users.map((user) => [user])));
    await this.#put("banned_users", BANNED_USERS, userRows.map((row) => [...row, "1"]), control);
    const pairRows = this.#ofUsers(uniqueRows(pairs));
    await this.#put("bans", BANS, pairRows.map((row) => [...row, "1"]), control);
    if (bans.ofGroups.length === 0) return;
    await this.#put(
      "group_bans",
      GROUP_BANS,
      uniqueRows(bans.ofGroups).map((row) => [...row, "1"]),
      control,
    );
    await this.#store.makeTable(this.#table("members"), MEMBERS, "user_id", control);
    await this.#store.run(
      this.#membersSql(new Set(bans.ofGroups.map(([group]) => group))),
      control,
    );
  }

  /** Rows without those whose user the pairs cannot have: where ids are numbers, no text is one. */
  #ofUsers(rows: Rows): Rows {
    const isNumber = /Int\d+/i.test(this.#store.dialect.column("user_id", "user").slice(7));
    return isNumber ? rows.filter(([user]) => /^-?\d+$/.test(user)) : rows;
  }

  /** The statement that lists the users of groups that have a ban. */
  #membersSql(groups: ReadonlySet<string>): string {
    const sql = this.#store.dialect;
    const named = [...groups].map((group) => sql.text(group)).join(", ");
    return `INSERT INTO ${this.#table("members")} (user_id, member_of)
SELECT user_id, member_of FROM (${this.#groupOfUser()}) AS own WHERE member_of IN (${named})`;
  }

  /** Each user's group: the first by id. */
  #groupOfUser(): string {
    const sql = this.#store.dialect;
    return `SELECT user_id, min(named) AS member_of FROM (SELECT user_id, ${
      sql.asText("group_id")
    } AS named FROM ${this.#inputs.userGroups}) AS named_groups GROUP BY user_id`;
  }

  /** Of the bans that name a user and a group, those whose user is in that group. */
  async #ofTheirGroup(
    bans: readonly (readonly [user: string, group: string, contract: string])[],
    control: RunControl,
  ): Promise<[user: string, contract: string][]> {
    const rows = this.#ofUsers(uniqueRows(bans.map(([user]) => [user])));
    await this.#put("asked", BANNED_USERS, rows.map((row) => [...row, "1"]), control);
    const sql = this.#store.dialect;
    const found = await this.#store.rows(
      `SELECT ${sql.asText("user_id")}, member_of FROM (${this.#groupOfUser()}) AS own
WHERE user_id IN (SELECT user_id FROM ${this.#table("asked")})`,
      control,
    );
    const groupOf = new Map(found.flat().map(([user, group]) => [user, group]));
    return bans.filter(([user, group]) => groupOf.get(user) === group)
      .map(([user, , contract]) => [user, contract]);
  }

  /** Writes the pins; those that are not eligible become so, where they may. */
  async #putPins({ pairs, mayCreate }: EnginePins, control: RunControl): Promise<void> {
    const rows = pairs.map(({ user, contract, pin }) => [user, contract, pin]);
    await this.#put("pins", PINS, this.#ofUsers(rows), control);
    if (mayCreate) await this.#createPins(pairs, control);
  }

  /**
   * Adds the pins that are no pairs to the pairs, with the scores beside them.
   *
   * @throws InputError for one that has no score
   */
  async #createPins(pairs: readonly PinnedPair[], control: RunControl): Promise<void> {
    const known = await this.#pinsAmong(this.#plain("pin_pairs"), control);
    const created = pairs.filter((pin) => !known.has(keyOf(pin)));
    const without = created.find(({ score }) => !Number.isFinite(score));
    if (without !== undefined) {
      throw notEligible(without, "is not eligible", "a score beside it, to be one", "score");
    }
    const rows = created.map(({ user, contract, score }) => [user, contract, `${score}`]);
    const own = this.#ofUsers(rows);
    await this.#put("created", CREATED, own, control);
    this.#created = own.length;
  }

  /** Checks that every pin is a pair that is left, of a user who has a group. */
  async #checkPins(pairs: readonly PinnedPair[], control: RunControl): Promise<void> {
    const left = `(SELECT user_id, contract_address FROM ${this.#left()}
WHERE user_id IN (SELECT user_id FROM ${this.#inputs.userGroups})) AS pairs_left`;
    const known = await this.#pinsAmong(left, control);
    const missing = pairs.find((pin) => !known.has(keyOf(pin)));
    if (missing === undefined) return;
    const expected = "a pair that may be given, of a user that has a group";
    throw notEligible(missing, "is not eligible, or banned or cooling", expected);
  }

  /** The pins that are among some pairs. */
  async #pinsAmong(pairs: string, control: RunControl): Promise<ReadonlySet<string>> {
    const sql = this.#store.dialect;
    const joined = sql.leftJoin(pairs, this.#table("pins"), "user_id, contract_address");
    const found = await this.#store.rows(
      `SELECT ${
        sql.asText("user_id")
      }, contract_address, count(*) FROM (SELECT user_id, contract_address, coalesce(pin, '') AS pin FROM ${joined}) AS of_pins
WHERE pin <> '' GROUP BY user_id, contract_address`,
      control,
    );
    return new Set(found.flat().map(([user, contract]) => keyOf({ user, contract })));
  }

  async #putPast(control: RunControl): Promise<void> {
    const { days, rules } = this.#before, store = this.#store;
    await this.#put(
      "days",
      DAYS,
      days!.map(({ day, coolsContract, coolsBrand, weight, factor }) => [
        ...[day, "1", coolsContract ? "1" : "0", coolsBrand ? "1" : "0", `${weight}`, `${factor}`],
      ]),
      control,
    );
    if (this.#columns.brand !== null) await this.#putBrands(control);
    await store.makeTable(this.#table("past"), PAST, "user_id", control);
    await store.run(this.#pastSql(), control);
    if (rules.rotate === 0) return;
    await store.makeTable(this.#table("got"), GOT, "user_id", control);
    const summed = async (sql: string) =>
      numbersOf((await store.rows(sql, control)).flat())
        .reduce((sums, row) => sums.map((sum, i) => sum + row[i]), [0, 0]);
    const [, unscored] = await summed(this.#scoredSql());
    await store.run(this.#gotSql(unscored === 0), control);
    const [users, got] = await summed(this.#meanSql());
    this.#mean = users === 0 ? 0 : got / users;
  }

  /** The contracts of each brand, by their places. */
  async #putBrands(control: RunControl): Promise<void> {
    const { brand, brands, contracts } = this.#columns;
    const places = brands.map(() => [] as number[]);
    contracts.forEach((_, c) => places[brand![c]].push(c));
    await this.#put(
      "of_brand",
      OF_BRAND,
      brands.map((id, b) => [id, JSON.stringify(places[b])]).filter(([id]) => id !== ""),
      control,
    );
  }

  /** Rows of history that a day is known of. */
  #rows(): string {
    const { dialect } = this.#store;
    const names = ["user_id", "contract_address", "declined", "score", "brand", "is_past"];
    names.push(...["cools_contract", "cools_brand", "weight", "factor"]);
    return `(SELECT ${names.join(", ")} FROM ${
      dialect.leftJoin(this.#inputs.history!, this.#table("days"), "day")
    } WHERE is_past = 1) AS dated`;
  }

  /** The statement that writes, by user and contract, whether it was given lately and how often it was declined. */
  #pastSql(): string {
    const sql = this.#store.dialect.begin();
    const { declineFactor } = this.#before.rules;
    const { brand, contracts } = this.#columns;
    const powers = Float64Array.from({ length: 256 }, (_, n) => declineFactor ** n);
    // A brand named by caps counts before one named by history.
    const given = `(SELECT contract_address, brand AS own_brand, known FROM ${
      this.#table("given")
    }) AS own`;
    const rows =
      `(SELECT user_id, contract_address, cools_contract, cools_brand, declined, coalesce(known, 0) AS is_given,
  if(coalesce(known, 0) = 1, own_brand, brand) AS row_brand
FROM ${sql.leftJoin(this.#rows(), given, "contract_address")}) AS named`;
    const none = sql.as("count", "0");
    const own = `SELECT user_id, contract_address, cools_contract AS cc, ${none} AS cb,
  if(row_brand = '', declined, ${none}) AS d FROM ${rows} WHERE is_given = 1`;
    const branded = `(SELECT user_id, row_brand AS brand, cools_brand, declined FROM ${rows}
WHERE row_brand <> '') AS branded`;
    const listed = `(SELECT user_id, cools_brand, declined, places FROM ${
      sql.leftJoin(branded, this.#table("of_brand"), "brand")
    }) AS of_brand`;
    const each = sql.perItem(
      `user_id, ${
        sql.textAt("c", contracts)
      } AS contract_address, ${none} AS cc, cools_brand AS cb, declined AS d`,
      sql.from(listed),
      { c: "places" },
    );
    const all = brand === null ? own : `${own}\nUNION ALL ${each}`;
    const added = `(SELECT user_id, contract_address, max(cc) AS cc, max(cb) AS cb, ${
      sql.as("whole", sql.least(["sum(d)", "255"]))
    } AS n FROM (${all}) AS every GROUP BY user_id, contract_address) AS added`;
    return sql.statement(
      `INSERT INTO ${
        this.#table("past")
      } (user_id, contract_address, by_contract, by_brand, declines, power)
SELECT user_id, contract_address, ${sql.as("count", "cc")}, ${sql.as("count", "cb")}, n, ${
        sql.lookup("n", powers)
      } FROM ${sql.from(added)}`,
    );
  }

  /** Rows of history of users of the drop. */
  #rowsOfUsers(): string {
    return `${this.#rows()} WHERE user_id IN (SELECT user_id FROM ${this.#inputs.userGroups})`;
  }

  #scoredSql(): string {
    const unscored = this.#store.dialect.countIf("score IS NULL");
    return `SELECT count(*), ${unscored} FROM ${this.#rowsOfUsers()}`;
  }

  /**
   * The statement that adds up what each user got, rounded offer by offer to whole steps so that any order gives the
   * same sum.
   */
  #gotSql(scored: boolean): string {
    const sql = this.#store.dialect;
    const score = sql.least([
      sql.number(LARGEST_COUNTED),
      sql.greatest([sql.number(0), "coalesce(score, 0)"]),
    ]);
    const steps = scored
      ? `floor(${score} * factor * ${sql.number(STEPS)} + ${sql.number(0.5)})`
      : "weight";
    return `INSERT INTO ${this.#table("got")} (user_id, got)
SELECT user_id, ${sql.as("real", `sum(${steps})`)} FROM ${this.#rowsOfUsers()} GROUP BY user_id`;
  }

  /** The statement that adds up what the users who have a pair got. */
  #meanSql(): string {
    const { pairs, userGroups } = this.#inputs, sql = this.#store.dialect;
    const users = `(SELECT DISTINCT user_id FROM ${pairs}
WHERE contract_address IN (SELECT contract_address FROM ${this.#table("given")})
  AND user_id IN (SELECT user_id FROM ${userGroups})) AS with_pairs`;
    return `SELECT count(*), sum(coalesce(got, ${sql.number(0)})) FROM ${
      sql.leftJoin(users, this.#table("got"), "user_id")
    }`;
  }

  /** Columns of the pairs that limits name. */
  #attributes(): string[] {
    return (this.#inputs.attributes?.pairs ?? []).map((_, i) => pairAttribute(i));
  }

  /** Rows of the pairs, created ones among them: user_id, contract_address, value, attributes. */
  #plain(name: string): string {
    const sql = this.#store.dialect;
    const more = this.#attributes().map((name) => `, ${name}`).join("");
    const plain = `SELECT user_id, ${sql.asText("contract_address")} AS contract_address, ${
      sql.as("real", "score")
    } AS value${more} FROM ${this.#inputs.pairs}`;
    if (this.#created === 0) return `(${plain}) AS ${name}`;
    const blank = this.#attributes().map((name) => `, '' AS ${name}`).join("");
    return `(${plain}\nUNION ALL SELECT user_id, contract_address, score AS value${blank} FROM ${
      this.#table("created")
    }) AS ${name}`;
  }

  /** Rows of the pairs (user_id, contract_address, value) with columns for bans, history and rotation. */
  #known(): string {
    const sql = this.#store.dialect, { bans, days, pins, rules } = this.#before;
    const columns = ["user_id", "contract_address", "value", ...this.#attributes()];
    let from = this.#plain("plain");
    const join = (name: string, key: string, added: Readonly<Record<string, string>>) => {
      const more = Object.entries(added).map(([column, value]) => `${value} AS ${column}`);
      from = `(SELECT ${[...columns, ...more].join(", ")} FROM ${
        sql.leftJoin(from, this.#table(name), key)
      }) AS with_${name}`;
      columns.push(...Object.keys(added));
    };
    if (pins !== null) join("pins", "user_id, contract_address", { pin_of: "coalesce(pin, '')" });
    if (bans !== null) {
      join("bans", "user_id, contract_address", { pair_out: "coalesce(ban, 0)" });
      join("banned_users", "user_id", { user_out: "coalesce(user_ban, 0)" });
      if (bans.ofGroups.length > 0) {
        join("members", "user_id", { in_group: "coalesce(member_of, '')" });
        join("group_bans", "in_group, contract_address", { group_out: "coalesce(group_ban, 0)" });
      }
    }
    if (days !== null) {
      join("past", "user_id, contract_address", {
        had_contract: "coalesce(by_contract, 0)",
        had_brand: "coalesce(by_brand, 0)",
        declined: "coalesce(declines, 0)",
        // Where there is no row a power may be 0.
        lowered: `if(coalesce(declines, 0) > 0, power, ${sql.number(1)})`,
      });
      if (rules.rotate > 0) join("got", "user_id", { had: `coalesce(got, ${sql.number(0)})` });
    }
    return from;
  }

  #isBanned(): string {
    const { bans } = this.#before;
    if (bans === null) return "1 = 0";
    const sql = this.#store.dialect;
    const conditions = ["pair_out = 1", "user_out = 1"];
    if (bans.ofGroups.length > 0) conditions.push("group_out = 1");
    if (bans.contracts.length > 0) {
      const named = [...new Set(bans.contracts)].map((id) => sql.text(id)).join(", ");
      conditions.push(`contract_address IN (${named})`);
    }
    return `(${conditions.join(" OR ")})`;
  }

  /** Whether a pair is below the least score; null: none is asked for. */
  #isLow(): string | null {
    const { minScore } = this.#before;
    return Number.isFinite(minScore) ? `value < ${this.#store.dialect.number(minScore)}` : null;
  }

  /** The {@link InputTables} of the pairs that are left; beside pins they have an attribute more, what pairs are pinned as. */
  tables(): Pick<InputTables, "pairs" | "attributes"> {
    const { attributes = { pairs: [], users: [] } } = this.#inputs;
    if (this.#before.pins === null) return { pairs: this.#left() };
    return {
      pairs: this.#left(),
      attributes: { ...attributes, pairs: [...attributes.pairs, PINNED_AS] },
    };
  }

  /** The pairs that are left. A pinned pair may be below the least score. */
  #left(): string {
    const sql = this.#store.dialect, { days, pins, rules } = this.#before;
    const conditions = [`NOT ${this.#isBanned()}`];
    if (days !== null) conditions.push("had_contract = 0 AND had_brand = 0");
    const low = this.#isLow();
    if (low !== null) {
      conditions.push(pins === null ? `NOT (${low})` : `(pin_of <> '' OR NOT (${low}))`);
    }
    let scaled = "value";
    if (days !== null && rules.declineFactor !== 1) scaled += " * lowered";
    if (days !== null && rules.rotate > 0 && this.#mean > 0) {
      const short = sql.greatest([
        sql.number(0),
        `${sql.number(1)} - had / ${sql.number(this.#mean)}`,
      ]);
      scaled += ` * (${sql.number(1)} + ${sql.number(rules.rotate)} * ${short})`;
    }
    const score = scaled === "value" ? "value" : `if(value > 0, ${scaled}, value)`;
    const own = this.#attributes(), more = own.map((name) => `, ${name}`).join("");
    const pinned = pins === null ? "" : `, pin_of AS ${pairAttribute(own.length)}`;
    return `(SELECT user_id, contract_address, ${score} AS score${more}${pinned} FROM ${this.#known()}
WHERE ${conditions.join(" AND ")}) AS left_pairs`;
  }

  /** Counts the pairs that are kept out, or whose scores are lowered. */
  async counts(control: RunControl): Promise<BeforeFacts> {
    const { days } = this.#before, sql = this.#store.dialect;
    const low = this.#isLow(), isBanned = this.#isBanned();
    const had = days === null ? "1 = 0" : "had_contract = 1",
      brand = days === null ? "1 = 0" : "had_brand = 1 AND had_contract = 0";
    const free = `NOT ${isBanned}`;
    const lowered = days === null || this.#before.rules.declineFactor === 1
      ? "1 = 0"
      : "declined > 0 AND value > 0 AND had_contract = 0 AND had_brand = 0";
    const counts = [
      isBanned,
      `${free} AND ${had}`,
      `${free} AND ${brand}`,
      `${free} AND ${lowered}`,
    ]
      .map((holds) => sql.countIf(holds));
    const rows = await this.#store.rows(
      `SELECT ${counts.join(", ")} FROM ${this.#known()}
WHERE contract_address IN (SELECT contract_address FROM ${this.#table("given")})
  AND user_id IN (SELECT user_id FROM ${this.#inputs.userGroups})${
        low === null ? "" : ` AND NOT (${low})`
      }`,
      control,
    );
    const [banned, coolingByContract, coolingByBrand, declined] = numbersOf(rows.flat())
      .reduce((sums, row) => sums.map((sum, i) => sum + row[i]), [0, 0, 0, 0]);
    return { banned, coolingByContract, coolingByBrand, declined, created: this.#created };
  }
}

/** A pair of ids as one text. */
function keyOf({ user, contract }: Pick<PinnedPair, "user" | "contract">): string {
  return JSON.stringify([user, contract]);
}

/** The error for a pin that is no pair that may be given. */
function notEligible(
  { place, user, contract }: PinnedPair,
  what: string,
  expected: string,
  column: "contract_address" | "score" = "contract_address",
): InputError {
  return new InputError(
    `${place}: the pinned pair of ${user} and ${contract} ${what}, expected ${expected}`,
    { column, expected },
  );
}
