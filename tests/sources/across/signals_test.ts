/** Ctrl-C and kill stop what runs on a server, at once, and leave no file. */
import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { denoArgs, TempFolder } from "../../support/cli.ts";
import { clickhouseAt, postgresClient, postgresUrl } from "../../support/database.ts";
import type { PostgresLogin } from "../../../lib/sources/credentials.ts";
import { cancelStatement } from "../../../lib/sources/postgres_connection.ts";
import { runStatement } from "../../../lib/deps/clickhouse.ts";
import { serverTest, startClickHouse, startPostgres } from "../../support/servers.ts";

/** Runs the command, sends it a signal as soon as `running` says so; gives exit code and stderr. */
async function stopped(
  folder: TempFolder,
  args: string[],
  signal: Deno.Signal,
  running: () => Promise<boolean>,
): Promise<{ code: number; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: denoArgs(args, { cwd: folder.path, permissions: ["--allow-all"] }),
    ...{ cwd: folder.path, env: { NO_COLOR: "1" }, stdout: "null", stderr: "piped" } as const,
  }).spawn();
  const done = child.output();
  while (!await running()) await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill(signal);
  const { code, stderr } = await done;
  return { code, stderr: new TextDecoder().decode(stderr) };
}

/** The commands that read `url`: one that has Ctrl-C in hand, one that has not, one that has before it solves. */
function commands(folder: TempFolder, url: string): string[][] {
  folder.write("caps.csv", "contract_address,cap_face,is_sponsored\nc,1,true\n");
  folder.write("ratios.csv", "group_id,sponsorship_ratio\ng,0\n");
  folder.write("groups.csv", "user_id,group_id\nu,g\n");
  const tables = [
    "--caps",
    "caps.csv",
    "--group-ratios",
    "ratios.csv",
    "--user-groups",
    "groups.csv",
  ];
  return [
    ["extract", "--elig", url, "--dir", "out"],
    ["report", ...tables, "--elig", url],
    ["allocate", ...tables, "--elig", url, "--out", "assigned.csv"],
  ];
}

const SIGNALS: [Deno.Signal, number][] = [["SIGINT", 130], ["SIGTERM", 143]];

async function eachStops(
  url: (folder: TempFolder) => string,
  running: () => Promise<boolean>,
) {
  for (const [signal, code] of SIGNALS) {
    await using folder = new TempFolder();
    for (const args of commands(folder, url(folder))) {
      const found = await stopped(folder, args, signal, running);
      assertEquals(found.code, code, `${args[0]} ${signal}: ${found.stderr}`);
      assert(!found.stderr.includes("should not have happened"), found.stderr);
      for (let tries = 0; await running(); tries++) {
        assert(tries < 40, `${args[0]} ${signal}: the statement goes on`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const names = folder.names().filter((name) => !/\.(csv|sql)$/.test(name));
      assertEquals(names.filter((name) => name !== "out"), []);
      if (names.includes("out")) assertEquals([...Deno.readDirSync(`${folder.path}/out`)], []);
      assert(!folder.names().includes("assigned.csv"));
    }
  }
}

Deno.test("a statement is stopped before the server has said what it is known by: nothing is sent", async () => {
  const login = { tls: { mode: "disable" } } as unknown as PostgresLogin;
  for (const nothing of [null, undefined]) {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    await cancelStatement(login, () => {
      if (++asked === 2) resolve();
      return nothing;
    }, over);
    assertEquals(asked, 2);
  }
});

serverTest(["postgres"], "signals stop a statement on PostgreSQL", async () => {
  await using group = await startPostgres();
  const [{ port }] = group.servers;
  const client = await postgresClient(port);
  const url = (folder: TempFolder) => {
    folder.write(
      "slow.sql",
      "SELECT 'u' AS user_id, 'c' AS contract_address, 1 AS score, pg_sleep(600)",
    );
    return postgresUrl(port, "?query=slow.sql");
  };
  await eachStops(url, async () => {
    const rows =
      await client`SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()`;
    return rows.length > 0;
  });
  await client.end();
});

serverTest(["clickhouse"], "signals stop a statement on ClickHouse", async () => {
  await using one = await startClickHouse(1);
  const [{ port }] = one.servers, server = clickhouseAt(port);
  const url = (folder: TempFolder) => {
    folder.write(
      "slow.sql",
      "SELECT 'u' AS user_id, 'c' AS contract_address, count() AS score FROM system.numbers WHERE cityHash64(number) = 7",
    );
    return `clickhouse://127.0.0.1:${port}/default?query=slow.sql`;
  };
  await eachStops(url, async () => {
    const sql =
      "SELECT count() FROM system.processes WHERE query LIKE '%system.numbers%' AND query NOT LIKE '%system.processes%'";
    return (await runStatement(server, sql)).trim() !== "0";
  });
});

Deno.test("the first signal ends a statement of SQLite, which runs in the program itself", async () => {
  const slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) " +
    "SELECT 'u' AS user_id, 'c' AS contract_address, count(*) AS score FROM n";
  for (const [signal, code] of SIGNALS) {
    await using folder = new TempFolder();
    folder.write("slow.sql", slow);
    new DatabaseSync(`${folder.path}/x.sqlite`).close();
    for (const args of commands(folder, "sqlite://x.sqlite?query=slow.sql")) {
      // Nothing tells from outside that it runs: by then it does, and it would for ever.
      const begun = performance.now();
      const running = () => Promise.resolve(performance.now() - begun > 1500);
      const found = await stopped(folder, args, signal, running);
      assertEquals(found.code, code, `${args[0]} ${signal}: ${found.stderr}`);
      assert(!found.stderr.includes("should not have happened"), found.stderr);
      assertEquals(folder.names().filter((name) => !/\.(csv|sql|sqlite)$|^out$/.test(name)), []);
      assert(!folder.names().includes("assigned.csv"));
    }
  }
});
