/** What PostgreSQL's values are as text. */
import { assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { readUserGroups } from "../../lib/io/tables/user_groups_table.ts";
import { onPostgres, postgresUrl } from "../support/database.ts";
import { TempFolder } from "../support/cli.ts";
import { serverTest, startPostgres } from "../support/servers.ts";

serverTest(
  ["postgres"],
  "PostgreSQL: bytes are text in UTF-8, and nothing else is an id",
  async () => {
    await using group = await startPostgres();
    const [{ port }] = group.servers;
    await using folder = new TempFolder();
    const users = async (rows: string, database = "postgres") => {
      folder.write(
        "users.sql",
        `SELECT user_id, 'g' AS group_id, '\\xff'::bytea AS seal FROM (${rows}) AS r`,
      );
      const url = postgresUrl(port, `?query=${folder.path}/users.sql`);
      const { userIds } = await readUserGroups(url.replace("/postgres?", `/${database}?`));
      return userIds.toArray();
    };
    const bytes = (text: string) => `SELECT ${text}::bytea AS user_id`;
    const forms = `${bytes("'ab'")} UNION ALL ${bytes("convert_to('Gré\\', 'UTF8')")}`;
    assertEquals((await users(forms)).sort(), ["Gré\\", "ab"]);
    await onPostgres(port, "ALTER DATABASE postgres SET bytea_output = 'escape'");
    assertEquals((await users(forms)).sort(), ["Gré\\", "ab"]);
    const fault = await assertRejects(() => users(bytes("'\\x61e9'")), InputError);
    assertEquals(
      fault.message.endsWith("row 1: user_id is not UTF-8 text, expected UTF-8 text"),
      true,
    );

    // A server in SQL_ASCII takes any bytes for text, and checks what it sends. Read loosely, both users would become one.
    await onPostgres(port, "CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0");
    const loose = "SELECT E'Gr\\xe9' AS user_id UNION ALL SELECT E'Gr\\xe8'";
    await assertRejects(() => users(loose, "ascii"), InputError, "invalid byte sequence");
    assertEquals(await users("SELECT E'Gr\\xc3\\xa9' AS user_id", "ascii"), ["Gré"]);
  },
);
