/**
 * Pins beside the pairs.
 *
 * @module
 */
import { dayOf, NO_DAY } from "../../../base/text/day.ts";
import { eligibleOrMadeSo } from "../../../allocator/drop/before/pins.ts";
import { InputError, quote } from "../../../base/errors.ts";
import type { RunControl } from "../../../base/progress.ts";
import type { PastDay } from "../../drop/before.ts";
import type { EnginePins, PinnedPair } from "../../drop/pins.ts";
import { brandInCaps } from "../../drop/task.ts";
import type { BeforeTables } from "./before_tables.ts";
import type { TableColumns } from "../store/dialect.ts";

const PINS = {
  user_id: "user",
  contract_address: "text",
  pin: "text",
} as const satisfies TableColumns;
const CREATED = {
  user_id: "user",
  contract_address: "text",
  score: "real",
} as const satisfies TableColumns;

/** The tables of pins. */
export class PinTables {
  readonly #tables: BeforeTables;
  /** Pins that were no pairs and have become so. */
  #created = 0;

  /** Makes no table yet. */
  constructor(tables: BeforeTables) {
    this.#tables = tables;
  }

  /** Pins that were no pairs and have become so. */
  get created(): number {
    return this.#created;
  }

  /**
   * Writes the pins; those that are not eligible become so, where they may.
   *
   * @throws InputError for the first row whose user has no group or whose contract can't be given, and for a pin without a score
   *   that is to become eligible
   */
  async put(pins: EnginePins, control: RunControl): Promise<void> {
    const rows = pins.pairs.map(({ user, contract, pin }) => [user, contract, pin]);
    await this.#tables.put("pins", PINS, this.#tables.ofUsers(rows), control);
    await this.#checkRows(pins, control);
    if (pins.mayCreate) await this.#createPins(pins.pairs, control);
  }

  /** @throws InputError for the first row whose user has no group or whose contract can't be given */
  async #checkRows({ pairs, fault }: EnginePins, control: RunControl): Promise<void> {
    const { store, dialect, inputs } = this.#tables;
    const found = await store.rows(
      `SELECT DISTINCT ${dialect.asText("user_id")} FROM ${inputs.userGroups}
WHERE user_id IN (SELECT user_id FROM ${this.#tables.table("pins")})`,
      control,
    );
    const known = new Set(found.flat().map(([user]) => user));
    const unknown = pairs.filter(({ user }) => !known.has(user));
    const first = unknown.reduce<PinnedPair | null>(
      (least, pin) => least === null || pin.row < least.row ? pin : least,
      null,
    );
    if (first !== null) throw withoutGroup(first);
    if (fault === null) return;
    throw (await this.#groupsOf(fault.user, control)).length === 0
      ? withoutGroup(fault)
      : fault.error;
  }

