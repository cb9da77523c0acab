import { fileURLToPath } from "node:url";
import { capFromBudget } from "../../../lib/allocator/drop/cap_from_budget.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readBudgets } from "../../../lib/io/tables/budgets_table.ts";
import { readCaps } from "../../../lib/io/tables/caps_table.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { extractTable } from "../../../lib/transfer/extract.ts";
import { openSource, withParameters } from "../../../lib/sources/open_source.ts";
import {
  onClickHouse,
  onPostgres,
  postgresUrl,
  sqlFile,
  sqlQuery,
} from "../../support/database.ts";
import { type CliRun, divvy } from "../../support/cli.ts";
import {
  freePort,
  PASSWORD,
  serverTest,
  startClickHouse,
  startPostgres,
} from "../../support/servers.ts";

const DROP = { drop_id: "2122", win_start: "2025-08-21T15:00:00Z", groups: "g1,g2,g3,g4,g5,g6,g7" };

/** The address with those of DROP's values that its query has. */
async function bound(url: string, ...names: (keyof typeof DROP)[]): Promise<string> {
  return (await withParameters([url], new Map(names.map((name) => [name, DROP[name]]))))[0];
}

/** Runs the command line with the permissions that docs/databases.md tells. */
function run(folder: string, ...args: string[]): Promise<CliRun> {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const permissions = [
    "--no-prompt",
    "--deny-run",
    "--deny-ffi",
    "--allow-env",
    "--allow-sys=uid,username,hostname",
  ];
  permissions.push(
    "--allow-net=127.0.0.1",
    `--allow-read=${folder},${root}`,
    `--allow-write=${folder}`,
  );
  return divvy(args, { cwd: folder, permissions });
}

/** All rows as text. */
async function textOf(url: string): Promise<string> {
  return await new Response((await openSource(url)).bytes).text();
}

