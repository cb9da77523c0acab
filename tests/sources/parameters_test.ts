import { assertEquals, assertRejects, assertThrows } from "../../lib/deps/std_assert.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { bindForClickHouse } from "../../lib/sources/clickhouse_source.ts";
import { quotedTable } from "../../lib/sources/identifier.ts";
import { withParameters } from "../../lib/sources/open_source.ts";
import { bindParameters, parseParameters } from "../../lib/sources/parameters.ts";
import { bindForPostgres } from "../../lib/sources/postgres_source.ts";
import type { SourceKind } from "../../lib/sources/source_url.ts";

const bind = (text: string, values: Record<string, string> = {}, kind: SourceKind = "postgres") =>
  bindParameters(text, kind, new Map(Object.entries(values)), "q.sql");

Deno.test("places become server-side parameters, one for each name", () => {
  const query = bind("SELECT {id:bigint} + {id:bigint}, {t : text}", { id: "7", t: "x'; DROP" });
  const { sql, values } = bindForPostgres(query);
  assertEquals(sql, "SELECT (($1::text)::bigint) + (($1::text)::bigint), (($2::text)::text)");
  assertEquals(values, ["7", "x'; DROP"]);
});

Deno.test("ClickHouse binds by param_ settings, older servers from a table that travels along", () => {
  const query = bind("SELECT {a:UInt8}, {t:String}", { a: "3", t: "x\ty\\'" }, "clickhouse");
  assertEquals(bindForClickHouse(query, 25.08), {
    sql: "SELECT {a:UInt8}, {t:String}",
    settings: { param_a: "3", param_t: "x\\ty\\\\'" },
    tables: [],
  });
  assertEquals(bindForClickHouse(query, 18.16), {
    sql: "SELECT (SELECT `a` FROM _divvy_parameters), (SELECT `t` FROM _divvy_parameters)",
    settings: {},
    tables: [{
      name: "_divvy_parameters",
      structure: "a UInt8, t String",
      rows: "3\tx\\ty\\\\'\n",
    }],
  });
});

Deno.test("strings, identifiers and comments hold no places", () => {
  for (const kind of ["postgres", "clickhouse"] as const) {
    const text = `SELECT '{a:x}', '''{a:x}', "{a:x}" -- {a:x}\n/* {a:x}\n{a:x} */`;
    assertEquals(bind(text, {}, kind).texts, [text]);
  }
  assertEquals(bind("SELECT $tag$ {a:x} $tag$, E'\\'{a:x}'").order, []);
  assertEquals(bind("SELECT '\\'{a:x}'", {}, "clickhouse").order, []);
});

Deno.test("defaults stand in for values that are not given", () => {
  assertEquals(bind("{days:integer=180}").parameters[0].value, "180");
  assertEquals(bind("{days:integer=180}", { days: "30" }).parameters[0].value, "30");
});

type Fault = [string, SourceKind, Record<string, string>, string];
const faults: Fault[] = [
  [
    "{id:bigint}",
    "postgres",
    {},
    "parameter id is missing, expected bigint (a whole number from -9223372036854775808 to 9223372036854775807): give --param id=VALUE",
  ],
  ["{id:bigint}", "postgres", { id: "1e3" }, 'parameter id is "1e3", expected bigint'],
  ["{id:smallint}", "postgres", { id: "32768" }, 'parameter id is "32768", expected smallint'],
  [
    "{id:UInt8}",
    "clickhouse",
    { id: "-1" },
    'parameter id is "-1", expected UInt8 (a whole number from 0 to 255)',
  ],
  ["{x:float8}", "postgres", { x: "NaN" }, 'parameter x is "NaN", expected float8 (a number)'],
  [
    "{b:boolean}",
    "postgres",
    { b: "maybe" },
    'parameter b is "maybe", expected boolean (true or false)',
  ],
  ["{d:date}", "postgres", { d: "2025-02-30" }, 'parameter d is "2025-02-30", expected date'],
  [
    "{t:timestamptz}",
    "postgres",
    { t: "yesterday" },
    'parameter t is "yesterday", expected timestamptz (such as 2025-08-21T15:00:00Z, from year 1 to 9999)',
  ],
  [
    "{t:DateTime}",
    "clickhouse",
    { t: "2025-13-01" },
    'parameter t is "2025-13-01", expected DateTime',
  ],
  // Past a type's range, servers make other days and instants of these without a word.
  ...["2106-01-01", "2200-01-01", "1969-12-31"].map((d): Fault => [
    ...["{d:Date}", "clickhouse", { d }] as const,
    `parameter d is "${d}", expected Date (such as 2025-08-21, from 1970-01-01 to 2105-12-31)`,
  ]),
  ...["2200-01-01", "1969-12-31T23:59:59Z", "2025-08-21T15:00:00.5Z", "1970-01-01T00:00+01:00"].map(
    (t): Fault => [
      ...["{t:DateTime}", "clickhouse", { t }] as const,
      `parameter t is "${t}", expected DateTime (such as 2025-08-21T15:00:00Z, a whole second from 1970 to 2105)`,
    ],
  ),
  ["{d:date}", "postgres", { d: "0000-01-01" }, "from 0001-01-01 to 9999-12-31"],
  ["{t:timestamp}", "postgres", { t: "9999-12-31T23:00-05:00" }, "from year 1 to 9999"],
  ["{t:timestamp}", "postgres", { t: "2025-08-21T15:00:00.1234567" }, "from year 1 to 9999"],
  ["{t:DateTime64(3)}", "clickhouse", { t: "2025-08-21T15:00:00.1234" }, "at most 3 digits"],
  ["{t:DateTime64(3)}", "clickhouse", { t: "1969-12-31T23:59:59.5Z" }, "from 1970 to 2260"],
  ["{u:uuid}", "postgres", { u: "x" }, 'parameter u is "x", expected uuid'],
  ["{x:constructor}", "postgres", { x: "1" }, "which is not a parameter type of postgres"],
  ["{x:toString}", "clickhouse", { x: "1" }, "which is not a parameter type of clickhouse"],
  ["{l:bigint[]}", "postgres", { l: "1,b" }, 'parameter l is "1,b", expected bigint[]'],
  [
    "{x:money}",
    "postgres",
    { x: "1" },
    'parameter x has type "money", which is not a parameter type of postgres',
  ],
  [
    "{x:int} {x:text}",
    "postgres",
    { x: "1" },
    "parameter x has type int and type text, expected one type",
  ],
];

