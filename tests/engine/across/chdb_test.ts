import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { openSource } from "../../../lib/sources/open_source.ts";
import { chdbTest, startChdb } from "../../support/chdb.ts";
import { onClickHouse, sqlFile, sqlQuery } from "../../support/database.ts";
import { bestPairs, putDrop, putNullable } from "../../support/engine_drop.ts";
import { judge } from "../../support/engine_judge.ts";
import { randomInstance } from "../../support/random_instance.ts";

chdbTest("the engine's statements run on the current ClickHouse too", async (t) => {
  await using chdb = await startChdb();
  const instance = randomInstance({
    seed: 21,
    users: 200,
    contracts: 12,
    groups: 6,
    ratios: [0, 0.3, 0.6],
    capShare: 0.3,
    brands: 5,
  });
  let drop = await putDrop(
    [{ ...chdb, tcpPort: 0, kill: never, restart: never }],
    "drop",
    instance,
  );
  const mixed = { mixTail: true, thirdSlotOnlyMixing: false, sponsoredFirstRounds: 1 };
  const changes: Partial<Policy>[] = [
    { model: "coverage" },
    { model: "uniform" },
    mixed,
    { ...mixed, maxMixedShare: 0.2, enforceAssignmentRatio: true, maxPerBrand: 1 },
  ];
  for (const change of changes) {
    if (change === changes[2]) drop = await putNullable(chdb.port, drop);
    await t.step(JSON.stringify(change), async () => {
      const policy = { ...defaultPolicy, ...change };
      const result = await allocateInClickHouse({ ...drop, outTable: "out", policy }, {
        ...{ sampleUsers: 120, togetherUsers: 120, topN: 8, passes: 8 },
      });
      assertEquals(result.broken, []);
      // The first run makes the table, the others replace it.
      const by = change === changes[0] ? "RENAME TABLE" : "EXCHANGE TABLES";
      assertEquals(result.published, by);
      assertEquals(
        Number(await onClickHouse(chdb.port, "SELECT count() FROM out")),
        result.assignments,
      );
      assert(result.gathered.beyondTopN > 0);
      await judge(bestPairs(instance, 8, -Infinity), policy, chdb.port, "out", result);
      assert(result.gap < 5e-2, String(result.gap));
    });
  }
});

chdbTest(
  "the templates of sql/ run on the current ClickHouse too, its parameters bound by it",
  async () => {
    await using chdb = await startChdb();
    for (const file of ["clickhouse_schema.sql", "clickhouse_seed.sql"]) {
      await onClickHouse(chdb.port, await Deno.readTextFile(sqlFile(file)));
    }
    const rows = async (file: string, param: string) => {
      const address = `clickhouse://127.0.0.1:${chdb.port}/default${sqlQuery(file)}`;
      const { bytes } = await openSource(`${address}&param_drop_id=2122&${param}`);
      return (await new Response(bytes).text()).trim().split("\n").length - 1;
    };
    assertEquals(await rows("elig.sql", "param_win_start=2025-08-21T15:00:00Z"), 12_000);
    assertEquals(await rows("user_groups.sql", "param_groups=g1,g2,g3,g4,g5,g6,g7"), 1000);
  },
);

function never(): Promise<void> {
  return Promise.reject(new Error("chdb lives and dies with its test"));
}
