import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
} from "../../../lib/deps/std_assert.ts";
import { sampleOf } from "../../../lib/engine/run/allocate_in_engine.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { putDrop, putNullable } from "../../support/engine_drop.ts";
import { compareWithLocal, judge } from "../../support/engine_judge.ts";
import { clickhouseAt, onClickHouse } from "../../support/database.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { serverTest, startClickHouse } from "../../support/servers.ts";
import { solveHere } from "../../support/local_solution.ts";
import { ALL_TESTS, tried } from "../../support/effort.ts";

const policies: [string, Partial<Policy>][] = [
  ["coverage", { model: "coverage" }],
  ["uniform", { model: "uniform" }],
  ["uniform, k = 1", { model: "uniform", k: 1 }],
  ["uniform, k = 5, cov-mode shortfall", { model: "uniform", k: 5, covMode: "shortfall" }],
  ["uniform, at most a third sponsored", { model: "uniform", maxSponsoredRatio: 0.35 }],
  ["uniform, mixed tail", { model: "uniform", mixTail: true }],
];

serverTest(
  ["clickhouse"],
  "the engine's allocations keep every rule and come near the local solver's",
  async (t) => {
    await using one = await startClickHouse(1);
    await using two = await startClickHouse(2);
    for (const [n, [name, change]] of policies.entries()) {
      const clusters = [[two, "two shards"], [one, "one server"]] as const;
      for (const [cluster, where] of clusters.slice(0, n < tried(1, 2) ? 2 : 1)) {
        await t.step(`${name}, ${where}`, async () => {
          const ratios = change.maxSponsoredRatio === undefined
            ? [0, 0.2, 0.5, 0.8]
            : [0, 0.1, 0.2];
          const instance = randomInstance({
            seed: 17 + n,
            users: 200,
            contracts: 14,
            groups: 9,
            ratios,
            capShare: 0.5,
          });
          const policy = { ...defaultPolicy, ...change };
          const drop = await putDrop(cluster.servers, `drop${n}`, instance);
          const out = `out${n}`;
          const result = await allocateInClickHouse({ ...drop, outTable: out, policy });
          assertEquals(result.broken, []);
          await judge(instance, policy, cluster.servers[0].port, out, result);
          await compareWithLocal(instance, policy, result);
          assert(result.gap < 2e-3, `gap ${result.gap}`);
        });
      }
    }
  },
);

serverTest(
  ["clickhouse"],
  "a sample smaller than the drop: passes correct its prices",
  async () => {
    await using two = await startClickHouse(2);
    const [{ port }] = two.servers;
    const instance = randomInstance({
      seed: 5,
      users: 3000,
      contracts: 20,
      groups: 6,
      ratios: [0.2, 0.5],
      capShare: 0.5,
    });
    const drop = await putDrop(two.servers, "drop", instance);
    for (const model of ALL_TESTS ? ["coverage", "uniform"] as const : ["uniform"] as const) {
      const policy = { ...defaultPolicy, model };
      const bounds: number[] = [];
      const result = await allocateInClickHouse({ ...drop, outTable: "sampled", policy }, {
        sampleUsers: 600,
        onProgress: ({ detail }) => {
          const bound = /bound (\S+)/.exec(detail ?? "");
          if (bound !== null) bounds.push(Number(bound[1]));
        },
      });
      await judge(instance, policy, port, "sampled", result);
      const local = await solveHere(instance, policy);
      assert(
        bounds.length > 1 && result.bound < bounds[0],
        "the first prices are the sample's own",
      );
      assert(result.sampleUsers > 400 && result.sampleUsers < 900, String(result.sampleUsers));
      assertAlmostEquals(result.bound / local.bound!, 1, 5e-4);
      assert(result.gap < 3e-3, String(result.gap));
    }
    // User 0 lies on the first shard.
    const second = two.servers[1].port, user = instance.users.at(0);
    const pair = `'${user}', '${instance.contracts[0]}', 0.5`, group = instance.groups[0];
    await onClickHouse(second, `INSERT INTO drop_elig_local VALUES (${pair})`);
    await onClickHouse(second, `INSERT INTO drop_groups_local VALUES ('${user}', '${group}')`);
    await assertRejects(
      () =>
        allocateInClickHouse({ ...drop, outTable: "sampled", policy: defaultPolicy }, {
          sampleUsers: 1,
        }),
      InputError,
      `user ${user} has pairs on more than one shard`,
    );
  },
);

