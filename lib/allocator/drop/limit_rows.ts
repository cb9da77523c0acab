/**
 * Limits compiled for a drop: which limits an offer of each pair counts toward, and how much.
 *
 * Every limit is a row "Σ coefficient · offers ≤ amount": a least is the same with all signs turned. Pairs whose offers
 * count alike (same contract, same rows, same coefficients) share an item, so rows are kept per item, not per pair. The
 * caps are not among the rows here; every solver knows them.
 *
 * @module
 */
import { InputError, quote } from "../../base/errors.ts";
import { compareIds } from "../../base/ids.ts";
import { sharedFloat64, sharedUint32 } from "../../base/shared_array.ts";
import { type Attributes, type AttributeTable, type TextColumn, textColumn } from "./attributes.ts";
import type { Instance } from "./instance.ts";
import type { LimitFamily } from "./limit_family.ts";
import type { LimitRows, Limits } from "./limits.ts";

/**
 * Compiles families of limits. A few passes over the pairs.
 *
 * A pair with a blank in a `per` column counts toward no row of that family.
 *
 * @param factors what the amounts of families are multiplied by, by their names; a share ends at 1. @default 1 each
 * @throws {InputError} for a column that is not there or stands in two tables, values that match nothing, a number that is
 *   none or negative, an amount that differs within a limit, a least above its most
 */
export function compileLimits(
  instance: Instance,
  families: readonly LimitFamily[],
  attributes: Attributes,
  factors: ReadonlyMap<string, number> = new Map(),
): Limits {
  const columns = new Columns(instance, attributes);
  const resolved = families.map((family) => resolveFamily(columns, family));
  return { families, attributes, rows: rowsOf(instance, columns, resolved, factors) };
}

/** Columns that every drop has, by the name they go by in files. */
function builtInColumns(
  instance: Instance,
): Record<AttributeTable, Map<string, TextColumn>> {
  const ids = (count: number, at: (i: number) => string): TextColumn => ({
    code: Uint32Array.from({ length: count }, (_, i) => i),
    values: Array.from({ length: count }, (_, i) => at(i)),
  });
  const { contracts, sponsoredContracts, brand, brands, groups, group, users } = instance;
  const caps = new Map([
    ["contract_address", ids(contracts.length, (c) => contracts[c])],
    ["is_sponsored", {
      code: Uint32Array.from(contracts, (_, c) => c < sponsoredContracts ? 1 : 0),
      values: ["false", "true"],
    }],
    ["cap_face", textColumn(Array.from(instance.cap, String))],
  ]);
  // A contract without a brand has a blank here: no limit per brand counts it.
  if (brand !== null) {
    caps.set("brand_id", textColumn(Array.from(brand, (b) => brands[b])));
  }
  const groupIds = ids(groups.length, (g) => groups[g]);
  return {
    caps,
    user_groups: new Map([
      ["group_id", { code: group, values: groups }],
      // Texts of all users are made only when somebody asks for them.
      ["user_id", {
        code: Uint32Array.from({ length: users.length }, (_, u) => u),
        get values() {
          return users.toArray();
        },
      }],
    ]),
    group_ratios: new Map([
      ["group_id", groupIds],
      ["sponsorship_ratio", textColumn(Array.from(instance.ratio, String))],
    ]),
    elig: new Map(),
  };
}

/** A column with the table that it stands in; `number` where it is counted. */
interface Column {
  readonly name: string;
  readonly table: AttributeTable;
  readonly text: TextColumn | null;
  readonly number: Float64Array | null;
}

/** Finds columns by name. */
class Columns {
  readonly #tables: Record<AttributeTable, Map<string, TextColumn>>;
  readonly #eligNumbers: ReadonlyMap<string, Float64Array>;
  readonly #groupOf: Uint32Array;

  constructor(instance: Instance, attributes: Attributes) {
    const tables = builtInColumns(instance);
    for (const table of Object.keys(tables) as AttributeTable[]) {
      for (const [name, column] of attributes[table]) tables[table].set(name, column);
    }
    this.#tables = tables;
    this.#eligNumbers = attributes.eligNumbers;
    this.#groupOf = instance.group;
  }

