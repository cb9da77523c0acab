/**
 * The operations in which engines differ.
 *
 * Statements are written once, in lib/engine/sql, over tables with a row per user whose pairs lie in lists. A dialect
 * writes each operation on lists, look-ups and sums in the way that is fast on its engine. What it owes comes first;
 * everything else is written here once through that, and an engine overrides what it has a quicker way for. Arguments
 * and results are SQL text, unless said otherwise; places in lists count from 1.
 *
 * @module
 */

/** What columns of the work tables hold. */
export type ColumnType =
  | "user"
  | "text"
  | "count"
  | "index"
  | "whole"
  | "real"
  | "contracts"
  | "indices"
  | "reals";

/** Columns of a table: the type of each by its name. */
export type TableColumns = Readonly<Record<string, ColumnType>>;

/** SQL over the item (or items) of a list that it is given the SQL of. */
export type OfItem = (item: string) => string;
/** SQL over two items at the same place of two lists. */
export type OfItems = (one: string, other: string) => string;

/** Names of two columns: of a list, and of one with a number for each of its items. */
export type ListNames = readonly [items: string, numbers: string];

/** How the first cost that is too much is found, see {@link Dialect.firstCostOut}. */
export type CostLimit = "enough" | "fits";

/** The names of all types that columns may have, in an engine's words. */
export type TypeNames = Readonly<Record<ColumnType, string>>;

/** One engine's SQL. An instance serves one statement: see {@link Dialect.begin}. */
export abstract class Dialect {
  // What an engine owes.

  /** The engine's name of each type. */
  abstract readonly types: TypeNames;
  /** A dialect for one statement, which {@link Dialect.statement} ends. */
  abstract begin(): Dialect;
  /** A hash of columns, also of several: a whole number from 0 to 2³² − 1. Another seed gives other numbers. */
  abstract hash(columns: string, seed?: number): string;
  /** Whether a text has the form of a regular expression, capital letters or not. */
  abstract matches(text: string, pattern: string): string;
  /** A list of the values given. */
  abstract list(items: readonly string[]): string;
  /** The list 1, 2, … n; empty where n is 0. */
  abstract upTo(n: string): string;
  /** How many items a list has. */
  abstract length(list: string): string;
  /** The item at a place. Past the end it may be anything, but no error. */
  abstract at(list: string, place: string): string;
  /** The lists one after another. */
  abstract concat(lists: readonly string[]): string;
  /** A list of what `of` makes of each item; it may name columns, and items of the lists that it is within. */
  abstract map(list: string, of: OfItem): string;
  /** The items that a condition holds for. */
  abstract filter(list: string, holds: OfItem): string;
  /** The sum of a list of numbers; 0 of an empty one. */
  abstract sum(list: string): string;
  /** The items of a list in the order of falling numbers of another; where these are equal, by rising items. */
  abstract inOrder(list: string, numbers: string): string;
  /**
   * A list of the values of those of a group's rows that a condition holds for. All such lists of a statement have the
   * same order.
   */
  abstract collectIf(value: string, condition: string): string;
  /**
   * The statement's part `SELECT columns FROM …` over a row for each item of lists that are equally long; `items` names the
   * item of each list.
   */
  abstract perItem(
    columns: string,
    source: string,
    items: Readonly<Record<string, string>>,
  ): string;

  // What an engine may override. First: a statement as a whole.

  /** The whole statement; a dialect may put before the text what its look-ups need. */
  statement(text: string): string {
    return text;
  }

  /**
   * A source to stand after FROM. Needed at every level of a statement whose columns look something up for the items of
   * a list.
   */
  from(source: string): string {
    return source;
  }

  /** What a statement over lists ends with so that they stay, though only lambdas use them; nothing where they do. */
  keep(_lists: readonly string[]): string {
    return "";
  }

  // Values.

  /** A finite number of 64 bits: with an exponent, as plain digits are decimals in many engines. */
  number(value: number): string {
    const text = String(withLiteral(value));
    return text.includes("e") ? text : `${text}e0`;
  }

  /** A text. */
  text(value: string): string {
    return `'${value.replaceAll("'", "''")}'`;
  }

  /** The number at `key`, which counts from 0; `otherwise` past the end. */
  lookup(key: string, values: ArrayLike<number>, otherwise = 0): string {
    const list = lookupValues(values, otherwise);
    if (list === null) return this.number(otherwise);
    const numbers = this.list(list.map((value) => this.number(value)));
    return this.atOr(numbers, `${key} + 1`, this.number(otherwise));
  }

  /** The number under `key`; `otherwise` where it has none. */
  lookupIn(key: string, values: ReadonlyMap<number, number>, otherwise: number): string {
    const dense = new Float64Array(1 + Math.max(-1, ...values.keys())).fill(otherwise);
    for (const [place, value] of values) dense[place] = value;
    return this.lookup(key, dense, otherwise);
  }

  /** The text at `key`, which counts from 0. */
  textAt(key: string, values: readonly string[]): string {
    return this.at(this.list(values.map((value) => this.text(value))), `${key} + 1`);
  }

