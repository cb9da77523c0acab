/**
 * More pins beside those that a drop has: previous offers that are pairs of the drop now, or pairs that are named.
 *
 * @module
 */
import { IN_PREVIOUS } from "../../../allocator/drop/instance/previous.ts";
import { InputError } from "../../../base/errors.ts";
import type { RunControl } from "../../../base/progress.ts";
import { type KeptOffers, type PinKinds, PINNED_USERS, whoseKept } from "../../drop/pins.ts";
import { PINNED_AS } from "../../drop/slots.ts";
import type { PairRules } from "../../steps/leave_out.ts";
import type { Columns } from "../../drop/task.ts";
import { countingSql, readPairsSql } from "./counting_sql.ts";
import type { TableColumns } from "../store/dialect.ts";
import { pairAttribute } from "./kinds_sql.ts";
import { putRows } from "../store/put_rows.ts";
import type { InputTables, Rows, Store, WorkTables } from "../store/store.ts";

const PLACES = { contract_address: "text", place: "whole" } as const satisfies TableColumns;
const OFFERS = {
  user_id: "user",
  contract_address: "text",
  is_kept: "count",
} as const satisfies TableColumns;
const KEPT = {
  user_id: "user",
  contract_address: "text",
  kept_as: "text",
} as const satisfies TableColumns;

const NAMED = {
  user_id: "user",
  contract_address: "text",
  is_named: "count",
} as const satisfies TableColumns;

/** The tables of offers that stay. */
export class KeptTables {
  readonly #store: Store;
  readonly #tables: WorkTables;
  readonly #inputs: InputTables;
  readonly #named: Rows | null;

  /**
   * Makes no table yet.
   *
   * @param named pairs (user, contract) that are to stay; null: previous offers, which the pairs must say they are
   */
  constructor(store: Store, tables: WorkTables, inputs: InputTables, named: Rows | null) {
    this.#store = store;
    this.#tables = tables;
    this.#inputs = inputs;
    this.#named = named;
  }

