/** Dates and instants arrive at the servers as they were given, texts come as they are there. */
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { openSource } from "../../../lib/sources/open_source.ts";
import { chdbTest, startChdb } from "../../support/chdb.ts";
import { onPostgres, postgresUrl } from "../../support/database.ts";
import { serverTest, startClickHouse, startPostgres } from "../../support/servers.ts";
import { withFolder } from "../../support/temp_folder.ts";

/** The one row of a query. */
function answer(address: string, sql: string, values: Record<string, string>): Promise<string> {
  return withFolder(async (folder) => {
    const file = `${folder}/q.sql`;
    await Deno.writeTextFile(file, sql);
    const params = Object.entries(values).map(([n, v]) => `&param_${n}=${encodeURIComponent(v)}`);
    const { bytes } = await openSource(`${address}?query=${file}${params.join("")}`);
    return (await new Response(bytes).text()).split("\n")[1];
  });
}

serverTest(["postgres"], "PostgreSQL gets timestamps to the microsecond", async () => {
  await using group = await startPostgres();
  const url = postgresUrl(group.servers[0].port, "");
  const sql =
    "SELECT to_char({a:timestamptz} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS a, {b:timestamp} AS b, ({c:date[]})[2] AS c";
  const values = {
    a: "2200-08-21T15:00:00.123456+02:00",
    b: "0001-01-01T00:00:00.000001Z",
    c: "9999-12-31,0004-02-29",
  };
  assertEquals(
    await answer(url, sql, values),
    "2200-08-21 13:00:00.123456,0001-01-01T00:00:00.000001Z,0004-02-29",
  );
});

const CLICKHOUSE = {
  sql:
    "SELECT toYear({d:Date}) AS y, toUInt32({t:DateTime}) AS s, toString(({l:Array(Date)})[1]) AS l",
  values: { d: "2105-12-31", t: "2105-12-31T23:59:59Z", l: "2105-01-01" },
};

serverTest(["clickhouse"], "ClickHouse of 2018 gets days and seconds up to 2105", async () => {
  await using one = await startClickHouse(1);
  const url = `clickhouse://127.0.0.1:${one.servers[0].port}/default`;
  const { sql, values } = CLICKHOUSE;
  assertEquals(await answer(url, sql, values), '2105,4291747199,"2105-01-01"');
});

serverTest(["clickhouse"], "ClickHouse of 2018 gets UUIDs, one and many", async () => {
  await using one = await startClickHouse(1);
  const url = `clickhouse://127.0.0.1:${one.servers[0].port}/default`;
  const id = "123e4567-e89b-12d3-a456-426614174000";
  const sql =
    `SELECT x FROM (SELECT toUUID('${id}') AS x) WHERE x = {u:UUID} AND has({l:Array(UUID)}, x)`;
  assertEquals(await answer(url, sql, { u: id, l: id }), `"${id}"`);
});

chdbTest("the current ClickHouse gets them too, and parts of a second", async () => {
  await using chdb = await startChdb();
  const url = `clickhouse://127.0.0.1:${chdb.port}/default`;
  const { sql, values } = CLICKHOUSE;
  assertEquals(await answer(url, sql, values), '2105,4291747199,"2105-01-01"');
  const parts = { t: "2025-08-21T15:00:00.123456Z", o: "2260-12-31T23:59:59.25Z" };
  assertEquals(
    await answer(
      url,
      "SELECT toUnixTimestamp64Micro({t:DateTime64(6)}) AS t, toUnixTimestamp64Milli({o:DateTime64(3)}) AS o",
      parts,
    ),
    "1755788400123456,9183110399250",
  );
});

