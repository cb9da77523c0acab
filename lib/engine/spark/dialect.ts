/**
 * Spark's words (Spark SQL with lambdas over arrays, 3.5 and later).
 *
 * @module
 */
import type { ColumnType, Dialect } from "../sql/dialect.ts";

/** Types of columns. */
const TYPES: Record<ColumnType, string> = {
  user: "STRING",
  text: "STRING",
  count: "INT",
  index: "INT",
  whole: "INT",
  real: "DOUBLE",
  contracts: "ARRAY<INT>",
  indices: "ARRAY<INT>",
  reals: "ARRAY<DOUBLE>",
};

/** A column's type. */
export function typeOf(type: ColumnType): string {
  return TYPES[type];
}

/** A finite number of 64 bits. */
function real(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no literal`);
  return `${value}D`;
}

/** A text in quotes. */
export function quoted(text: string): string {
  const escapes: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };
  return `'${text.replace(/['"\\]/g, "\\$&").replace(/[\n\r\t\0]/g, (c) => escapes[c])}'`;
}

/** Spark's words. */
export class SparkDialect implements Dialect {
  /** Lambdas so far: each has names of its own. */
  #lambdas = 0;

  begin(): Dialect {
    return new SparkDialect();
  }

  statement(text: string): string {
    return text;
  }

  from(source: string): string {
    return source;
  }

  number = real;
  text = quoted;

  lookup(key: string, values: ArrayLike<number>, otherwise = 0): string {
    const list = Array.from(values);
    if (list.every((value) => value === otherwise)) return real(otherwise);
    const found = `get(array(${list.map(real).join(",")}), CAST(${key} AS INT))`;
    return `coalesce(${found}, ${real(otherwise)})`;
  }

  lookupIn(key: string, values: ReadonlyMap<number, number>, otherwise: number): string {
    const dense = new Float64Array(1 + Math.max(-1, ...values.keys())).fill(otherwise);
    for (const [place, value] of values) dense[place] = value;
    return this.lookup(key, dense, otherwise);
  }

  textAt(key: string, values: readonly string[]): string {
    return `get(array(${values.map(quoted).join(",")}), CAST(${key} AS INT))`;
  }

  column(name: string, type: ColumnType): string {
    return `${name} ${TYPES[type]}`;
  }

  as(type: "count" | "index" | "real" | "whole", value: string): string {
    return `CAST(${value} AS ${TYPES[type]})`;
  }

  asText(value: string): string {
    return `CAST(${value} AS STRING)`;
  }

  hash(columns: string, seed?: number): string {
    return `pmod(xxhash64(${columns}${seed === undefined ? "" : `, ${seed}`}), 4294967296)`;
  }

  greatest(values: readonly string[]): string {
    return values.length === 1 ? values[0] : `greatest(${values.join(", ")})`;
  }

  least(values: readonly string[]): string {
    return values.length === 1 ? values[0] : `least(${values.join(", ")})`;
  }

  list(items: readonly string[]): string {
    return `array(${items.join(", ")})`;
  }

  optional(item: string, condition: string): string {
    return `filter(array(${item}), x${this.#lambdas++} -> ${condition})`;
  }

  length(list: string): string {
    return `size(${list})`;
  }

  at(list: string, place: string): string {
    return `get(${list}, CAST(${place} - 1 AS INT))`;
  }

  has(list: string, item: string): string {
    return `array_contains(${list}, ${item})`;
  }

  placeOf(list: string, item: string): string {
    return `array_position(${list}, ${item})`;
  }

  concat(lists: readonly string[]): string {
    return `concat(${lists.join(", ")})`;
  }

  first(list: string, n: string): string {
    return `slice(${list}, 1, CAST(${n} AS INT))`;
  }

  rest(list: string, place: string): string {
    return `slice(${list}, CAST(${place} AS INT), size(${list}))`;
  }

