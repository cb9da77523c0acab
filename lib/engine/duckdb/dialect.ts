/**
 * DuckDB's SQL.
 *
 * A list of constants inside a lambda is copied for every item that the lambda sees, which is a hundred times slower; a
 * column of a joined table of one row is not copied. So look-ups name a column of `constants`, a table that {@link
 * Dialect.statement} puts before the statement and {@link Dialect.from} joins.
 *
 * @module
 */
import {
  Dialect,
  type ListNames,
  lookupValues,
  sortedOnce,
  type TypeNames,
} from "../sql/store/dialect.ts";

/** Types of columns. */
const TYPES: TypeNames = {
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

/** A text in quotes; its NULs, at which a statement would end, by their number. */
export function quoted(text: string): string {
  const parts = text.split("\0").map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts[0] : `(${parts.join(" || chr(0) || ")})`;
}

/** DuckDB's dialect. */
export class DuckDbDialect extends Dialect {
  readonly types = TYPES;
  /** Columns of `constants`, as SQL. */
  readonly #constants: string[] = [];

  begin(): Dialect {
    return new DuckDbDialect();
  }

  override statement(text: string): string {
    const columns = this.#constants.length === 0 ? ["0 AS nothing"] : this.#constants;
    return `WITH constants AS MATERIALIZED (SELECT ${columns.join(", ")})\n${text}`;
  }

  override from(source: string): string {
    // Joined even where the statement has no constants, which is known only at its end: a table of one row costs
    // nothing.
    return `${source} CROSS JOIN constants`;
  }

  #constant(list: string): string {
    const name = `constant${this.#constants.length + 1}`;
    this.#constants.push(`${list} AS ${name}`);
    return name;
  }

  override lookup(key: string, values: ArrayLike<number>, otherwise = 0): string {
    const list = lookupValues(values, otherwise);
    if (list === null) return this.number(otherwise);
    const name = this.#constant(`[${list.map((value) => this.number(value)).join(",")}]`);
    return this.atOr(name, `${key} + 1`, this.number(otherwise));
  }

  override textAt(key: string, values: readonly string[]): string {
    const name = this.#constant(`[${values.map(quoted).join(",")}]::VARCHAR[]`);
    return `list_extract(${name}, ${key} + 1)`;
  }

  hash(columns: string, seed?: number): string {
    return `CAST(hash(${columns}${seed === undefined ? "" : `, ${seed}`}) % 4294967296 AS BIGINT)`;
  }

  list(items: readonly string[]): string {
    return `[${items.join(", ")}]`;
  }

  override optional(item: string, condition: string): string {
    return `CASE WHEN ${condition} THEN [${item}] ELSE [] END`;
  }

  upTo(n: string): string {
    return `range(1, ${n} + 1)`;
  }

  length(list: string): string {
    return `len(${list})`;
  }

  at(list: string, place: string): string {
    return `list_extract(${list}, ${place})`;
  }

  override atOr(list: string, place: string, otherwise: string): string {
    return `coalesce(${this.at(list, place)}, ${otherwise})`;
  }

  override has(list: string, item: string): string {
    return `list_contains(${list}, ${item})`;
  }

  override placeOf(list: string, item: string): string {
    return `list_position(${list}, ${item})`;
  }

  concat(lists: readonly string[]): string {
    return `(${lists.join(" || ")})`;
  }

  override first(list: string, n: string): string {
    return `list_slice(${list}, 1, ${n})`;
  }

  override rest(list: string, place: string): string {
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

  override map2(one: string, other: string, of: (one: string, other: string) => string): string {
    const pair = this.#over((item) => of(`${item}[1]`, `${item}[2]`));
    return `list_transform(list_zip(${one}, ${other}), ${pair})`;
  }

  filter(list: string, holds: (item: string) => string): string {
    return `list_filter(${list}, ${this.#over(holds)})`;
  }

  override filter2(
    list: string,
    other: string,
    holds: (one: string, other: string) => string,
  ): string {
    const pair = this.#over((item) => holds(`${item}[1]`, `${item}[2]`));
    const found = `list_filter(list_zip(${list}, ${other}), ${pair})`;
    return `list_transform(${found}, ${this.#over((item) => `${item}[1]`)})`;
  }

  sum(list: string): string {
    return `coalesce(list_sum(${list}), 0e0)`;
  }

  override falling(list: string): string {
    return `list_reverse_sort(${list})`;
  }

  override largest(list: string): string {
    return `list_max(${list})`;
  }

  /** A list of rows of a number, its sign turned, and its item, least first: equal numbers stand in the order of the items. */
  #keyed(list: string, numbers: string): string {
    return `list_sort(${this.map2(numbers, list, (number, item) => `row(-${number}, ${item})`)})`;
  }

  inOrder(list: string, numbers: string): string {
    return this.map(this.#keyed(list, numbers), (item) => `${item}[2]`);
  }

  override largestOf(kept: string, lists: readonly ListNames[], n: number, source: string): string {
    return sortedOnce(kept, lists, source, {
      best: (items, numbers) => this.first(this.#keyed(items, numbers), `${n}`),
      items: (best) => this.map(best, (item) => `${item}[2]`),
      numbers: (best) => this.map(best, (item) => `-(${item}[1])`),
    });
  }

  override occurrences(list: string): string {
    const item = this.item(), place = this.item();
    const same = this.#over((other) => `${other} = ${item}`);
    const upTo = `list_slice(${list}, 1, ${place})`;
    return `list_transform(${list}, lambda ${item}, ${place}: len(list_filter(${upTo}, ${same})))`;
  }

  override distinct(list: string): string {
    return `list_distinct(${list})`;
  }

  override latest(value: string, at: string): string {
    return `arg_max(${value}, ${at})`;
  }

  override countIf(condition: string): string {
    return `count_if(${condition})`;
  }

  override collectRising(value: string): string {
    return `list_sort(list(${value}))`;
  }

  collectIf(value: string, condition: string): string {
    return `coalesce(list(${value}) FILTER (WHERE ${condition}), [])`;
  }

  perItem(columns: string, source: string, items: Readonly<Record<string, string>>): string {
    const each = Object.entries(items).map(([name, list]) => `unnest(${list}) AS ${name}`);
    return `SELECT ${columns} FROM (SELECT *, ${each.join(", ")} FROM ${source}) AS items`;
  }

  override trimmed(text: string, characters: string): string {
    return `trim(${text}, ${characters})`;
  }

  matches(text: string, pattern: string): string {
    return `regexp_matches(${text}, ${quoted(pattern)}, 'i')`;
  }

  // DuckDB passes over underscores between digits, and over a plus before a minus.
  override numberOf(text: string): string {
    return super.numberOf(`replace(replace(${text}, '_', 'x'), '+-', 'x')`);
  }

  override text(value: string): string {
    return quoted(value);
  }

  override isNotFinite(number: string): string {
    return `NOT isfinite(${number})`;
  }
}