Deno.test("a missing or ill-typed parameter is named in one line", () => {
  for (const [text, kind, values, expected] of faults) {
    const error = assertThrows(() => bind(text, values, kind), InputError, expected);
    assertEquals(error.message.includes("\n"), false);
    assertEquals(error.message.startsWith("q.sql: "), true);
  }
});

Deno.test("values reach the server in its own text form", () => {
  const value = (type: string, text: string, kind: SourceKind) =>
    bind(`{x:${type}}`, { x: text }, kind).parameters[0].value;
  assertEquals(
    value("timestamptz", "2025-08-21 17:00+0200", "postgres"),
    "2025-08-21T15:00:00Z",
  );
  assertEquals(value("DateTime", "2025-08-21T15:00:00Z", "clickhouse"), "1755788400");
  assertEquals(
    value("timestamp", "2025-08-21T15:00:00.123456+02:00", "postgres"),
    "2025-08-21T13:00:00.123456",
  );
  assertEquals(value("timestamptz", "0001-01-01", "postgres"), "0001-01-01T00:00:00Z");
  assertEquals(value("Date", "2105-12-31", "clickhouse"), "2105-12-31");
  assertEquals(value("DateTime", "2105-12-31T23:59:59.000Z", "clickhouse"), "4291747199");
  assertEquals(
    value("DateTime64(6)", "2025-08-21T15:00:00.1234Z", "clickhouse"),
    "1755788400.123400",
  );
  assertEquals(value("DateTime64(0)", "1970-01-01T00:00:01Z", "clickhouse"), "0000000001");
  assertEquals(value("text[]", 'a, b"c\\', "postgres"), '{"a","b\\"c\\\\"}');
  assertEquals(value("Array(String)", "a,it's", "clickhouse"), "['a','it\\'s']");
  assertEquals(value("Array(UInt8)", "1, 2", "clickhouse"), "[1,2]");
  assertEquals(value("Array(String)", "", "clickhouse"), "[]");
});

Deno.test("--param wants name=value, each name once", () => {
  assertEquals(parseParameters(["a=1", "b=x=y", "c="]).get("b"), "x=y");
  assertThrows(() => parseParameters(["a"]), InputError, '--param is "a", expected name=value');
  assertThrows(() => parseParameters(["a=1", "a=2"]), InputError, "--param a is given twice");
});

Deno.test("parameters join the addresses whose queries have them; strays are refused", async () => {
  const file = await Deno.makeTempFile({ suffix: ".sql" });
  try {
    await Deno.writeTextFile(file, "SELECT {id:bigint}");
    const url = `postgres://db/shop?query=${file}`;
    const given = new Map([["id", "7"]]);
    assertEquals(await withParameters(["caps.csv", url], given), ["caps.csv", `${url}&param_id=7`]);
    given.set("stray", "1");
    await assertRejects(
      () => withParameters([url], given),
      UsageError,
      "--param stray is a parameter of none",
    );
    await assertRejects(
      () => withParameters([url], new Map()),
      InputError,
      "parameter id is missing",
    );
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("table names are plain identifiers and quoted", () => {
  assertEquals(quotedTable("shop.elig", "postgres"), '"shop"."elig"');
  for (const name of ["a;b", "a.b.c", "", "1a", 'a"b', "a`b", "a b", "é"]) {
    assertThrows(
      () => quotedTable(name, "clickhouse"),
      InputError,
      "expected table or database.table",
    );
  }
});

Deno.test("SQLite's own places are refused: it takes what nothing fills for NULL, and finds no rows", () => {
  for (const place of [":u", "@u", "$u", "?", "?1"]) {
    assertThrows(
      () => bind(`SELECT * FROM elig WHERE user_id = ${place}`, {}, "sqlite"),
      InputError,
      `q.sql: has the place "${place}", expected {name:type}, which --param fills`,
    );
  }
  const query = bind(`SELECT ':u', "a?", [@b], a$b /* ? */ FROM t WHERE u = {u:text} -- :c`, {
    u: "x",
  }, "sqlite");
  assertEquals(query.parameters.map(({ name }) => name), ["u"]);
});
