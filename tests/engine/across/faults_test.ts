import { fileURLToPath } from "node:url";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { runStatement } from "../../../lib/deps/clickhouse.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { divvy } from "../../support/cli.ts";
import { clickhouseAt, onClickHouse } from "../../support/database.ts";
import { putDrop } from "../../support/engine_drop.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { freePort, PASSWORD, serverTest, startClickHouse } from "../../support/servers.ts";

const policy = { ...defaultPolicy, model: "coverage" as const };
const instance = randomInstance({
  seed: 3,
  users: 200,
  contracts: 12,
  groups: 5,
  ratios: [0.2],
  capShare: 0.5,
});

serverTest(
  ["clickhouse"],
  "a server that stops leaves the old result, and the run goes on from its prices",
  async (t) => {
    await using two = await startClickHouse(2);
    const [first, second] = two.servers;
    const drop = await putDrop(two.servers, "drop", instance);
    const folder = await Deno.makeTempDir();
    const state = `${folder}/state.json`;
    const whole = await allocateInClickHouse({ ...drop, outTable: "result", policy });
    const rows = () =>
      onClickHouse(
        first.port,
        "SELECT count(), sum(cityHash64(user_id, contract_address)) FROM result",
      );

    for (const phase of ["gather users", "prices of all users", "publish"]) {
      await t.step(`stopped in: ${phase}`, async () => {
        const before = await rows();
        // The second shard, or at the end the server with the out-table.
        const server = phase === "publish" ? first : second;
        let killed: Promise<void> | null = null;
        const onProgress = (progress: { phase: string }) => {
          if (progress.phase === phase) killed ??= server.kill();
        };
        const started = { ...drop, outTable: "result", policy: { ...policy, covW: [0, 0, 0] } };
        const { message } = await assertRejects(
          () => allocateInClickHouse(started, { sampleUsers: 100, stateFile: state, onProgress }),
          Error,
        );
        assert(
          /connection|connect|refused|lost/i.test(message) && !message.includes("\n"),
          message,
        );
        assert(killed !== null, `${phase} was never reported`);
        await killed;
        await server.restart();
        assertEquals(await rows(), before, "readers see the old result");

        const kept = JSON.parse(await Deno.readTextFile(state));
        if (phase === "publish") assertEquals(kept.refined, true);
        const phases: string[] = [];
        const resumed = await allocateInClickHouse(started, {
          sampleUsers: 100,
          stateFile: state,
          onProgress: ({ phase }) => phases.push(phase),
        });
        assertEquals(resumed.broken, []);
        assertEquals(phases.includes("gather users"), phase === "gather users");
        if (kept.bound !== null) assert(resumed.bound <= kept.bound * (1 + 1e-12));
        for (const { port } of two.servers) {
          const left = await onClickHouse(
            port,
            "SELECT count() FROM system.tables WHERE name LIKE '%divvy%'",
          );
          assertEquals(left.trim(), "0");
        }
        await assertRejects(() => Deno.stat(state), Deno.errors.NotFound);
      });
    }

    await t.step("tables that a killed run left are cleared by the next", async () => {
      await onClickHouse(
        second.port,
        "CREATE TABLE result__divvy_dead_users (x UInt8) ENGINE = Memory",
      );
      await allocateInClickHouse({ ...drop, outTable: "result", policy });
      const left = await onClickHouse(
        second.port,
        "SELECT count() FROM system.tables WHERE name LIKE '%divvy%'",
      );
      assertEquals(left.trim(), "0");
    });

    await t.step(
      "stopped between the halves of a swap: the old result gets its name back",
      async () => {
        const before = await rows();
        await onClickHouse(first.port, "RENAME TABLE result TO result__divvy_dead_before");
        const controller = new AbortController();
        await assertRejects(() =>
          allocateInClickHouse({ ...drop, outTable: "result", policy }, {
            signal: controller.signal,
            onProgress: ({ phase }) => phase === "gather users" && controller.abort(),
          })
        );
        assertEquals(await rows(), before);
      },
    );

    await t.step("out of time there is a result that keeps every rule", async () => {
      const hurried = await allocateInClickHouse({ ...drop, outTable: "hurried", policy }, {
        sampleUsers: 100,
        timeout: 1e-3,
      });
      assertEquals([hurried.broken, hurried.passes], [[], 1]);
      assert(hurried.objective > 0.9 * hurried.bound);
    });

    await t.step("a state of another run, or no state at all, is refused", async () => {
      const other = { ...drop, outTable: "result", policy: { ...policy, k: 2 } };
      await Deno.writeTextFile(state, "[]");
      await assertRejects(
        () => allocateInClickHouse(other, { stateFile: state }),
        InputError,
        "no state of an engine run",
      );
      const controller = new AbortController();
      await Deno.remove(state);
      await assertRejects(() =>
        allocateInClickHouse({ ...drop, outTable: "result", policy }, {
          stateFile: state,
          signal: controller.signal,
          onProgress: ({ phase }) => phase === "prices of all users" && controller.abort(),
        })
      );
      await assertRejects(
        () => allocateInClickHouse(other, { stateFile: state }),
        InputError,
        "the state of another run",
      );
    });
    assertEquals(whole.broken, []);
    await Deno.remove(folder, { recursive: true });
  },
);