  /** The tables that have a column; user_groups alone for group_id, as both mean the same. */
  tablesOf(name: string): AttributeTable[] {
    const all = (Object.keys(this.#tables) as AttributeTable[]).filter((table) =>
      this.#tables[table].has(name) || (table === "elig" && this.#eligNumbers.has(name))
    );
    return name === "group_id" ? ["user_groups"] : all;
  }

  /** A column by its name. */
  find(family: LimitFamily, field: string, name: string): Column {
    const tables = this.tablesOf(name);
    if (tables.length !== 1) {
      throw InputError.at({
        ...family.source,
        column: field,
        value: name,
        expected: tables.length === 0
          ? `a column of caps, user_groups, group_ratios or elig`
          : `a column of one table: it stands in ${tables.join(" and ")}`,
      });
    }
    const [table] = tables;
    return {
      name,
      table,
      text: this.#tables[table].get(name) ?? null,
      number: table === "elig" ? this.#eligNumbers.get(name) ?? null : null,
    };
  }

  /** A column's code for each user: those of groups by the user's group. */
  codesByUser({ table, text }: Column): Uint32Array {
    const { code } = text!;
    return table === "group_ratios" ? this.#groupOf.map((g) => code[g]) as Uint32Array : code;
  }

  /** The text columns of a table that the limit's amounts may come from. */
  amountColumn(table: AttributeTable, name: string): TextColumn | undefined {
    return this.#tables[table].get(name);
  }
}

/** A family with its columns found. */
interface Resolved {
  readonly family: LimitFamily;
  readonly per: readonly Column[];
  readonly where: readonly { readonly column: Column; readonly accepts: Uint8Array }[];
  readonly counts: Column | null;
}

function resolveFamily(columns: Columns, family: LimitFamily): Resolved {
  const per = family.per.map((name) => {
    const column = columns.find(family, "per", name);
    if (column.text !== null) return column;
    throw InputError.at({
      ...family.source,
      column: "per",
      value: name,
      expected: "a column of texts",
    });
  });
  const where = family.where.map(({ column: name, values }) => {
    const column = columns.find(family, name, name);
    const known = new Map(column.text!.values.map((value, i) => [value, i]));
    const accepts = new Uint8Array(column.text!.values.length);
    for (const value of values) {
      const at = known.get(value);
      if (at === undefined) {
        throw InputError.at({
          ...family.source,
          column: name,
          value,
          expected: `a value that ${column.table} has there, such as ${someOf(column.text!)}`,
        });
      }
      accepts[at] = 1;
    }
    return { column, accepts };
  });
  const counts = family.counts === "offers" ? null : columns.find(family, "counts", family.counts);
  if (counts !== null && counts.table !== "caps" && counts.table !== "elig") {
    throw InputError.at({
      ...family.source,
      column: "counts",
      value: family.counts,
      expected: `"offers", or a column of numbers in caps or elig, not ${counts.table}`,
    });
  }
  return { family, per, where, counts };
}

function someOf({ values }: TextColumn): string {
  return values.filter((value) => value !== "").slice(0, 3).map(quote).join(", ");
}

/** The numbers of a counted column of caps, by contract. */
function numbersOf(family: LimitFamily, { text, name, table }: Column): Float64Array {
  const byValue = text!.values.map((value) => {
    const number = value.trim() === "" ? NaN : Number(value);
    if (number >= 0 && number < Infinity) return number;
    throw InputError.at({
      ...family.source,
      column: "counts",
      value: name,
      expected: `a column of numbers of at least 0; ${table} has ${quote(value)} there`,
    });
  });
  return Float64Array.from(text!.code, (code) => byValue[code]);
}

/** Rows by family, side and values while they are made. */
class RowBuilder {
  readonly family: number[] = [];
  readonly sense: number[] = [];
  readonly key: string[][] = [];
  readonly #known = new Map<string, number[]>();

