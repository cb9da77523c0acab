/**
 * Spark's SQL: lambdas over arrays, 3.5 and later.
 *
 * @module
 */
import {
  Dialect,
  type ListNames,
  lookupValues,
  sortedOnce,
  type TypeNames,
  withLiteral,
} from "../sql/store/dialect.ts";

/** Types of columns. */
const TYPES: TypeNames = {
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

/** A text in quotes. */
function quoted(text: string): string {
  const escapes: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };
  return `'${text.replace(/['"\\]/g, "\\$&").replace(/[\n\r\t\0]/g, (c) => escapes[c])}'`;
}

/** Spark's dialect. */
export class SparkDialect extends Dialect {
  readonly types = TYPES;

  begin(): Dialect {
    return new SparkDialect();
  }

  override number(value: number): string {
    return `${withLiteral(value)}D`;
  }

  override text(value: string): string {
    return quoted(value);
  }

  override lookup(key: string, values: ArrayLike<number>, otherwise = 0): string {
    const list = lookupValues(values, otherwise);
    if (list === null) return this.number(otherwise);
    const numbers = list.map((value) => this.number(value)).join(",");
    return `coalesce(get(array(${numbers}), CAST(${key} AS INT)), ${this.number(otherwise)})`;
  }

  override textAt(key: string, values: readonly string[]): string {
    return `get(array(${values.map(quoted).join(",")}), CAST(${key} AS INT))`;
  }

  hash(columns: string, seed?: number): string {
    return `pmod(xxhash64(${columns}${seed === undefined ? "" : `, ${seed}`}), 4294967296)`;
  }

  list(items: readonly string[]): string {
    return `array(${items.join(", ")})`;
  }

  upTo(n: string): string {
    return `slice(sequence(1, CAST(${n} AS INT) + 1), 1, CAST(${n} AS INT))`;
  }

  length(list: string): string {
    return `size(${list})`;
  }

  at(list: string, place: string): string {
    return `get(${list}, CAST(${place} - 1 AS INT))`;
  }

  override atOr(list: string, place: string, otherwise: string): string {
    return `coalesce(${this.at(list, place)}, ${otherwise})`;
  }

  override has(list: string, item: string): string {
    return `array_contains(${list}, ${item})`;
  }

  override placeOf(list: string, item: string): string {
    return `array_position(${list}, ${item})`;
  }

  concat(lists: readonly string[]): string {
    return `concat(${lists.join(", ")})`;
  }

  override first(list: string, n: string): string {
    return `slice(${list}, 1, CAST(${n} AS INT))`;
  }

  override rest(list: string, place: string): string {
    return `slice(${list}, CAST(${place} AS INT), size(${list}))`;
  }

  map(list: string, of: (item: string) => string): string {
    const x = this.item();
    return `transform(${list}, ${x} -> ${of(x)})`;
  }

  override map2(one: string, other: string, of: (one: string, other: string) => string): string {
    const x = this.item(), y = this.item();
    return `zip_with(${one}, ${other}, (${x}, ${y}) -> ${of(x, y)})`;
  }

  filter(list: string, holds: (item: string) => string): string {
    const x = this.item();
    return `filter(${list}, ${x} -> ${holds(x)})`;
  }

  override filter2(
    list: string,
    other: string,
    holds: (one: string, other: string) => string,
  ): string {
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

  override largest(list: string): string {
    return `array_max(${list})`;
  }

  override falling(list: string): string {
    return `sort_array(${list}, false)`;
  }

  /** A list of structs of a number, its sign turned, and its item, least first. */
  #keyed(list: string, numbers: string): string {
    const pair = (number: string, item: string) => `struct(-${number} AS a, ${item} AS b)`;
    return `sort_array(${this.map2(numbers, list, pair)})`;
  }

  // A field of a list of structs is the list of the field.
  inOrder(list: string, numbers: string): string {
    return `${this.#keyed(list, numbers)}.b`;
  }

  override largestOf(kept: string, lists: readonly ListNames[], n: number, source: string): string {
    return sortedOnce(kept, lists, source, {
      best: (items, numbers) => this.first(this.#keyed(items, numbers), `${n}`),
      items: (best) => `${best}.b`,
      numbers: (best) => this.map(`${best}.a`, (number) => `-${number}`),
    });
  }

  override occurrences(list: string): string {
    const x = this.item(), i = this.item();
    const same = this.filter(`slice(${list}, 1, ${i} + 1)`, (other) => `${other} = ${x}`);
    return `transform(${list}, (${x}, ${i}) -> size(${same}))`;
  }

  override distinct(list: string): string {
    return `array_distinct(${list})`;
  }

  override latest(value: string, at: string): string {
    return `max_by(${value}, ${at})`;
  }

  override countIf(condition: string): string {
    return `count_if(${condition})`;
  }

  override collectRising(value: string): string {
    return `sort_array(collect_list(${value}))`;
  }

  collectIf(value: string, condition: string): string {
    return `collect_list(${value}) FILTER (WHERE ${condition})`;
  }

  perItem(columns: string, source: string, items: Readonly<Record<string, string>>): string {
    const names = Object.keys(items), lists = Object.values(items);
    return `SELECT ${columns} FROM ${source} LATERAL VIEW inline(arrays_zip(${
      lists.join(", ")
    })) each_item AS ${names.join(", ")}`;
  }

  override named(column: string): string {
    return `\`${column.replaceAll("`", "``")}\``;
  }

  matches(text: string, pattern: string): string {
    return `${text} RLIKE ${quoted(`(?i)${pattern}`)}`;
  }

  // Java reads 1d, 1f and 0x1p3 too.
  override numberOf(text: string): string {
    return `CASE WHEN ${text} RLIKE '(?i)^([-+.0-9e]+|[-+]?(nan|inf|infinity))$' THEN CAST(${text} AS DOUBLE) END`;
  }

  override isNotFinite(number: string): string {
    return `isnan(${number}) OR abs(${number}) = double('infinity')`;
  }
}
