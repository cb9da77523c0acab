import type { Prices } from "../../../../lib/allocator/model/allocation.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import {
  compileDualProblem,
  type DualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { certify } from "../../../../lib/engine/sql/certify/certify.ts";
import { RESULT_COLUMNS } from "../../../../lib/engine/sql/bundles/result_sql.ts";
import { ClickHouseStore } from "../../../../lib/engine/clickhouse/store.ts";
import { columnList } from "../../../../lib/engine/sql/dry_run.ts";
import { findCluster } from "../../../../lib/engine/clickhouse/shards.ts";
import { workTables } from "../../../../lib/engine/clickhouse/work_tables.ts";
import { onClickHouse } from "../../../support/database.ts";
import { ALL_PAIRS } from "../../../support/engine_judge.ts";
import { putDrop } from "../../../support/engine_drop.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { serverTest, startClickHouse } from "../../../support/servers.ts";

serverTest(
  ["clickhouse"],
  "certification finds what is wrong, and its bound is that of the prices",
  async () => {
    await using one = await startClickHouse(1);
    const [{ port }] = one.servers;
    const instance = randomInstance({
      seed: 2,
      users: 60,
      contracts: 6,
      groups: 3,
      ratios: [0.5],
      density: 0.9,
    });
    const drop = await putDrop(one.servers, "drop", instance);
    const cluster = await findCluster(drop.server, drop.eligTable, drop.userGroupsTable, []);
    const tables = workTables("out", "test"), store = new ClickHouseStore(cluster);
    const { elig: pairs, userGroups } = cluster.shards[0];
    const problem = compileDualProblem(instance, {
      ...defaultPolicy,
      k: 2,
      maxSponsoredRatio: 0.5,
    });
    const prices = zeroPrices(problem);
    prices.contract.forEach((_, c) => prices.contract[c] = 0.05 * c);
    prices.minSponsored.fill(0.125);

    /** Certifies the rows given as assignments. */
    const judged = async (rows: string[], parts = 1) => {
      await onClickHouse(port, `DROP TABLE IF EXISTS ${tables.result}`);
      await onClickHouse(
        port,
        `CREATE TABLE ${tables.result} (${
          columnList(RESULT_COLUMNS, store.dialect)
        }) ENGINE = Memory`,
      );
      if (rows.length > 0) {
        await onClickHouse(port, `INSERT INTO ${tables.result} VALUES ${rows.join(", ")}`);
      }
      const { result } = tables;
      return await certify(
        store,
        problem,
        { pairs, userGroups, result, parts },
        ALL_PAIRS,
        prices,
        {},
      );
    };
    const row = (
      u: number,
      p: number,
      score = instance.score[p],
      group = instance.groups[instance.group[u]],
    ) =>
      `('${instance.users.at(u)}', '${
        instance.contracts[instance.contract[p]]
      }', ${score}, 0, '${group}', 0)`;
    const { start, middle } = instance;
    // A user with at least three pairs, among them two unsponsored ones, and one without some contract.
    const rich = instance.group.findIndex((_, u) =>
      middle[u] > start[u] && start[u + 1] - middle[u] >= 2
    );
    const holds = (u: number, c: number) =>
      instance.contract.subarray(start[u], start[u + 1]).includes(c);
    const poor = instance.group.findIndex((_, u) => !holds(u, 5));

    const nothing = await judged([]);
    assertEquals(nothing.broken, []);
    assertAlmostEquals(nothing.bound, boundAt(problem, prices), 1e-9);

    const good = await judged([row(rich, middle[rich]), row(rich, middle[rich] + 1)]);
    assertEquals([good.broken, good.assignments, good.usersWithOffers], [[], 2, 1]);
    const inParts = await judged([row(rich, middle[rich]), row(rich, middle[rich] + 1)], 3);
    assertAlmostEquals(inParts.bound, good.bound, 1e-9);
    assertEquals({ ...inParts, bound: 0 }, { ...good, bound: 0 });
    assertAlmostEquals(
      good.score,
      instance.score[middle[rich]] + instance.score[middle[rich] + 1],
      1e-12,
    );

    const cases: [string[], RegExp][] = [
      [[row(rich, middle[rich]), row(rich, middle[rich])], /pairs given twice \(1\)/],
      [[row(rich, start[rich]), row(rich, middle[rich])], /users with offers of both types \(1\)/],
      [[row(rich, middle[rich], 77)], /assignments with a score that is not the pair's \(1\)/],
      [
        [row(
          rich,
          middle[rich],
          undefined,
          instance.groups[1 - Math.min(1, instance.group[rich])],
        )],
        /users whose assignments name a group that is not theirs \(1\)/,
      ],
      [[0, 1, 2].map((i) => row(rich, start[rich] + i)), /users with more offers than 2 \(1\)/],
      [
        [`('${instance.users.at(poor)}', '${instance.contracts[5]}', 0.5, 0, 'g', 0)`],
        /assignments of pairs that are not eligible/,
      ],
      [
        [`('nobody', '${instance.contracts[5]}', 0.5, 0, 'g', 0)`],
        /assignments of pairs that are not eligible/,
      ],
    ];
    for (const [rows, expected] of cases) {
      const { broken } = await judged(rows);
      assertEquals(
        broken.some((fault) => expected.test(fault)),
        true,
        `${broken} lacks ${expected}`,
      );
    }

    // Everyone who may have the first contract has it: over its cap, and too many of each group sponsored.
    const all = Array.from(instance.group.keys()).filter((u) => holds(u, 0)).map((u) =>
      row(u, start[u])
    );
    const { broken } = await judged(all);
    assertEquals(
      broken.some((fault) => fault.includes("contracts over their cap (1)")),
      true,
      String(broken),
    );
    assertEquals(
      broken.some((fault) => fault.includes("groups over their most sponsored users")),
      true,
      String(broken),
    );
  },
);

serverTest(
  ["clickhouse"],
  "certification knows the rules that tie a group's or a user's offers together",
  async () => {
    await using two = await startClickHouse(2);
    const instance = randomInstance({
      seed: 4,
      users: 80,
      contracts: 8,
      groups: 2,
      ratios: [0.6],
      density: 0.9,
      brands: 3,
      capShare: 9,
    });
    const drop = await putDrop(two.servers, "drop", instance);
    const cluster = await findCluster(
      drop.server,
      drop.eligTable,
      drop.userGroupsTable,
      drop.shardServers,
    );
    const tables = workTables("out", "test"), store = new ClickHouseStore(cluster);
    const { elig: pairs, userGroups } = cluster.shards[0];
    const judged = async (problem: DualProblem, prices: Prices, rows: string[]) => {
      for (const [i, { port }] of two.servers.entries()) {
        await onClickHouse(port, `DROP TABLE IF EXISTS ${tables.result}`);
        await onClickHouse(
          port,
          `CREATE TABLE ${tables.result} (${
            columnList(RESULT_COLUMNS, store.dialect)
          }) ENGINE = Memory`,
        );
        const own = rows.filter((_, at) => userOf[at] % 2 === i);
        if (own.length > 0) {
          await onClickHouse(port, `INSERT INTO ${tables.result} VALUES ${own.join(", ")}`);
        }
      }
      const { result } = tables;
      return await certify(store, problem, { pairs, userGroups, result }, ALL_PAIRS, prices, {});
    };
    const { start, middle } = instance;
    let userOf: number[] = [];
    /** Rows that give users the pairs that `choose` picks. */
    const given = (choose: (u: number) => number[]): string[] => {
      userOf = [];
      return Array.from(instance.group.keys()).flatMap((u) =>
        choose(u).map((p) => {
          userOf.push(u);
          return `('${instance.users.at(u)}', '${instance.contracts[instance.contract[p]]}', ${
            instance.score[p]
          }, 0, 'g', 0)`;
        })
      );
    };
    const policies: Partial<Policy>[] = [
      { enforceAssignmentRatio: true, ratioSlack: 0.1 },
      { mixTail: true, maxMixedShare: 0.25 },
      { maxPerBrand: 1 },
      { model: "coverage", maxPerBrand: 1 },
      {
        enforceAssignmentRatio: true,
        mixTail: true,
        maxMixedShare: 0.25,
        maxPerBrand: 2,
        k: 4,
      },
    ];
    for (const [n, change] of policies.entries()) {
      const problem = compileDualProblem(instance, { ...defaultPolicy, ...change });
      const prices = zeroPrices(problem);
      prices.contract.forEach((_, c) => prices.contract[c] = 0.04 * ((c * 5 + n) % 7));
      if (problem.countsSponsored) prices.minSponsored.fill(0.05);
      if (policies[n].enforceAssignmentRatio) prices.assignmentRatio.set([0.07, 0.02]);
      if ((policies[n].maxMixedShare ?? 1) < 1) prices.mixedShare.set([0.03, 0.11]);
      const { bound, broken } = await judged(problem, prices, []);
      assertAlmostEquals(bound, boundAt(problem, prices), 1e-9, JSON.stringify(change));
      assertEquals(broken, []);
    }

    const cases: [Partial<Policy>, (u: number) => number[], string][] = [
      [policies[0], (u) => [middle[u]], "groups below their share of sponsored assignments (2)"],
      [
        { mixTail: true, thirdSlotOnlyMixing: false, sponsoredFirstRounds: 1, maxMixedShare: 0.25 },
        (u) => middle[u] > start[u] ? [start[u], middle[u]] : [],
        "groups over their most mixed users (2)",
      ],
      [
        { maxPerBrand: 1 },
        (u) => {
          const brand = (p: number) => instance.brand![instance.contract[p]];
          for (let p = start[u]; p < middle[u]; p++) {
            for (let q = p + 1; q < middle[u]; q++) if (brand(p) === brand(q)) return [p, q];
          }
          return [];
        },
        "users with more offers of a brand than 1",
      ],
    ];
    for (const [change, choose, expected] of cases) {
      const problem = compileDualProblem(instance, { ...defaultPolicy, ...change });
      const { broken } = await judged(problem, zeroPrices(problem), given(choose));
      assertEquals(
        broken.some((fault) => fault.includes(expected)),
        true,
        `${broken} lacks ${expected}`,
      );
    }
  },
);