serverTest(
  ["clickhouse"],
  "out of reach minima are priced and counted; odd input is said",
  async (t) => {
    await using one = await startClickHouse(1);
    const [{ port }] = one.servers;
    const instance = randomInstance({
      seed: 9,
      users: 300,
      contracts: 8,
      groups: 4,
      ratios: [1],
      sponsoredShare: 0.3,
      capShare: 0.3,
    });
    const drop = await putDrop(one.servers, "short", instance);
    const policy = defaultPolicy;

    await t.step("shortfall as small as the local solver's", async () => {
      const result = await allocateInClickHouse({ ...drop, outTable: "short_out", policy });
      const local = await solveHere(instance, policy);
      assert(local.shortfall > 0);
      assertEquals(result.shortfall, local.shortfall);
      await judge(instance, policy, port, "short_out", result);
    });

    await t.step("an existing result is replaced; another table is not", async () => {
      await allocateInClickHouse({ ...drop, outTable: "short_out", policy: { ...policy, k: 1 } });
      const most = "SELECT max(n) FROM (SELECT count() AS n FROM short_out GROUP BY user_id)";
      assertEquals((await onClickHouse(port, most)).trim(), "1");
      await onClickHouse(port, "CREATE TABLE precious (x UInt8) ENGINE = Memory");
      await assertRejects(
        () => allocateInClickHouse({ ...drop, outTable: "precious", policy }),
        InputError,
        "table precious is there and is a Memory: it is not replaced",
      );
      await onClickHouse(
        port,
        "CREATE TABLE other (x UInt8) ENGINE = MergeTree PARTITION BY tuple() ORDER BY x",
      );
      await onClickHouse(port, "CREATE VIEW seen AS SELECT * FROM short_out");
      const refused = [
        ["other", "is there and is no table of assignments"],
        ["seen", "table seen is there and is a View: it is not replaced"],
        ["nowhere.out", "can't be made: there is no database nowhere"],
        ["x".repeat(200), "a name of at most 150 letters"],
      ];
      for (const [outTable, expected] of refused) {
        const phases: string[] = [];
        await assertRejects(
          () =>
            allocateInClickHouse({ ...drop, outTable, policy }, {
              onProgress: ({ phase }) => phases.push(phase),
            }),
          InputError,
          expected,
        );
        assertEquals(phases, [], "before work begins");
      }
      assertEquals((await onClickHouse(port, "SELECT count() > 0 FROM seen")).trim(), "1");
      const left = await onClickHouse(
        port,
        "SELECT count() FROM system.tables WHERE name LIKE '%divvy%'",
      );
      assertEquals(left.trim(), "0");
    });

    await t.step("faults", async () => {
      const failing = (change: Record<string, unknown>, policyChange = {}) => () =>
        allocateInClickHouse({
          ...drop,
          outTable: "f",
          policy: { ...policy, ...policyChange },
          ...change,
        });
      await assertRejects(failing({ eligTable: "nope" }), InputError, "there is no table nope");
      await assertRejects(
        failing({ eligTable: "short_groups" }),
        InputError,
        "has no column contract_address",
      );
      await assertRejects(failing({ eligTable: "a;b" }), InputError, "letters, digits and _");
      await assertRejects(
        failing({}, { maxPerBrand: 1 }),
        UsageError,
        "--max-per-brand needs the column brand_id",
      );
      await assertRejects(
        failing({ groupRatios: { groups: [], ratio: new Float64Array(0) } }),
        InputError,
        "4 groups have eligible users and no sponsorship_ratio",
      );
      await onClickHouse(
        port,
        `CREATE TABLE holes (user_id String, contract_address String, score Nullable(Float64)) ENGINE = Memory;
INSERT INTO holes SELECT * FROM short_elig;
INSERT INTO holes VALUES ('a', 'b', NULL)`,
      );
      await assertRejects(failing({ eligTable: "holes" }), InputError, "score is NULL in 1 rows");
    });

    await t.step("columns that could hold NULL, and hold none", async () => {
      const nullable = await putNullable(port, drop);
      const result = await allocateInClickHouse({ ...nullable, outTable: "short_out", policy });
      await judge(instance, policy, port, "short_out", result);
    });

    await t.step("NULL beside a user or a group", async () => {
      const text = "Nullable(String)";
      const rows = [["('a', NULL)", "group_id"], ["(NULL, 'g')", "user_id"]];
      for (const [row, column] of rows) {
        await onClickHouse(
          port,
          `DROP TABLE IF EXISTS halves;
CREATE TABLE halves (user_id ${text}, group_id ${text}) ENGINE = Memory;
INSERT INTO halves SELECT user_id, group_id FROM short_groups;
INSERT INTO halves VALUES ${row}`,
        );
        const refused = `table halves: ${column} is NULL, expected an id; 1 such rows`;
        const halves = { ...drop, userGroupsTable: "halves", outTable: "f", policy };
        await assertRejects(() => allocateInClickHouse(halves), InputError, refused);
      }
    });

    await t.step("duplicates, strangers and users without a group are counted", async () => {
      await onClickHouse(
        port,
        `INSERT INTO short_elig SELECT user_id, contract_address, score - 1 FROM short_elig LIMIT 7;

      INSERT INTO short_elig VALUES ('nobody', 's000000', 1), ('u000001', 'unknown', 1), ('u000002', 'unknown', 1)`,
      );
      await onClickHouse(port, "INSERT INTO short_elig SELECT * FROM short_elig LIMIT 3");
      const result = await allocateInClickHouse({ ...drop, outTable: "odd", policy });
      // Seven with a lower score, three that say the same again.
      assertEquals([result.gathered.duplicates, result.gathered.conflicts], [10, 7]);
      assertEquals(result.pairs.unknownContracts, 2);
      assertEquals(result.users, instance.users.length);
      await judge(instance, policy, port, "odd", result);
    });
  },
);

