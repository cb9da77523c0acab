/**
 * DuckDB's words.
 *
 * A list of constants inside a lambda is copied for every item that the lambda sees, which is slower by a factor of a hundred;
 * as a column of a joined table of one row it is not. So look-ups name a column of `constants`, a table that
 * {@link Dialect.statement} puts before the statement and {@link Dialect.from} joins.
 *
 * @module
 */
import type { ColumnType, Dialect } from "../sql/dialect.ts";

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

/** A column's type. */
export function typeOf(type: ColumnType): string {
  return TYPES[type];
}

/** A finite number: with an exponent, as plain digits are a decimal. */
function real(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no literal`);
  const text = String(value);
  return text.includes("e") ? text : `${text}e0`;
}

/** A text in quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB's words. */
export class DuckDbDialect implements Dialect {
  /** Columns of `constants`, as SQL. */
  readonly #constants: string[] = [];
  /** Lambdas so far: each has names of its own. */
  #lambdas = 0;

  begin(): Dialect {
    return new DuckDbDialect();
  }

  statement(text: string): string {
    const columns = this.#constants.length === 0 ? ["0 AS nothing"] : this.#constants;
    return `WITH constants AS MATERIALIZED (SELECT ${columns.join(", ")})\n${text}`;
  }

  from(source: string): string {
    // Whether there are any is known at the end only; a table of one row costs nothing.
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
    const list = Array.from(values);
    if (list.every((value) => value === otherwise)) return real(otherwise);
    const name = this.#constant(`[${list.map(real).join(",")}]`);
    return `coalesce(list_extract(${name}, ${key} + 1), ${real(otherwise)})`;
  }

  lookupIn(key: string, values: ReadonlyMap<number, number>, otherwise: number): string {
    const dense = new Float64Array(1 + Math.max(-1, ...values.keys())).fill(otherwise);
    for (const [place, value] of values) dense[place] = value;
    return this.lookup(key, dense, otherwise);
  }

  textAt(key: string, values: readonly string[]): string {
    const name = this.#constant(`[${values.map(quoted).join(",")}]::VARCHAR[]`);
    return `list_extract(${name}, ${key} + 1)`;
  }

  column(name: string, type: ColumnType): string {
    return `${name} ${TYPES[type]}`;
  }

  as(type: "count" | "index" | "real" | "whole", value: string): string {
    return `CAST(${value} AS ${TYPES[type]})`;
  }

  asText(value: string): string {
    return `CAST(${value} AS VARCHAR)`;
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
    const item = `x${this.#lambdas++}`;
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

  count(list: string, holds: (item: string) => string): string {
    return `len(${this.filter(list, holds)})`;
  }

  sum(list: string): string {
    return `coalesce(list_sum(${list}), 0e0)`;
  }

  falling(list: string): string {
    return `list_reverse_sort(${list})`;
  }

  byFalling(list: string, numbers: string): string {
    // Equal numbers stand in the order of the items.
    const keyed = this.map2(numbers, list, (number, item) => `row(-${number}, ${item})`);
    return `list_transform(list_sort(${keyed}), ${this.#over((item) => `${item}[2]`)})`;
  }

  occurrences(list: string): string {
    const item = `x${this.#lambdas++}`, place = `n${this.#lambdas++}`;
    const same = this.#over((other) => `${other} = ${item}`);
    const upTo = `list_slice(${list}, 1, ${place})`;
    return `list_transform(${list}, lambda ${item}, ${place}: len(list_filter(${upTo}, ${same})))`;
  }

  distinct(list: string): string {
    return `list_distinct(${list})`;
  }

  sumsOfFirst(list: string, n: number, barred: number): string {
    const parts = Array.from(
      { length: n },
      (_, i) => `coalesce(list_extract(${list}, ${i + 1}), ${real(barred)})`,
    );
    const sums = parts.map((_, i) => parts.slice(0, i + 1).join(" + "));
    return `[${["0e0", ...sums].join(", ")}]`;
  }

  countIf(condition: string): string {
    return `count_if(${condition})`;
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

  firstPerUser(source: string, n: number): string {
    return `(SELECT user_id, contract_address, value FROM ${source}
QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY value DESC, contract_address) <= ${n}) AS firsts`;
  }

  leftJoin(source: string, other: string, key: string): string {
    return `${source} LEFT JOIN ${other} USING (${key})`;
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

  firstCostOut(source: string, most: string, limit: "enough" | "fits", slack: number): string {
    const beyond = limit === "enough"
      ? `upto - amount >= most - ${real(slack)}`
      : `upto > most + ${real(slack)}`;
    return `SELECT key, min(cost) FROM (SELECT key, cost, amount, most,
  sum(amount) OVER (PARTITION BY key ORDER BY cost, amount ROWS UNBOUNDED PRECEDING) AS upto
FROM (SELECT key, cost, amount, ${most} AS most FROM ${this.from(`(${source}) AS costed`)}) AS known
WHERE most >= 0) AS summed WHERE ${beyond} GROUP BY key`;
  }
}
