/**
 * The pairs that history, bans and pins leave: without banned and cooling ones, with scores that declines and rotation
 * change.
 *
 * Tables beside the pairs hold what is known of users and contracts. The pairs are joined with them wherever they are
 * read, so that no second copy of the pairs is needed.
 *
 * @module
 */
import type { RoughScores } from "../../../allocator/drop/before/received.ts";
import type { RunControl } from "../../../base/progress.ts";
import { PINNED_AS } from "../../drop/slots.ts";
import { BanTables } from "./bans_sql.ts";
import { type BeforeTables, CAN_BE_GIVEN, HAS_NO_CAP } from "./before_tables.ts";
import type { TableColumns } from "../store/dialect.ts";
import { pairAttribute } from "./kinds_sql.ts";
import { PastTables } from "./past_sql.ts";
import { PinTables } from "./pins_sql.ts";
import type { InputTables } from "../store/store.ts";
import type { PairMarks } from "./tally_sql.ts";

const GIVEN = {
  contract_address: "text",
  brand: "text",
  known: "count",
} as const satisfies TableColumns;

/** The tables of history, bans and pins, and the source that reads the pairs beside them. */
export class PairsAfter {
  readonly #tables: BeforeTables;
  readonly #bans: BanTables;
  readonly #past: PastTables;
  readonly #pins: PinTables;

  /** Makes no table yet. */
  constructor(tables: BeforeTables) {
    this.#tables = tables;
    this.#bans = new BanTables(tables);
    this.#past = new PastTables(tables);
    this.#pins = new PinTables(tables);
  }

  /** Makes and fills all tables. */
  async putTables(control: RunControl): Promise<void> {
    const { columns, before: { days, pins } } = this.#tables;
    const { contracts, brand, brands, withoutCap, brandWithoutCap } = columns;
    await this.#tables.put(
      "given",
      GIVEN,
      [
        ...contracts.map((id, c) => [id, brand ? brands[brand[c]] : "", CAN_BE_GIVEN]),
        ...withoutCap.map((id, i) => [id, brandWithoutCap?.[i] ?? "", HAS_NO_CAP]),
      ],
      control,
    );
    await this.#bans.put(control);
    if (pins !== null) await this.#pins.put(pins, control);
    if (days !== null) await this.#past.put(control);
    if (pins !== null) await this.#pins.check(pins.pairs, this.#left(), control);
  }

  /** Rows of the pairs (user_id, contract_address, value) with columns for bans, history and rotation. */
  #known(): string {
    const sql = this.#tables.dialect, { bans, days, pins, rules } = this.#tables.before;
    const columns = ["user_id", "contract_address", "value", ...this.#tables.pairAttributes()];
    let from = this.#pins.pairs("plain");
    const join = (name: string, key: string, added: Readonly<Record<string, string>>) => {
      const more = Object.entries(added).map(([column, value]) => `${value} AS ${column}`);
      from = `(SELECT ${[...columns, ...more].join(", ")} FROM ${
        sql.leftJoin(from, this.#tables.table(name), key)
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

  /** Whether a pair is below the least score; null: none is asked for. */
  #isLow(): string | null {
    const { minScore } = this.#tables.before;
    return Number.isFinite(minScore) ? `value < ${this.#tables.dialect.number(minScore)}` : null;
  }

  /** The {@link InputTables} of the pairs that are left; beside pins they have an attribute more, what pairs are pinned as. */
  tables(): Pick<InputTables, "pairs" | "attributes"> {
    const { attributes = { pairs: [], users: [] } } = this.#tables.inputs;
    if (this.#tables.before.pins === null) return { pairs: this.#left() };
    return {
      pairs: this.#left(),
      attributes: { ...attributes, pairs: [...attributes.pairs, PINNED_AS] },
    };
  }

  /** The pairs that are left. A pinned pair may be below the least score. */
  #left(): string {
    const sql = this.#tables.dialect, { days, pins, rules } = this.#tables.before;
    const conditions = [`NOT ${this.#bans.isBanned()}`];
    if (days !== null) conditions.push("had_contract = 0 AND had_brand = 0");
    const low = this.#isLow();
    if (low !== null) {
      conditions.push(pins === null ? `NOT (${low})` : `(pin_of <> '' OR NOT (${low}))`);
    }
    let scaled = "value";
    if (days !== null && rules.declineFactor !== 1) scaled += " * lowered";
    if (days !== null && rules.rotate > 0 && this.#past.mean > 0) {
      const short = sql.greatest([
        sql.number(0),
        `${sql.number(1)} - had / ${sql.number(this.#past.mean)}`,
      ]);
      scaled += ` * (${sql.number(1)} + ${sql.number(rules.rotate)} * ${short})`;
    }
    const score = scaled === "value" ? "value" : `if(value > 0, ${scaled}, value)`;
    const own = this.#tables.pairAttributes(), more = own.map((name) => `, ${name}`).join("");
    const pinned = pins === null ? "" : `, pin_of AS ${pairAttribute(own.length)}`;
    return `(SELECT user_id, contract_address, ${score} AS score${more}${pinned} FROM ${this.#known()}
WHERE ${conditions.join(" AND ")}) AS left_pairs`;
  }

  /** All pairs, with what tells why some are kept out and whose scores are lowered. */
  marks(): PairMarks {
    const { days, pins, rules } = this.#tables.before, never = "1 = 0";
    return {
      source: this.#known(),
      pinned: pins === null ? never : "pin_of <> ''",
      banned: this.#bans.isBanned(),
      hadContract: days === null ? never : "had_contract = 1",
      hadBrand: days === null ? never : "had_brand = 1",
      declined: days === null || rules.declineFactor === 1 ? never : "declined > 0",
    };
  }

  /** Pins that were not eligible and have become so. */
  get created(): number {
    return this.#pins.created;
  }

  /** Scores of history that rotation does not count as they are. */
  get rough(): RoughScores {
    return this.#past.rough;
  }
}
