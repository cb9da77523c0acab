/**
 * Compiles limits for a drop: which rows an offer of each pair counts toward, and how much.
 *
 * Every limit is a row "Σ coefficient · offers ≤ amount"; a least is such a row with all its signs changed. Pairs whose offers
 * count alike (same contract, same rows, same coefficients) share an item, so rows are kept per item, not per pair. The
 * caps are not among these rows: every solver handles them itself.
 *
 * @module
 */
import { decimalOf } from "../../../base/numbers/decimal_text.ts";
import { InputError, quote } from "../../../base/errors.ts";
import { compareIds } from "../../../base/ids/ids.ts";
import { Float64List, Uint32List } from "../../../base/arrays/number_list.ts";
import { sharedFloat64, sharedUint32 } from "../../../base/arrays/shared_array.ts";
import type { Attributes, TextColumn } from "../instance/attributes.ts";
import type { Instance } from "../instance/instance.ts";
import { LimitAmounts } from "./limit_amounts.ts";
import { type Column, Columns, type ResolvedFamily } from "./limit_columns.ts";
import { type LimitFamily, limitFault, wordsOf } from "../instance/limit_family.ts";
import type { ItemCells, LimitRows, Limits } from "../instance/limits.ts";

/**
 * Compiles families of limits. A few passes over the pairs.
 *
 * A pair with a blank in a `per` column counts toward no row of that family. Where bans, a cooldown or a holdout keep pairs out, or
 * contracts that a family selects are sold out, it may count no pair: it has no rows then.
 *
 * @throws {InputError} for a column that is not there or stands in two tables, values that match nothing, a number that is
 *   none or negative, an amount that differs within a row, a least above its most, a family that counts no pair though none is kept
 *   out and nothing that it selects is sold out
 */
export function compileLimits(
  instance: Instance,
  families: readonly LimitFamily[],
  attributes: Attributes,
): Limits {
  const columns = new Columns(instance, attributes);
  const resolved = families.map((family) => resolveFamily(columns, family));
  return { families, attributes, rows: rowsOf(instance, columns, resolved) };
}

/**
 * Finds the columns that a family names. A value that only pairs have which are kept out, or contracts that are sold out, selects
 * nothing.
 *
 * @throws {InputError} as {@link compileLimits}
 */
