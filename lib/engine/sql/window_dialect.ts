/**
 * What engines with window functions and casts write alike; each engine adds the rest.
 *
 * @module
 */
import type { ColumnType, CostLimit, Dialect, OfItem, OfItems } from "./dialect.ts";

/** A dialect without the operations on lists, texts and numbers, which each engine writes in its own way. */
export abstract class WindowDialect implements Dialect {
  /** Names of lambdas' items so far: each is its own. */
  #names = 0;

  /** The engine's name of each type. */
  protected abstract readonly types: Readonly<Record<ColumnType, string>>;
  abstract begin(): Dialect;
  abstract statement(text: string): string;
  abstract from(source: string): string;
  abstract number(value: number): string;
  abstract text(value: string): string;
  abstract lookup(key: string, values: ArrayLike<number>, otherwise?: number): string;
  abstract textAt(key: string, values: readonly string[]): string;
  abstract hash(columns: string, seed?: number): string;
  abstract greatest(values: readonly string[]): string;
  abstract least(values: readonly string[]): string;
  abstract list(items: readonly string[]): string;
  abstract optional(item: string, condition: string): string;
  abstract length(list: string): string;
  abstract at(list: string, place: string): string;
  abstract has(list: string, item: string): string;
  abstract placeOf(list: string, item: string): string;
  abstract concat(lists: readonly string[]): string;
  abstract first(list: string, n: string): string;
  abstract rest(list: string, place: string): string;
  abstract map(list: string, of: OfItem): string;
  abstract map2(one: string, other: string, of: OfItems): string;
  abstract filter(list: string, holds: OfItem): string;
  abstract filter2(list: string, other: string, holds: OfItems): string;
  abstract sum(list: string): string;
  abstract falling(list: string): string;
  abstract byFalling(list: string, numbers: string): string;
  abstract best(list: string, numbers: string, n: number): string;
  abstract bestItems(best: string): string;
  abstract bestNumbers(best: string): string;
  abstract occurrences(list: string): string;
  abstract distinct(list: string): string;
  abstract latest(value: string, at: string): string;
  abstract collectRising(value: string): string;
  abstract collectIf(value: string, condition: string): string;
  abstract perItem(
    columns: string,
    source: string,
    items: Readonly<Record<string, string>>,
    where?: string,
  ): string;
  abstract trimmed(text: string, characters: string): string;
  abstract named(column: string): string;
  abstract matches(text: string, pattern: string): string;
  abstract numberOf(text: string): string;
  abstract isNotFinite(number: string): string;

  /** A name for a lambda's item. */
  protected item(): string {
    return `x${this.#names++}`;
  }

  /** The engine's name of a type. */
  typeOf(type: ColumnType): string {
    return this.types[type];
  }

  column(name: string, type: ColumnType): string {
    return `${name} ${this.types[type]}`;
  }

  keep(): string {
    return "";
  }

  as(type: "count" | "index" | "real" | "whole", value: string): string {
    return `CAST(${value} AS ${this.types[type]})`;
  }

  asText(value: string): string {
    return `CAST(${value} AS ${this.types.text})`;
  }

  lookupIn(key: string, values: ReadonlyMap<number, number>, otherwise: number): string {
    const dense = new Float64Array(1 + Math.max(-1, ...values.keys())).fill(otherwise);
    for (const [place, value] of values) dense[place] = value;
    return this.lookup(key, dense, otherwise);
  }

  // Items stand beside their numbers where these engines sort, so that they decide between equal ones.
  inOrder(list: string, numbers: string): string {
    return this.byFalling(list, numbers);
  }

  count(list: string, holds: OfItem): string {
    return this.length(this.filter(list, holds));
  }

  sumsOfFirst(list: string, n: number, barred: number): string {
    const parts = Array.from(
      { length: n },
      (_, i) => `coalesce(${this.at(list, `${i + 1}`)}, ${this.number(barred)})`,
    );
    const sums = parts.map((_, i) => parts.slice(0, i + 1).join(" + "));
    return this.list([this.number(0), ...sums]);
  }

  countIf(condition: string): string {
    return `count_if(${condition})`;
  }

  leftJoin(source: string, other: string, key: string): string {
    return `${source} LEFT JOIN ${other} USING (${key})`;
  }

  firstPerUser(source: string, n: number, always = "1 = 0"): string {
    const mayGo = `if(${always}, 0, 1)`;
    return `(SELECT user_id, contract_address, value FROM (SELECT user_id, contract_address, value, ${mayGo} AS may_go,
  row_number() OVER (PARTITION BY user_id ORDER BY ${mayGo}, value DESC, contract_address) AS place FROM ${source}) AS ranked
WHERE place <= ${n} OR may_go = 0) AS firsts`;
  }

  firstCostOut(source: string, most: string, limit: CostLimit, slack: number): string {
    const beyond = limit === "enough"
      ? `upto - amount >= most - ${this.number(slack)}`
      : `upto > most + ${this.number(slack)}`;
    return `SELECT key, min(cost) FROM (SELECT key, cost, amount, most,
  sum(amount) OVER (PARTITION BY key ORDER BY cost, amount ROWS UNBOUNDED PRECEDING) AS upto
FROM (SELECT key, cost, amount, ${most} AS most FROM ${this.from(`(${source}) AS costed`)}) AS known
WHERE most >= 0) AS summed WHERE ${beyond} GROUP BY key`;
  }
}

/** Lists of numbers as look-ups have them; null where every number is the one that stands for all others. */
export function looked(values: ArrayLike<number>, otherwise: number): number[] | null {
  const list = Array.from(values);
  return list.every((value) => value === otherwise) ? null : list;
}

/** A number that has a literal. */
export function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no literal`);
  return value;
}