serverTest(["clickhouse"], "of a shard's replicas one does the work", async () => {
  await using two = await startClickHouse(2);
  const instance = randomInstance({
    seed: 12,
    users: 200,
    contracts: 10,
    groups: 3,
    ratios: [0.3],
    capShare: 0.4,
  });
  const [first, second] = two.servers;
  const alone = await putDrop([first], "part", instance);
  await putDrop([second], "part", instance);
  for (const table of ["part_elig", "part_groups"]) {
    await onClickHouse(
      first.port,
      `CREATE TABLE all_${table} AS ${table} ENGINE = Distributed(divvy_replicas, default, ${table}, cityHash64(user_id))`,
    );
  }
  const drop = { ...alone, eligTable: "all_part_elig", userGroupsTable: "all_part_groups" };
  const policy = defaultPolicy;
  // Found by itself, that is the coordinator; or as the command line names it, the other one.
  for (const shardServers of [[], [clickhouseAt(second.port)]]) {
    const result = await allocateInClickHouse({ ...drop, shardServers, outTable: "out", policy }, {
      sampleUsers: 100,
      togetherUsers: 50,
      passes: 4,
      gap: 1e-3,
    });
    assertEquals(result.pairs.rows, instance.score.length);
    await judge(instance, policy, first.port, "out", result);
    await compareWithLocal(instance, policy, result);
    for (const { port } of two.servers) {
      const left = "SELECT count() FROM system.tables WHERE name LIKE '%divvy%'";
      assertEquals((await onClickHouse(port, left)).trim(), "0");
    }
  }
});

Deno.test("the sample grows with the root of the users from four million on", () => {
  assertEquals([0, 1000, 4e6].map(sampleOf), [100_000, 100_000, 100_000]);
  assertEquals([16e6, 36e6].map(sampleOf), [200_000, 300_000]);
});