  #table(name: string): string {
    return this.#tables.beside(this.#named === null ? name : `named_${name}`);
  }

  /** The attributes of the pairs. */
  get #names(): readonly string[] {
    return this.#inputs.attributes?.pairs ?? [];
  }

  /**
   * Finds the offers that stay, and what each is pinned as.
   *
   * @throws InputError for a user who would have more than any k, where users are too many to be looked over
   */
  async put(
    { contracts }: Columns,
    rules: PairRules,
    kinds: PinKinds,
    control: RunControl,
  ): Promise<KeptOffers> {
    const store = this.#store;
    const places = contracts.map((id, c) => [id, `${c}`]);
    await putRows(store, this.#table("kept_places"), PLACES, places, control);
    if (this.#named !== null) {
      const rows = this.#named.map((row) => [...row, "1"]);
      await putRows(store, this.#table("asked_for"), NAMED, rows, control);
    }
    await this.#putOffers(rules, control);
    const users = await this.#users(control);
    // Fewer are looked over once they are gathered, and refused as on one machine.
    if (users > PINNED_USERS) await this.#refuseMore(kinds.most, control);
    await store.makeTable(this.#table("kept"), KEPT, "user_id", control);
    await store.run(this.#keptSql(contracts, kinds), control);
    const counted = async (column: string) =>
      (await store.rows(
        `SELECT ${column}, count(*) FROM ${this.#table("kept")} GROUP BY ${column}`,
        control,
      )).flat();
    const place = new Map(contracts.map((id, c) => [id, c]));
    const given = new Map<number, number>();
    for (const [id, n] of await counted("contract_address")) {
      const c = place.get(id)!;
      given.set(c, (given.get(c) ?? 0) + Number(n));
    }
    return {
      users,
      given,
      used: new Set((await counted("kept_as")).map(([id]) => id)),
    };
  }

  /** How many users have offers that stay. */
  async #users(control: RunControl): Promise<number> {
    const rows = await this.#store.rows(
      `SELECT count(*) FROM (SELECT user_id FROM ${
        this.#table("kept_offers")
      } GROUP BY user_id) AS with_pins`,
      control,
    );
    return rows.flat().reduce((sum, [n]) => sum + Number(n), 0);
  }

  /** Writes the pairs that are previous offers, or pinned already, and count by the rules. */
  async #putOffers(rules: PairRules, control: RunControl): Promise<void> {
    const sql = this.#store.dialect, { userGroups } = this.#inputs;
    const was = pairAttribute(this.#names.indexOf(IN_PREVIOUS));
    const among = { users: userGroups, contracts: this.#table("kept_places") };
    const counting = (plain: string) => countingSql(sql, plain, rules, among, { was: "was_read" });
    const once = this.#named === null
      ? counting(readPairsSql(sql, this.#inputs, { was_read: `if(${was} = 'true', 1, 0)` }))
      : counting(
        `(SELECT user_id, contract_address, score_read, pin_read, coalesce(is_named, 0) AS was_read FROM ${
          sql.leftJoin(
            readPairsSql(sql, this.#inputs),
            this.#table("asked_for"),
            "user_id, contract_address",
          )
        }) AS beside_named`,
      );
    const put = async (name: string, from: string) => {
      await this.#store.makeTable(this.#table(name), OFFERS, "user_id", control);
      await this.#store.run(
        `INSERT INTO ${this.#table(name)} (user_id, contract_address, is_kept)
SELECT user_id, contract_address, ${sql.as("count", "1")} FROM ${from}`,
        control,
      );
    };
    const asked = `${once} WHERE was = 1 OR is_pin = 1`;
    if (!Number.isFinite(rules.topN)) return await put("kept_offers", asked);
    await put("kept_asked", asked);
    const best = sql.firstPerUser(once, rules.topN, "is_pin = 1");
    const joined = sql.leftJoin(best, this.#table("kept_asked"), "user_id, contract_address");
    await put(
      "kept_offers",
      `(SELECT user_id, contract_address, coalesce(is_kept, 0) AS stays FROM ${joined}) AS asked_of
WHERE stays = 1`,
    );
  }

  /** The table of all pins. */
  get pins(): string {
    return this.#table("kept");
  }

  /** Of the pairs named, those that are pairs of the drop, and so pins now; none where none are named. */
  async found(control: RunControl): Promise<Rows> {
    if (this.#named === null) return [];
    const sql = this.#store.dialect;
    const joined = sql.leftJoin(
      this.#table("asked_for"),
      this.#table("kept_offers"),
      "user_id, contract_address",
    );
    const rows = await this.#store.rows(
      `SELECT ${sql.asText("user_id")}, contract_address
FROM (SELECT user_id, contract_address, coalesce(is_kept, 0) AS is_there FROM ${joined}) AS asked_and_there
WHERE is_there = 1`,
      control,
    );
    return rows.flat();
  }

  /** @throws InputError where a user would keep more than `most` offers */
  async #refuseMore(most: number, control: RunControl): Promise<void> {
    const sql = this.#store.dialect;
    const rows = await this.#store.rows(
      `SELECT ${sql.asText("user_id")}, offers FROM (SELECT user_id, count(*) AS offers
FROM ${this.#table("kept_offers")} GROUP BY user_id) AS of_user
WHERE offers > ${most} ORDER BY user_id LIMIT 1`,
      control,
    );
    const [found] = rows.flat();
    if (found === undefined) return;
    const what = this.#named === null ? "offers and pins that would stay" : "pins";
    throw new InputError(
      `${whoseKept(this.#named !== null)}: user ${found[0]} has ${
        found[1]
      } ${what}, expected at most k = ${most}`,
      { column: "user_id", value: found[0], expected: `at most ${most} offers` },
    );
  }

  /** The statement that numbers each user's offers of a kind, in the order of the contracts. More than there may be share a name. */
  #keptSql(contracts: readonly string[], { kindOf, most, slots }: PinKinds): string {
    const sql = this.#store.dialect.begin();
    const offers = `(SELECT user_id, place FROM ${
      sql.leftJoin(this.#table("kept_offers"), this.#table("kept_places"), "contract_address")
    }) AS placed`;
    const listed = `(SELECT user_id, ${
      sql.collectRising("place")
    } AS places FROM ${offers} GROUP BY user_id) AS listed`;
    const kind = (c: string) => sql.as("whole", sql.lookup(c, kindOf));
    const ofKinds = `(SELECT user_id, places, ${sql.map("places", kind)} AS kinds FROM ${
      sql.from(listed)
    }) AS of_kinds`;
    const numbered = `(SELECT user_id, places, kinds, ${
      sql.occurrences("kinds")
    } AS nths FROM ${ofKinds}) AS numbered`;
    const names = slots.map(({ id }) => id);
    const each = sql.perItem(
      `user_id, ${sql.textAt("c", contracts)} AS contract_address, ${
        sql.textAt(`(kind * ${most} + if(nth > ${most}, ${most}, nth) - 1)`, names)
      } AS kept_as`,
      sql.from(numbered),
      { c: "places", kind: "kinds", nth: "nths" },
    );
    return sql.statement(
      `INSERT INTO ${this.#table("kept")} (user_id, contract_address, kept_as)
SELECT user_id, contract_address, kept_as FROM (${each}) AS each_offer`,
    );
  }

  /** The pairs that say what they are pinned as. */
  pairs(): Pick<InputTables, "pairs" | "attributes"> {
    const sql = this.#store.dialect, names = this.#names, { attributes, pairs } = this.#inputs;
    const pin = names.indexOf(PINNED_AS), at = pin < 0 ? names.length : pin;
    const own = names.flatMap((_, i) => i === at ? [] : [`, ${pairAttribute(i)}`]).join("");
    const plain = `(SELECT user_id, ${
      sql.asText("contract_address")
    } AS contract_address, score${own} FROM ${pairs}) AS plain`;
    const joined = sql.leftJoin(plain, this.#table("kept"), "user_id, contract_address");
    return {
      pairs: `(SELECT user_id, contract_address, score${own}, coalesce(kept_as, '') AS ${
        pairAttribute(at)
      } FROM ${joined}) AS beside_kept`,
      attributes: { users: [], ...attributes, pairs: pin < 0 ? [...names, PINNED_AS] : names },
    };
  }
}
