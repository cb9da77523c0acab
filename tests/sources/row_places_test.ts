/** Messages about a database's rows count rows, whatever line breaks stand in them, in every kind of database. */
import { assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { readCaps } from "../../lib/io/tables/caps_table.ts";
import { postgresUrl } from "../support/database.ts";
import { serverTest, startClickHouse, startPostgres } from "../support/servers.ts";
import { withFolder } from "../support/temp_folder.ts";

const ROWS =
  "SELECT 'a' AS contract_address, '1' AS cap_face, 'yes' AS is_sponsored, 'x' AS note " +
  "UNION ALL SELECT 'b', '2', 'no', 'two\nlines\n' UNION ALL SELECT 'c', 'many', 'no', ''";

/** The third row of three, the second of which has line breaks, is named; and of a table without its columns only the table. */
async function namesTheRow(address: string) {
  await withFolder(async (folder) => {
    const source = async (sql: string) => {
      await Deno.writeTextFile(`${folder}/q.sql`, sql);
      return `${address}?query=${folder}/q.sql`;
    };
    const fault = async (sql: string) => {
      const given = await source(sql);
      return await assertRejects(() => readCaps(given), InputError);
    };
    const row = await fault(`SELECT * FROM (${ROWS}) AS t ORDER BY contract_address`);
    assertEquals(row.line, 3);
    assertEquals(
      row.message.replace(/^.*q\.sql/, ""),
      ': row 3: cap_face is "many", expected a finite number',
    );
    const header = await fault("SELECT 'a' AS contract_address");
    assertEquals(/q\.sql: missing columns cap_face/.test(header.message), true, header.message);
  });
}

Deno.test("a row of SQLite is named by its number", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/empty.sqlite`, "");
    await namesTheRow(`sqlite://${folder}/empty.sqlite`);
  }));

Deno.test("a row of DuckDB is named by its number", () => namesTheRow("duckdb://"));

serverTest(["postgres"], "a row of PostgreSQL is named by its number", async () => {
  await using group = await startPostgres();
  await namesTheRow(postgresUrl(group.servers[0].port, ""));
});

serverTest(["clickhouse"], "a row of ClickHouse is named by its number", async () => {
  await using group = await startClickHouse(1);
  await namesTheRow(`clickhouse://default@127.0.0.1:${group.servers[0].port}/default`);
});
