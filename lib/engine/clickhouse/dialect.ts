/**
 * ClickHouse's SQL, written with only those functions that servers have had since 18.16.
 *
 * @module
 */
import type { ColumnType, Dialect } from "../sql/dialect.ts";
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

/** Operations on lists. */
const lists = {
  list: (items) => `[${items.join(", ")}]`,
  optional: (item, condition) => `arrayResize([${item}], toUInt8(${condition}))`,
  length: (list) => `length(${list})`,
  at: (list, place) => `${list}[${place}]`,
  has: (list, item) => `has(${list}, ${item})`,
  placeOf: (list, item) => `indexOf(${list}, ${item})`,
  concat: (lists) => `arrayConcat(${lists.join(", ")})`,
  first: (list, n) => `arraySlice(${list}, 1, ${n})`,
  rest: (list, place) => `arraySlice(${list}, ${place})`,
  map: (list, of) => `arrayMap(${lambda(of, ["x"])}, ${list})`,
  map2: (one, other, of) => `arrayMap(${lambda(of, ["x", "y"])}, ${one}, ${other})`,
  filter: (list, holds) => `arrayFilter(${lambda(holds, ["x"])}, ${list})`,
  filter2: (list, other, holds) => `arrayFilter(${lambda(holds, ["x", "y"])}, ${list}, ${other})`,
  count: (list, holds) => `arrayCount(${lambda(holds, ["x"])}, ${list})`,
  sum: (list) => `arraySum(${list})`,
  falling: (list) => `arrayReverseSort(${list})`,
  byFalling: (list, numbers) => `arraySort((x, y) -> -y, ${list}, ${numbers})`,
  inOrder: (list, numbers) => `arraySort((x, y) -> (-y, x), ${list}, ${numbers})`,
  best: (list, numbers, n) =>
    `(arraySlice(arraySort((x, y) -> -y, ${list}, ${numbers}), 1, ${n}), ` +
    `arraySlice(arrayReverseSort(${numbers}), 1, ${n}))`,
  bestItems: (best) => `tupleElement(${best}, 1)`,
  bestNumbers: (best) => `tupleElement(${best}, 2)`,
  occurrences: (list) => `arrayEnumerateUniq(${list})`,
  distinct: (list) => `arrayDistinct(${list})`,
  sumsOfFirst: (list, n, barred) =>
    `arrayConcat([0.0], arrayCumSum(arrayResize(${list}, ${n}, ${sqlNumber(barred)})))`,
} satisfies Partial<Dialect>;

/** The dialect for tables whose user_id has the type given. */
export function clickhouseDialect(userType: string): Dialect {
  const dialect: Dialect = {
    begin: () => dialect,
    statement: (text) => text,
    from: (source) => source,
    // Servers of 18.16 remove columns that only lambdas use, unless a condition names them.
    keep: (lists) => ` WHERE ${lists.map((list) => `length(${list}) >= 0`).join(" AND ")}`,

    number: sqlNumber,
    text: sqlString,
    lookup: sqlLookup,
    lookupIn(key, values, otherwise) {
      if (values.size === 0) return sqlNumber(otherwise);
      const keys = sqlIntegers(values.keys()), found = sqlNumbers(values.values());
      return `transform(${key}, ${keys}, ${found}, ${sqlNumber(otherwise)})`;
    },
    textAt: (key, values) =>
      `transform(${key}, ${sqlIntegers(values.keys())}, ${sqlStrings(values)}, '')`,
    column: (name, type) => `${name} ${type === "user" ? userType : TYPES[type]}`,
    as: (type, value) => `to${TYPES[type]}(${value})`,
    asText: (value) => `toString(${value})`,
    hash: (columns, seed) =>
      `(cityHash64(${columns}${seed === undefined ? "" : `, ${seed}`}) % 4294967296)`,
    // The characters are always those that trimming takes away everywhere.
    trimmed: trimmedText,
    named: quotedColumn,
    matches: (text, pattern) => `match(${text}, ${sqlString(`(?i)${pattern}`)})`,
    numberOf: (text) => `toFloat64OrNull(${text})`,
    isNotFinite: (number) => `NOT isFinite(${number})`,
    // Servers of 18.16 allow only two arguments in greatest and least.
    greatest: (values) => `arrayReduce('max', [${values.join(", ")}])`,
    least: (values) => `arrayReduce('min', [${values.join(", ")}])`,

    ...lists,

    countIf: (condition) => `sum(${condition})`,
    latest: (value, at) => `argMax(${value}, ${at})`,
    collectRising: (value) => `arraySort(groupArray(${value}))`,
    collectIf: (value, condition) => `groupArrayIf(${value}, ${condition})`,
    firstPerUser: (source, n, always = "1 = 0") =>
      `(SELECT user_id, pair.3 AS contract_address, -(pair.2) AS value
FROM (SELECT user_id, arraySlice(arraySort(groupArray((if(${always}, 0, 1), -value, contract_address))), 1,
  greatest(${n}, countIf(${always}))) AS pairs
FROM ${source} GROUP BY user_id)
ARRAY JOIN pairs AS pair) AS firsts`,
    leftJoin: (source, other, key) => `${source} ANY LEFT JOIN ${other} USING ${key}`,
    perItem(columns, source, items, where) {
      const named = Object.entries(items).map(([name, list]) => `${list} AS ${name}`);
      const condition = where === undefined ? "" : `\nWHERE ${where}`;
      return `SELECT ${columns} FROM ${source}\nARRAY JOIN ${named.join(", ")}${condition}`;
    },
    firstCostOut(source, most, limit, slack) {
      const place = limit === "enough"
        ? `arrayCount(s -> s < most - ${slack}, sums) + 2`
        : `arrayCount(s -> s <= most + ${slack}, sums) + 1`;
      return `SELECT key, costs[place] FROM (SELECT key, costs, most, toUInt32(${place}) AS place
FROM (SELECT key, ${most} AS most, arraySort(groupArray(cost)) AS costs,
  arrayCumSum(arraySort((a, c) -> c, groupArray(amount), groupArray(cost))) AS sums
FROM (${source}) GROUP BY key)) WHERE place <= length(costs) AND most >= 0`;
    },
  };
  return dialect;
}