  /**
   * Adds the pins that are no pairs to the pairs, with the scores beside them.
   *
   * @throws InputError for one that has no score
   */
  async #createPins(pairs: readonly PinnedPair[], control: RunControl): Promise<void> {
    const known = await this.#pinsAmong(this.pairs("pin_pairs"), control);
    const created = pairs.filter((pin) => !known.has(keyOf(pin)));
    const without = created.find(({ score }) => !Number.isFinite(score));
    if (without !== undefined) {
      throw notEligible(without, "is not eligible", "a score beside it, to be one", "score");
    }
    const rows = created.map(({ user, contract, score }) => [user, contract, `${score}`]);
    const own = this.#tables.ofUsers(rows);
    await this.#tables.put("created", CREATED, own, control);
    this.#created = own.length;
  }

  /**
   * Checks that every pin is one of the pairs that are left.
   *
   * @throws InputError for one that is not
   */
  async check(
    pairs: readonly PinnedPair[],
    pairsLeft: string,
    control: RunControl,
  ): Promise<void> {
    const left = `(SELECT user_id, contract_address FROM ${pairsLeft}
WHERE user_id IN (SELECT user_id FROM ${this.#tables.inputs.userGroups})) AS pairs_left`;
    const known = await this.#pinsAmong(left, control);
    const missing = pairs.filter((pin) => !known.has(keyOf(pin)));
    if (missing.length === 0) return;
    const eligible = await this.#pinsAmong(this.pairs("pin_pairs"), control);
    const never = missing.find((pin) => !eligible.has(keyOf(pin)));
    if (never !== undefined) throw notEligible(never, "is not eligible", eligibleOrMadeSo());
    throw await this.#whyNot(missing[0], control);
  }

  /** The error for an eligible pin that may not be given: why it may not. */
  async #whyNot(pin: PinnedPair, control: RunControl): Promise<InputError> {
    const groups = await this.#groupsOf(pin.user, control);
    const ban = this.#tables.before.bans?.placeOf(pin.user, groups, pin.contract) ?? null;
    const what = ban === null ? await this.#cooling(pin, control) : `is banned by ${ban}`;
    return notEligible(pin, what, "a pair that may be given");
  }

  /** That a pin is cooling, and when its user had the contract, or its brand. */
  async #cooling({ user, contract }: PinnedPair, control: RunControl): Promise<string> {
    const { store, dialect, inputs, columns, before } = this.#tables;
    const found = await store.rows(
      `SELECT ${dialect.asText("contract_address")}, brand, day FROM ${inputs.history}
WHERE ${dialect.asText("user_id")} = ${dialect.text(user)}`,
      control,
    );
    const days = new Map(before.days?.map((day) => [day.day, day]));
    const brandOf = (id: string, said: string) => brandInCaps(columns, id) ?? said;
    const brand = brandOf(contract, "");
    const last = (isOf: (row: readonly string[], day: PastDay | undefined) => boolean) =>
      found.flat().filter((row) => isOf(row, days.get(row[2]))).map(([, , day]) => day)
        .sort((a, b) => timeOf(a) - timeOf(b)).at(-1);
    const had = last(([id], day) => id === contract && day?.coolsContract === true);
    const day = had ??
      last(([id, said], day) =>
        brand !== "" && brandOf(id, said) === brand && day?.coolsBrand === true
      );
    if (day === undefined) return "is cooling";
    return `is cooling: had ${had === undefined ? "its brand" : "it"} ${days.get(day)!.when}`;
  }

  /** The groups that rows of the users' groups give a user. */
  async #groupsOf(user: string, control: RunControl): Promise<string[]> {
    if (this.#tables.ofUsers([[user]]).length === 0) return [];
    const { store, dialect, inputs } = this.#tables;
    const rows = await store.rows(
      `SELECT DISTINCT ${dialect.asText("group_id")} FROM ${inputs.userGroups}
WHERE ${dialect.asText("user_id")} = ${dialect.text(user)}`,
      control,
    );
    return rows.flat().map(([group]) => group);
  }

  /** The pins that are among some pairs. */
  async #pinsAmong(pairs: string, control: RunControl): Promise<ReadonlySet<string>> {
    const sql = this.#tables.dialect;
    const joined = sql.leftJoin(pairs, this.#tables.table("pins"), "user_id, contract_address");
    const found = await this.#tables.store.rows(
      `SELECT ${
        sql.asText("user_id")
      }, contract_address, count(*) FROM (SELECT user_id, contract_address, coalesce(pin, '') AS pin FROM ${joined}) AS of_pins
WHERE pin <> '' GROUP BY user_id, contract_address`,
      control,
    );
    return new Set(found.flat().map(([user, contract]) => keyOf({ user, contract })));
  }

  /** Rows of the pairs, created ones among them: user_id, contract_address, value, attributes. */
  pairs(name: string): string {
    const sql = this.#tables.dialect, attributes = this.#tables.pairAttributes();
    const more = attributes.map((name) => `, ${name}`).join("");
    const plain = `SELECT user_id, ${sql.asText("contract_address")} AS contract_address, ${
      sql.as("real", "score")
    } AS value${more} FROM ${this.#tables.inputs.pairs}`;
    if (this.#created === 0) return `(${plain}) AS ${name}`;
    const blank = attributes.map((name) => `, '' AS ${name}`).join("");
    return `(${plain}\nUNION ALL SELECT user_id, contract_address, score AS value${blank} FROM ${
      this.#tables.table("created")
    }) AS ${name}`;
  }
}

/** When offers were made: a day, or where history has no dates the number of its file. */
function timeOf(day: string): number {
  const date = dayOf(day);
  return date === NO_DAY ? Number(day) : date;
}

/** A pair of ids as one text. */
function keyOf({ user, contract }: Pick<PinnedPair, "user" | "contract">): string {
  return JSON.stringify([user, contract]);
}

/** The error for a pin of a user who has no group. */
function withoutGroup({ place, user }: Pick<PinnedPair, "place" | "user">): InputError {
  const expected = "a user that has a group";
  return new InputError(`${place}: pinned user_id is ${quote(user)}, expected ${expected}`, {
    column: "user_id",
    value: user,
    expected,
  });
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
