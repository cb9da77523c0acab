/**
 * History beside the pairs: what users had, declined and got.
 *
 * @module
 */
import {
  LARGEST_COUNTED,
  NO_ROUGH_SCORES,
  type RoughScores,
  SMALLEST_COUNTED,
  STEPS,
} from "../../../allocator/drop/before/received.ts";
import type { RunControl } from "../../../base/progress.ts";
import { type BeforeTables, CAN_BE_GIVEN } from "./before_tables.ts";
import type { TableColumns } from "../store/dialect.ts";
import { numbersOf } from "../store/rows.ts";

const DAYS = {
  day: "text",
  is_past: "count",
  cools_contract: "count",
  cools_brand: "count",
  weight: "real",
  factor: "real",
} as const satisfies TableColumns;
const OF_BRAND = { brand: "text", places: "indices" } as const satisfies TableColumns;
const PAST = {
  user_id: "user",
  contract_address: "text",
  by_contract: "count",
  by_brand: "count",
  declines: "whole",
  power: "real",
} as const satisfies TableColumns;
const GOT = { user_id: "user", got: "real" } as const satisfies TableColumns;

/** The tables of history. */
export class PastTables {
  readonly #tables: BeforeTables;
  /** Mean of what users of the drop got, where rotation asks for it. */
  mean = 0;
  /** Scores that rotation does not count as they are. */
  rough: RoughScores = NO_ROUGH_SCORES;

  /** Makes no table yet. */
  constructor(tables: BeforeTables) {
    this.#tables = tables;
  }

  /** Makes and fills the tables. */
  async put(control: RunControl): Promise<void> {
    const { days, rules } = this.#tables.before, { store } = this.#tables;
    await this.#tables.put(
      "days",
      DAYS,
      days!.map(({ day, coolsContract, coolsBrand, weight, factor }) => [
        day,
        "1",
        coolsContract ? "1" : "0",
        coolsBrand ? "1" : "0",
        `${weight}`,
        `${factor}`,
      ]),
      control,
    );
    if (this.#tables.columns.brand !== null) await this.#putBrands(control);
    await store.makeTable(this.#tables.table("past"), PAST, "user_id", control);
    await store.run(this.#pastSql(), control);
    if (rules.rotate === 0) return;
    await store.makeTable(this.#tables.table("got"), GOT, "user_id", control);
    const summed = async (sql: string) =>
      numbersOf((await store.rows(sql, control)).flat())
        .reduce((sums, row) => sums.map((sum, i) => sum + row[i]));
    const [unscored, tooSmall, tooLarge] = await summed(this.#scoredSql());
    if (unscored === 0) this.rough = { tooSmall, tooLarge };
    await store.run(this.#gotSql(unscored === 0), control);
    const [users, got] = await summed(this.#meanSql());
    this.mean = users === 0 ? 0 : got / users;
  }

  /** The contracts of each brand, by their places. */
  async #putBrands(control: RunControl): Promise<void> {
    const { brand, brands, contracts } = this.#tables.columns;
    const places = brands.map(() => [] as number[]);
    contracts.forEach((_, c) => places[brand![c]].push(c));
    await this.#tables.put(
      "of_brand",
      OF_BRAND,
      brands.map((id, b) => [id, JSON.stringify(places[b])]).filter(([id]) => id !== ""),
      control,
    );
  }

  /** Rows of history that a day is known of. */
  #rows(): string {
    const { dialect } = this.#tables.store;
    const names = ["user_id", "contract_address", "declined", "score", "brand", "is_past"];
    names.push(...["cools_contract", "cools_brand", "weight", "factor"]);
    return `(SELECT ${names.join(", ")} FROM ${
      dialect.leftJoin(this.#tables.inputs.history!, this.#tables.table("days"), "day")
    } WHERE is_past = 1) AS dated`;
  }

  /** The statement that writes, by user and contract, whether it was given lately and how often it was declined. */
  #pastSql(): string {
    const sql = this.#tables.dialect.begin();
    const { declineFactor } = this.#tables.before.rules;
    const { brand, contracts } = this.#tables.columns;
    const powers = Float64Array.from({ length: 256 }, (_, n) => declineFactor ** n);
    // A brand named by caps counts before one named by history.
    const given = `(SELECT contract_address, brand AS own_brand, known FROM ${
      this.#tables.table("given")
    }) AS own`;
    const rows =
      `(SELECT user_id, contract_address, cools_contract, cools_brand, declined, if(coalesce(known, 0) = ${CAN_BE_GIVEN}, 1, 0) AS is_given,
  if(coalesce(known, 0) > 0, own_brand, brand) AS row_brand
FROM ${sql.leftJoin(this.#rows(), given, "contract_address")}) AS named`;
    const none = sql.as("count", "0");
    const own = `SELECT user_id, contract_address, cools_contract AS cc, ${none} AS cb,
  if(row_brand = '', declined, ${none}) AS d FROM ${rows} WHERE is_given = 1`;
    const branded = `(SELECT user_id, row_brand AS brand, cools_brand, declined FROM ${rows}
WHERE row_brand <> '') AS branded`;
    const listed = `(SELECT user_id, cools_brand, declined, places FROM ${
      sql.leftJoin(branded, this.#tables.table("of_brand"), "brand")
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
        this.#tables.table("past")
      } (user_id, contract_address, by_contract, by_brand, declines, power)
SELECT user_id, contract_address, ${sql.as("count", "cc")}, ${sql.as("count", "cb")}, n, ${
        sql.lookup("n", powers)
      } FROM ${sql.from(added)}`,
    );
  }

  /** Rows of history of users of the drop. */
  #rowsOfUsers(): string {
    return `${this.#rows()} WHERE user_id IN (SELECT user_id FROM ${this.#tables.inputs.userGroups})`;
  }

  #scoredSql(): string {
    const sql = this.#tables.dialect;
    const counts = [
      "score IS NULL",
      `score > ${sql.number(0)} AND score < ${sql.number(SMALLEST_COUNTED)}`,
      `score > ${sql.number(LARGEST_COUNTED)}`,
    ].map((holds) => sql.countIf(holds));
    return `SELECT ${counts.join(", ")} FROM ${this.#rowsOfUsers()}`;
  }

  /**
   * The statement that adds up what each user got, rounded offer by offer to whole steps so that any order gives the
   * same sum.
   */
  #gotSql(scored: boolean): string {
    const sql = this.#tables.dialect;
    const score = sql.least([
      sql.number(LARGEST_COUNTED),
      sql.greatest([sql.number(0), "coalesce(score, 0)"]),
    ]);
    const steps = scored
      ? `floor(${score} * factor * ${sql.number(STEPS)} + ${sql.number(0.5)})`
      : "weight";
    return `INSERT INTO ${this.#tables.table("got")} (user_id, got)
SELECT user_id, ${sql.as("real", `sum(${steps})`)} FROM ${this.#rowsOfUsers()} GROUP BY user_id`;
  }

  /** The statement that adds up what the users who have a pair got. */
  #meanSql(): string {
    const { pairs, userGroups } = this.#tables.inputs, sql = this.#tables.dialect;
    const given = `SELECT contract_address FROM ${
      this.#tables.table("given")
    } WHERE known = ${CAN_BE_GIVEN}`;
    const users = `(SELECT DISTINCT user_id FROM ${pairs}
WHERE contract_address IN (${given})
  AND user_id IN (SELECT user_id FROM ${userGroups})) AS with_pairs`;
    return `SELECT count(*), sum(coalesce(got, ${sql.number(0)})) FROM ${
      sql.leftJoin(users, this.#tables.table("got"), "user_id")
    }`;
  }
}
