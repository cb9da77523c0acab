/** A run that is resumed goes on only from tables that are as they were. */
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { onClickHouse } from "../../support/database.ts";
import { putDrop } from "../../support/engine_drop.ts";
import { judge } from "../../support/engine_judge.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { serverTest, startClickHouse } from "../../support/servers.ts";
import { withFolder } from "../../support/temp_folder.ts";

const policy = { ...defaultPolicy, model: "uniform" as const };

serverTest(["clickhouse"], "tables changed since a run was stopped: it starts anew", async (t) => {
  await using one = await startClickHouse(1);
  const [{ port }] = one.servers;
  const before = randomInstance({
    seed: 41,
    users: 400,
    contracts: 12,
    groups: 5,
    ratios: [0.2, 0.5],
    capShare: 0.4,
  });
  // The same rows in number; users' groups move on by one, or scores are others.
  const groups = before.groups.length;
  const group = before.group.map((g) => (g + 1) % groups);
  const groupSize = before.groupSize.map((_, g) => before.groupSize[(g + groups - 1) % groups]);
  const changes = {
    groups: { ...before, group, groupSize },
    scores: { ...before, score: before.score.map((s) => 1 - s) },
    nothing: before,
  };
  for (const [what, after] of Object.entries(changes)) {
    await t.step(what, () =>
      withFolder(async (folder) => {
        const stateFile = `${folder}/state.json`, outTable = `out_${what}`;
        const drop = await putDrop(one.servers, `drop_${what}`, before);
        const controller = new AbortController();
        await assertRejects(() =>
          allocateInClickHouse({ ...drop, outTable, policy }, {
            stateFile,
            signal: controller.signal,
            onProgress: ({ phase }) => phase === "certify" && controller.abort(),
          })
        );
        for (const table of ["elig", "groups"]) {
          await onClickHouse(port, `DROP TABLE drop_${what}_${table}`);
        }
        await putDrop(one.servers, `drop_${what}`, after);
        const notes: string[] = [];
        const result = await allocateInClickHouse({ ...drop, outTable, policy }, {
          stateFile,
          onNote: (text: string) => notes.push(text),
        });
        assertEquals(
          notes.some((note) => /tables have changed.*starting anew/.test(note)),
          what !== "nothing",
        );
        await judge(after, policy, port, outTable, result);
        const told = await onClickHouse(
          port,
          `SELECT count() FROM ${outTable} ANY LEFT JOIN (SELECT user_id, group_id AS is FROM drop_${what}_groups) USING user_id WHERE group_id != is`,
        );
        assertEquals(told.trim(), "0");
        assert(result.assignments > 100);
      }));
  }
});