  /** A column's declaration. */
  column(name: string, type: ColumnType): string {
    return `${name} ${this.types[type]}`;
  }

  /** A value as one of a column's type. */
  as(type: "count" | "index" | "real" | "whole", value: string): string {
    return `CAST(${value} AS ${this.types[type]})`;
  }

  /** A value as text. */
  asText(value: string): string {
    return `CAST(${value} AS ${this.types.text})`;
  }

  /** The largest of some numbers. */
  greatest(values: readonly string[]): string {
    return values.length === 1 ? values[0] : `greatest(${values.join(", ")})`;
  }

  /** The least of some numbers. */
  least(values: readonly string[]): string {
    return values.length === 1 ? values[0] : `least(${values.join(", ")})`;
  }

  // Texts of inputs.

  /** A text without some characters at either end. */
  trimmed(text: string, characters: string): string {
    return `trim(BOTH ${characters} FROM ${text})`;
  }

  /** A column by the name that inputs give it. */
  named(column: string): string {
    return `"${column.replaceAll('"', '""')}"`;
  }

  /** The number that a text means, NULL where it means none. */
  numberOf(text: string): string {
    return `TRY_CAST(${text} AS ${this.types.real})`;
  }

  /** Whether a number is none, or infinite: engines take NaN to be above all numbers, or to compare with none. */
  isNotFinite(number: string): string {
    const most = this.number(Number.MAX_VALUE);
    return `NOT (${number} BETWEEN -${most} AND ${most})`;
  }

  // Lists.

  /** A list of one value where a condition holds, else an empty one. */
  optional(item: string, condition: string): string {
    return this.filter(this.list([item]), () => condition);
  }

  /** The item at a place; `otherwise` past the end. */
  atOr(list: string, place: string, otherwise: string): string {
    return `CASE WHEN ${place} <= ${this.length(list)} THEN ${
      this.at(list, place)
    } ELSE ${otherwise} END`;
  }

  /** Whether a list has an item. */
  has(list: string, item: string): string {
    return `${this.count(list, (other) => `${other} = ${item}`)} > 0`;
  }

  /** The first place of an item that the list has. */
  placeOf(list: string, item: string): string {
    return this.at(this.#places(list, (place) => `${this.at(list, place)} = ${item}`), "1");
  }

  /** At most `n` items from the beginning. */
  first(list: string, n: string): string {
    return this.#itemsAt(list, (place) => `${place} <= ${n}`);
  }

  /** The items from a place on. */
  rest(list: string, place: string): string {
    return this.#itemsAt(list, (other) => `${other} >= ${place}`);
  }

  /** A list of what `of` makes of the items at the same places of two lists, which are equally long. */
  map2(one: string, other: string, of: OfItems): string {
    return this.map(
      this.upTo(this.length(one)),
      (place) => of(this.at(one, place), this.at(other, place)),
    );
  }

  /** The items of one list for which, with the item at the same place of another, a condition holds. */
  filter2(list: string, other: string, holds: OfItems): string {
    return this.#itemsAt(
      list,
      (place) => holds(this.at(list, place), this.at(other, place)),
    );
  }

  /** How many items a condition holds for. */
  count(list: string, holds: OfItem): string {
    return this.length(this.filter(list, holds));
  }

  /** The numbers, largest first. */
  falling(list: string): string {
    return this.inOrder(list, list);
  }

  /** The largest of a list of numbers that is not empty. */
  largest(list: string): string {
    return this.at(this.falling(list), "1");
  }

  /** The items of a list in the order of falling numbers of another; where these are equal, in any. */
  byFalling(list: string, numbers: string): string {
    return this.inOrder(list, numbers);
  }

  /** For each item, how many equal items there are up to its place. */
  occurrences(list: string): string {
    return this.map(this.upTo(this.length(list)), (place) => {
      const item = this.at(list, place);
      return this.length(
        this.#places(list, (other) => `${other} <= ${place} AND ${this.at(list, other)} = ${item}`),
      );
    });
  }

  /** Each item of a list once. */
  distinct(list: string): string {
    return this.filter2(list, this.occurrences(list), (_, nth) => `${nth} = 1`);
  }

  /**
   * A list of 0, the first number, the sum of the first two, … up to the sum of `n`; missing numbers count as `barred`.
   */
  sumsOfFirst(list: string, n: number, barred: number): string {
    const parts = Array.from(
      { length: n },
      (_, i) => this.atOr(list, `${i + 1}`, this.number(barred)),
    );
    const sums = parts.map((_, i) => parts.slice(0, i + 1).join(" + "));
    return this.list([this.number(0), ...sums]);
  }