serverTest(
  ["postgres"],
  "PostgreSQL: caps of sql/caps.sql are those of capFromBudget",
  async (t) => {
    await using group = await startPostgres();
    const [{ port }] = group.servers;
    await onPostgres(port, await Deno.readTextFile(sqlFile("postgres_schema.sql")));
    await onPostgres(port, await Deno.readTextFile(sqlFile("postgres_seed.sql")));
    const budgetsUrl = await bound(
      postgresUrl(port, sqlQuery("budgets.sql")),
      "drop_id",
      "win_start",
    );

    await t.step("the two ways agree on every contract", async () => {
      const budgets = await readBudgets(budgetsUrl);
      // 40, less the excluded one and the one that has ended.
      assertEquals(budgets.length, 38);
      assert(budgets.some((b) => b.redeemed > 0) && budgets.some((b) => b.liveClaims > 0));
      const expected = budgets.map((budget) =>
        [budget.contract, capFromBudget(budget).cap] as const
      )
        .filter(([, cap]) => cap >= 1);
      const caps = await readCaps(
        await bound(postgresUrl(port, sqlQuery("caps.sql")), "drop_id", "win_start"),
      );
      assertEquals(caps.contracts.map((id, i) => [id, caps.cap[i]] as const), expected);
      assert(!caps.contracts.includes("c039"), "face value 0 gives no cap");
    });

    await t.step("only active groups count", async () => {
      const text = await textOf(
        await bound(postgresUrl(port, sqlQuery("group_ratios.sql")), "drop_id"),
      );
      assertEquals(text.trim().split("\n").length, 1 + 7);
      assert(!text.includes("g8"));
    });

    await t.step("divvy caps explains itself and says what it leaves out", async () => {
      const folder = await Deno.makeTempDir();
      try {
        const address = postgresUrl(port, sqlQuery("budgets.sql"));
        const args = ["--param", "drop_id=2122", "--param", `win_start=${DROP.win_start}`];
        const result = await run(
          folder,
          "caps",
          "--budgets",
          address,
          ...args,
          "--out",
          `${folder}/caps.csv`,
        );
        assertEquals(result.code, 0, result.stderr);
        assert(result.stderr.includes("face value is 0, so the budget limits nothing"));
        assert(result.stderr.includes("37 of 38 contracts written"), result.stderr);
        assertEquals((await readCaps(`${folder}/caps.csv`)).contracts.length, 37);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });

    await t.step(
      "rows of every type keep their text; NULL in a required column is named",
      async () => {
        const file = await Deno.makeTempFile({ suffix: ".sql" });
        try {
          const url = postgresUrl(port, `?query=${file}`);
          await Deno.writeTextFile(
            file,
            `SELECT 0.1::float8 AS a, 12345678901234567890.5 AS b, E'x"y,\\nz' AS "c d", NULL AS e, 7::bigint AS f;\n`,
          );
          assertEquals(
            await textOf(url),
            `a,b,c d,e,f\n0.1,12345678901234567890.5,"x""y,\nz",,7\n`,
          );
          await Deno.writeTextFile(
            file,
            "SELECT x AS user_id, nullif(x, 7001) AS score FROM generate_series(1, 8000) AS x",
          );
          const shown = `postgres://postgres:***@127.0.0.1:${port}/postgres?query=${file}`;
          await assertRejects(
            () => textOf(url),
            InputError,
            `${shown}: row 7001: score is NULL, expected a value`,
          );
          for (
            const [select, said] of [
              ["1::float8 AS user_id", "user_id is of type double precision, expected text"],
              ["1::real AS group_id", "group_id is of type real, expected text, integers"],
              ["'NaN'::numeric AS user_id", "row 1: user_id is NaN, expected an id"],
            ]
          ) {
            await Deno.writeTextFile(file, `SELECT ${select}`);
            await assertRejects(() => textOf(url), InputError, `${shown}: ${said}`);
          }
          await Deno.writeTextFile(
            file,
            "SELECT 'NaN' AS user_id, 10000000000000000000001::numeric AS group_id",
          );
          assertEquals(await textOf(url), "user_id,group_id\nNaN,10000000000000000000001\n");
          await Deno.writeTextFile(file, "SELECT 1 AS x WHERE false");
          assertEquals(await textOf(url), "x\n");
          // As limits select by them, in every format.
          await Deno.writeTextFile(file, "SELECT true AS a, 1 = 2 AS b, NULL::boolean AS c");
          assertEquals(await textOf(url), "a,b,c\ntrue,false,\n");
          await onPostgres(port, "ALTER DATABASE postgres SET extra_float_digits = 0");
          await Deno.writeTextFile(file, "SELECT 0.12345678901234568::float8 AS score");
          assertEquals(await textOf(url), "score\n0.12345678901234568\n");
          await onPostgres(port, "ALTER DATABASE postgres RESET extra_float_digits");
          await Deno.writeTextFile(file, "WITH d AS (DELETE FROM contract RETURNING 1) SELECT 1");
          await assertRejects(() => textOf(url), InputError, "read-only transaction");
          const refused = [
            ["DELETE FROM contract RETURNING 1", "has the statement DELETE …, which does more"],
            ["SET default_transaction_read_only = off", "has the statement SET …"],
            ["COMMIT", "has the statement COMMIT …"],
            ["SELECT 1; DROP TABLE contract", "has several statements, expected one SELECT"],
            ["SELECT ';' ; -- ;\n", null],
            ["\ufeff/* ; */ (SELECT 1)", null],
            ["", "has no statement"],
            ["-- nothing\n/* at all */ ;", "has no statement"],
          ] as const;
          for (const [sql, expected] of refused) {
            await Deno.writeTextFile(file, sql);
            if (expected === null) await textOf(url);
            else await assertRejects(() => textOf(url), InputError, expected);
          }
          await Deno.writeTextFile(file, "SHOW ALL");
          assert((await textOf(url)).trim().split("\n").length > 300, "every row of SHOW");
          await Deno.writeTextFile(
            file,
            "EXPLAIN SELECT * FROM contract JOIN contract AS c USING (contract_address)",
          );
          assert((await textOf(url)).trim().split("\n").length > 3, "every row of EXPLAIN");
        } finally {
          await Deno.remove(file);
        }
      },
    );

    await t.step("faults are one line and show no password", async () => {
      const password = encodeURIComponent(PASSWORD);
      const cases: [string, string][] = [
        [postgresUrl(port, "?table=nope"), 'relation "nope" does not exist'],
        [
          postgresUrl(port, "?table=nope").replace(password, "wr0ng"),
          "the server refuses user postgres with the password given",
        ],
        [postgresUrl(freePort(), "?table=nope"), "connection refused"],
      ];
      for (const [url, expected] of cases) {
        const result = await run(Deno.cwd(), "extract", "--caps", url, "--dir", ".");
        assertEquals(result.code, 1);
        const { message } = await assertRejects(() => textOf(url), InputError, expected);
        for (const text of [message, result.stderr]) {
          assert(![password, PASSWORD, "wr0ng"].some((secret) => text.includes(secret)), text);
        }
        assert(!message.includes("\n"));
      }
    });

    await t.step(
      "a server that stops in the middle is a clear line and leaves no file",
      async () => {
        const folder = await Deno.makeTempDir();
        const file = `${folder}/slow.sql`;
        try {
          await Deno.writeTextFile(
            file,
            "SELECT generate_series(1, 100000000) AS x, repeat('x', 1000) AS y",
          );
          const url = postgresUrl(port, `?query=${file}`);
          let killed = false;
          const onProgress = () => {
            if (!killed) group.servers[0].kill();
            killed = true;
          };
          await assertRejects(
            () => extractTable(url, `${folder}/out.csv`, "csv", { onProgress }),
            InputError,
            "the connection was lost",
          );
          assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["slow.sql"]);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      },
    );
  },
);

serverTest(
  ["postgres", "clickhouse"],
  "a drop straight from both databases equals the one from extracted files",
  async (t) => {
    await using postgres = await startPostgres();
    await using clickhouse = await startClickHouse(1);
    const [{ port: pg }] = postgres.servers, [{ port: ch }] = clickhouse.servers;
    await onPostgres(pg, await Deno.readTextFile(sqlFile("postgres_schema.sql")));
    await onPostgres(pg, await Deno.readTextFile(sqlFile("postgres_seed.sql")));
    await onClickHouse(ch, await Deno.readTextFile(sqlFile("clickhouse_schema.sql")));
    await onClickHouse(ch, await Deno.readTextFile(sqlFile("clickhouse_seed.sql")));
    const chUrl = (rest: string) =>
      `clickhouse://divvy:${encodeURIComponent(PASSWORD)}@127.0.0.1:${ch}/default${rest}`;
    const sources = {
      caps: await bound(postgresUrl(pg, sqlQuery("caps.sql")), "drop_id", "win_start"),
      elig: await bound(chUrl(sqlQuery("elig.sql")), "drop_id", "win_start"),
      userGroups: await bound(chUrl(sqlQuery("user_groups.sql")), "drop_id", "groups"),
      groupRatios: await bound(postgresUrl(pg, sqlQuery("group_ratios.sql")), "drop_id"),
    };
    const folder = await Deno.makeTempDir();

    await t.step("elig: zeros included, the last score before the drop counts", async () => {
      const text = await textOf(sources.elig);
      const rows = text.trim().split("\n").slice(1).map((line) => line.split(","));
      assertEquals(rows.length, 12_000);
      assert(rows.some(([, , score]) => score === "0"));
      assertEquals(
        rows.filter(([user]) => user === '"u7"').map(([, , score]) => score),
        Array(12).fill("0.5"),
      );
    });

    await t.step("each user has one group, the first of the drop's", async () => {
      const rows = (await textOf(sources.userGroups)).trim().split("\n").slice(1);
      assertEquals(rows.length, 1000);
      const groups = new Map(
        rows.map((row) => row.split(",").map((cell) => cell.slice(1, -1)) as [string, string]),
      );
      assertEquals(groups.get("u6"), "g7");
      // g8 is not active, so u7's second group counts.
      assertEquals(groups.get("u7"), "g1");
    });

    await t.step("the same drop by either way", async () => {
      const files: Record<string, string> = {};
      for (const [name, url] of Object.entries(sources)) {
        files[name] = `${folder}/${name}.csv`;
        await extractTable(url, files[name], "csv");
      }
      const direct = await readDrop(sources),
        indirect = await readDrop(files as unknown as typeof sources);
      assert(direct.instance.score.length > 5_000);
      assertEquals(direct.instance.score, indirect.instance.score);
      assertEquals(direct.instance.contract, indirect.instance.contract);
      assertEquals(direct.instance.cap, indirect.instance.cap);
      assertEquals(direct.instance.ratio, indirect.instance.ratio);
      assertEquals(direct.input, indirect.input);
    });

    await t.step("columns that limits count are asked for again", async () => {
      const limits = [{ limit: "score", counts: "score", per: "group_id", atMost: 100 }];
      const { instance } = await readDrop({ ...sources, limits });
      assertEquals(instance.limits!.attributes.eligNumbers.get("score"), instance.score);
      assertEquals(instance.limits!.rows.family.length, instance.groups.length);
    });

    await t.step("as Parquet files it is the same drop too", async () => {
      const files: Record<string, string> = {};
      for (const [name, url] of Object.entries(sources)) {
        files[name] = `${folder}/${name}.parquet`;
        await extractTable(url, files[name], "parquet");
      }
      const direct = await readDrop(sources);
      const packed = await readDrop(files as unknown as typeof sources);
      assertEquals(packed.instance.score, direct.instance.score);
      assertEquals(packed.instance.cap, direct.instance.cap);
      assertEquals(packed.instance.users.toArray(), direct.instance.users.toArray());
      assertEquals(packed.input, direct.input);
    });

    await t.step("allocate and extract by the command line, passwords nowhere", async () => {
      const params = Object.entries(DROP).flatMap((
        [name, value],
      ) => ["--param", `${name}=${value}`]);
      const inputs = [
        ...["--caps", postgresUrl(pg, sqlQuery("caps.sql"))],
        ...["--elig", chUrl(sqlQuery("elig.sql"))],
        ...["--user-groups", chUrl(sqlQuery("user_groups.sql"))],
        ...["--group-ratios", postgresUrl(pg, sqlQuery("group_ratios.sql"))],
      ];
      const out = ["--out", `${folder}/a.csv`, "--summary", `${folder}/s.json`];
      const result = await run(
        folder,
        "allocate",
        "--solver",
        "greedy",
        ...inputs,
        ...params,
        ...out,
      );
      assertEquals(result.code, 0, result.stderr);
      const summary = await Deno.readTextFile(`${folder}/s.json`);
      const secrets = [
        PASSWORD,
        encodeURIComponent(PASSWORD),
        JSON.stringify(PASSWORD).slice(1, -1),
      ];
      for (const text of [summary, result.stderr, result.stdout]) {
        assert(!secrets.some((secret) => text.includes(secret)));
      }
      assertEquals(JSON.parse(summary).input.elig.rows, 12_000);

      const packed = await run(
        folder,
        "extract",
        ...inputs,
        ...params,
        "--dir",
        `${folder}/x`,
        "--format",
        "csv.gz",
      );
      assertEquals(packed.code, 0, packed.stderr);
      const plain = (await Deno.open(`${folder}/x/elig.csv.gz`)).readable.pipeThrough(
        new DecompressionStream("gzip"),
      );
      assertEquals(await new Response(plain).text(), await textOf(sources.elig));
    });

    await t.step("ClickHouse's faults are one line", async () => {
      await onClickHouse(
        ch,
        `
      CREATE TABLE holes (user_id String, contract_address String, score Nullable(Float64)) ENGINE = Memory;
      INSERT INTO holes VALUES ('a', 'b', 1), ('c', 'd', NULL)`,
      );
      await assertRejects(
        () => textOf(chUrl("?table=holes")),
        InputError,
        "row 2: score is NULL, expected a value",
      );
      await assertRejects(() => textOf(chUrl("?table=nope")), InputError, "nope doesn't exist");
      await assertRejects(
        () => textOf(chUrl("?table=holes").replace(/divvy:[^@]*@/, "divvy:wr0ng@")),
        InputError,
        "the server refuses user divvy with the password given",
      );
    });

    await t.step("queries can only read, whoever asks", async () => {
      const file = `${folder}/reads.sql`;
      const answer = async (sql: string, user = "divvy") => {
        await Deno.writeTextFile(file, sql);
        const url = chUrl(`?query=${file}&param_n=7`);
        return await textOf(user === "divvy" ? url : url.replace(/divvy:[^@]*@/, `${user}@`));
      };
      const asked = "SELECT value AS v FROM system.settings WHERE name = 'readonly'";
      assertEquals(await answer(asked), '"v"\n"2"\n');
      assertEquals(await answer("SELECT {n:UInt8} AS n"), '"n"\n7\n');
      assertEquals(await answer(asked, "reader"), '"v"\n"1"\n');
      for (const sql of ["DROP TABLE holes", "SET readonly = 0", "INSERT INTO holes VALUES (1)"]) {
        const word = sql.split(" ")[0];
        await assertRejects(() => answer(sql), InputError, `has the statement ${word} …`);
      }
      await assertRejects(() => answer("SELECT 1; SELECT 2"), InputError, "several statements");
      await assertRejects(() => answer(" -- none\n"), InputError, "has no statement");
      assert((await answer("SHOW TABLES")).includes("holes"));
      await assertRejects(
        () => answer("SELECT 1 AS a, (2, 'x') AS b, 3 AS c"),
        InputError,
        "row 1 has 4 cells for 3 columns (a, b, c): is one of them a Tuple?",
      );
      assert((await answer("DESCRIBE TABLE holes")).trim().split("\n").length > 2);
    });

    await t.step("aborting stops the query on the server", async () => {
      const file = `${folder}/long.sql`;
      await Deno.writeTextFile(file, "SELECT number AS x FROM numbers(100000000000)");
      const controller = new AbortController();
      const stopped = extractTable(chUrl(`?query=${file}`), `${folder}/long.csv`, "csv", {
        signal: controller.signal,
        onProgress: () => controller.abort(),
      });
      await assertRejects(() => stopped, DOMException);
      for (let tries = 0;; tries++) {
        const running = await onClickHouse(ch, "SELECT count() FROM system.processes");
        if (running.trim() === "1") break;
        assert(tries < 100, "the query goes on");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });

    await Deno.remove(folder, { recursive: true });
  },
);
