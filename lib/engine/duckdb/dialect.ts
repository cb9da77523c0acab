/**
 * DuckDB's SQL.
 *
 * A list of constants inside a lambda is copied for every item that the lambda sees, which is a hundred times slower; a
 * column of a joined table of one row is not copied. So look-ups name a column of `constants`, a table that {@link
 * Dialect.statement} puts before the statement and {@link Dialect.from} joins.
 *
 * @module
 */
import type { ColumnType, Dialect } from "../sql/dialect.ts";
import { finite, looked, WindowDialect } from "../sql/window_dialect.ts";

/** Types of columns. */
const TYPES: Record<ColumnType, string> = {
  user: "VARCHAR",
  text: "VARCHAR",
  count: "SMALLINT",
  index: "USMALLINT",
  whole: "UINTEGER",
  real: "DOUBLE",
  contracts: "USMALLINT[]",
  indices: "UINTEGER[]",
  reals: "DOUBLE[]",
};

/** A finite number, written with an exponent: DuckDB takes plain digits for a decimal. */
function real(value: number): string {
  const text = String(finite(value));
  return text.includes("e") ? text : `${text}e0`;
}

/** A text in quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB's dialect. */
export class DuckDbDialect extends WindowDialect {
  protected readonly types = TYPES;
  /** Columns of `constants`, as SQL. */
  readonly #constants: string[] = [];

  begin(): Dialect {
    return new DuckDbDialect();
  }

  statement(text: string): string {
    const columns = this.#constants.length === 0 ? ["0 AS nothing"] : this.#constants;
    return `WITH constants AS MATERIALIZED (SELECT ${columns.join(", ")})\n${text}`;
  }

  from(source: string): string {
    // Joined even where the statement has no constants, which is known only at its end: a table of one row costs
    // nothing.
    return `${source} CROSS JOIN constants`;
  }

  #constant(list: string): string {
    const name = `constant${this.#constants.length + 1}`;
    this.#constants.push(`${list} AS ${name}`);
    return name;
  }

  number = real;
  text = quoted;

  lookup(key: string, values: ArrayLike<number>, otherwise = 0): string {
    const list = looked(values, otherwise);
    if (list === null) return real(otherwise);
    const name = this.#constant(`[${list.map(real).join(",")}]`);
    return `coalesce(list_extract(${name}, ${key} + 1), ${real(otherwise)})`;
  }

  textAt(key: string, values: readonly string[]): string {
    const name = this.#constant(`[${values.map(quoted).join(",")}]::VARCHAR[]`);
    return `list_extract(${name}, ${key} + 1)`;
  }

  hash(columns: string, seed?: number): string {
    return `CAST(hash(${columns}${seed === undefined ? "" : `, ${seed}`}) % 4294967296 AS BIGINT)`;
  }

  greatest(values: readonly string[]): string {
    return `greatest(${values.join(", ")})`;
  }

  least(values: readonly string[]): string {
    return `least(${values.join(", ")})`;
  }

  list(items: readonly string[]): string {
    return `[${items.join(", ")}]`;
  }

  optional(item: string, condition: string): string {
    return `CASE WHEN ${condition} THEN [${item}] ELSE [] END`;
  }

  length(list: string): string {
    return `len(${list})`;
  }

  at(list: string, place: string): string {
    return `list_extract(${list}, ${place})`;
  }

  has(list: string, item: string): string {
    return `list_contains(${list}, ${item})`;
  }

  placeOf(list: string, item: string): string {
    return `list_position(${list}, ${item})`;
  }

  concat(lists: readonly string[]): string {
    return `(${lists.join(" || ")})`;
  }

  first(list: string, n: string): string {
    return `list_slice(${list}, 1, ${n})`;
  }

  rest(list: string, place: string): string {
    return `(${list})[${place}:]`;
  }

  /** A lambda over one item. */
  #over(of: (item: string) => string): string {
    const item = this.item();
    return `lambda ${item}: ${of(item)}`;
  }

  map(list: string, of: (item: string) => string): string {
    return `list_transform(${list}, ${this.#over(of)})`;
  }

  map2(one: string, other: string, of: (one: string, other: string) => string): string {
    const pair = this.#over((item) => of(`${item}[1]`, `${item}[2]`));
    return `list_transform(list_zip(${one}, ${other}), ${pair})`;
  }

  filter(list: string, holds: (item: string) => string): string {
    return `list_filter(${list}, ${this.#over(holds)})`;
  }

  filter2(list: string, other: string, holds: (one: string, other: string) => string): string {
    const pair = this.#over((item) => holds(`${item}[1]`, `${item}[2]`));
    const found = `list_filter(list_zip(${list}, ${other}), ${pair})`;
    return `list_transform(${found}, ${this.#over((item) => `${item}[1]`)})`;
  }

  sum(list: string): string {
    return `coalesce(list_sum(${list}), 0e0)`;
  }

  falling(list: string): string {
    return `list_reverse_sort(${list})`;
  }

  /** A list of rows of a number, its sign turned, and its item, least first: equal numbers stand in the order of the items. */
  #keyed(list: string, numbers: string): string {
    return `list_sort(${this.map2(numbers, list, (number, item) => `row(-${number}, ${item})`)})`;
  }

  byFalling(list: string, numbers: string): string {
    return this.bestItems(this.#keyed(list, numbers));
  }

  best(list: string, numbers: string, n: number): string {
    return this.first(this.#keyed(list, numbers), `${n}`);
  }

  bestItems(best: string): string {
    return this.map(best, (item) => `${item}[2]`);
  }

  bestNumbers(best: string): string {
    return this.map(best, (item) => `-(${item}[1])`);
  }

  occurrences(list: string): string {
    const item = this.item(), place = this.item();
    const same = this.#over((other) => `${other} = ${item}`);
    const upTo = `list_slice(${list}, 1, ${place})`;
    return `list_transform(${list}, lambda ${item}, ${place}: len(list_filter(${upTo}, ${same})))`;
  }

  distinct(list: string): string {
    return `list_distinct(${list})`;
  }

  latest(value: string, at: string): string {
    return `arg_max(${value}, ${at})`;
  }

  collectRising(value: string): string {
    return `list_sort(list(${value}))`;
  }

  collectIf(value: string, condition: string): string {
    return `coalesce(list(${value}) FILTER (WHERE ${condition}), [])`;
  }

  perItem(
    columns: string,
    source: string,
    items: Readonly<Record<string, string>>,
    where?: string,
  ): string {
    const each = Object.entries(items).map(([name, list]) => `unnest(${list}) AS ${name}`);
    return `SELECT ${columns} FROM (SELECT *, ${each.join(", ")} FROM ${source}) AS items${
      where === undefined ? "" : ` WHERE ${where}`
    }`;
  }

  trimmed(text: string, characters: string): string {
    return `trim(${text}, ${characters})`;
  }

  named(column: string): string {
    return `"${column.replaceAll('"', '""')}"`;
  }

  matches(text: string, pattern: string): string {
    return `regexp_matches(${text}, ${quoted(pattern)}, 'i')`;
  }

  numberOf(text: string): string {
    return `TRY_CAST(${text} AS DOUBLE)`;
  }

  isNotFinite(number: string): string {
    return `NOT isfinite(${number})`;
  }
}
