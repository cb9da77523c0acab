/** Bans and limits in ClickHouse tables are what they are to the reader and solver of this machine. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { engineBefore, writeBefore, writeTables } from "../../support/engine_before.ts";
import { putDrop, putLimited } from "../../support/engine_drop.ts";
import { engineLimits, LIMITS, writeLimited } from "../../support/engine_limits.ts";
import { compareWithLocal, judge } from "../../support/engine_judge.ts";
import { assertTallied } from "../../support/engine_tally.ts";
import { engineInstance } from "../../support/engine_instance.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { serverTest, startClickHouse } from "../../support/servers.ts";
import { withFolder } from "../../support/temp_folder.ts";

serverTest(
  ["clickhouse"],
  "ClickHouse: bans keep out the pairs that they do on one machine",
  () =>
    withFolder(async (folder) => {
      await using two = await startClickHouse(2);
      const instance = randomInstance({
        seed: 71,
        users: 300,
        contracts: 20,
        groups: 4,
        brands: 7,
        capShare: 0.3,
        ratios: [0.1, 0.3],
      });
      const { sources } = await writeTables(instance, folder);
      const files = await writeBefore(instance, folder, { seed: 5, rows: 9, dated: true });
      const before = await engineBefore({ history: [], bans: files.bans }, {});
      const drop = await putDrop(two.servers, "banned", instance), policy = defaultPolicy;
      const filter = { minScore: 0.2, topN: 6 };
      const result = await allocateInClickHouse(
        { ...drop, outTable: "banned_out", policy, before },
        filter,
      );
      const { instance: local, input } = await readDrop({ ...sources, bans: files.bans }, {
        duplicates: "largest",
        ...filter,
      });
      assertEquals(result.gathered.pairs, local.score.length);
      assertTallied(result, input);
      await judge(local, policy, two.servers[0].port, "banned_out", result);
      await compareWithLocal(local, policy, result);
    }),
);

serverTest(
  ["clickhouse"],
  "ClickHouse: limits are kept, near the local solver's results",
  () =>
    withFolder(async (folder) => {
      await using two = await startClickHouse(2);
      const instance = engineInstance({ seed: 94, users: 150, density: 0.4 });
      const policy = defaultPolicy;
      const { files } = await writeLimited(instance, folder, 4, LIMITS[4][1]);
      const { instance: local } = await readDrop(files);
      const drop = await putLimited(two.servers, "limited", files);
      const input = { ...drop, ...await engineLimits(files), outTable: "limited_out", policy };
      const result = await allocateInClickHouse(input, {
        sampleUsers: 100,
        togetherUsers: 0,
        passes: 4,
        gap: 1e-3,
      });
      assertEquals(result.broken, []);
      await judge(local, policy, two.servers[0].port, input.outTable, result);
      await compareWithLocal(local, policy, result);
    }),
);

serverTest(
  ["clickhouse"],
  "ClickHouse: users get as many offers as their own k allows",
  () =>
    withFolder(async (folder) => {
      await using one = await startClickHouse(1);
      const instance = engineInstance({ seed: 133, capShare: 0.6, density: 0.6 });
      const policy = { ...defaultPolicy, covMode: "shortfall" as const, mixTail: true, k: 2 };
      const { files } = await writeLimited(instance, folder, 4, null, { ownK: true });
      const { instance: local } = await readDrop(files);
      const drop = await putLimited(one.servers, "own_k", files);
      const input = { ...drop, ...await engineLimits(files), outTable: "own_k_out", policy };
      const result = await allocateInClickHouse(input, {
        sampleUsers: 150,
        togetherUsers: 0,
        passes: 8,
        gap: 1e-4,
      });
      assertEquals(result.broken, []);
      await judge(local, policy, one.servers[0].port, "own_k_out", result);
      await compareWithLocal(local, policy, result);
    }),
);

serverTest(
  ["clickhouse"],
  "ClickHouse: pins are given, whatever they are worth",
  () =>
    withFolder(async (folder) => {
      await using two = await startClickHouse(2);
      const instance = randomInstance({
        seed: 151,
        users: 200,
        contracts: 20,
        groups: 3,
        brands: 6,
        capShare: 0.5,
        density: 0.5,
        ratios: [0, 0.1],
      });
      const policy = { ...defaultPolicy, maxPerBrand: 1 };
      const { sources } = await writeTables(instance, folder), { start, contract } = instance;
      const rows = [3, 14, 25, 36].map((u) =>
        `${instance.users.at(u)},${instance.contracts[contract[start[u]]]}\n`
      );
      const pins = `${folder}/pins.csv`;
      await Deno.writeTextFile(pins, `user_id,contract_address\n${rows.join("")}`);
      const { instance: local } = await readDrop({ ...sources, pins });
      const before = await engineBefore({ history: [], pins }, {});
      const drop = await putDrop(two.servers, "pinned", instance), outTable = "pinned_out";
      const result = await allocateInClickHouse({ ...drop, outTable, policy, before }, {
        sampleUsers: 150,
        togetherUsers: 100,
        passes: 8,
        gap: 1e-4,
      });
      await judge(local, policy, two.servers[0].port, outTable, result);
      await compareWithLocal(local, policy, result);
    }),
);
