/** The templates of sql/ on the layout that docs/scale.md recommends: local tables under Distributed ones. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { openSource } from "../../../lib/sources/open_source.ts";
import { onClickHouse, sqlFile, sqlQuery } from "../../support/database.ts";
import { serverTest, startClickHouse } from "../../support/servers.ts";

serverTest(["clickhouse"], "the templates give the same from Distributed tables", async () => {
  await using one = await startClickHouse(1);
  await using two = await startClickHouse(2);
  const schema = await Deno.readTextFile(sqlFile("clickhouse_schema.sql"));
  const seed = await Deno.readTextFile(sqlFile("clickhouse_seed.sql"));
  await onClickHouse(one.servers[0].port, schema);
  await onClickHouse(one.servers[0].port, seed);
  for (const { port } of two.servers) {
    await onClickHouse(port, schema.replace(/CREATE TABLE (\w+)/g, "CREATE TABLE $1_local"));
    for (const [, table] of schema.matchAll(/CREATE TABLE (\w+)/g)) {
      await onClickHouse(
        port,
        `CREATE TABLE ${table} AS ${table}_local ENGINE = Distributed(divvy, default, ${table}_local, cityHash64(user_id))`,
      );
    }
  }
  const [{ port }] = two.servers;
  // Rows for the other shard are sent on in the background, and later statements read what earlier ones wrote.
  const tables = [...schema.matchAll(/CREATE TABLE (\w+)/g)].map(([, table]) => table);
  const count = async (port: number, table: string) =>
    await onClickHouse(port, `SELECT count() FROM ${table}`);
  const arrived = async (table: string, wanted: (port: number) => Promise<string>) => {
    const all = await wanted(one.servers[0].port);
    while (await count(port, table) !== all) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const statements = seed.split(/;\s*$/m).map((text) => text.trim()).filter((text) => text !== "");
  await onClickHouse(port, statements[0]);
  await arrived("eligibility", (port) => count(port, "eligibility"));
  for (const statement of statements.slice(1)) await onClickHouse(port, statement);
  for (const table of tables) await arrived(table, (port) => count(port, table));
  const rows = async (port: number, file: string, param: string) => {
    const address = `clickhouse://127.0.0.1:${port}/default${sqlQuery(file)}`;
    const { bytes } = await openSource(`${address}&param_drop_id=2122&${param}`);
    return (await new Response(bytes).text()).trim().split("\n").toSorted();
  };
  for (
    const [file, param] of [
      ["elig.sql", "param_win_start=2025-08-21T15:00:00Z"],
      ["user_groups.sql", "param_groups=g1,g2,g3,g4,g5,g6,g7"],
    ]
  ) {
    assertEquals(await rows(port, file, param), await rows(one.servers[0].port, file, param), file);
  }
});
