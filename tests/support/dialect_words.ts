/** What each function of a dialect gives, for lists and rows made for it. */
import { assertEquals } from "../../lib/deps/std_assert.ts";
import type { Dialect } from "../../lib/engine/sql/store/dialect.ts";
import { OwedDialect } from "./owed_dialect.ts";

/** Texts of a cell as values: engines write numbers and lists in forms of their own. */
function valueOf(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

/** Functions over the lists l, m and n of numbers and the empty list e: each an expression, and what it gives. */
function overLists(sql: Dialect): [string, unknown][] {
  const whole = (n: number) => sql.as("whole", `${n}`);
  const numberOf = (text: string) => `coalesce(${sql.numberOf(sql.text(text))}, 0)`;
  const is = (condition: string) => `if(${condition}, 1, 0)`;
  return [
    [sql.asText(sql.number(0.5)), 0.5],
    [sql.text("it's \\ é"), "it's \\ é"],
    [sql.lookup(whole(1), [4, 5]), 5],
    [sql.lookup(whole(2), [4, 5], 7), 7],
    [sql.lookupIn(whole(3), new Map([[3, 8], [5, 9]]), -1), 8],
    [sql.lookupIn(whole(4), new Map([[3, 8], [5, 9]]), -1), -1],
    [sql.textAt(whole(1), ["a", "b"]), "b"],
    [sql.greatest([whole(3), whole(9), whole(4)]), 9],
    [sql.least([whole(3), whole(9), whole(4)]), 3],
    [sql.greatest([whole(3)]), 3],
    [sql.trimmed(sql.text(" \tone two "), sql.text(" \t")), "one two"],
    [is(sql.matches(sql.text("ABC"), "^a.c$")), 1],
    [sql.numberOf(sql.text("1.5")), 1.5],
    [`coalesce(${sql.numberOf(sql.text("none"))}, -1)`, -1],
    [is(sql.isNotFinite(numberOf("nan"))), 1],
    [is(sql.isNotFinite(numberOf("-inf"))), 1],
    [is(sql.isNotFinite(sql.number(-1e300))), 0],
    [sql.upTo("3"), [1, 2, 3]],
    [sql.upTo(sql.length("e")), []],
    [sql.optional(whole(2), "1 = 1"), [2]],
    [sql.optional(whole(2), "1 = 0"), []],
    [sql.length("l"), 4],
    [sql.at("l", "2"), 1],
    [is(sql.has("l", "3")), 1],
    [is(sql.has("l", "4")), 0],
    [is(sql.has("e", "1")), 0],
    [sql.placeOf("l", "1"), 2],
    [sql.concat(["m", "e", "m"]), [5, 7, 7, 1, 5, 7, 7, 1]],
    [sql.first("l", "2"), [2, 1]],
    [sql.first("l", "0"), []],
    [sql.first("l", "9"), [2, 1, 3, 1]],
    [sql.rest("l", "3"), [3, 1]],
    [sql.rest("l", "5"), []],
    [sql.map("m", (x) => sql.sum(sql.map("m", (y) => `${x} * ${y}`))), [100, 140, 140, 20]],
    [sql.map2("m", "n", (x, y) => `${x} - ${y}`), [4, 5, 4, -3]],
    [sql.filter("m", (x) => `${x} > 4`), [5, 7, 7]],
    [sql.filter2("l", "m", (x, y) => `${x} <> 1 OR ${y} < 7`), [2, 3, 1]],
    [sql.count("m", (x) => `${x} > 4`), 3],
    [sql.sum("m"), 20],
    [sql.sum("e"), 0],
    [sql.falling("m"), [7, 7, 5, 1]],
    [sql.largest("m"), 7],
    [sql.byFalling("l", "n"), [1, 3, 1, 2]],
    [sql.inOrder("n", "m"), [2, 3, 1, 4]],
    [sql.occurrences("l"), [1, 1, 1, 2]],
    [sql.occurrences("e"), []],
    [sql.length(sql.distinct("l")), 3],
    [sql.sumsOfFirst("m", 3, -1e100), [0, 5, 12, 19]],
    [is(`${sql.at(sql.sumsOfFirst("e", 2, -1e100), "3")} < -1e90`), 1],
  ];
}

/** Rows (user, contract, value, is_pin) for the functions over rows. */
const ROWS = [["u1", "a", 1, 0], ["u1", "b", 3, 0], ["u1", "c", 3, 0], ["u1", "d", 0, 1], [
  ...["u2", "a", 2, 0],
]];

/** Functions over rows: each a statement, and its rows in the order of their texts. */
function overRows(sql: Dialect): [string, unknown[][]][] {
  const union = ROWS.map(([user, contract, value, pin]) =>
    `SELECT '${user}' AS user_id, '${contract}' AS contract_address, ${
      sql.number(Number(value))
    } AS value, ${pin} AS is_pin`
  ).join(" UNION ALL ");
  const t = `(${union}) AS t`;
  const best = (n: number, always?: string) =>
    `SELECT user_id, contract_address, value FROM ${sql.firstPerUser(t, n, always)}`;
  const other = `(SELECT user_id, value AS most FROM ${t} WHERE value = 2) AS others`;
  const costs = `SELECT user_id AS key, value AS cost, ${sql.number(1)} AS amount FROM ${t}`;
  const out = (limit: "enough" | "fits") => sql.firstCostOut(costs, sql.number(2), limit, 1e-9);
  const lists = `(SELECT user_id, ${sql.collectIf("contract_address", "is_pin = 0")} AS c, ${
    sql.collectIf("value", "is_pin = 0")
  } AS v FROM ${t} GROUP BY user_id) AS lists`;
  return [
    [
      `SELECT user_id, ${sql.countIf("value > 1")}, ${
        sql.countIf("is_pin = 1")
      } FROM ${t} GROUP BY user_id`,
      [
        ["u1", 2, 1],
        ["u2", 1, 0],
      ],
    ],
    [`SELECT ${sql.latest("contract_address", "value")} FROM ${t} WHERE contract_address <> 'b'`, [[
      "c",
    ]]],
    [`SELECT user_id, ${sql.collectRising("value")} FROM ${t} GROUP BY user_id`, [
      ["u1", [0, 1, 3, 3]],
      ["u2", [2]],
    ]],
    [best(1), [["u1", "b", 3], ["u2", "a", 2]]],
    [best(2, "is_pin = 1"), [["u1", "b", 3], ["u1", "d", 0], ["u2", "a", 2]]],
    [`SELECT contract_address, coalesce(most, 0) FROM ${sql.leftJoin(t, other, "user_id")}`, [
      ["a", 0],
      ["a", 2],
      ["b", 0],
      ["c", 0],
      ["d", 0],
    ]],
    [out("enough"), [["u1", 3]]],
    [out("fits"), [["u1", 3]]],
    [
      `${
        sql.perItem("user_id, item, number", lists, { item: "c", number: "v" })
      } WHERE user_id = 'u1'`,
      [
        ["u1", "a", 1],
        ["u1", "b", 3],
        ["u1", "c", 3],
      ],
    ],
    [
      `SELECT user_id, ${sql.sum("v")}, ${sql.length("c")} FROM (${
        sql.largestOf("user_id, ", [["c", "v"]], 2, lists)
      }) AS largest`,
      [["u1", 6, 2], ["u2", 2, 1]],
    ],
  ];
}

/** Asserts that all functions of a dialect give what they should on an engine. */
export async function assertWords(
  dialect: Dialect,
  rows: (sql: string) => Promise<readonly (readonly string[])[]>,
): Promise<void> {
  const sql = dialect.begin();
  const words = overLists(sql);
  const lists = {
    l: sql.list([2, 1, 3, 1].map((n) => sql.as("whole", `${n}`))),
    m: sql.list([5, 7, 7, 1].map((n) => sql.as("real", `${n}`))),
    n: sql.list([1, 2, 3, 4].map((n) => sql.as("real", `${n}`))),
  };
  const columns = Object.entries(lists).map(([name, list]) => `${list} AS ${name}`);
  const source = `(SELECT l, m, n, ${sql.filter("m", (x) => `${x} < 0`)} AS e FROM (SELECT ${
    columns.join(", ")
  }) AS given) AS lists`;
  const asked = words.map(([expression], at) => `${expression} AS c${at}`).join(",\n");
  const [found] = await rows(sql.statement(`SELECT ${asked}\nFROM ${sql.from(source)}`));
  words.forEach(([expression, expected], at) =>
    assertEquals(valueOf(found[at]), expected, expression)
  );
  for (const at of overRows(sql).keys()) {
    const one = dialect.begin(), [text, expected] = overRows(one)[at];
    const made = (await rows(one.statement(text))).map((row) => row.map(valueOf));
    assertEquals(made.toSorted((a, b) => `${a}` < `${b}` ? -1 : 1), expected, text);
  }
}

/** Asserts the same of an engine's quick ways, and of what is composed of the functions that a dialect owes. */
export async function assertQuickAndOwed(
  dialect: Dialect,
  rows: Parameters<typeof assertWords>[1],
): Promise<void> {
  await assertWords(dialect, rows);
  await assertWords(new OwedDialect(dialect), rows);
}
