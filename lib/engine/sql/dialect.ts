/**
 * The operations in which engines differ.
 *
 * Statements are written once, in lib/engine/sql, over tables with a row per user whose pairs lie in lists. A dialect
 * writes each operation on lists, look-ups and sums in the way that is fast on its engine. Arguments and results are
 * SQL text, unless said otherwise; places in lists count from 1.
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

/** How the first cost that is too much is found, see {@link Dialect.firstCostOut}. */
export type CostLimit = "enough" | "fits";

/** One engine's SQL. An instance serves one statement: see {@link Dialect.begin}. */
export interface Dialect {
  /** A dialect for one statement, which {@link Dialect.statement} ends. */
  begin(): Dialect;
  /** The whole statement; a dialect may put before the text what its look-ups need. */
  statement(text: string): string;
  /**
   * A source to stand after FROM. Needed at every level of a statement whose columns look something up for the items of
   * a list.
   */
  from(source: string): string;
  /** What a statement over lists ends with so that they stay, though only lambdas use them; nothing where they do. */
  keep(lists: readonly string[]): string;

  /** A finite number of 64 bits. */
  number(value: number): string;
  /** A text. */
  text(value: string): string;
  /** The number at `key`, which counts from 0; `otherwise` past the end. */
  lookup(key: string, values: ArrayLike<number>, otherwise?: number): string;
  /** The number under `key`; `otherwise` where it has none. */
  lookupIn(key: string, values: ReadonlyMap<number, number>, otherwise: number): string;
  /** The text at `key`, which counts from 0. */
  textAt(key: string, values: readonly string[]): string;
  /** A column's declaration. */
  column(name: string, type: ColumnType): string;
  /** A value as one of a column's type. */
  as(type: "count" | "index" | "real" | "whole", value: string): string;
  /** A value as text. */
  asText(value: string): string;
  /** A text without some characters at either end. */
  trimmed(text: string, characters: string): string;
  /** A column by the name that inputs give it. */
  named(column: string): string;
  /** Whether a text has the form of a regular expression, capital letters or not. */
  matches(text: string, pattern: string): string;
  /** The number that a text means, NULL where it means none. */
  numberOf(text: string): string;
  /** Whether a number is none, or infinite. */
  isNotFinite(number: string): string;
  /** A hash of columns, also of several: a whole number from 0 to 2³² − 1. Another seed gives other numbers. */
  hash(columns: string, seed?: number): string;
  /** The largest of some numbers. */
  greatest(values: readonly string[]): string;
  /** The least of some numbers. */
  least(values: readonly string[]): string;

  /** A list of the values given. */
  list(items: readonly string[]): string;
  /** A list of one value where a condition holds, else an empty one. */
  optional(item: string, condition: string): string;
  /** How many items a list has. */
  length(list: string): string;
  /** The item at a place that the list has. */
  at(list: string, place: string): string;
  /** Whether a list has an item. */
  has(list: string, item: string): string;
  /** The first place of an item. */
  placeOf(list: string, item: string): string;
  /** The lists one after another. */
  concat(lists: readonly string[]): string;
  /** At most `n` items from the beginning. */
  first(list: string, n: string): string;
  /** The items from a place on. */
  rest(list: string, place: string): string;
  /** A list of what `of` makes of each item. */
  map(list: string, of: OfItem): string;
  /** A list of what `of` makes of the items at the same places of two lists. */
  map2(one: string, other: string, of: OfItems): string;
  /** The items that a condition holds for. */
  filter(list: string, holds: OfItem): string;
  /** The items of one list for which, with the item at the same place of another, a condition holds. */
  filter2(list: string, other: string, holds: OfItems): string;
  /** How many items a condition holds for. */
  count(list: string, holds: OfItem): string;
  /** The sum of a list of numbers. */
  sum(list: string): string;
  /** The numbers, largest first. */
  falling(list: string): string;
  /** The items of a list in the order of falling numbers of another. */
  byFalling(list: string, numbers: string): string;
  /** The same, where equal numbers stand in the order of the items. */
  inOrder(list: string, numbers: string): string;
  /** The `n` items of a list with the largest numbers of another, largest first, with those numbers: in the engine's own form. */
  best(list: string, numbers: string, n: number): string;
  /** The items of {@link Dialect.best}. */
  bestItems(best: string): string;
  /** The numbers of {@link Dialect.best}. */
  bestNumbers(best: string): string;
  /** For each item, how many equal items there are up to its place. */
  occurrences(list: string): string;
  /** Each item of a list once. */
  distinct(list: string): string;
  /**
   * A list of 0, the first number, the sum of the first two, … up to the sum of `n`; missing numbers count as `barred`.
   */
  sumsOfFirst(list: string, n: number, barred: number): string;

  /** How many rows a condition holds for. */
  countIf(condition: string): string;
  /** Of a group's rows, the value of the one with the largest `at`. */
  latest(value: string, at: string): string;
  /** All numbers of a group's rows as a list, least first. */
  collectRising(value: string): string;
  /**
   * A list of the values of those of a group's rows that a condition holds for. All such lists of a statement have the
   * same order.
   */
  collectIf(value: string, condition: string): string;
  /**
   * A source of the rows (user_id, contract_address, value) of another that are among the `n` of their user with the largest
   * value, equal ones in the order of their contracts.
   *
   * @param always a condition on rows that stay whatever their value, and take their places among the `n`
   */
  firstPerUser(source: string, n: number, always?: string): string;
  /** All rows of one source with those of another that has at most one for each `key`; where it has none its columns are 0 or NULL. */
  leftJoin(source: string, other: string, key: string): string;
  /**
   * The statement's part `SELECT columns FROM …` over a row for each item of lists that are equally long; `items` names the
   * item of each list.
   */
  perItem(
    columns: string,
    source: string,
    items: Readonly<Record<string, string>>,
    where?: string,
  ): string;
  /**
   * Per key the first cost at which rows are no longer taken. Rows (key, cost, amount) of `source` are taken by rising
   * cost: `enough` takes rows until their amounts reach `most`; `fits` takes rows while their amounts stay within it.
   * Gives rows (key, cost of the first row not taken), without keys of which all rows are taken.
   *
   * @param most what each key has, as SQL over `key`; keys of which it is negative are left out
   * @param slack how far off `most` a sum may be by rounding
   */
  firstCostOut(source: string, most: string, limit: CostLimit, slack: number): string;
}
