/** Tables that a run in ClickHouse replaces whole: that of alternates, as that of assignments. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { onClickHouse } from "../../support/database.ts";
import { putDrop } from "../../support/engine_drop.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { serverTest, startClickHouse } from "../../support/servers.ts";

serverTest(
  ["clickhouse"],
  "ClickHouse: the table of alternates is replaced whole, and another table never",
  async () => {
    await using cluster = await startClickHouse(1);
    const [{ port }] = cluster.servers;
    const instance = randomInstance({
      seed: 5,
      users: 60,
      contracts: 8,
      groups: 2,
      ratios: [0.1],
      capShare: 1.5,
    });
    const drop = await putDrop(cluster.servers, "drop", instance);
    const ask = async (sql: string) => (await onClickHouse(port, sql)).trim();
    const allocate = async (out: string | null, minScore = -1) =>
      (await allocateInClickHouse({
        ...drop,
        outTable: "assigned",
        policy: defaultPolicy,
        ...(out !== null && { alternates: { perUser: 2, out } }),
      }, { minScore })).alternates?.alternates;
    const count = () => ask("SELECT count() FROM next_best");

    assertEquals(await count().catch(() => "none"), "none");
    const made = await allocate("next_best");
    assertEquals(await count(), `${made}`);
    // A server that dies between the two halves of a swap leaves the old table beside: it gets its name back first.
    await onClickHouse(port, "RENAME TABLE next_best TO assigned__divvy_dead_alternates_before");
    await allocate(null);
    await assertRejects(() => allocate("next_best", 1e9), InputError);
    assertEquals(await count(), `${made}`);
    await onClickHouse(port, "INSERT INTO next_best SELECT * FROM next_best");
    assertEquals(await allocate("next_best"), made);
    assertEquals(await count(), `${made}`);

    await assertRejects(
      () => allocate("drop_elig"),
      InputError,
      "table drop_elig is there and is no table of alternates",
    );
    await assertRejects(() => allocate("next; best"), InputError, "letters, digits and _");
    assertEquals(await ask("SELECT count() FROM system.tables WHERE name LIKE '%divvy%'"), "0");
  },
);
