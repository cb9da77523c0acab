/** Two runs for one out-table: the second is refused while the first lives, and each leaves the other's tables alone. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
} from "../../../lib/deps/std_assert.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { RunLock } from "../../../lib/engine/clickhouse/run_lock.ts";
import { clickhouseAt, onClickHouse } from "../../support/database.ts";
import { putDrop } from "../../support/engine_drop.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { serverTest, startClickHouse } from "../../support/servers.ts";
import { tried } from "../../support/effort.ts";

serverTest(["clickhouse"], "two runs for one out-table: one at a time", async (t) => {
  await using two = await startClickHouse(2);
  const [{ port }] = two.servers;
  const instance = randomInstance({
    seed: 51,
    users: 100,
    contracts: 10,
    groups: 4,
    ratios: [0.2],
    capShare: 0.4,
  });
  const drop = await putDrop(two.servers, "drop", instance);
  const input = { ...drop, outTable: "out", policy: defaultPolicy };

  await t.step("the second is refused, the first is as if alone", async () => {
    const alone = await allocateInClickHouse(input);
    let second: Promise<unknown> | null = null;
    const first = await allocateInClickHouse(input, {
      onProgress: ({ phase }) => {
        if (phase === "gather users") {
          second ??= assertRejects(
            () => allocateInClickHouse(input),
            InputError,
            "writes out on 127.0.0.1",
          );
        }
      },
    });
    await second;
    assert(second !== null);
    assertAlmostEquals(first.objective, alone.objective, 1e-9);
    // Another out-table is another matter.
    const runs = [input, { ...input, outTable: "out2" }].map((i) => allocateInClickHouse(i));
    for (const { objective } of await Promise.all(runs)) {
      assertAlmostEquals(objective, alone.objective, 1e-9);
    }
  });

  await t.step("begun at once, one of them gets it", async () => {
    const runs = await Promise.allSettled([1, 2, 3].map(() => allocateInClickHouse(input)));
    const faults = runs.filter((run) => run.status === "rejected");
    assert(faults.length < 3);
    for (const { reason } of faults) assert(/another run/.test(reason.message), reason.message);
  });

  await t.step("a run that was not heard of for long is dead", async () => {
    const lock = (ago: number) =>
      onClickHouse(
        port,
        `CREATE TABLE out__divvy_lock ENGINE = TinyLog AS SELECT 'dead' AS token, now() - ${ago} AS seen`,
      );
    await lock(100);
    await assertRejects(
      () => allocateInClickHouse(input),
      InputError,
      "another run (dead, last heard of 10",
    );
    await onClickHouse(port, "DROP TABLE out__divvy_lock");
    await lock(1000);
    await onClickHouse(port, "CREATE TABLE out__divvy_dead_users (x UInt8) ENGINE = Memory");
    await allocateInClickHouse(input);
  });

  await t.step(
    "locks made, read and dropped at the same moment: one at a time has it",
    async () => {
      const servers = two.servers.map(({ port }) => clickhouseAt(port));
      const cluster = { coordinator: servers[0], shards: servers.map((server) => ({ server })) };
      const rounds = tried(30, 100);
      let had = 0, having = 0;
      for (let round = 0; round < rounds; round++) {
        const runs = [1, 2, 3].map(async (n) => {
          const lock = await RunLock.take(cluster, "out", `${round}_${n}`, {});
          assertEquals([++having, had++], [1, had - 1]);
          await lock.check({});
          having--;
          await lock.release();
        });
        for (const run of await Promise.allSettled(runs)) {
          if (run.status === "rejected") assert(/another run/.test(run.reason.message), run.reason);
        }
      }
      assert(had >= rounds);
    },
  );

  for (const { port } of two.servers) {
    const left = "SELECT count() FROM system.tables WHERE name LIKE '%divvy%'";
    assertEquals((await onClickHouse(port, left)).trim(), "0");
  }
});