  /** The rows of a family for a combination of values: that of its most, that of its least. */
  rowsFor(f: number, { family, per }: Resolved, codes: readonly number[]): number[] {
    const name = `${f}:${codes.join()}`;
    let rows = this.#known.get(name);
    if (rows === undefined) {
      rows = [];
      const key = per.map((column, i) => column.text!.values[codes[i]]);
      for (const [sense, amount] of [[1, family.atMost], [-1, family.atLeast]] as const) {
        if (amount === null) continue;
        rows.push(this.family.push(f) - 1);
        this.sense.push(sense);
        this.key.push(key);
      }
      this.#known.set(name, rows);
    }
    return rows;
  }
}

/** What a pair's code of a column is. */
type CodeOf = (contract: number, user: number, pair: number) => number;

function codeReader(columns: Columns, column: Column): CodeOf {
  const { table, text } = column;
  if (table === "caps") return (c) => text!.code[c];
  if (table === "elig") return (_c, _u, p) => text!.code[p];
  const code = columns.codesByUser(column);
  return (_c, u) => code[u];
}

/** Entries of one item. */
interface Entries {
  readonly rows: number[];
  readonly coefficients: number[];
}

function rowsOf(
  instance: Instance,
  columns: Columns,
  resolved: readonly Resolved[],
  factors: ReadonlyMap<string, number>,
): LimitRows {
  const { start, contract } = instance;
  const users = instance.group.length, pairs = instance.score.length;
  const builder = new RowBuilder();
  const amounts = new Amounts(columns, factors);
  const families = resolved.map((one, f) => familyReader(columns, builder, amounts, one, f));
  const classes = userClassesOf(columns, resolved, users);
  const perPair =
    resolved.some(({ per, where, counts }) =>
      [...per, ...where.map(({ column }) => column), ...(counts === null ? [] : [counts])]
        .some(({ table }) => table === "elig")
    ) || classes.count * instance.cap.length > Math.max(4 * pairs, 1_000_000);

  const item = sharedUint32(pairs);
  const itemContract: number[] = [],
    itemStart = [0],
    row: number[] = [],
    coefficient: number[] = [];
  const addItem = (c: number, u: number, p: number): number => {
    const entries: Entries = { rows: [], coefficients: [] };
    for (const read of families) read(c, u, p, entries);
    row.push(...entries.rows);
    coefficient.push(...entries.coefficients);
    itemStart.push(row.length);
    return itemContract.push(c) - 1;
  };
  const known = perPair ? null : new Int32Array(classes.count * instance.cap.length).fill(-1);
  for (let u = 0; u < users; u++) {
    const at = known === null ? 0 : classes.classOf[u] * instance.cap.length;
    for (let p = start[u]; p < start[u + 1]; p++) {
      const c = contract[p];
      if (known === null) item[p] = addItem(c, u, p);
      else {
        if (known[at + c] < 0) known[at + c] = addItem(c, u, p);
        item[p] = known[at + c];
      }
    }
  }
  for (const { family } of resolved) requireRows(family, builder, resolved);
  const { order, place } = orderOfRows(builder);
  const { amount, price, declared } = amounts.of(builder, resolved);
  return {
    family: Uint32Array.from(order, (r) => builder.family[r]),
    sense: Int8Array.from(order, (r) => builder.sense[r]),
    key: order.map((r) => builder.key[r]),
    amount: sharedNumbers(order.map((r) => amount[r])),
    price: sharedNumbers(order.map((r) => price[r])),
    declared: sharedNumbers(order.map((r) => declared[r])),
    item,
    contract: shared(itemContract),
    start: shared(itemStart),
    row: shared(row.map((r) => place[r])),
    coefficient: sharedNumbers(coefficient),
  };
}

/** Rows by family, then by their values, whatever pair named them first; a most before its least. */
function orderOfRows({ family, key, sense }: RowBuilder): { order: number[]; place: Uint32Array } {
  const order = family.map((_, r) => r).sort((a, b) => {
    if (family[a] !== family[b]) return family[a] - family[b];
    for (let i = 0; i < key[a].length; i++) {
      const by = compareIds(key[a][i], key[b][i]);
      if (by !== 0) return by;
    }
    return sense[b] - sense[a];
  });
  const place = new Uint32Array(order.length);
  order.forEach((r, at) => place[r] = at);
  return { order, place };
}

function shared(values: readonly number[]): Uint32Array {
  const array = sharedUint32(values.length);
  array.set(values);
  return array;
}

function sharedNumbers(values: readonly number[]): Float64Array {
  const array = sharedFloat64(values.length);
  array.set(values);
  return array;
}

/** Classes of users whom no limit tells apart. */
function userClassesOf(
  columns: Columns,
  resolved: readonly Resolved[],
  users: number,
): { classOf: Uint32Array; count: number } {
  const names = new Map<string, Column>();
  for (const { per, where } of resolved) {
    for (const column of [...per, ...where.map((one) => one.column)]) {
      if (column.table === "user_groups" || column.table === "group_ratios") {
        names.set(column.name, column);
      }
    }
  }
  const codes = [...names.values()].map((column) => ({
    code: columns.codesByUser(column),
    values: column.text!.code.length,
  }));
  const classOf = new Uint32Array(users), known = new Map<string | number, number>();
  for (let u = 0; u < users; u++) {
    const name = codes.length === 1 ? codes[0].code[u] : codes.map(({ code }) => code[u]).join();
    let own = known.get(name);
    if (own === undefined) known.set(name, own = known.size);
    classOf[u] = own;
  }
  return { classOf, count: known.size };
}

/** Adds a family's entries of an item. */
type FamilyReader = (c: number, u: number, p: number, entries: Entries) => void;

function familyReader(
  columns: Columns,
  builder: RowBuilder,
  amounts: Amounts,
  resolved: Resolved,
  f: number,
): FamilyReader {
  const { family, per, where, counts } = resolved;
  const codeOf = per.map((column) => codeReader(columns, column));
  const blank = per.map(({ text }) => text!.values.indexOf(""));
  const selects = where.map(({ column, accepts }) => ({
    code: codeReader(columns, column),
    accepts,
  }));
  const numbers = counts === null
    ? null
    : counts.table === "caps"
    ? numbersOf(family, counts)
    : counts.number;
  const byPair = counts?.table === "elig";
  return (c, u, p, entries) => {
    const selected = selects.every(({ code, accepts }) => accepts[code(c, u, p)] === 1);
    if (!selected && family.shareOf === null) return;
    const codes = codeOf.map((code) => code(c, u, p));
    if (codes.some((code, i) => code === blank[i])) return;
    const counted = selected ? numbers === null ? 1 : numbers[byPair ? p : c] : 0;
    for (const r of builder.rowsFor(f, resolved, codes)) {
      const sense = builder.sense[r];
      const amount = amounts.amountOf(r, resolved, sense, codes);
      const value = family.shareOf === null ? counted : counted - amount;
      // Of shares every offer of the row is kept, whatever the share: reports tell the share from them.
      if (value === 0 && family.shareOf === null) continue;
      entries.rows.push(r);
      entries.coefficients.push(sense * value);
    }
  };
}

/** The amounts of rows: numbers, or cells of a column of the table that `per` names. */
class Amounts {
  readonly #columns: Columns;
  readonly #factors: ReadonlyMap<string, number>;
  readonly #amount: number[] = [];