serverTest(
  ["postgres"],
  "PostgreSQL: dates and times are the texts of Parquet, whatever the zone",
  async () => {
    await using group = await startPostgres();
    const [{ port }] = group.servers;
    const read = (sql: string) => answer(postgresUrl(port, ""), `SELECT ${sql}`, {});
    const times = "timestamptz '2024-03-01 09:00:00+00' AS user_id, " +
      "timestamptz '2024-12-31 23:30:00.25-05:30' AS a, timestamp '2024-03-01 09:00:00.000001' AS b, " +
      "date '2024-03-01' AS c, date '10000-01-01' AS d, timestamp '0044-03-15 12:00:00 BC' AS e, " +
      "timestamptz '1800-01-01 00:00:00+00' AS f, 'infinity'::timestamp AS g";
    for (const zone of ["UTC", "America/New_York", "Asia/Kolkata"]) {
      await onPostgres(port, `ALTER ROLE postgres SET TimeZone = '${zone}'`);
      assertEquals(
        await read(times),
        "2024-03-01T09:00:00Z,2025-01-01T05:00:00.250Z,2024-03-01T09:00:00.000001Z,2024-03-01," +
          "+010000-01-01,-000043-03-15T12:00:00Z,1800-01-01T00:00:00Z,infinity",
      );
    }
    for (
      const [sql, said] of [
        ["true AS user_id", "user_id is of type boolean, expected text"],
        ["'{}'::jsonb AS user_id", "user_id is of type jsonb, expected text"],
        ["ARRAY['a'] AS group_id", "group_id is of type array, expected text"],
        ["interval '1 day' AS user_id", "user_id is of type interval, expected text"],
        ["1.50::numeric AS user_id", "row 1: user_id is 1.50, expected an id"],
      ]
    ) await assertRejects(() => read(sql), InputError, said);
    await onPostgres(port, "ALTER ROLE postgres SET DateStyle = 'German'");
    await assertRejects(
      () => read("date '2024-03-01' AS user_id"),
      InputError,
      "row 1: user_id is 01.03.2024, expected a time as DateStyle ISO writes it",
    );
  },
);

/** ClickHouse's times are the texts of Parquet, and ids of other types are refused. */
async function assertTimes(port: number, isOld: boolean): Promise<void> {
  const url = `clickhouse://127.0.0.1:${port}/default`;
  const read = (sql: string) => answer(url, sql, {});
  const old = "toDateTime('2024-03-01 04:00:00', 'America/New_York') AS user_id, " +
    "toDate('2024-03-01') AS b, CAST(NULL AS Nullable(DateTime)) AS `c d`, 'x' AS e";
  const isNew = "toDateTime64('2024-03-01 04:00:00', 3, 'America/New_York') AS f, " +
    "toDateTime64('2024-03-01 09:00:00.1', 1, 'UTC') AS g, " +
    "toDateTime64('2024-03-01 09:00:00.12', 6, 'UTC') AS h, " +
    "toDateTime64('2024-03-01 09:00:10', 0, 'UTC') AS i, " +
    "toNullable(toDateTime64('2024-03-01 09:00:00.000000001', 9, 'UTC')) AS j";
  const first = '"2024-03-01T09:00:00Z","2024-03-01",,"x"';
  assertEquals(await read(`SELECT ${old}`), first);
  if (!isOld) {
    assertEquals(
      await read(`SELECT ${old}, ${isNew}`),
      `${first},"2024-03-01T09:00:00Z","2024-03-01T09:00:00.100Z","2024-03-01T09:00:00.120Z",` +
        '"2024-03-01T09:00:10Z","2024-03-01T09:00:00.000000001Z"',
    );
  }
  for (
    const [sql, type] of [
      ["toFloat64(1) AS user_id", "Float64"],
      ["[1] AS user_id", "Array(UInt8)"],
      ["CAST(NULL AS Nullable(Float32)) AS group_id", "Nullable(Float32)"],
      ["toDecimal64(1.5, 2) AS user_id", "Decimal(18, 2)"],
    ]
  ) await assertRejects(() => read(`SELECT ${sql}`), InputError, `is of type ${type}, expected`);
}

serverTest(["clickhouse"], "ClickHouse of 2018: times are the texts of Parquet", async () => {
  await using one = await startClickHouse(1);
  await assertTimes(one.servers[0].port, true);
});

chdbTest("the current ClickHouse: times are the texts of Parquet", async () => {
  await using chdb = await startChdb();
  await assertTimes(chdb.port, false);
});

/** A FixedString comes without what fills it up, a String as it is. */
async function assertNoPadding(port: number): Promise<void> {
  const sql = "SELECT toFixedString('u1', 8) AS a, " +
    "toLowCardinality(toFixedString({t:String}, 4)) AS b, 'u1\\0' AS c, 1 AS d";
  const url = `clickhouse://127.0.0.1:${port}/default`;
  assertEquals(await answer(url, sql, { t: "é" }), '"u1","é","u1\0",1');
}

serverTest(["clickhouse"], "ClickHouse of 2018: a FixedString has no padding", async () => {
  await using one = await startClickHouse(1);
  await assertNoPadding(one.servers[0].port);
});

chdbTest("the current ClickHouse: a FixedString has no padding", async () => {
  await using chdb = await startChdb();
  await assertNoPadding(chdb.port);
});
