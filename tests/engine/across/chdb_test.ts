import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { openSource } from "../../../lib/sources/open_source.ts";
import { chdbTest, startChdb } from "../../support/chdb.ts";
import { onClickHouse, sqlFile, sqlQuery } from "../../support/database.ts";
import { bestPairs, putDrop, putNullable } from "../../support/engine_drop.ts";
import { judge } from "../../support/engine_judge.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { ALL_TESTS } from "../../support/effort.ts";

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
    ...ALL_TESTS ? [{ model: "uniform" as const }, mixed] : [],
    { ...mixed, maxMixedShare: 0.2, enforceAssignmentRatio: true, maxPerBrand: 1 },
  ];
  for (const change of changes) {
    if (change === changes.find(({ mixTail }) => mixTail)) {
      drop = await putNullable(chdb.port, drop);
    }
    await t.step(JSON.stringify(change), async () => {
      const policy = { ...defaultPolicy, ...change };
      const result = await allocateInClickHouse({ ...drop, outTable: "out", policy }, {
        sampleUsers: 120,
        togetherUsers: 120,
        topN: 8,
        passes: 8,
        gap: 1e-3,
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
  "alternates, a scenario and random offers come from the current ClickHouse too",
  async () => {
    await using chdb = await startChdb();
    const instance = randomInstance({
      seed: 22,
      users: 200,
      contracts: 12,
      groups: 4,
      ratios: [0, 0.2],
      capShare: 0.8,
      brands: 5,
    });
    const servers = [{ ...chdb, tcpPort: 0, kill: never, restart: never }];
    const drop = await putDrop(servers, "drop", instance);
    const rows = async (sql: string) =>
      (await onClickHouse(chdb.port, sql)).trim().split("\n").map((line) => line.split("\t"));
    const { contracts, groups, users } = instance;
    const changes = {
      capScale: { all: 0.9 },
      k: 3,
      bans: [{ contract: contracts[3], group: groups[1] }, { user: users.at(9) }],
    };
    const policy = { ...defaultPolicy, maxPerBrand: 1, k: 2 };
    const allocate = (pins: { user: string; contract: string }[]) =>
      allocateInClickHouse({
        ...drop,
        outTable: "other",
        policy,
        holdout: { share: 0.2, seed: 1, solver: "random" },
        alternates: { perUser: 2, out: "next_best" },
      }, {
        sampleUsers: 200,
        topN: 8,
        passes: 4,
        scenario: { name: "other", ...changes, pins },
      });
    await allocate([]);
    const [[user, contract]] = await rows(
      "SELECT user_id, contract_address FROM other WHERE holdout = 0 ORDER BY score LIMIT 1",
    );
    const result = await allocate([{ user, contract }]);
    assertEquals(result.broken, []);
    const { randomOffers } = result.heldOut!, { alternates } = result.alternates!;
    assert(randomOffers! > 10 && alternates > 50, `${randomOffers}, ${alternates}`);
    assertEquals(await rows("SELECT sum(holdout), sum(1 - holdout) FROM other"), [
      [`${randomOffers}`, `${result.assignments}`],
    ]);
    assertEquals(await rows("SELECT count() FROM next_best"), [[`${alternates}`]]);
    const given = await rows(
      `SELECT count() FROM other WHERE user_id = '${user}' AND contract_address = '${contract}'`,
    );
    assertEquals(given, [["1"]]);
    const banned = await rows(
      `SELECT count() FROM other WHERE user_id = '${users.at(9)}' OR (contract_address = '${
        contracts[3]
      }' AND group_id = '${groups[1]}')`,
    );
    assertEquals(banned, [["0"]]);
  },
);

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
