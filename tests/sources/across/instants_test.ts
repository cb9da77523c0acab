/** Dates and instants arrive at the servers as they were given, texts come as they are there. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { openSource } from "../../../lib/sources/open_source.ts";
import { chdbTest, startChdb } from "../../support/chdb.ts";
import { postgresUrl } from "../../support/database.ts";
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
    "2200-08-21 13:00:00.123456,0001-01-01 00:00:00.000001,0004-02-29",
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