  #name(): string {
    return `x${this.#lambdas++}`;
  }

  map(list: string, of: (item: string) => string): string {
    const x = this.#name();
    return `transform(${list}, ${x} -> ${of(x)})`;
  }

  map2(one: string, other: string, of: (one: string, other: string) => string): string {
    const x = this.#name(), y = this.#name();
    return `zip_with(${one}, ${other}, (${x}, ${y}) -> ${of(x, y)})`;
  }

  filter(list: string, holds: (item: string) => string): string {
    const x = this.#name();
    return `filter(${list}, ${x} -> ${holds(x)})`;
  }

  filter2(list: string, other: string, holds: (one: string, other: string) => string): string {
    const x = this.#name();
    const pairs = this.map2(list, other, (a, b) => `struct(${a} AS a, ${b} AS b)`);
    return this.map(
      `filter(${pairs}, ${x} -> ${holds(`${x}.a`, `${x}.b`)})`,
      (pair) => `${pair}.a`,
    );
  }

  count(list: string, holds: (item: string) => string): string {
    return `size(${this.filter(list, holds)})`;
  }

  sum(list: string): string {
    const sum = this.#name(), x = this.#name();
    return `aggregate(${list}, 0D, (${sum}, ${x}) -> ${sum} + ${x})`;
  }

  falling(list: string): string {
    return `sort_array(${list}, false)`;
  }

  byFalling(list: string, numbers: string): string {
    const keyed = this.map2(
      numbers,
      list,
      (number, item) => `struct(-${number} AS a, ${item} AS b)`,
    );
    return this.map(`sort_array(${keyed})`, (pair) => `${pair}.b`);
  }

  occurrences(list: string): string {
    const x = this.#name(), i = this.#name();
    const same = this.filter(`slice(${list}, 1, ${i} + 1)`, (other) => `${other} = ${x}`);
    return `transform(${list}, (${x}, ${i}) -> size(${same}))`;
  }

  distinct(list: string): string {
    return `array_distinct(${list})`;
  }

  sumsOfFirst(list: string, n: number, barred: number): string {
    const parts = Array.from(
      { length: n },
      (_, i) => `coalesce(get(${list}, ${i}), ${real(barred)})`,
    );
    const sums = parts.map((_, i) => parts.slice(0, i + 1).join(" + "));
    return `array(${["0D", ...sums].join(", ")})`;
  }

  countIf(condition: string): string {
    return `count_if(${condition})`;
  }

  latest(value: string, at: string): string {
    return `max_by(${value}, ${at})`;
  }

  collectRising(value: string): string {
    return `sort_array(collect_list(${value}))`;
  }

  collectIf(value: string, condition: string): string {
    return `collect_list(${value}) FILTER (WHERE ${condition})`;
  }

  firstPerUser(source: string, n: number): string {
    return `(SELECT user_id, contract_address, value FROM (SELECT user_id, contract_address, value,
  row_number() OVER (PARTITION BY user_id ORDER BY value DESC, contract_address) AS place FROM ${source}) AS ranked
WHERE place <= ${n}) AS firsts`;
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
    const names = Object.keys(items), lists = Object.values(items);
    return `SELECT ${columns} FROM ${source} LATERAL VIEW inline(arrays_zip(${
      lists.join(", ")
    })) each_item AS ${names.join(", ")}${where === undefined ? "" : ` WHERE ${where}`}`;
  }

  firstCostOut(source: string, most: string, limit: "enough" | "fits", slack: number): string {
    const beyond = limit === "enough"
      ? `upto - amount >= most - ${real(slack)}`
      : `upto > most + ${real(slack)}`;
    return `SELECT key, min(cost) FROM (SELECT key, cost, amount, most,
  sum(amount) OVER (PARTITION BY key ORDER BY cost, amount ROWS UNBOUNDED PRECEDING) AS upto
FROM (SELECT key, cost, amount, ${most} AS most FROM (${source}) AS costed) AS known
WHERE most >= 0) AS summed WHERE ${beyond} GROUP BY key`;
  }
}