  /** The places of a list that a condition holds for. */
  #places(list: string, holds: OfItem): string {
    return this.filter(this.upTo(this.length(list)), holds);
  }

  /** The items of a list at the places that a condition holds for. */
  #itemsAt(list: string, holds: OfItem): string {
    return this.map(this.#places(list, holds), (place) => this.at(list, place));
  }

  // Rows.

  /**
   * A statement over the rows of `source`: its columns `kept`, and of each list named in `lists` the `n` items that have the
   * largest numbers, largest first, and those numbers.
   *
   * @param kept the beginning of a list of columns: each with a comma after it
   * @param lists names of a column of items and of one of their numbers
   */
  largestOf(kept: string, lists: readonly ListNames[], n: number, source: string): string {
    // New names within, as an engine may take the old ones for these shorter lists.
    const made = lists.map(([items, numbers], at) =>
      `${this.first(this.byFalling(items, numbers), `${n}`)} AS items${at}, ${
        this.first(this.falling(numbers), `${n}`)
      } AS numbers${at}`
    );
    const columns = lists.map(([items, numbers], at) =>
      `items${at} AS ${items}, numbers${at} AS ${numbers}`
    );
    return `SELECT ${kept}${columns.join(", ")}
FROM (SELECT ${kept}${made.join(", ")}
FROM ${source}) AS best_pairs`;
  }

  /** How many rows a condition holds for. */
  countIf(condition: string): string {
    return `count(CASE WHEN ${condition} THEN 1 END)`;
  }

  /** Of a group's rows, the value of the one with the largest `at`. */
  latest(value: string, at: string): string {
    const all = (column: string) => this.collectIf(column, "1 = 1");
    return this.at(this.byFalling(all(value), all(at)), "1");
  }

  /** All numbers of a group's rows as a list, least first. */
  collectRising(value: string): string {
    const turned = (list: string) => this.map(list, (number) => `-${number}`);
    return turned(this.falling(turned(this.collectIf(value, "1 = 1"))));
  }

  /**
   * A source of the rows (user_id, contract_address, value) of another that are among the `n` of their user with the largest
   * value, equal ones in the order of their contracts.
   *
   * @param always a condition on rows that stay whatever their value, and take their places among the `n`
   */
  firstPerUser(source: string, n: number, always = "1 = 0"): string {
    const mayGo = `if(${always}, 0, 1)`;
    return `(SELECT user_id, contract_address, value FROM (SELECT user_id, contract_address, value, ${mayGo} AS may_go,
  row_number() OVER (PARTITION BY user_id ORDER BY ${mayGo}, value DESC, contract_address) AS place FROM ${source}) AS ranked
WHERE place <= ${n} OR may_go = 0) AS firsts`;
  }

  /** All rows of one source with those of another that has at most one for each `key`; where it has none its columns are 0 or NULL. */
  leftJoin(source: string, other: string, key: string): string {
    return `${source} LEFT JOIN ${other} USING (${key})`;
  }

  /**
   * Per key the first cost at which rows are no longer taken. Rows (key, cost, amount) of `source` are taken by rising
   * cost: `enough` takes rows until their amounts reach `most`; `fits` takes rows while their amounts stay within it.
   * Gives rows (key, cost of the first row not taken), without keys whose rows are all taken.
   *
   * @param most what each key has, as SQL over `key`; keys where it is negative are left out
   * @param slack how far off `most` a sum may be by rounding
   */
  firstCostOut(source: string, most: string, limit: CostLimit, slack: number): string {
    const beyond = limit === "enough"
      ? `upto - amount >= most - ${this.number(slack)}`
      : `upto > most + ${this.number(slack)}`;
    return `SELECT key, min(cost) FROM (SELECT key, cost, amount, most,
  sum(amount) OVER (PARTITION BY key ORDER BY cost, amount ROWS UNBOUNDED PRECEDING) AS upto
FROM (SELECT key, cost, amount, ${most} AS most FROM ${this.from(`(${source}) AS costed`)}) AS known
WHERE most >= 0) AS summed WHERE ${beyond} GROUP BY key`;
  }

  /** Names of lambdas' items so far: each is its own. */
  #names = 0;

  /** A name for a lambda's item that no other of the statement has. */
  protected item(): string {
    return `x${this.#names++}`;
  }
}

/** Lists of numbers as look-ups have them; null where every number is the one that stands for all others. */
export function lookupValues(values: ArrayLike<number>, otherwise: number): number[] | null {
  const list = Array.from(values);
  return list.every((value) => value === otherwise) ? null : list;
}

/** A number that has a literal. */
export function withLiteral(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no literal`);
  return value;
}

/** How an engine takes items and their numbers out of a list of both. */
interface SortedPairs {
  /** The list of pairs that have the largest numbers, largest first. */
  readonly best: (items: string, numbers: string) => string;
  /** The items of such a list. */
  readonly items: OfItem;
  /** Its numbers. */
  readonly numbers: OfItem;
}

/** {@link Dialect.largestOf} of an engine that sorts pairs of an item and its number: once for both. */
export function sortedOnce(
  kept: string,
  lists: readonly ListNames[],
  source: string,
  of: SortedPairs,
): string {
  const made = lists.map(([items, numbers], at) => `${of.best(items, numbers)} AS best${at}`);
  const items = lists.map(([name], at) => `${of.items(`best${at}`)} AS ${name}`);
  const numbers = lists.map(([, name], at) => `${of.numbers(`best${at}`)} AS ${name}`);
  return `SELECT ${kept}${[...items, ...numbers].join(", ")}
FROM (SELECT ${kept}${made.join(", ")}
FROM ${source}) AS best_pairs`;
}
