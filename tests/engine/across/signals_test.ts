/** Ctrl-C and kill end a run of the engine at once: nothing goes on on the server, none of its tables is left. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { denoArgs, TempFolder } from "../../support/cli.ts";
import { onClickHouse } from "../../support/database.ts";
import { serverTest, startClickHouse } from "../../support/servers.ts";

serverTest(["clickhouse"], "signals end the engine and leave nothing", async () => {
  await using one = await startClickHouse(1);
  const [{ port }] = one.servers;
  await onClickHouse(
    port,
    `CREATE TABLE elig (user_id String, contract_address String, score Float64) ENGINE = MergeTree PARTITION BY tuple() ORDER BY user_id;
CREATE TABLE user_groups (user_id String, group_id String) ENGINE = Memory;
INSERT INTO elig SELECT concat('u', toString(intDiv(number, 30))), concat('c', toString(number % 30)), (cityHash64(number) % 1000) / 1000 FROM numbers(3000000);
INSERT INTO user_groups SELECT concat('u', toString(number)), 'g' FROM numbers(100000)`,
  );
  await using folder = new TempFolder();
  const caps = Array.from({ length: 30 }, (_, c) => `c${c},2000,${c < 15}\n`).join("");
  folder.write("caps.csv", `contract_address,cap_face,is_sponsored\n${caps}`);
  folder.write("ratios.csv", "group_id,sponsorship_ratio\ng,0.3\n");
  const count = async (sql: string) => Number(await onClickHouse(port, sql));
  const tables = () =>
    count("SELECT count() FROM system.tables WHERE name LIKE 'out\\\\_\\\\_divvy%users'");
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    const args = [
      ...["allocate", "--engine", "clickhouse", "--url", `clickhouse://127.0.0.1:${port}/default`],
      ...["--elig-table", "elig", "--user-groups-table", "user_groups", "--out-table", "out"],
      ...["--caps", "caps.csv", "--group-ratios", "ratios.csv"],
    ];
    const child = new Deno.Command(Deno.execPath(), {
      args: denoArgs(args, { cwd: folder.path, permissions: ["--allow-all"] }),
      ...{ cwd: folder.path, env: { NO_COLOR: "1" }, stdout: "null", stderr: "piped" } as const,
    }).spawn();
    const done = child.output();
    while (await tables() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    const output = await done, stderr = new TextDecoder().decode(output.stderr);
    assertEquals(output.code, code, stderr);
    assert(stderr.includes("divvy: stopped; out is as it was or whole"), stderr);
    const left = "SELECT count() FROM system.tables WHERE name LIKE 'out%'";
    assertEquals(await count(left), 0);
    const running =
      "SELECT count() FROM system.processes WHERE query NOT LIKE '%system.processes%'";
    for (let tries = 0; await count(running) > 0; tries++) {
      assert(tries < 40, "a statement goes on");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
