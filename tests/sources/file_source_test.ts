/** SQLite and DuckDB files, and DuckDB's queries over other files, as inputs. */
import { DatabaseSync } from "node:sqlite";
import { openDuckDb } from "../../lib/deps/duckdb.ts";
import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import { extractTable } from "../../lib/transfer/extract.ts";
import { openSource, withParameters } from "../../lib/sources/open_source.ts";
import { divvy, TempFolder } from "../support/cli.ts";
import { withFolder } from "../support/temp_folder.ts";

const TABLES = `CREATE TABLE caps (contract_address TEXT, cap_face INTEGER, is_sponsored BOOLEAN);
INSERT INTO caps VALUES ('c,1', 2, true), ('c2', 3, false);
CREATE TABLE elig (user_id TEXT, contract_address TEXT, score DOUBLE, note TEXT);
INSERT INTO elig VALUES ('u "1"', 'c,1', 0.1, NULL), ('u "1"', 'c2', 1e-7, 'x'), ('u2', 'c2', 3, 'y');
CREATE TABLE user_groups (user_id TEXT, group_id TEXT);
INSERT INTO user_groups VALUES ('u "1"', 'g'), ('u2', 'g');
CREATE TABLE group_ratios (group_id TEXT, sponsorship_ratio DOUBLE);
INSERT INTO group_ratios VALUES ('g', 0.5)`;

/** Makes the database of that kind. */
async function make(kind: string, path: string): Promise<void> {
  if (kind === "sqlite") {
    const database = new DatabaseSync(path);
    database.exec(TABLES);
    return database.close();
  }
  const database = await openDuckDb(path, {});
  const connection = await database.connect();
  for (const sql of TABLES.split(";\n")) await connection.run(sql);
  connection.closeSync();
  database.closeSync();
}

const textOf = async (url: string) => await new Response((await openSource(url)).bytes).text();

for (const kind of ["sqlite", "duckdb"]) {
  Deno.test(`${kind}: a drop from a file, tables and queries, NULLs and faults`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/a drop#1@home.db`;
      await make(kind, path);
      const url = `${kind}://${encodeURIComponent(path)}`, file = `${folder}/q.sql`;
      const table = (name: string) => `${url}?table=${name}`;
      const drop = await readDrop({
        caps: table("caps"),
        elig: table("elig"),
        userGroups: table("user_groups"),
        groupRatios: table("group_ratios"),
      });
      assertEquals(drop.instance.users.toArray(), ['u "1"', "u2"]);
      assertEquals([...drop.instance.score], [0.1, 1e-7, 3]);
      assertEquals(drop.instance.contracts, ["c,1", "c2"]);
      assertEquals(await extractTable(table("elig"), `${folder}/e.parquet`, "parquet"), 3);

      const query = async (sql: string, params: Record<string, string> = {}) => {
        await Deno.writeTextFile(file, sql);
        const given = new Map(Object.entries(params));
        const [complete] = await withParameters([`${url}?query=${file}`], given);
        return await textOf(complete);
      };
      const text = await query(
        "-- one\nSELECT user_id, 9007199254740993 AS n FROM elig WHERE score > {least:float8} AND contract_address = {c:text};",
        { least: "0.00000001", c: "c2" },
      );
      assertEquals(text, `user_id,n\n"u ""1""",9007199254740993\nu2,9007199254740993\n`);
      await assertRejects(
        () => query("SELECT user_id, note AS score FROM elig"),
        InputError,
        "row 1: score is NULL",
      );
      await assertRejects(() => query("DROP TABLE elig"), InputError, "has the statement DROP …");
      await assertRejects(() => query("SELECT 1; SELECT 2"), InputError, "several statements");
      await assertRejects(() => query("SELECT nope FROM elig"), InputError, "nope");
      await assertRejects(
        () => textOf(`${kind}://${folder}/none.db?table=t`),
        InputError,
        "no such file",
      );
      assertEquals([...Deno.readDirSync(folder)].map((e) => e.name).sort(), [
        "a drop#1@home.db",
        "e.parquet",
        "q.sql",
      ]);
      await Deno.writeTextFile(
        `${folder}/text.db`,
        "not a database, only some text that is long enough",
      );
      await assertRejects(
        () => textOf(`${kind}://${folder}/text.db?table=t`),
        InputError,
        "text.db",
      );
      if (kind === "sqlite") {
        await assertRejects(
          () => query("SELECT {l:bigint[]}", { l: "1" }),
          InputError,
          "is not a parameter type of sqlite",
        );
      }
    }));
}

