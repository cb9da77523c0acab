/**
 * The columns that limits name, taken from a drop in memory and put in the instance's order.
 *
 * @module
 */
import { decimalOf } from "../../base/numbers/decimal_text.ts";
import { InputError } from "../../base/errors.ts";
import { fieldFault } from "../../base/given_field.ts";
import { IdTable } from "../../base/ids/id_table.ts";
import { IdPool } from "../../base/ids/ids.ts";
import { type Attributes, textColumn } from "./instance/attributes.ts";
import { type AttributeValues, capsOfContracts, type DropInput, isArray } from "./drop_columns.ts";
import { soldOutColumns } from "./limits/sold_out.ts";
import { uncountedPin } from "./limits/uncounted_pin.ts";
import { pairOf } from "./before/parties.ts";
import type { Instance } from "./instance/instance.ts";
import type { LimitFamily } from "./instance/limit_family.ts";
import type { Duplicates } from "./pairs/tidy_pairs.ts";

/** Names of columns, by how limits use them. */
export interface NamedColumns {
  /** Columns that limits select or group by, or take amounts from. */
  readonly texts: ReadonlySet<string>;
  /** Columns that limits count. */
  readonly numbers: ReadonlySet<string>;
}

/** The names of the columns that limits use. */
export function columnsNamed(families: readonly LimitFamily[]): NamedColumns {
  const texts = new Set<string>(), numbers = new Set<string>();
  for (const { per, where, counts, atMost, atLeast } of families) {
    for (const name of [...per, ...where.map(({ column }) => column)]) texts.add(name);
    for (const amount of [atMost, atLeast]) if (typeof amount === "string") texts.add(amount);
    if (counts !== "offers") numbers.add(counts);
  }
  return { texts, numbers };
}

/**
 * The attributes that limits name. Of several rows about one contract, user or group the first counts; of pairs, the row whose
 * score counts.
 *
 * @throws {InputError} for a counted attribute that is no number of at least 0
 */
export function attributesOfInput(
  instance: Instance,
  input: DropInput,
  families: readonly LimitFamily[],
  duplicates?: Duplicates,
): Attributes {
  const { texts, numbers } = columnsNamed(families);
  const wanted = new Set([...texts, ...numbers]);
  const contracts = rowsById(input.contracts, instance.contracts);
  const groups = rowsById(input.groups ?? [], instance.groups);
  const users = userRows(instance, input);
  const pairs = pairRows(instance, input, wanted, duplicates);
  const eligNumbers = new Map<string, Float64Array>();
  for (const name of numbers) {
    const column = pairs?.numbers(name);
    if (column !== undefined) eligNumbers.set(name, column);
  }
  const elig = new Map<string, ReturnType<typeof textColumn>>();
  for (const name of texts) {
    const column = pairs?.texts(name);
    if (column !== undefined) elig.set(name, textColumn(column));
  }
  return {
    caps: columnsOf(contracts, wanted),
    soldOut: soldOutColumns(
      capsOfContracts(input.contracts),
      instance.contracts,
      columnsOf(input.contracts, wanted),
    ),
    user_groups: users === null ? new Map() : columnsOf(users, wanted),
    group_ratios: columnsOf(groups, wanted),
    elig,
    eligNumbers,
  };
}

type Row = { readonly attributes?: AttributeValues };

/** Rows with an id, in the order of `ids`. */
function rowsById(rows: readonly ({ id: string } & Row)[], ids: readonly string[]): Row[] {
  const first = new Map<string, Row>();
  for (const row of rows) if (!first.has(row.id)) first.set(row.id, row);
  return ids.map((id) => first.get(id) ?? {});
}

function columnsOf(rows: readonly Row[], wanted: ReadonlySet<string>) {
  const columns = new Map<string, ReturnType<typeof textColumn>>();
  for (const name of wanted) {
    const has = ({ attributes }: Row) =>
      attributes !== undefined && Object.hasOwn(attributes, name);
    if (!rows.some(has)) continue;
    const texts = rows.map((row) => textOf(has(row) ? row.attributes![name] : undefined, name));
    columns.set(name, textColumn(texts));
  }
  return columns;
}

/**
 * An attribute as text; blank where there is none.
 *
 * @throws {InputError} for values of other kinds: their texts would not tell them apart
 */
