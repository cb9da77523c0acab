/** ClickHouse under the faults that every engine is put to. */
import { allocateInClickHouse } from "../../../lib/engine/clickhouse/open_drop.ts";
import { assert, assertRejects } from "../../../lib/deps/std_assert.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { clickhouseAt, onClickHouse } from "../../support/database.ts";
import { tablesOf } from "../../support/engine_drop.ts";
import {
  engineFaults,
  type EngineUnderTest,
  faultyDrop,
  faultyPolicy,
  pairRows,
  phasesTried,
  type ScoreType,
} from "../../support/engine_faults.ts";
import { type ClickHouseTestServer, serverTest, startClickHouse } from "../../support/servers.ts";
import { withFolder } from "../../support/temp_folder.ts";

const TYPES: Record<ScoreType, string> = { double: "Float64", float: "Float32", text: "String" };

function clickHouseOn(server: ClickHouseTestServer, folder: string): EngineUnderTest {
  const { port } = server, run = (sql: string) => onClickHouse(port, sql);
  const tables = { eligTable: "f_elig", userGroupsTable: "f_groups", outTable: "result" };
  const inputOf = (instance: Instance) => ({
    ...tables,
    ...tablesOf(instance),
    policy: faultyPolicy,
    server: clickhouseAt(port),
    shardServers: [],
  });
  const cells = (row: readonly (string | null)[]) => row.map((cell) => cell ?? "\\N").join("\t");
  return {
    stateFile: `${folder}/state.json`,
    async put({ users, group, groups }, pairs, scores) {
      const hasNulls = pairs.some((row) => row.includes(null));
      const type = (name: string) => hasNulls ? `Nullable(${name})` : name, text = type("String");
      const owners = users.toArray().map((id, u) => `${id}\t${groups[group[u]]}`);
      await run(`DROP TABLE IF EXISTS f_elig;
DROP TABLE IF EXISTS f_groups;
CREATE TABLE f_elig (user_id ${text}, contract_address ${text}, score ${
        type(TYPES[scores])
      }) ENGINE = Log;
CREATE TABLE f_groups (user_id String, group_id String) ENGINE = Log`);
      await run(`INSERT INTO f_elig FORMAT TabSeparated\n${pairs.map(cells).join("\n")}`);
      await run(`INSERT INTO f_groups FORMAT TabSeparated\n${owners.join("\n")}`);
    },
    allocate: (instance, options) => allocateInClickHouse(inputOf(instance), options),
    async killedIn(instance, phase, options) {
      let killed: Promise<void> | null = null;
      await assertRejects(() =>
        allocateInClickHouse(inputOf(instance), {
          ...options,
          onProgress: (progress) => {
            if (progress.phase === phase) killed ??= server.kill();
          },
        })
      );
      assert(killed !== null, `${phase} was never reported`);
      await killed;
      await server.restart();
    },
    async rows() {
      const text = await run(
        "SELECT user_id, contract_address, score FROM result ORDER BY 1, 2 FORMAT TabSeparated",
      );
      return text.trim().split("\n").map((line) => line.split("\t"));
    },
    async putOld() {
      // Divvy replaces only what it made.
      const other = { ...faultyDrop, score: faultyDrop.score.map((s) => 1 - s) };
      await this.put(other, pairRows(other), "double");
      await this.allocate(other, { passes: 1 });
    },
    async left() {
      const text = await run("SELECT name FROM system.tables WHERE name LIKE '%divvy%'");
      return text.split("\n").filter((name) => name !== "");
    },
  };
}

serverTest(["clickhouse"], "ClickHouse under all faults", async (t) => {
  await using one = await startClickHouse(1);
  await withFolder((folder) =>
    engineFaults(t, clickHouseOn(one.servers[0], folder), {
      stopped: phasesTried(1),
      killed: phasesTried(1),
      isExclusive: true,
    })
  );
});
