/**
 * Spark's SQL: lambdas over arrays, 3.5 and later.
 *
 * @module
 */
import type { ColumnType, Dialect } from "../sql/dialect.ts";
import { finite, looked, WindowDialect } from "../sql/window_dialect.ts";

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

/** A finite number of 64 bits. */
function real(value: number): string {
  return `${finite(value)}D`;
}

/** A text in quotes. */
export function quoted(text: string): string {
  const escapes: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };
  return `'${text.replace(/['"\\]/g, "\\$&").replace(/[\n\r\t\0]/g, (c) => escapes[c])}'`;
}

/** Spark's dialect. */
export class SparkDialect extends WindowDialect {
  protected readonly types = TYPES;

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
    const list = looked(values, otherwise);
    if (list === null) return real(otherwise);
    const found = `get(array(${list.map(real).join(",")}), CAST(${key} AS INT))`;
    return `coalesce(${found}, ${real(otherwise)})`;
  }

  textAt(key: string, values: readonly string[]): string {
    return `get(array(${values.map(quoted).join(",")}), CAST(${key} AS INT))`;
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
    return this.filter(`array(${item})`, () => condition);
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

  map(list: string, of: (item: string) => string): string {
    const x = this.item();
    return `transform(${list}, ${x} -> ${of(x)})`;
  }

  map2(one: string, other: string, of: (one: string, other: string) => string): string {
    const x = this.item(), y = this.item();
    return `zip_with(${one}, ${other}, (${x}, ${y}) -> ${of(x, y)})`;
  }

  filter(list: string, holds: (item: string) => string): string {
    const x = this.item();
    return `filter(${list}, ${x} -> ${holds(x)})`;
  }

  filter2(list: string, other: string, holds: (one: string, other: string) => string): string {
    const x = this.item();
    const pairs = this.map2(list, other, (a, b) => `struct(${a} AS a, ${b} AS b)`);
    return this.map(
      `filter(${pairs}, ${x} -> ${holds(`${x}.a`, `${x}.b`)})`,
      (pair) => `${pair}.a`,
    );
  }

  sum(list: string): string {
    const sum = this.item(), x = this.item();
    return `aggregate(${list}, 0D, (${sum}, ${x}) -> ${sum} + ${x})`;
  }

  falling(list: string): string {
    return `sort_array(${list}, false)`;
  }

  /** A list of structs of a number, its sign turned, and its item, least first. */
  #keyed(list: string, numbers: string): string {
    const pair = (number: string, item: string) => `struct(-${number} AS a, ${item} AS b)`;
    return `sort_array(${this.map2(numbers, list, pair)})`;
  }

  byFalling(list: string, numbers: string): string {
    return this.bestItems(this.#keyed(list, numbers));
  }

  best(list: string, numbers: string, n: number): string {
    return this.first(this.#keyed(list, numbers), `${n}`);
  }

  // A field of a list of structs is the list of the field.
  bestItems(best: string): string {
    return `${best}.b`;
  }

  bestNumbers(best: string): string {
    return this.map(`${best}.a`, (number) => `-${number}`);
  }

  occurrences(list: string): string {
    const x = this.item(), i = this.item();
    const same = this.filter(`slice(${list}, 1, ${i} + 1)`, (other) => `${other} = ${x}`);
    return `transform(${list}, (${x}, ${i}) -> size(${same}))`;
  }

  distinct(list: string): string {
    return `array_distinct(${list})`;
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

  trimmed(text: string, characters: string): string {
    return `trim(BOTH ${characters} FROM ${text})`;
  }

  named(column: string): string {
    return `\`${column.replaceAll("`", "``")}\``;
  }

  matches(text: string, pattern: string): string {
    return `${text} RLIKE ${quoted(`(?i)${pattern}`)}`;
  }

  numberOf(text: string): string {
    return `CAST(${text} AS DOUBLE)`;
  }

  isNotFinite(number: string): string {
    return `isnan(${number}) OR abs(${number}) = double('infinity')`;
  }
}