Deno.test("duckdb: a missing permission is named, and --allow-ffi is all that it needs", async () => {
  await using folder = new TempFolder();
  folder.write("q.sql", "SELECT 'c' AS contract_address, 1 AS cap_face, true AS is_sponsored");
  const run = (...more: string[]) =>
    divvy(["extract", "--caps", "duckdb://?query=q.sql", "--dir", "x"], {
      cwd: folder.path,
      permissions: ["--no-prompt", "--allow-read", `--allow-write=${folder.path}`, ...more],
    });
  const without = await run("--deny-ffi");
  assertEquals(without.code, 1);
  assertEquals(
    without.stderr,
    "divvy: DuckDB can't be loaded: it is native code, which needs --allow-ffi\n",
  );
  new DatabaseSync(`${folder.path}/x.sqlite`).close();
  const unread = await divvy(["extract", "--caps", "sqlite://x.sqlite?table=t", "--dir", "y"], {
    cwd: folder.path,
    permissions: ["--no-prompt", "--deny-read=x.sqlite", "--allow-read", "--allow-write"],
  });
  assertEquals(unread.code, 1);
  assert(unread.stderr.startsWith("divvy: sqlite://x.sqlite?table=t: Requires read access to"));
  const { code, stderr } = await run("--allow-ffi");
  assertEquals(code, 0, stderr);
  assertEquals(
    folder.read("x/caps.csv"),
    "contract_address,cap_face,is_sponsored\nc,1,true\n",
  );
});

Deno.test("duckdb: queries over other files, with lists as parameters", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/a.csv`,
      'user_id,score\nu1,0.5\nu2,0.25\nit\'s,1\n"a,b",2\n',
    );
    await Deno.writeTextFile(
      `${folder}/q.sql`,
      `SELECT user_id, score FROM read_csv('${folder}/a.csv') WHERE user_id IN (SELECT unnest({users:text[]})) OR score = {s:numeric} ORDER BY score`,
    );
    const given = new Map([["users", "u1,it's"], ["s", "2"]]);
    const [url] = await withParameters([`duckdb://?query=${folder}/q.sql`], given);
    assertEquals(await textOf(url), `user_id,score\nu1,0.5\nit's,1.0\n"a,b",2.0\n`);
    await Deno.writeTextFile(`${folder}/q.sql`, "SELECT range AS x FROM range(200000)");
    assertEquals(
      await extractTable(`duckdb://?query=${folder}/q.sql`, `${folder}/x.csv`, "csv"),
      200_000,
    );
    const controller = new AbortController();
    await Deno.writeTextFile(
      `${folder}/q.sql`,
      "SELECT sum(a.range * b.range) AS x FROM range(10000000) a, range(10000000) b",
    );
    setTimeout(() => controller.abort(), 200);
    const begun = performance.now();
    await assertRejects(() =>
      extractTable(`duckdb://?query=${folder}/q.sql`, `${folder}/y.csv`, "csv", {
        signal: controller.signal,
      })
    );
    assert(performance.now() - begun < 60_000, "an abort interrupts the query");
  }));

for (const encoding of ["UTF-8", "UTF-16le"]) {
  Deno.test(`sqlite: texts are whole in ${encoding}, so that no two ids become one`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/t.sqlite`, database = new DatabaseSync(path);
      database.exec(`PRAGMA encoding = '${encoding}';
        CREATE TABLE t (user_id, contract_address, score);
        INSERT INTO t VALUES ('a' || char(0) || 'b', 'é', 1), ('a' || char(0) || 'c', '漢🎈', 0.1),
          ('a', char(65533), 12345678901234567), (7, '', 0);
        CREATE TABLE bytes AS SELECT 'c' AS user_id;
        INSERT INTO bytes VALUES (CAST(${encoding === "UTF-8" ? "x'ff'" : "x'00d8'"} AS TEXT))`);
      database.close();
      // A comment at a query's end ends with its line.
      const file = `${folder}/q.sql`;
      await Deno.writeTextFile(file, "SELECT user_id AS u, contract_address, score FROM t -- all");
      assertEquals(
        await textOf(`sqlite://${path}?query=${file}`),
        "u,contract_address,score\na\0b,é,1\na\0c,漢🎈,0.1\na,\ufffd,12345678901234567\n7,,0\n",
      );
      await assertRejects(
        () => textOf(`sqlite://${path}?table=bytes`),
        Error,
        `row 2: user_id is no text in ${encoding.toLowerCase()}`,
      );
    }));
}

Deno.test("sqlite: floats are ids where they are whole numbers that no other number is rounded to", () =>
  withFolder(async (folder) => {
    const path = `${folder}/t.sqlite`, database = new DatabaseSync(path);
    database.exec(`CREATE TABLE whole (user_id REAL, score REAL);
      INSERT INTO whole VALUES (7, 1.5), (1e15, 2);
      CREATE TABLE fraction (user_id REAL); INSERT INTO fraction VALUES (7), (1.5);
      CREATE TABLE wide (user_id REAL); INSERT INTO wide VALUES (9007199254740993)`);
    database.close();
    assertEquals(
      await textOf(`sqlite://${path}?table=whole`),
      "user_id,score\n7,1.5\n1000000000000000,2\n",
    );
    for (const [table, said] of [["fraction", "row 2: user_id is 1.5"], ["wide", "row 1"]]) {
      await assertRejects(() => textOf(`sqlite://${path}?table=${table}`), Error, said);
    }
  }));