function textOf(value: AttributeValues[string] | undefined, name: string): string {
  if (value === undefined || value === null) return "";
  const isValue = typeof value === "string" || typeof value === "boolean" ||
    Number.isFinite(value);
  if (isValue) return String(value);
  throw fieldFault("attributes", name, value, "text, a finite number, true, false or null");
}

/** Each user's row, or null where users have no attributes. */
function userRows(instance: Instance, { users }: DropInput): Row[] | null {
  if (isArray(users)) {
    return users.some(({ attributes }) => attributes !== undefined)
      ? rowsById(users, instance.users.toArray())
      : null;
  }
  const { ids, attributes } = users;
  if (attributes === undefined) return null;
  const columns = Object.entries(attributes);
  const table = IdTable.fromPool(ids instanceof IdPool ? ids : IdPool.from(ids));
  return Array.from(table.findAll(instance.users), (at) => ({
    attributes: Object.fromEntries(columns.map(([name, column]) => [name, column[at]])),
  }));
}

/** Reads the ids of users by their number in columns of pairs. A user with several rows has one number. */
function userIdReader(users: DropInput["users"]): (i: number) => string {
  if (isArray(users)) {
    const ids = [...new Set(users.map(({ id }) => id))];
    return (i) => ids[i];
  }
  const { ids } = users;
  return ids instanceof IdPool ? (i) => ids.at(i) : (i) => ids[i];
}

/** Columns of pairs in the instance's order. */
interface PairAttributes {
  texts(name: string): string[] | undefined;
  numbers(name: string): Float64Array | undefined;
}

function pairRows(
  instance: Instance,
  { pairs, contracts, users }: DropInput,
  wanted: ReadonlySet<string>,
  duplicates: Duplicates = "first",
): PairAttributes | null {
  // −1: no row, as for a pair that a pin made.
  const rowOf = new Int32Array(instance.score.length).fill(-1);
  const scoreOf = new Float64Array(instance.score.length);
  const contractAt = new Map(instance.contracts.map((id, c) => [id, c]));
  const note = (user: string, contract: string, score: number, row: number) => {
    const u = instance.users.indexOfSorted(user), c = contractAt.get(contract);
    const p = u < 0 || c === undefined ? -1 : pairOf(instance, u, c);
    if (p < 0) return;
    // Of several rows about a pair the one counts whose score does. The instance's scores may be scaled, so rows are compared.
    if (rowOf[p] >= 0 && !(duplicates === "largest" && score > scoreOf[p])) return;
    rowOf[p] = row;
    scoreOf[p] = score;
  };
  let valueAt: (name: string, row: number) => AttributeValues[string] | undefined;
  if (isArray(pairs)) {
    if (!pairs.some(({ attributes }) => attributes !== undefined)) return null;
    pairs.forEach(({ user, contract, score }, row) => note(user, contract, score, row));
    valueAt = (name, row) => pairs[row]?.attributes?.[name];
  } else {
    const { user, contract, score, attributes } = pairs;
    if (attributes === undefined) return null;
    const idAt = userIdReader(users);
    for (let row = 0; row < user.length; row++) {
      note(idAt(user[row]), contracts[contract[row]].id, score[row], row);
    }
    valueAt = (name, row) => Object.hasOwn(attributes, name) ? attributes[name][row] : undefined;
  }
  const has = (name: string) => {
    if (!wanted.has(name)) return false;
    for (const row of rowOf) if (valueAt(name, row) !== undefined) return true;
    return false;
  };
  return {
    texts: (name) =>
      has(name) ? Array.from(rowOf, (row) => textOf(valueAt(name, row), name)) : undefined,
    numbers: (name) => {
      if (!has(name)) return undefined;
      return Float64Array.from(rowOf, (row, p) => {
        // Only a pair that a pin made has no row.
        if (row < 0) {
          const pins = instance.pins!, place = { column: name, source: "pairs" };
          throw uncountedPin(instance, pins, pins.pair.indexOf(p), place);
        }
        const value = valueAt(name, row);
        const number = typeof value === "string" ? decimalOf(value) : value;
        if (typeof number === "number" && number >= 0 && number < Infinity) return number;
        throw InputError.at({
          file: `pairs[${row}]`,
          column: name,
          value: value === undefined ? undefined : String(value),
          expected: "a number of at least 0, as a limit counts it",
        });
      });
    },
  };
}