serverTest(
  ["clickhouse"],
  "the command line's engine: summary, certificate, dry run, faults in one line",
  async () => {
    await using one = await startClickHouse(1);
    const [{ port }] = one.servers;
    await putDrop(one.servers, "drop", instance);
    const folder = await Deno.makeTempDir();
    const caps = instance.contracts.map((id, c) =>
      `${id},${instance.cap[c]},${c < instance.sponsoredContracts}\n`
    );
    await Deno.writeTextFile(
      `${folder}/caps.csv`,
      `contract_address,cap_face,is_sponsored\n${caps.join("")}`,
    );
    const ratios = instance.groups.map((id, g) => `${id},${instance.ratio[g]}\n`);
    await Deno.writeTextFile(
      `${folder}/ratios.csv`,
      `group_id,sponsorship_ratio\n${ratios.join("")}`,
    );
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const permissions = [
      "--no-prompt",
      "--deny-env",
      "--deny-run",
      "--deny-ffi",
      "--deny-sys",
      "--allow-net=127.0.0.1",
    ];
    permissions.push(`--allow-read=${folder},${root}`, `--allow-write=${folder}`);
    const engine = (url: string, ...args: string[]) =>
      divvy([
        ...["allocate", "--engine", "clickhouse", "--url", url, "--out-table", "assigned"],
        ...[
          "--user-groups-table",
          "drop_groups",
          "--caps",
          "caps.csv",
          "--group-ratios",
          "ratios.csv",
        ],
        ...args,
      ], { cwd: folder, permissions });
    const url = `clickhouse://divvy:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/default`;

    const dry = await engine(url, "--elig-table", "drop_elig", "--dry-run");
    assertEquals(dry.code, 0, dry.stderr);
    assert(
      ["INSERT INTO", "RENAME TABLE", "GROUP BY key"].every((part) => dry.stdout.includes(part)),
    );
    assertEquals((await onClickHouse(port, "EXISTS TABLE assigned")).trim(), "0");

    // What it prints is SQL: all but what needs the tables that travel along, and the swap, runs as it stands.
    const rules = ["--enforce-assignment-ratio", "--mix-tail", "--max-mixed-share", "0.1"];
    const ruled = await engine(
      url,
      "--elig-table",
      "drop_elig",
      "--dry-run",
      "--top-n",
      "5",
      ...rules,
    );
    const statements = ruled.stdout.replace(/^--.*$/gm, "").split(/;\n/).map((sql) => sql.trim())
      .filter((sql) => !/^$|_contract|^RENAME|^EXCHANGE|_before|^DROP TABLE .*_staging/.test(sql));
    assert(statements.length > 20);
    for (const sql of statements) await onClickHouse(port, sql);
    const lists = "SELECT max(length(sc) + length(uc)) FROM assigned__divvy_run_users";
    assertEquals((await onClickHouse(port, lists)).trim(), "5");

    const outputs = ["--summary", "summary.json", "--certificate", "certificate.json"];
    const run = await engine(url, "--elig-table", "drop_elig", ...outputs);
    assertEquals(run.code, 0, run.stderr);
    assert(run.stderr.includes("certified: every rule kept"), run.stderr);
    const summary = await Deno.readTextFile(`${folder}/summary.json`);
    const facts = JSON.parse(summary);
    assertEquals(
      String(facts.assignments),
      (await onClickHouse(port, "SELECT count() FROM assigned")).trim(),
    );
    assert(facts.gap >= -1e-9 && facts.gap < 1e-2 && facts.passes > 0);
    const certificate = await Deno.readTextFile(`${folder}/certificate.json`);
    const secrets = [
      PASSWORD,
      encodeURIComponent(PASSWORD),
      JSON.stringify(PASSWORD).slice(1, -1),
      "wr0ng",
    ];
    const shown = [run.stdout, run.stderr, summary, certificate, dry.stdout];

    const faults: [string[], string][] = [
      [
        [url.replace(encodeURIComponent(PASSWORD), "wr0ng"), "--elig-table", "drop_elig"],
        "the server refuses user divvy with the password given",
      ],
      [[url, "--elig-table", "missing"], "there is no table missing"],
      [
        [url.replace(String(port), String(freePort())), "--elig-table", "drop_elig"],
        "connection refused: is the server running?",
      ],
      [[url], "--engine clickhouse needs --elig-table"],
      [
        [url, "--elig-table", "drop_elig", "--out", "x.csv"],
        "--engine clickhouse does not use --out",
      ],
      [[url, "--elig-table", "drop_elig", "--max-per-brand", "1"], "needs the column brand_id"],
      [
        [url, "--elig-table", "drop_elig", "--solver", "greedy"],
        "--solver greedy runs on one machine",
      ],
    ];
    for (const [[address, ...args], expected] of faults) {
      const fault = await engine(address, ...args);
      assertEquals(fault.code, 1, fault.stderr);
      assert(fault.stderr.includes(expected), `${fault.stderr} lacks ${expected}`);
      assertEquals(
        fault.stderr.trim().split("\n").at(-1)!.startsWith("divvy: "),
        true,
        fault.stderr,
      );
      shown.push(fault.stderr);
    }
    for (const text of shown) assert(!secrets.some((secret) => text.includes(secret)), text);
    await Deno.remove(folder, { recursive: true });
  },
);

serverTest(["clickhouse"], "a statement that is aborted ends on the server", async () => {
  await using one = await startClickHouse(1);
  const [{ port }] = one.servers;
  const running = async () =>
    (await onClickHouse(
      port,
      "SELECT count() FROM system.processes WHERE query LIKE '%cityHash64(number) = 7%' AND query NOT LIKE '%processes%'",
    )).trim();
  await onClickHouse(port, "CREATE TABLE found (n UInt64) ENGINE = Memory");
  const controller = new AbortController();
  const endless =
    "INSERT INTO found SELECT number FROM system.numbers WHERE cityHash64(number) = 7";
  const ended = assertRejects(() =>
    runStatement(clickhouseAt(port), endless, { signal: controller.signal })
  );
  while (await running() === "0") await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort();
  await ended;
  // It would go on for ever: this ends only because the server stopped it.
  while (await running() !== "0") await new Promise((resolve) => setTimeout(resolve, 20));
});
