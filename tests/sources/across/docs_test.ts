/** Every command and statement of docs/databases.md and docs/scale.md runs, on servers of the tests' own. */
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../support/cli.ts";
import { onClickHouse, onPostgres, sqlFile } from "../../support/database.ts";
import { PASSWORD, serverTest, startClickHouse, startPostgres } from "../../support/servers.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The blocks of a page in a language. */
function blocks(page: string, language: string): string[] {
  const text = Deno.readTextFileSync(`${ROOT}docs/${page}`);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map((
    [, code],
  ) => code);
}

/** The commands `divvy …` of a page, as arguments. */
function commands(page: string): string[][] {
  const lines = blocks(page, "sh").join("\n").replaceAll("\\\n", " ").split("\n");
  return lines.filter((line) => line.startsWith("divvy ")).map((line) =>
    [...line.slice(6).matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
  );
}

serverTest(
  ["postgres", "clickhouse"],
  "the commands of docs/databases.md and docs/scale.md",
  async () => {
    await using postgres = await startPostgres();
    await using clickhouse = await startClickHouse(1);
    const [{ port: pg }] = postgres.servers, [{ port: ch }] = clickhouse.servers;
    const read = (name: string) => Deno.readTextFile(sqlFile(name));
    await onPostgres(pg, await read("postgres_schema.sql") + await read("postgres_seed.sql"));
    await onClickHouse(ch, await read("clickhouse_schema.sql"));
    await onClickHouse(ch, await read("clickhouse_seed.sql"));
    for (const sql of blocks("scale.md", "sql")) await onClickHouse(ch, sql);
    assertEquals((await onClickHouse(ch, "SELECT count() FROM elig")).trim(), "12000");

    await using folder = new TempFolder();
    await Deno.symlink(`${ROOT}sql`, `${folder.path}/sql`);
    const shop = new DatabaseSync(`${folder.path}/shop.sqlite`);
    shop.exec(
      "CREATE TABLE caps AS SELECT 'c' AS contract_address, 5 AS cap_face, 1 AS is_sponsored",
    );
    shop.close();
    folder.write("pairs.csv", "drop_id,user_id,contract_address,score\n2122,u,c,1\n2123,u,c,1\n");
    folder.write(
      "pairs.sql",
      "SELECT * FROM read_csv('pairs.csv') WHERE drop_id = {drop_id:bigint}",
    );
    const password = encodeURIComponent(PASSWORD);
    const here = (text: string) =>
      text.replace(
        /postgres:\/\/[^/?"]*\/\w*/,
        `postgres://postgres:${password}@127.0.0.1:${pg}/postgres`,
      )
        .replace(/clickhouse:\/\/[^/?"]*\/\w*/, `clickhouse://default@127.0.0.1:${ch}/default`);
    const run = async (args: string[]) => {
      const result = await divvy(args.map(here), {
        cwd: folder.path,
        permissions: ["--allow-all"],
      });
      assertEquals(result.code, 0, `${args.join(" ")}: ${result.stderr}`);
      return result;
    };
    const found = commands("databases.md");
    assert(found.length >= 4, String(found.length));
    // The page's first command writes what later ones publish.
    for (const args of found) await run(args);
    assertEquals(folder.names().includes("assignments.csv"), true);
    await Deno.copyFile(`${folder.path}/drop/caps.csv`, `${folder.path}/caps.csv`);
    await Deno.copyFile(`${folder.path}/drop/group_ratios.csv`, `${folder.path}/group_ratios.csv`);
    await onClickHouse(ch, "DROP TABLE assigned");
    for (const args of commands("scale.md")) await run(args);
    const check = ["check", "--caps", "caps.csv", "--group-ratios", "group_ratios.csv"];
    await run([
      ...check,
      ...[
        "--elig",
        "clickhouse://ch/shop?table=elig",
        "--user-groups",
        "clickhouse://ch/shop?table=user_groups",
      ],
      ...["--assign", "clickhouse://ch/shop?table=assigned", "--certificate", "certificate.json"],
    ]);
  },
);
