/**
 * ClickHouse's SQL, written with only those functions that servers have had since 18.16.
 *
 * @module
 */
import {
  type ColumnType,
  type CostLimit,
  Dialect,
  type OfItem,
  type OfItems,
  type TypeNames,
} from "../sql/store/dialect.ts";
import { quotedColumn, trimmedText } from "./input_tables.ts";
import { sqlIntegers, sqlLookup, sqlNumber, sqlNumbers, sqlString, sqlStrings } from "./literal.ts";

/** Types of columns. The type of users' ids is missing: it is that of the table of pairs. */
const TYPES: Record<Exclude<ColumnType, "user">, string> = {
  text: "String",
  count: "UInt8",
  index: "UInt16",
  whole: "UInt32",
  real: "Float64",
  contracts: "Array(UInt16)",
  indices: "Array(UInt32)",
  reals: "Array(Float64)",
};

/** How many lambdas what is written now is within. */
let depth = 0;

/** A lambda; within another one its items have names of their own. */
function lambda(of: (...items: string[]) => string, names: readonly string[]): string {
  const items = names.map((name) => depth === 0 ? name : `${name}${depth}`);
  depth++;
  try {
    const text = of(...items);
    return `${items.length === 1 ? items[0] : `(${items.join(", ")})`} -> ${text}`;
  } finally {
    depth--;
  }
}

/** ClickHouse's dialect. Its tables' user_id has the type of the table of pairs. */
export class ClickHouseDialect extends Dialect {
  readonly types: TypeNames;

  constructor(userType: string) {
    super();
    this.types = { ...TYPES, user: userType };
  }

  begin(): Dialect {
    return this;
  }

  // Servers of 18.16 remove columns that only lambdas use, unless a condition names them.
  override keep(lists: readonly string[]): string {
    return ` WHERE ${lists.map((list) => `length(${list}) >= 0`).join(" AND ")}`;
  }

  override number(value: number): string {
    return sqlNumber(value);
  }

  override text(value: string): string {
    return sqlString(value);
  }

  override lookup(key: string, values: ArrayLike<number>, otherwise = 0): string {
    return sqlLookup(key, values, otherwise);
  }

  override lookupIn(key: string, values: ReadonlyMap<number, number>, otherwise: number): string {
    if (values.size === 0) return sqlNumber(otherwise);
    const keys = sqlIntegers(values.keys()), found = sqlNumbers(values.values());
    return `transform(${key}, ${keys}, ${found}, ${sqlNumber(otherwise)})`;
  }

  override textAt(key: string, values: readonly string[]): string {
    return `transform(${key}, ${sqlIntegers(values.keys())}, ${sqlStrings(values)}, '')`;
  }

  override as(type: "count" | "index" | "real" | "whole", value: string): string {
    return `to${TYPES[type]}(${value})`;
  }

  override asText(value: string): string {
    return `toString(${value})`;
  }

  hash(columns: string, seed?: number): string {
    return `(cityHash64(${columns}${seed === undefined ? "" : `, ${seed}`}) % 4294967296)`;
  }

  // The characters are always those that trimming takes away everywhere.
  override trimmed(text: string): string {
    return trimmedText(text);
  }

  override named(column: string): string {
    return quotedColumn(column);
  }

  matches(text: string, pattern: string): string {
    return `match(${text}, ${sqlString(`(?i)${pattern}`)})`;
  }

  override numberOf(text: string): string {
    return `toFloat64OrNull(${text})`;
  }

  override isNotFinite(number: string): string {
    return `NOT isFinite(${number})`;
  }

  // Servers of 18.16 allow only two arguments in greatest and least.
  override greatest(values: readonly string[]): string {
    return `arrayReduce('max', [${values.join(", ")}])`;
  }

  override least(values: readonly string[]): string {
    return `arrayReduce('min', [${values.join(", ")}])`;
  }

  list(items: readonly string[]): string {
    return `[${items.join(", ")}]`;
  }

  upTo(n: string): string {
    return `arrayEnumerate(arrayResize([0], ${n}))`;
  }

  override optional(item: string, condition: string): string {
    return `arrayResize([${item}], toUInt8(${condition}))`;
  }