export function resolveFamily(columns: Columns, family: LimitFamily): ResolvedFamily {
  const per = family.per.map((name) => {
    const column = columns.find(family, "per", name);
    if (column.text !== null) return column;
    throw limitFault(family, {
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
      if (at === undefined && columns.mayLack(column, value)) continue;
      if (at === undefined) {
        throw limitFault(family, {
          column: name,
          value,
          expected: `a value that ${
            wordsOf(family).tables[column.table]
          } has there for an eligible pair${someOf(column.text!)}${
            value.includes("|") ? "; several values are a list of them here" : ""
          }`,
        });
      }
      accepts[at] = 1;
    }
    return { column, accepts };
  });
  const counts = family.counts === "offers" ? null : columns.find(family, "counts", family.counts);
  if (counts !== null && counts.table !== "caps" && counts.table !== "elig") {
    const { tables } = wordsOf(family);
    throw limitFault(family, {
      column: "counts",
      value: family.counts,
      expected: `"offers", or a column of numbers in ${tables.caps} or ${tables.elig}, not ${
        tables[counts.table]
      }`,
    });
  }
  return { family, per, where, counts };
}

/** The first values of a column, whatever order its rows are in, as examples; it may have blanks only. */
function someOf({ values }: TextColumn): string {
  const named = values.filter((value) => value !== "").sort(compareIds);
  return named.length === 0
    ? " (all are blank)"
    : `, such as ${named.slice(0, 3).map(quote).join(", ")}`;
}

/** The numbers of a counted column of caps, by contract. */
function numbersOf(
  family: LimitFamily,
  { text, name, table }: Column,
  contracts: readonly string[],
): Float64Array {
  const byValue = text!.values.map((value, code) => {
    const number = decimalOf(value);
    if (number >= 0 && number < Infinity) return number;
    throw limitFault(family, {
      column: "counts",
      value: name,
      expected: `a column of numbers of at least 0; ${wordsOf(family).tables[table]} has ${
        quote(value)
      } for ${quote(contracts[text!.code.indexOf(code)])}`,
    });
  });
  return Float64Array.from(text!.code, (code) => byValue[code]);
}

/** The rows of a family whose first columns have given values; and those of which one more column is given, by its code. */
interface KnownRows {
  rows: number[] | null;
  next: Map<number, KnownRows> | null;
}

/** Collects the rows: family, sense (1 most, −1 least) and values of each. */
class RowBuilder {
  readonly family: number[] = [];
  readonly sense: number[] = [];
  readonly key: string[][] = [];
  readonly #known = new Map<number, KnownRows>();

  /**
   * The rows of a family for a combination of values: that of its most, that of its least. Where offers count by pair, this is asked for
   * each pair, so they are found by numbers: making a text of them took longer than all the rest.
   */
  rowsFor(f: number, resolved: ResolvedFamily, codes: readonly number[]): readonly number[] {
    let at = knownAt(this.#known, f);
    for (const code of codes) at = knownAt(at.next ??= new Map(), code);
    return at.rows ??= this.#added(f, resolved, codes);
  }

  #added(f: number, { family, per }: ResolvedFamily, codes: readonly number[]): number[] {
    const rows: number[] = [];
    const key = per.map((column, i) => column.text!.values[codes[i]]);
    for (const [sense, amount] of [[1, family.atMost], [-1, family.atLeast]] as const) {
      if (amount === null) continue;
      rows.push(this.family.push(f) - 1);
      this.sense.push(sense);
      this.key.push(key);
    }
    return rows;
  }
}

function knownAt(known: Map<number, KnownRows>, code: number): KnownRows {
  let at = known.get(code);
  if (at === undefined) known.set(code, at = { rows: null, next: null });
  return at;
}

/** Reads a pair's code of a column. */
type CodeOf = (contract: number, user: number, pair: number) => number;

function codeReader(columns: Columns, column: Column): CodeOf {
  const { table, text } = column;
  if (table === "caps") return (c) => text!.code[c];
  if (table === "elig") return (_c, _u, p) => text!.code[p];
  const code = columns.codesByUser(column);
  return (_c, u) => code[u];
}

/**
 * What offers count toward rows, cell after cell. A cell is a set of pairs that count alike, but for numbers that each pair has of its own.
 */
class CellEntries {
  readonly contract = new Uint32List();
  /** The first pair of each cell. */
  readonly first = new Uint32List();
  readonly start = new Uint32List();
  readonly row = new Uint32List();
  /** An offer counts `fixed` and, where each pair has its own number, that number times `factor`. */
  readonly fixed = new Float64List();
  readonly factor = new Float64List();
  /** The family, whose column has these numbers. */
  readonly family = new Uint32List();
  #cells = 0;

  constructor() {
    this.start.push(0);
  }

  /** Ends a cell, whose entries have been added since the last one. Returns its number. */
  end(contract: number, pair: number): number {
    this.contract.push(contract);
    this.first.push(pair);
    this.start.push(this.row.length);
    return this.#cells++;
  }

  /** Gives rows their last numbers. */
  renumber(place: Uint32Array): void {
    const row = this.row.array();
    for (let e = 0; e < row.length; e++) row[e] = place[row[e]];
  }
}

/** Items, each with the rows it counts toward and how much; rows as the builder numbers them. */
type Items = Pick<LimitRows, "item" | "contract" | "start" | "row" | "coefficient" | "cells">;

/** Items are known by cells and numbers where there are at least so many for each cell. */
const ITEMS_OF_CELL = 16;

function rowsOf(
  instance: Instance,
  columns: Columns,
  resolved: readonly ResolvedFamily[],
): LimitRows {
  const builder = new RowBuilder();
  const amounts = new LimitAmounts(columns);
  const families = resolved.map((one, f) => familyReader(columns, builder, amounts, one, f));
  const entries = new CellEntries();
  const cellOf = cellOfPairs(instance, columns, resolved, entries, families);
  resolved.forEach(({ family }, f) => {
    if (!columns.mayCountNone(family)) requireRows(family, builder.family.includes(f));
  });
  const { order, place } = orderOfRows(builder);
  const { amount, price, declared } = amounts.of(builder, resolved);
  const byPair = resolved.some(({ counts }) => counts?.table === "elig");
  entries.renumber(place);
  const items = byPair
    ? itemsOfPairs(instance, cellOf, entries, resolved)
    : itemsOfCells(cellOf, entries);
  return {
    family: Uint32Array.from(order, (r) => builder.family[r]),
    sense: Int8Array.from(order, (r) => builder.sense[r]),
    key: order.map((r) => builder.key[r]),
    amount: sharedNumbers(order.map((r) => amount[r])),
    price: sharedNumbers(order.map((r) => price[r])),
    declared: sharedNumbers(order.map((r) => declared[r])),
    ...items,
  };
}

/** The cell of each pair: pairs of one contract, one class of users and one kind; where these are too many, each pair is one. */
function cellOfPairs(
  { start, contract, cap, score, group }: Instance,
  columns: Columns,
  resolved: readonly ResolvedFamily[],
  entries: CellEntries,
  families: readonly FamilyReader[],
): Uint32Array {
  const pairs = score.length;
  const classes = userClassesOf(columns, resolved, group.length);
  const kinds = pairKindsOf(resolved);
  const cells = classes.count * cap.length * (kinds?.count ?? 1);
  const alone = kinds === null || cells > Math.max(4 * pairs, 1_000_000);
  const known = alone ? null : new Int32Array(cells).fill(-1);
  const cellOf = sharedUint32(pairs);
  const addCell = (c: number, u: number, p: number): number => {
    for (const read of families) read(c, u, p, entries);
    return entries.end(c, p);
  };
  for (let u = 0; u < group.length; u++) {
    const at = known === null ? 0 : classes.classOf[u] * cap.length;
    for (let p = start[u]; p < start[u + 1]; p++) {
      const c = contract[p];
      if (known === null) cellOf[p] = addCell(c, u, p);
      else {
        const cell = (at + c) * kinds!.count + kinds!.of(p);
        if (known[cell] < 0) known[cell] = addCell(c, u, p);
        cellOf[p] = known[cell];
      }
    }
  }
  return cellOf;
}

/** Pairs of a cell are one item, where none has numbers of its own. */
function itemsOfCells(cellOf: Uint32Array, entries: CellEntries): Items {
  return {
    item: cellOf,
    contract: shared(entries.contract.array()),
    start: shared(entries.start.array()),
    row: shared(entries.row.array()),
    coefficient: sharedNumbers(entries.fixed.array()),
  };
}

/** Each pair is an item, as it has numbers of its own. */
function itemsOfPairs(
  { contract }: Instance,
  cellOf: Uint32Array,
  entries: CellEntries,
  resolved: readonly ResolvedFamily[],
): Items {
  const numbers = resolved.map(({ counts }) => counts?.number ?? null);
  const isShare = resolved.map(({ family }) => family.shareOf !== null);
  const from = entries.start.array(), family = entries.family.array();
  const cellRow = entries.row.array();
  const fixed = entries.fixed.array(), factor = entries.factor.array();
  // An offer that counts 0 has no entry, but for shares (see familyReader).
  const hasEntry = (e: number, p: number): boolean =>
    factor[e] === 0 || isShare[family[e]] || numbers[family[e]]![p] !== 0;
  const pairs = contract.length, start = sharedUint32(pairs + 1);
  for (let p = 0; p < pairs; p++) {
    let end = start[p];
    for (let e = from[cellOf[p]]; e < from[cellOf[p] + 1]; e++) if (hasEntry(e, p)) end++;
    start[p + 1] = end;
  }
  const row = sharedUint32(start[pairs]), coefficient = sharedFloat64(start[pairs]);
  const item = sharedUint32(pairs);
  for (let p = 0, at = 0; p < pairs; p++) {
    item[p] = p;
    for (let e = from[cellOf[p]]; e < from[cellOf[p] + 1]; e++) {
      if (!hasEntry(e, p)) continue;
      row[at] = cellRow[e];
      coefficient[at++] = factor[e] === 0
        ? fixed[e]
        : fixed[e] + factor[e] * numbers[family[e]]![p];
    }
  }
  const cells = cellsOfPairs(cellOf, entries, numbers, coefficient);
  return { item, contract: shared(contract), start, row, coefficient, cells };
}

/** The cells of pairs; null where pairs have several numbers, or cells are many. */
function cellsOfPairs(
  cell: Uint32Array,
  { contract, first, start, row, fixed, factor }: CellEntries,
  numbers: readonly (Float64Array | null)[],
  coefficient: Float64Array,
): ItemCells | null {
  const [number, ...others] = new Set(numbers.filter((column) => column !== null));
  if (others.length > 0 || contract.length * ITEMS_OF_CELL > cell.length) return null;
  return {
    cell,
    number: sharedNumbers(number),
    contract: shared(contract.array()),
    first: shared(first.array()),
    start: shared(start.array()),
    row: shared(row.array()),
    fixed: sharedNumbers(fixed.array()),
    factor: sharedNumbers(factor.array()),
    coefficient,
  };
}

/** Sorts rows by family, then by their values, a most before its least, so that the order of pairs does not matter. */
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

function shared(values: ArrayLike<number>): Uint32Array {
  const array = sharedUint32(values.length);
  array.set(values);
  return array;
}

function sharedNumbers(values: ArrayLike<number>): Float64Array {
  const array = sharedFloat64(values.length);
  array.set(values);
  return array;
}

/** Up to so many combinations of values of elig's columns, pairs of the same combination share items; beyond, no pairs do. */
const MOST_KINDS = 64;

/** Groups pairs by their values of the columns of elig that limits name; null: there are too many groups. */
function pairKindsOf(
  resolved: readonly ResolvedFamily[],
): { count: number; of: (pair: number) => number } | null {
  const columns = new Map<string, TextColumn>();
  for (const { per, where } of resolved) {
    for (const { table, name, text } of [...per, ...where.map(({ column }) => column)]) {
      if (table === "elig") columns.set(name, text!);
    }
  }
  const texts = [...columns.values()];
  const count = texts.reduce((product, { values }) => product * Math.max(1, values.length), 1);
  if (count > MOST_KINDS) return null;
  if (texts.length === 0) return { count, of: () => 0 };
  const codes = texts.map(({ code }) => code), sizes = texts.map(({ values }) => values.length);
  if (codes.length === 1) return { count, of: (pair) => codes[0][pair] };
  return {
    count,
    of: (pair) => codes.reduce((kind, code, i) => kind * sizes[i] + code[pair], 0),
  };
}

/** Groups users by their values of the columns that limits name. */
function userClassesOf(
  columns: Columns,
  resolved: readonly ResolvedFamily[],
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
  const codes = [...names.values()].map((column) => columns.codesByUser(column));
  const classOf = new Uint32Array(users), known = new Map<string | number, number>();
  for (let u = 0; u < users; u++) {
    const name = codes.length === 1 ? codes[0][u] : codes.map((code) => code[u]).join();
    let own = known.get(name);
    if (own === undefined) known.set(name, own = known.size);
    classOf[u] = own;
  }
  return { classOf, count: known.size };
}

/** Appends the entries of one family for a cell, of which a pair is given. */
type FamilyReader = (c: number, u: number, p: number, entries: CellEntries) => void;

function familyReader(
  columns: Columns,
  builder: RowBuilder,
  amounts: LimitAmounts,
  resolved: ResolvedFamily,
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
    ? numbersOf(family, counts, columns.contracts)
    : counts.number;
  const byPair = counts?.table === "elig";
  const codes = per.map(() => 0);
  return (c, u, p, entries) => {
    const selected = selects.every(({ code, accepts }) => accepts[code(c, u, p)] === 1);
    if (!selected && family.shareOf === null) return;
    for (let i = 0; i < codes.length; i++) {
      codes[i] = codeOf[i](c, u, p);
      if (codes[i] === blank[i]) return;
    }
    const ownNumbers = selected && byPair;
    const counted = !selected || byPair ? 0 : numbers === null ? 1 : numbers[c];
    for (const r of builder.rowsFor(f, resolved, codes)) {
      const sense = builder.sense[r];
      const amount = amounts.amountOf(r, resolved, sense, codes);
      const less = family.shareOf === null ? 0 : amount;
      // A share keeps entries of 0 too: reports count all offers of the row to work out the share.
      if (!ownNumbers && counted === 0 && family.shareOf === null) continue;
      entries.row.push(r);
      entries.fixed.push(sense * (counted - less));
      entries.factor.push(ownNumbers ? sense : 0);
      entries.family.push(f);
    }
  };
}

/** Refuses a family that counts no pair: it must be a mistake. */
function requireRows(family: LimitFamily, hasRows: boolean): void {
  if (hasRows) return;
  const { file, line } = family.source;
  const what = `no eligible pair counts toward limit ${quote(family.limit)}`;
  throw InputError.ofLine(what, { file, line, column: "limit", value: family.limit });
}