  constructor(columns: Columns, factors: ReadonlyMap<string, number>) {
    this.#columns = columns;
    this.#factors = factors;
  }

  /** The amount of row r, as declared or a multiple of that. Every pair of the row must say the same. */
  amountOf(r: number, resolved: Resolved, sense: number, codes: readonly number[]): number {
    if (this.#amount[r] !== undefined) return this.#amount[r];
    const { family, per } = resolved;
    const declared = sense > 0 ? family.atMost! : family.atLeast!;
    const amount = typeof declared === "number"
      ? declared
      : this.#cell(resolved, sense > 0 ? "at_most" : "at_least", declared, per, codes);
    const scaled = times(amount, this.#factors.get(family.limit) ?? 1);
    return this.#amount[r] = family.shareOf === null ? scaled : Math.min(1, scaled);
  }

  #cell(
    { family }: Resolved,
    field: string,
    name: string,
    per: readonly Column[],
    codes: readonly number[],
  ): number {
    const tables = new Set(per.map((column) => this.#tableOf(column, name)));
    const [table] = tables;
    const column = tables.size === 1 && per.length === 1 && table !== "elig"
      ? this.#columns.amountColumn(table, name)
      : undefined;
    if (column === undefined) {
      throw InputError.at({
        ...family.source,
        column: field,
        value: name,
        expected: per.length === 1
          ? `a number, or a column of the table that has ${per[0].name}`
          : "a number: a column gives the amounts where per is one column",
      });
    }
    const key = this.#columns.find(family, "per", per[0].name);
    const keyCode = this.#keyCodes(key, table);
    const found = new Set<string>();
    keyCode.forEach((code, i) => {
      if (code === codes[0]) found.add(column.values[column.code[i]]);
    });
    const [text] = found, amount = text.trim() === "" ? NaN : Number(text);
    const most = family.shareOf === null ? Infinity : 1;
    if (found.size > 1 || !(amount >= 0 && amount <= most && amount < Infinity)) {
      const value = key.text!.values[codes[0]];
      throw InputError.at({
        ...family.source,
        column: field,
        value: name,
        expected: found.size > 1
          ? `one amount for ${key.name} ${quote(value)}; ${table} has ${[...found].join(" and ")}`
          : `a column of numbers of at least 0; ${table} has ${quote(text)} for ${quote(value)}`,
      });
    }
    return amount;
  }

  /** Where amounts of rows per this column stand: for group_id the groups' own table, unless only user_groups has the column. */
  #tableOf(column: Column, name: string): AttributeTable {
    if (column.name !== "group_id") return column.table;
    return this.#columns.amountColumn("group_ratios", name) === undefined
      ? "user_groups"
      : "group_ratios";
  }

  #keyCodes(key: Column, table: AttributeTable): Uint32Array {
    // group_id of group_ratios: its rows are the groups.
    if (key.name === "group_id" && table === "group_ratios") {
      return Uint32Array.from({ length: key.text!.values.length }, (_, g) => g);
    }
    return key.text!.code;
  }

  /** The columns of amounts and prices, and amounts as declared. */
  of(
    { family, sense }: RowBuilder,
    resolved: readonly Resolved[],
  ): { amount: number[]; price: number[]; declared: number[] } {
    const amount = family.map((f, r) =>
      // Shares stand in the coefficients.
      resolved[f].family.shareOf === null ? sense[r] * (this.#amount[r] ?? 0) : 0
    );
    const price = family.map((f, r) => resolved[f].family.price ?? (sense[r] > 0 ? Infinity : NaN));
    this.#refuseContradictions(family, sense, resolved);
    return { amount, price, declared: family.map((_, r) => this.#amount[r] ?? 0) };
  }

  /** A least above the most of the same values. */
  #refuseContradictions(
    family: readonly number[],
    sense: readonly number[],
    resolved: readonly Resolved[],
  ): void {
    for (let r = 0; r + 1 < family.length; r++) {
      // The two rows of one combination are made one after the other.
      if (family[r] !== family[r + 1] || sense[r] < 0 || sense[r + 1] > 0) continue;
      const most = this.#amount[r], least = this.#amount[r + 1];
      if (least <= most) continue;
      const { source } = resolved[family[r]].family;
      throw InputError.at({
        ...source,
        column: "at_least",
        value: String(least),
        expected: `at most at_most, ${most}`,
      });
    }
  }
}

/** A multiple of an amount, without the dust of doubles: 100 × 1.15 is 115. */
export function times(amount: number, factor: number): number {
  return factor === 1 ? amount : Number((amount * factor).toPrecision(15));
}

/** A family that no pair counts toward is a mistake. */
function requireRows(
  family: LimitFamily,
  builder: RowBuilder,
  resolved: readonly Resolved[],
): void {
  const f = resolved.findIndex((one) => one.family === family);
  if (builder.family.includes(f)) return;
  throw new InputError(
    `${family.source.file}${family.source.line === undefined ? "" : `:${family.source.line}`}: ` +
      `no eligible pair counts toward limit ${quote(family.limit)}`,
    { ...family.source, column: "limit", value: family.limit },
  );
}