  length(list: string): string {
    return `length(${list})`;
  }

  at(list: string, place: string): string {
    return `${list}[${place}]`;
  }

  override has(list: string, item: string): string {
    return `has(${list}, ${item})`;
  }

  override placeOf(list: string, item: string): string {
    return `indexOf(${list}, ${item})`;
  }

  concat(lists: readonly string[]): string {
    return `arrayConcat(${lists.join(", ")})`;
  }

  override first(list: string, n: string): string {
    return `arraySlice(${list}, 1, ${n})`;
  }

  override rest(list: string, place: string): string {
    return `arraySlice(${list}, ${place})`;
  }

  map(list: string, of: OfItem): string {
    return `arrayMap(${lambda(of, ["x"])}, ${list})`;
  }

  override map2(one: string, other: string, of: OfItems): string {
    return `arrayMap(${lambda(of, ["x", "y"])}, ${one}, ${other})`;
  }

  filter(list: string, holds: OfItem): string {
    return `arrayFilter(${lambda(holds, ["x"])}, ${list})`;
  }

  override filter2(list: string, other: string, holds: OfItems): string {
    return `arrayFilter(${lambda(holds, ["x", "y"])}, ${list}, ${other})`;
  }

  override count(list: string, holds: OfItem): string {
    return `arrayCount(${lambda(holds, ["x"])}, ${list})`;
  }

  sum(list: string): string {
    return `arraySum(${list})`;
  }

  override falling(list: string): string {
    return `arrayReverseSort(${list})`;
  }

  override byFalling(list: string, numbers: string): string {
    return `arraySort((x, y) -> -y, ${list}, ${numbers})`;
  }

  inOrder(list: string, numbers: string): string {
    return `arraySort((x, y) -> (-y, x), ${list}, ${numbers})`;
  }

  override occurrences(list: string): string {
    return `arrayEnumerateUniq(${list})`;
  }

  override distinct(list: string): string {
    return `arrayDistinct(${list})`;
  }

  override sumsOfFirst(list: string, n: number, barred: number): string {
    return `arrayConcat([0.0], arrayCumSum(arrayResize(${list}, ${n}, ${sqlNumber(barred)})))`;
  }

  override countIf(condition: string): string {
    return `sum(${condition})`;
  }

  override latest(value: string, at: string): string {
    return `argMax(${value}, ${at})`;
  }

  override collectRising(value: string): string {
    return `arraySort(groupArray(${value}))`;
  }

  collectIf(value: string, condition: string): string {
    return `groupArrayIf(${value}, ${condition})`;
  }

  override firstPerUser(source: string, n: number, always = "1 = 0"): string {
    return `(SELECT user_id, pair.3 AS contract_address, -(pair.2) AS value
FROM (SELECT user_id, arraySlice(arraySort(groupArray((if(${always}, 0, 1), -value, contract_address))), 1,
  greatest(${n}, countIf(${always}))) AS pairs
FROM ${source} GROUP BY user_id)
ARRAY JOIN pairs AS pair) AS firsts`;
  }

  override leftJoin(source: string, other: string, key: string): string {
    return `${source} ANY LEFT JOIN ${other} USING ${key}`;
  }

  perItem(columns: string, source: string, items: Readonly<Record<string, string>>): string {
    const named = Object.entries(items).map(([name, list]) => `${list} AS ${name}`);
    return `SELECT ${columns} FROM ${source}\nARRAY JOIN ${named.join(", ")}`;
  }

  override firstCostOut(source: string, most: string, limit: CostLimit, slack: number): string {
    const place = limit === "enough"
      ? `arrayCount(s -> s < most - ${slack}, sums) + 2`
      : `arrayCount(s -> s <= most + ${slack}, sums) + 1`;
    return `SELECT key, costs[place] FROM (SELECT key, costs, most, toUInt32(${place}) AS place
FROM (SELECT key, ${most} AS most, arraySort(groupArray(cost)) AS costs,
  arrayCumSum(arraySort((a, c) -> c, groupArray(amount), groupArray(cost))) AS sums
FROM (${source}) GROUP BY key)) WHERE place <= length(costs) AND most >= 0`;
  }
}
